"""Wall time to exercise time and back.

Exercise time is a straight line over wall time between two changes of the clock (start, pause,
resume, rate). All times are seconds since 1970-01-01 UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from contracts.control import ClockState


class WallClock(Protocol):
    """Where wall time comes from: the machine's, or a test's virtual one."""

    def now_s(self) -> float:
        """Return wall time, seconds since the epoch, UTC; never goes back while a process runs."""
        ...


def exercise_time_s(state: ClockState, wall_s: float) -> float:
    """Return the exercise time at a wall time at or after the clock's last change."""
    if not state.running:
        return state.exercise_at_s
    return state.exercise_at_s + (wall_s - state.wall_at_s) * state.rate


def wall_time_s(state: ClockState, exercise_s: float) -> float | None:
    """Return the wall time at which an exercise time comes (or came); None while the clock stands."""
    if not state.running:
        return None
    return state.wall_at_s + (exercise_s - state.exercise_at_s) / state.rate


@dataclass(frozen=True, slots=True)
class CycleGrid:
    """The instants at which pictures are due, on exercise time, the same for every process.

    The first cycle is short, so that a picture is there soon after STARTEX; after it boundaries
    fall on whole multiples of the cycle since the epoch, where clocks on a wall would put them.

    Attributes:
        startex_s: when the exercise begins.
        cycle_s: length of a cycle.
        first_s: latest length of the first one; none shorter than a second is made.
    """

    startex_s: float
    cycle_s: float
    first_s: float = 6.0

    def end_s(self, cycle: int) -> float:
        """Return the exercise time at which cycle number ``cycle`` (from 0) ends."""
        if cycle == 0:
            return self.startex_s + min(self.first_s, self.cycle_s)
        return self._first_whole_s() + (cycle - 1) * self.cycle_s

    def from_s(self, cycle: int) -> float:
        """Return the exercise time at which a cycle begins."""
        return self.startex_s if cycle == 0 else self.end_s(cycle - 1)

    def cycle_at(self, exercise_s: float) -> int:
        """Return the cycle that an exercise time falls in; a boundary belongs to the cycle it ends."""
        if exercise_s <= self.end_s(0):
            return 0
        whole = self._first_whole_s()
        return 1 if exercise_s <= whole else 1 + -int((whole - exercise_s) // self.cycle_s)

    def cycles(self, first: int = 0) -> Iterator[tuple[int, float]]:
        """Yield (cycle, end_s) for ever, from a cycle on."""
        cycle = first
        while True:
            yield cycle, self.end_s(cycle)
            cycle += 1

    def _first_whole_s(self) -> float:
        """First whole multiple of the cycle that is clearly after the first cycle's end."""
        count = int((self.end_s(0) + 1.0) // self.cycle_s) + 1
        return count * self.cycle_s
