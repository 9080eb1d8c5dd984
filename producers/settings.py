"""What the producers can be told, with units, defaults and bounds; read once at start."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, get_args

from contracts.codec import Encoding
from contracts.labels import Label, Nation
from contracts.topics import NAME_PATTERN
from producers.scenario import Scenario

FeedName = Literal["world", "radar", "sigint", "cyber"]
FEEDS: Final[tuple[FeedName, ...]] = get_args(FeedName)


class BadSetting(ValueError):
    """A setting that cannot be."""

    def __init__(self, name: str, wanted: str, got: object) -> None:
        self.name = name
        super().__init__(f"{name}: wanted {wanted}, got {got!r}")


@dataclass(frozen=True, slots=True)
class DispatchSettings:
    """How batches get out, for simulated and recorded feeds alike.

    Attributes:
        consumer: whose watermark means "acknowledged".
        resend_after_s: wall time that a batch waits for the watermark before it goes again; each
            further wait is twice as long, up to sixteen times.
        resend_max: most batches sent again at once.
        outbox_parcels_max: batches of one source that may wait; beyond, the oldest goes for good.
        outbox_bytes_max: payload bytes that may wait altogether; the same beyond.
        back_s_max: exercise time that a producer goes back after a start, to make again what the
            watermark has not passed; what is older is skipped and counted.
        take_up_s: wall time to wait after connecting for what the broker has kept.
        status_every_s: wall time between two statuses of a sensor.
        truth_every_s: exercise time between two truths.
        at_once_max: batches made before anything else gets its turn.
    """

    consumer: str = "fusion"
    resend_after_s: float = 5.0
    resend_max: int = 200
    outbox_parcels_max: int = 2_000
    outbox_bytes_max: int = 256 * 1024 * 1024
    back_s_max: float = 900.0
    take_up_s: float = 0.5
    status_every_s: float = 5.0
    truth_every_s: float = 5.0
    at_once_max: int = 64

    def __post_init__(self) -> None:
        for name in ("resend_after_s", "take_up_s", "status_every_s", "truth_every_s"):
            if not 0.0 < getattr(self, name) <= 3600.0:
                raise BadSetting(name, "seconds within (0, 3600]", getattr(self, name))
        for name in ("resend_max", "outbox_parcels_max", "outbox_bytes_max", "at_once_max"):
            if getattr(self, name) < 1:
                raise BadSetting(name, "at least 1", getattr(self, name))
        if not 0.0 <= self.back_s_max <= 7 * 86_400.0:
            raise BadSetting("back_s_max", "seconds within [0, 604800]", self.back_s_max)


@dataclass(frozen=True, slots=True)
class ProducerSettings:
    """Settings of one producer process; several may share an exercise, each with its own feeds.

    Attributes:
        exercise: its name, as in the topics; it may differ from the scenario's.
        scenario: what is played.
        seed: of everything that happens by chance.
        feeds: which feeds this process runs; ``world`` publishes the truth.
        sensors: only these, by name; empty for all of the feeds.
        encoding: how messages are written.
        instance: this process's name as a service; unique in the exercise.
    """

    exercise: str
    scenario: Scenario
    seed: int
    feeds: tuple[FeedName, ...] = FEEDS
    sensors: tuple[str, ...] = ()
    encoding: Encoding = "msgpack"
    instance: str = "producers"
    dispatch: DispatchSettings = field(default_factory=DispatchSettings)

    def __post_init__(self) -> None:
        _check_name("exercise", self.exercise)
        _check_name("instance", self.instance)
        if not 0 <= self.seed <= 2**63 - 1:
            raise BadSetting("seed", "a whole number within [0, 2^63)", self.seed)
        if not self.feeds or not set(self.feeds) <= set(FEEDS):
            raise BadSetting("feeds", f"some of {', '.join(FEEDS)}", self.feeds)
        known = {row.name for row in self.scenario.sensors}
        if not set(self.sensors) <= known:
            raise BadSetting("sensors", f"some of {', '.join(sorted(known))}", self.sensors)


@dataclass(frozen=True, slots=True)
class RecordedSettings:
    """Settings of a recorded feed.

    Attributes:
        exercise: its name, as in the topics.
        file: the recording: CSV in NOAA's or the Solent's columns, or NMEA sentences.
        rate: exercise seconds per wall second, for a clock of the feed's own; it is only used where
            no exercise clock is found.
        nation: whose receiver made it.
        sensor: the receiver's name.
        label: who may see its reports.
        step_s: exercise time that one batch covers.
        clock_wait_s: wall time to wait for an exercise clock before starting an own one.
    """

    exercise: str
    file: Path
    rate: float
    nation: Nation
    sensor: str
    label: Label
    step_s: float = 1.0
    clock_wait_s: float = 5.0
    encoding: Encoding = "msgpack"
    dispatch: DispatchSettings = field(default_factory=DispatchSettings)

    def __post_init__(self) -> None:
        _check_name("exercise", self.exercise)
        _check_name("sensor", self.sensor)
        if not 0.1 <= self.rate <= 3600.0:
            raise BadSetting("rate", "a number within [0.1, 3600]", self.rate)
        if not 0.1 <= self.step_s <= 60.0:
            raise BadSetting("step_s", "seconds within [0.1, 60]", self.step_s)
        if not 0.0 < self.clock_wait_s <= 3600.0:
            raise BadSetting("clock_wait_s", "seconds within (0, 3600]", self.clock_wait_s)


def _check_name(name: str, value: str) -> None:
    if not re.match(NAME_PATTERN, value):
        raise BadSetting(name, f"a name like {NAME_PATTERN}", value)
