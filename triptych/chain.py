"""The processes of the whole chain and the commands they run, the same ones that docker-compose.yml runs."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from triptych.durations import duration_text
from triptych.embedded import Kind
from triptych.supervisor import ChildSpec

FEEDS: Final = ("world", "radar", "sigint", "cyber")


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """What the parts of one chain must agree on.

    Attributes:
        broker: its address, ``mqtt://…``.
        exercise: name of the exercise.
        scenario: the scenario's file.
        recording: recorded AIS that is played in place of the scenario's sensors; none plays those.
        seed: of every sensor's noise.
        cycle_s: exercise time between two pictures; 0 publishes as soon as something has changed.
        rate: exercise seconds per wall second.
        port: the gateway's, on this machine alone.
        data: folder for what must outlive the processes.
        log: what the processes log.
    """

    broker: str
    exercise: str
    scenario: Path
    recording: Path | None
    seed: int
    cycle_s: float
    rate: float
    port: int
    data: Path
    log: str = "warning"


def broker_process(port: int, data: Path, kind: Kind, log: str = "warning") -> ChildSpec:
    """Return the embedded broker."""
    command = ("broker", "--port", str(port), "--data", str(data / "broker"), "--kind", kind)
    # Where the demo is run as root, in a container, Mosquitto says so each time.
    return ChildSpec("broker", _triptych(log, *command), expected=("should not be run as root",))


def service_processes(settings: ChainSettings) -> tuple[ChildSpec, ...]:
    """Return the services, the exercise last: with it the clock begins, when the others are there."""
    exercise = ("--exercise", settings.exercise)
    fusion = (
        "fusion",
        *exercise,
        "--cycle",
        duration_text(settings.cycle_s) if settings.cycle_s else "event",
    )
    others = (
        _service(settings, "fusion", *fusion, "--ledger", str(settings.data / "ledger")),
        _service(settings, "gateway", "gateway", *exercise, "--port", str(settings.port)),
        *_producers(settings),
    )
    return (*others, _exercise(settings, tuple(spec.name for spec in others)))


def _exercise(settings: ChainSettings, others: tuple[str, ...]) -> ChildSpec:
    begin = ("--scenario", str(settings.scenario))
    if settings.recording is not None:
        begin = ("--recording", str(settings.recording))
    options = (*begin, "--exercise", settings.exercise, "--rate", f"{settings.rate:g}")
    after = (word for name in others for word in ("--after", name))
    return _service(settings, "exercise", "exercise", *options, *after)


def _producers(settings: ChainSettings) -> tuple[ChildSpec, ...]:
    exercise = ("--exercise", settings.exercise)
    if settings.recording is not None:
        # The exercise that comes last has the clock.
        command = ("produce", "ais", "--file", str(settings.recording), *exercise, "--clock-wait", "1h")
        return (_service(settings, "recorded-ais-recording", *command),)
    options = ("--scenario", str(settings.scenario), *exercise, "--seed", str(settings.seed))
    return tuple(_service(settings, f"producers-{feed}", "produce", feed, *options) for feed in FEEDS)


def _service(settings: ChainSettings, name: str, *arguments: str) -> ChildSpec:
    environment = {
        # Not an argument: it may hold a password, and arguments are seen by everyone on the machine.
        "TRIPTYCH_BROKER": settings.broker,
        # Several processes share the cores; a pool of threads in each only makes them wait for each other.
        "OPENBLAS_NUM_THREADS": "1",
    }
    return ChildSpec(name, _triptych(settings.log, *arguments), environment)


def _triptych(log: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "triptych", "--log", log, *arguments)
