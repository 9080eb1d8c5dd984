"""The stage table: how long each part of the way from sensor to glass took, from full samples.

Every stage is the difference of two stamps. Where a stamp exists only as a mean over the batches of
a source and a cycle, the stage's ``sample`` says so. docs/reference/metrics.md defines each stage.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.spread import Spread, spread_of
from contracts.clock import wall_time_s
from contracts.columns import FloatArray
from contracts.control import ClockState


@dataclass(frozen=True, slots=True)
class Stage:
    """One row of the table: its name, from which stamp to which, and what one sample is."""

    name: str
    meaning: str
    sample: str


STAGES: Final[tuple[Stage, ...]] = (
    Stage("measured_to_produced", "sensor measured; producer made the batch", "batch (mean of its reports)"),
    Stage("produced_to_received", "producer made the batch; fusion has it", "source and cycle (mean)"),
    Stage("received_to_committed", "fusion has the batch; it is on disk", "source and cycle (mean)"),
    Stage("committed_to_closed", "on disk; the cycle's last report is folded", "batch (arrival: mean)"),
    Stage("tick_to_closed", "the tick; the cycle's last report is folded", "picture"),
    Stage("closed_to_published", "folded; the picture is handed to the broker", "picture"),
    Stage("published_to_gateway", "handed to the broker; the gateway has it", "frame"),
    Stage("gateway_to_sent", "the gateway has it; the frame is handed to the socket", "frame"),
    Stage("sent_to_decoded", "handed to the socket; decoded", "frame"),
    Stage("decoded_to_drawn", "decoded; drawing commands given", "frame"),
    Stage("drawn_to_presented", "drawing commands given; on the glass", "frame"),
    Stage("tick_to_published", "the tick; the picture is handed to the broker", "picture"),
    Stage("tick_to_decoded", "the tick; the frame is decoded", "frame"),
    Stage("tick_to_presented", "the tick; the frame is on the glass", "frame"),
    Stage("sensor_to_decoded", "sensor measured; the frame is decoded", "track and kind of source"),
    Stage("sensor_to_glass", "sensor measured; the frame is on the glass", "track and kind of source"),
)


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """A report batch as it passed the broker.

    Attributes:
        measured_s: mean exercise time of its reports.
        measured_to_s: end of its interval, exercise time.
        produced_at_s: wall time.
    """

    source: str
    measured_s: float
    measured_to_s: float
    produced_at_s: float


@dataclass(frozen=True, slots=True)
class PictureSeen:
    """A published picture's stamps; wall times but ``valid_*``.

    Attributes:
        arrivals: source to (batches, mean produced to received, mean received to committed).
        bytes: of the message.
    """

    cycle: int
    valid_from_s: float
    valid_at_s: float
    due_at_s: float
    closed_at_s: float
    published_at_s: float
    caught_up: bool
    arrivals: Mapping[str, tuple[int, float, float]]
    bytes: int
    tracks: int
    contributed_s: FloatArray
    """(M,) exercise times of the newest contributions that came in its cycle, one per track and kind."""


@dataclass(frozen=True, slots=True)
class FrameSeen:
    """A frame on its way to the glass; wall times. Not drawn and not presented where there is no browser."""

    cycle: int
    received_at_s: float | None
    sent_at_s: float
    decoded_at_s: float
    drawn_at_s: float | None = None
    presented_at_s: float | None = None
    estimated: bool = False
    clock_error_s: float = 0.0
    tracks: int = 0


@dataclass(slots=True)
class Seen:
    """Everything that was recorded of the measured cycles."""

    clock: ClockState
    batches: list[BatchSeen] = field(default_factory=list)
    pictures: dict[int, PictureSeen] = field(default_factory=dict)
    frames: dict[int, FrameSeen] = field(default_factory=dict)


def samples(seen: Seen, cycles: Iterable[int]) -> dict[str, FloatArray]:
    """Return the samples of every stage, in seconds.

    Args:
        seen: what was recorded.
        cycles: which cycles count; the first ones, which warm everything up, do not.
    """
    found: dict[str, list[float]] = {stage.name: [] for stage in STAGES}
    glass: dict[str, list[FloatArray]] = {"sensor_to_decoded": [], "sensor_to_glass": []}
    for cycle in cycles:
        picture = seen.pictures.get(cycle)
        if picture is None or not picture.caught_up:
            continue
        _add_picture(found, picture)
        _add_batches(found, seen, picture)
        frame = seen.frames.get(cycle)
        if frame is not None:
            _add_frame(found, picture, frame)
            _add_glass(glass, seen.clock, picture, frame)
    arrays = {name: np.array(values) for name, values in found.items()}
    return arrays | {name: np.concatenate([np.zeros(0), *parts]) for name, parts in glass.items()}


def table(found: Mapping[str, FloatArray]) -> dict[str, Spread]:
    """Return every stage in numbers."""
    return {stage.name: spread_of(found[stage.name]) for stage in STAGES}


def _add_picture(found: dict[str, list[float]], picture: PictureSeen) -> None:
    found["tick_to_closed"].append(picture.closed_at_s - picture.due_at_s)
    found["closed_to_published"].append(picture.published_at_s - picture.closed_at_s)
    found["tick_to_published"].append(picture.published_at_s - picture.due_at_s)
    for count, to_received_s, to_committed_s in picture.arrivals.values():
        if count:
            found["produced_to_received"].append(to_received_s)
            found["received_to_committed"].append(to_committed_s)


def _add_batches(found: dict[str, list[float]], seen: Seen, picture: PictureSeen) -> None:
    for batch in seen.batches:
        if not picture.valid_from_s < batch.measured_to_s <= picture.valid_at_s:
            continue
        measured_at_s = wall_time_s(seen.clock, batch.measured_s)
        if measured_at_s is not None:
            found["measured_to_produced"].append(batch.produced_at_s - measured_at_s)
        arrival = picture.arrivals.get(batch.source)
        if arrival is not None:
            committed_at_s = batch.produced_at_s + arrival[1] + arrival[2]
            found["committed_to_closed"].append(picture.closed_at_s - committed_at_s)


def _add_frame(found: dict[str, list[float]], picture: PictureSeen, frame: FrameSeen) -> None:
    if frame.received_at_s is not None:
        found["published_to_gateway"].append(frame.received_at_s - picture.published_at_s)
        found["gateway_to_sent"].append(frame.sent_at_s - frame.received_at_s)
    found["sent_to_decoded"].append(frame.decoded_at_s - frame.sent_at_s)
    found["tick_to_decoded"].append(frame.decoded_at_s - picture.due_at_s)
    if frame.drawn_at_s is not None and frame.presented_at_s is not None:
        found["decoded_to_drawn"].append(frame.drawn_at_s - frame.decoded_at_s)
        found["drawn_to_presented"].append(frame.presented_at_s - frame.drawn_at_s)
        found["tick_to_presented"].append(frame.presented_at_s - picture.due_at_s)


def _add_glass(
    glass: dict[str, list[FloatArray]], clock: ClockState, picture: PictureSeen, frame: FrameSeen
) -> None:
    if not clock.running:
        return
    # The clock's line, for a whole column at once.
    measured_at_s = clock.wall_at_s + (picture.contributed_s - clock.exercise_at_s) / clock.rate
    glass["sensor_to_decoded"].append(frame.decoded_at_s - measured_at_s)
    if frame.presented_at_s is not None:
        glass["sensor_to_glass"].append(frame.presented_at_s - measured_at_s)
