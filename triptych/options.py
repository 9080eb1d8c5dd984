"""Options that several commands share, each with its ``TRIPTYCH_…`` variable for containers.

``--broker``, ``--gateway`` and ``--exercise`` default to the demo that runs on this machine.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from pydantic import ValidationError

from contracts.mqtt import BadBrokerUrl, MqttBroker
from contracts.topics import NAME_PATTERN
from triptych.durations import BadDuration, duration_s
from triptych.places import scenarios_folder
from triptych.running import running_demo

if TYPE_CHECKING:
    from producers.scenario import Scenario

DEFAULT_BROKER: Final = "mqtt://127.0.0.1:1883"
DEFAULT_GATEWAY_PORT: Final = 8321
DEFAULT_EXERCISE: Final = "corridor"
DEFAULT_RECORDED_EXERCISE: Final = "recording"


def default_broker() -> str:
    """Return the running demo's broker, or MQTT's usual port on this machine."""
    demo = running_demo()
    return demo.broker if demo else DEFAULT_BROKER


def default_gateway() -> str:
    """Return the running demo's gateway, or the usual port on this machine."""
    demo = running_demo()
    return demo.gateway if demo else f"http://127.0.0.1:{DEFAULT_GATEWAY_PORT}"


def default_exercise() -> str:
    """Return the running demo's exercise, or that of the scenario that comes with Triptych."""
    demo = running_demo()
    return demo.exercise if demo else DEFAULT_EXERCISE


def default_scenario() -> Path:
    """Return the scenario that comes with Triptych."""
    return scenarios_folder() / "corridor.toml"


def _check_broker(url: str) -> str:
    try:
        return MqttBroker(url).url
    except BadBrokerUrl as error:
        raise typer.BadParameter(str(error)) from error


def _check_name(name: str) -> str:
    if not re.match(NAME_PATTERN, name):
        raise typer.BadParameter(f"wanted lower case, digits and hyphens, at most 40, got {name!r}")
    return name


def parse_duration(value: str | float) -> float:
    """Return seconds; give an option ``parser=parse_duration`` to let people type ``90s``, ``10m``, ``1h``.

    The command line hands a default through its parser, too: seconds stay seconds.
    """
    if not isinstance(value, str):
        return value
    try:
        return duration_s(value)
    except BadDuration as error:
        raise typer.BadParameter(str(error)) from error


def parse_cycle(value: str | float) -> float:
    """Return a cycle's seconds; 0 for ``event``, which publishes as soon as something has changed."""
    return 0.0 if value == "event" else parse_duration(value)


BrokerOption = Annotated[
    str,
    typer.Option(
        "--broker",
        envvar="TRIPTYCH_BROKER",
        callback=_check_broker,
        default_factory=default_broker,
        show_default=f"the running demo's, else {DEFAULT_BROKER}",
        help="The broker, mqtt://[user:password@]host[:port].",
    ),
]
GatewayOption = Annotated[
    str,
    typer.Option(
        "--gateway",
        envvar="TRIPTYCH_GATEWAY",
        default_factory=default_gateway,
        show_default=f"the running demo's, else port {DEFAULT_GATEWAY_PORT}",
        help="The gateway, http://host:port.",
    ),
]
ExerciseOption = Annotated[
    str,
    typer.Option(
        "--exercise",
        envvar="TRIPTYCH_EXERCISE",
        callback=_check_name,
        default_factory=default_exercise,
        show_default=f"the running demo's, else {DEFAULT_EXERCISE}",
        help="Name of the exercise; nothing of another one is read.",
    ),
]
ScenarioOption = Annotated[
    Path,
    typer.Option(
        "--scenario",
        envvar="TRIPTYCH_SCENARIO",
        default_factory=default_scenario,
        show_default="scenarios/corridor.toml",
        help="The scenario, a TOML file.",
    ),
]
SeedOption = Annotated[
    int,
    typer.Option(
        "--seed",
        envvar="TRIPTYCH_SEED",
        min=0,
        max=2**31 - 1,
        help="Seed of every sensor's noise; the same seed gives the same reports.",
    ),
]
ExerciseOverride = Annotated[
    str | None,
    typer.Option(
        "--exercise",
        envvar="TRIPTYCH_EXERCISE",
        show_default="the scenario's",
        help="Name of the exercise, in place of the scenario's.",
    ),
]
CycleOption = Annotated[
    float,
    typer.Option(
        "--cycle",
        envvar="TRIPTYCH_CYCLE",
        parser=parse_cycle,
        metavar="DURATION",
        show_default="30s",
        help="Exercise time between two pictures; event: as soon as something has changed.",
    ),
]
RateOption = Annotated[
    float,
    typer.Option(
        "--rate", envvar="TRIPTYCH_RATE", min=0.1, max=60.0, help="Exercise seconds per wall second."
    ),
]


@contextmanager
def settings_checked() -> Generator[None]:
    """End the command with exit code 2 and what was wanted, where settings are refused."""
    try:
        yield
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        raise typer.BadParameter(f"{name}: {first['msg']}, got {first['input']!r}") from error
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def read_scenario(path: Path) -> "Scenario":
    """Return a scenario, or end the command with exit code 2 and what is wrong with the file."""
    from producers.scenario import load_scenario  # noqa: PLC0415 - the help must not load the world

    try:
        return load_scenario(path)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="--scenario") from error


def read_first_time(recording: Path) -> float:
    """Return when a recording begins, or end the command with exit code 2 and what is wrong with the file."""
    from producers.recorded import first_time_s  # noqa: PLC0415 - the help must not load the feeds

    try:
        return first_time_s(recording)
    except (OSError, ValueError) as error:
        raise typer.BadParameter(str(error), param_hint="the recording") from error
