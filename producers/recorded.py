"""A recorded feed: real self-reports played on the exercise clock at the times at which they were made.

Exercise time is the recording's own. The exercise is started with :func:`first_time_s` as STARTEX; where
there is no exercise clock at all, the feed starts one.
"""

import math
from pathlib import Path
from typing import Final

import numpy as np

from contracts.broker import Broker
from contracts.clock import WallClock
from contracts.codec import Encoding
from contracts.control import ClockState, Inject, SensorStatus, TruthStates
from contracts.labels import Nation
from contracts.reports import SelfReports
from contracts.topics import Discipline
from producers.feed import Source
from producers.produced import Produced
from producers.recording import Recording, read_recording
from producers.service import Shell, run_plan
from producers.settings import DispatchSettings, RecordedSettings
from producers.sighting import RecordingError

_EARLY_MAX_S: Final = 86_400.0
"""A recording may begin this long after STARTEX; a greater gap is taken for a wrong STARTEX."""
_SERVICE_NAME_MAX: Final = 40


class RecordingOutsideExercise(RecordingError):
    """A recording whose times are not those of the exercise."""

    def __init__(self, file: Path, startex_s: float, first_s: float, last_s: float) -> None:
        wanted = (
            f"an exercise that begins with the recording, {_moment(first_s)} to {_moment(last_s)}; "
            "start it with the recording's first time as STARTEX"
        )
        super().__init__(file, wanted, f"STARTEX {_moment(startex_s)}")


async def run_recorded(broker: Broker, clock: WallClock, settings: RecordedSettings) -> None:
    """Play a recording until cancelled.

    Raises:
        RecordingError: the file cannot be played.
        RecordingOutsideExercise: the exercise is at another time.
    """
    plan = RecordedPlan(settings, read_recording(settings.file))
    try:
        await run_plan(broker, Shell(clock, plan, settings.clock_wait_s))
    except BaseExceptionGroup as group:
        # Raised deep within the tasks of a session; whoever called us wants the one clear error.
        outside: BaseException | None = group.subgroup(RecordingOutsideExercise)
        while isinstance(outside, BaseExceptionGroup):
            outside = outside.exceptions[0]
        if outside is None:
            raise
        raise outside from None


def first_time_s(file: Path) -> float:
    """Return the whole second at or before a recording's first report: the STARTEX to play it with."""
    return math.floor(float(read_recording(file).at_s[0]))


class RecordedSource:
    """The one source of a recorded feed."""

    def __init__(self, settings: RecordedSettings, recording: Recording) -> None:
        self._settings = settings
        self._recording = recording
        self._begin_s = float(math.floor(recording.at_s[0]))

    @property
    def name(self) -> str:
        """The receiver's name."""
        return self._settings.sensor

    @property
    def nation(self) -> Nation:
        """Whose receiver it was."""
        return self._settings.nation

    @property
    def discipline(self) -> Discipline:
        """Self-reports belong to the SIGINT feed."""
        return "sigint"

    @property
    def begin_s(self) -> float:
        """Batch 0 begins at the recording's first whole second."""
        return self._begin_s

    @property
    def step_s(self) -> float:
        """Exercise time that one batch covers."""
        return self._settings.step_s

    @property
    def batches(self) -> int | None:
        """As many as the recording lasts."""
        return int((float(self._recording.at_s[-1]) - self._begin_s) // self.step_s) + 1

    @property
    def end_s(self) -> float:
        """Exercise time at which the last batch ends."""
        return self._begin_s + (self.batches or 0) * self.step_s

    def delay_s(self, at_s: float) -> float:
        """Nothing holds a recording back."""
        del at_s
        return 0.0

    def produce(self, sequence: int, produced_at_s: float) -> Produced:
        """Return a batch: what was recorded in its interval."""
        held = self._recording
        from_s = self._begin_s + sequence * self.step_s
        to_s = self._begin_s + (sequence + 1) * self.step_s
        begin, end = np.searchsorted(held.at_s, [from_s, to_s], side="left")
        rows = slice(int(begin), int(end))
        batch = SelfReports(
            exercise=self._settings.exercise,
            nation=self.nation,
            sensor=self.name,
            sequence=sequence,
            measured_from_s=from_s,
            measured_to_s=to_s,
            produced_at_s=produced_at_s,
            label=self._settings.label,
            measured_at_s=held.at_s[rows],
            claimed_id=held.mmsi[rows],
            lat_deg=held.lat_deg[rows],
            lon_deg=held.lon_deg[rows],
            height_m=np.full(int(end - begin), np.nan, dtype=np.float32),
            course_rad=held.course_rad[rows].astype(np.float32),
            speed_m_per_s=held.speed_m_per_s[rows].astype(np.float32),
            position_sigma_m=held.sigma_m[rows].astype(np.float32),
            platform=held.platform[rows].astype(np.int16),
            name=held.name[rows],
        )
        return Produced(batch)

    def status(self, exercise_now_s: float, at_s: float) -> SensorStatus:
        """Return what the receiver says of itself; after the last row it is off."""
        return SensorStatus(
            exercise=self._settings.exercise,
            nation=self.nation,
            discipline="sigint",
            sensor=self.name,
            sensor_kind="self-report",
            state="online" if exercise_now_s <= self.end_s else "offline",
            at_s=at_s,
            label=self._settings.label,
        )


class RecordedPlan:
    """A recording, played as one source."""

    def __init__(self, settings: RecordedSettings, recording: Recording) -> None:
        self._settings = settings
        self._source = RecordedSource(settings, recording)

    @property
    def exercise(self) -> str:
        """Name of the exercise."""
        return self._settings.exercise

    @property
    def instance(self) -> str:
        """This process's name as a service."""
        return f"recorded-{self._settings.sensor}"[:_SERVICE_NAME_MAX]

    @property
    def encoding(self) -> Encoding:
        """How messages are written."""
        return self._settings.encoding

    @property
    def dispatch(self) -> DispatchSettings:
        """Bounds of sending."""
        return self._settings.dispatch

    def sources(self, startex_s: float, injects: tuple[Inject, ...]) -> tuple[Source, ...]:
        """Return the recording; injects cannot change what has happened."""
        del injects
        first_s, last_s = self._source.begin_s, self._source.end_s
        if not first_s - _EARLY_MAX_S <= startex_s <= last_s:
            raise RecordingOutsideExercise(self._settings.file, startex_s, first_s, last_s)
        return (self._source,)

    def truth(self, at_s: float) -> TruthStates | None:
        """Nobody knows the truth of a recording."""
        del at_s
        return None

    def ignored(self) -> int:
        """Injects are not for recordings."""
        return 0

    def own_clock(self, wall_s: float) -> ClockState:
        """Return a clock that starts now at the recording's first second, at the rate asked for."""
        return ClockState(
            exercise=self.exercise,
            startex_s=self._source.begin_s,
            wall_at_s=wall_s,
            exercise_at_s=self._source.begin_s,
            rate=self._settings.rate,
            running=True,
            run=int(wall_s * 1000.0),
        )


def _moment(at_s: float) -> str:
    return str(np.datetime64(int(at_s), "s")) + "Z"


__all__ = [
    "RecordedPlan",
    "RecordedSettings",
    "RecordingError",
    "RecordingOutsideExercise",
    "first_time_s",
    "run_recorded",
]
