"""Lag statistics: how long each stage took, from full samples of a bounded, rolling window.

Every stage is the difference of two stamps. Percentiles are taken over the samples themselves,
never over averages; where a stamp comes only as an average (reports per source and cycle), the
stage says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from contracts.clock import exercise_time_s
from contracts.columns import FloatArray
from contracts.control import ClockState
from contracts.picture import Picture, PublishedPicture, SourceKind

LAG_MAX_S: Final = 3600.0
"""A lag longer than this, or a negative one beyond a clock's error, is no measurement."""

_WINDOW_FIRST: Final = 256


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way from sensor to glass.

    Attributes:
        name: what it is called in JSON, metrics and tables.
        meaning: from which stamp to which.
        sample: what one sample is.
        clock: in whose seconds.
    """

    name: str
    meaning: str
    sample: Literal["source and cycle (mean of its batches)", "picture", "frame", "track and source kind"]
    clock: Literal["wall", "exercise"] = "wall"


def _kind_word(kind: SourceKind) -> str:
    return kind.name.lower()


STAGES: Final[tuple[Stage, ...]] = (
    Stage(
        "produced_to_received",
        "the sensor made the batch; fusion has it",
        "source and cycle (mean of its batches)",
    ),
    Stage(
        "received_to_committed",
        "fusion has the batch; its ledger has it on disk",
        "source and cycle (mean of its batches)",
    ),
    Stage("due_to_closed", "the cycle's tick; the last report is folded", "picture"),
    Stage("closed_to_published", "the last report is folded; the picture is handed to the broker", "picture"),
    Stage("published_to_received", "the picture is handed to the broker; the gateway has it", "picture"),
    Stage(
        "received_to_sent", "the gateway has the picture; the frame is handed to a session's socket", "frame"
    ),
    Stage("sent_to_decoded", "the frame is handed to the socket; the browser has decoded it", "frame"),
    Stage("decoded_to_drawn", "decoded; the drawing commands are given", "frame"),
    Stage("drawn_to_presented", "the drawing commands are given; the frame is on the glass", "frame"),
    Stage("due_to_presented", "the cycle's tick; the frame is on the glass", "frame"),
    *(
        Stage(
            f"sensor_to_glass_{clock}_{_kind_word(kind)}",
            f"the sensor measured ({_kind_word(kind)}); the frame that first shows it is on the glass",
            "track and source kind",
            clock,
        )
        for clock in ("wall", "exercise")
        for kind in SourceKind
    ),
)


class StageSummary(BaseModel):
    """A stage in numbers; seconds, None while there is no sample.

    Attributes:
        count: samples ever taken.
        window: newest samples that the numbers are taken from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str
    meaning: str
    sample: str
    clock: Literal["wall", "exercise"]
    count: int
    window: int
    mean_s: float | None
    p50_s: float | None
    p95_s: float | None
    p99_s: float | None
    max_s: float | None


class Samples:
    """The newest samples of one stage."""

    def __init__(self, samples_max: int) -> None:
        """Start empty.

        Args:
            samples_max: at the bound the oldest goes.
        """
        self._samples_max = samples_max
        self._values: FloatArray = np.empty(min(_WINDOW_FIRST, samples_max))
        self._next = 0
        self.window = 0
        self.count = 0

    def add(self, values: FloatArray) -> None:
        """Take samples.

        Args:
            values: (M,) seconds, oldest first.
        """
        self.count += values.size
        values = values[-self._samples_max :]
        if self.window + values.size > self._values.size < self._samples_max:
            self._grow(self.window + values.size)
        size = self._values.size
        place = (self._next + np.arange(values.size)) % size
        self._values[place] = values
        self._next = int(self._next + values.size) % size
        self.window = min(size, self.window + values.size)

    def values(self) -> FloatArray:
        """Return (window,) samples, in no order."""
        return self._values[: self.window]

    def _grow(self, wanted: int) -> None:
        size = self._values.size
        while size < wanted:
            size *= 2
        grown = np.empty(min(size, self._samples_max))
        # Below its largest size the ring has never wrapped round, so the samples stand in order.
        grown[: self.window] = self._values[: self.window]
        self._values, self._next = grown, self.window % grown.size


@dataclass(frozen=True, slots=True)
class Contributions:
    """Sensor times of what is new in a picture.

    Attributes:
        valid_at_s: the picture's time of validity.
        measured_at_s: per kind, exercise times of the newest contribution of each track that got one.
    """

    valid_at_s: float
    measured_at_s: Mapping[SourceKind, FloatArray]


def contributions_of(picture: Picture) -> Contributions:
    """Return the sensor times of the contributions that came in the picture's cycle."""
    latest_s = picture.last_contribution_s
    fresh: NDArray[np.bool_] = latest_s > picture.valid_from_s  # NaN, no contribution, is not greater
    return Contributions(
        picture.valid_at_s, {kind: latest_s[fresh[:, int(kind)], int(kind)] for kind in SourceKind}
    )


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """The stamps of one frame on a browser's glass; wall times.

    Attributes:
        fresh: whether the browser was there when the picture came; how long a picture waited for a
            browser that came later is no lag.
    """

    due_at_s: float
    sent_at_s: float
    decoded_at_s: float
    drawn_at_s: float
    presented_at_s: float
    clock_error_s: float
    fresh: bool


class LagBook:
    """The stages of one scope."""

    def __init__(self, samples_max: int) -> None:
        self._stages = {stage.name: Samples(samples_max) for stage in STAGES}
        self.refused = 0

    def picture(self, published: PublishedPicture, received_at_s: float) -> None:
        """Take a picture that just came over the broker; not one that had been kept for us."""
        if published.caught_up:
            self._add("due_to_closed", published.closed_at_s - published.due_at_s)
            self._add("closed_to_published", published.published_at_s - published.closed_at_s)
        self._add("published_to_received", received_at_s - published.published_at_s)
        for count, to_received_s, to_committed_s in published.arrivals.values():
            if count:
                self._add("produced_to_received", to_received_s)
                self._add("received_to_committed", to_committed_s)

    def sent(self, received_at_s: float, sent_at_s: float) -> None:
        """Take a fresh frame that was handed to a socket."""
        self._add("received_to_sent", sent_at_s - received_at_s)

    def presented(self, frame: ShownFrame, contributions: Contributions, clock: ClockState | None) -> bool:
        """Take a frame that a browser has shown.

        Returns:
            False when the browser's times cannot be, and nothing was taken.
        """
        steps_s = (
            frame.decoded_at_s - frame.sent_at_s,
            frame.drawn_at_s - frame.decoded_at_s,
            frame.presented_at_s - frame.drawn_at_s,
        )
        if not all(-2.0 * frame.clock_error_s - 0.05 <= step_s <= LAG_MAX_S for step_s in steps_s):
            self.refused += 1
            return False
        for name, step_s in zip(
            ("sent_to_decoded", "decoded_to_drawn", "drawn_to_presented"), steps_s, strict=True
        ):
            self._add(name, step_s)
        if not frame.fresh:
            return True
        self._add("due_to_presented", frame.presented_at_s - frame.due_at_s)
        if clock is not None and clock.running and frame.presented_at_s >= clock.wall_at_s:
            self._glass(frame.presented_at_s, contributions, clock)
        return True

    def summaries(self) -> list[StageSummary]:
        """Return every stage in numbers, in the order of the way."""
        return [_summary(stage, self._stages[stage.name]) for stage in STAGES]

    def _glass(self, presented_at_s: float, contributions: Contributions, clock: ClockState) -> None:
        now_s = exercise_time_s(clock, presented_at_s)
        for kind, measured_at_s in contributions.measured_at_s.items():
            lag_s = now_s - measured_at_s
            possible = lag_s >= 0.0  # else a clock was set back between measuring and showing
            # The line from wall to exercise time holds since the clock's last change, not before.
            since = possible & (measured_at_s >= clock.exercise_at_s)
            self.refused += int(np.count_nonzero(~possible))
            self._stages[f"sensor_to_glass_exercise_{_kind_word(kind)}"].add(lag_s[possible])
            self._stages[f"sensor_to_glass_wall_{_kind_word(kind)}"].add(lag_s[since] / clock.rate)

    def _add(self, name: str, lag_s: float) -> None:
        self._stages[name].add(np.array([lag_s]))


def _summary(stage: Stage, samples: Samples) -> StageSummary:
    values = samples.values()
    p50, p95, p99 = np.percentile(values, (50, 95, 99)).tolist() if values.size else (None, None, None)
    return StageSummary(
        stage=stage.name,
        meaning=stage.meaning,
        sample=stage.sample,
        clock=stage.clock,
        count=samples.count,
        window=samples.window,
        mean_s=float(values.mean()) if values.size else None,
        p50_s=p50,
        p95_s=p95,
        p99_s=p99,
        max_s=float(values.max()) if values.size else None,
    )
