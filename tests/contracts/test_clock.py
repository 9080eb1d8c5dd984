"""Wall time to exercise time and back, and the grid on which pictures are due."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clock import CycleGrid, exercise_time_s, wall_time_s
from contracts.control import ClockState
from tests.gateway.words import a_clock

MICROSECOND = 1e-6
CYCLES_S = st.sampled_from([1.0, 2.0, 5.0, 10.0, 12.5, 30.0, 60.0, 300.0, 3600.0])

clocks = st.builds(
    a_clock,
    wall_at_s=st.floats(1.7e9, 2e9),
    exercise_at_s=st.floats(1.9e9, 2e9),
    rate=st.sampled_from([0.1, 0.5, 1.0, 2.0, 10.0, 60.0]),
)
grids = st.builds(CycleGrid, startex_s=st.integers(1_900_000_000, 2_000_000_000).map(float), cycle_s=CYCLES_S)


def test_a_running_clock_goes_at_its_rate() -> None:
    clock = a_clock(wall_at_s=1000.0, exercise_at_s=5000.0, rate=4.0)

    assert exercise_time_s(clock, 1010.0) == 5040.0
    assert wall_time_s(clock, 5040.0) == 1010.0


def test_a_standing_clock_stands_and_its_future_never_comes() -> None:
    clock = a_clock(wall_at_s=1000.0, exercise_at_s=5000.0, running=False)

    assert exercise_time_s(clock, 9999.0) == 5000.0
    assert wall_time_s(clock, 5001.0) is None


@given(clocks, st.floats(0.0, 1e5))
def test_there_and_back_is_where_one_was(clock: ClockState, later_s: float) -> None:
    wall_s = clock.wall_at_s + later_s

    back_s = wall_time_s(clock, exercise_time_s(clock, wall_s))

    # One bit of a time around 2e9 s is 0.24 microseconds; a slow clock tells wall time coarser.
    assert back_s == pytest.approx(wall_s, abs=MICROSECOND / clock.rate)


@given(clocks, st.floats(0.0, 1e5), st.floats(0.0, 1e5))
def test_a_clock_never_goes_back(clock: ClockState, one_s: float, other_s: float) -> None:
    earlier, later = sorted((one_s, other_s))

    assert exercise_time_s(clock, clock.wall_at_s + earlier) <= exercise_time_s(
        clock, clock.wall_at_s + later
    )


@given(grids)
def test_the_first_cycle_is_short_and_none_is_shorter_than_a_second(grid: CycleGrid) -> None:
    lengths_s = [grid.end_s(cycle) - grid.from_s(cycle) for cycle in range(10)]

    assert lengths_s[0] == min(6.0, grid.cycle_s)
    assert min(lengths_s) >= min(1.0, grid.cycle_s)
    assert max(lengths_s) <= grid.cycle_s + 1.0
    assert lengths_s[2:] == [grid.cycle_s] * 8


@given(grids)
def test_after_the_first_cycle_boundaries_are_whole_multiples_since_the_epoch(grid: CycleGrid) -> None:
    assert [grid.end_s(cycle) % grid.cycle_s for cycle in range(1, 20)] == [0.0] * 19


@given(grids, st.floats(0.0, 100_000.0))
def test_every_time_falls_in_the_cycle_that_holds_it(grid: CycleGrid, later_s: float) -> None:
    time_s = grid.startex_s + later_s

    cycle = grid.cycle_at(time_s)

    assert grid.from_s(cycle) < time_s <= grid.end_s(cycle) or (cycle == 0 and time_s == grid.startex_s)


@given(grids, st.integers(0, 5000))
def test_a_boundary_belongs_to_the_cycle_that_it_ends(grid: CycleGrid, cycle: int) -> None:
    assert grid.cycle_at(grid.end_s(cycle)) == cycle


@given(grids, st.integers(0, 100))
def test_cycles_follow_each_other_from_any_one_on(grid: CycleGrid, first: int) -> None:
    assert list(islice(grid.cycles(first), 5)) == [(first + k, grid.end_s(first + k)) for k in range(5)]


def test_a_startex_on_the_hour_gives_the_instants_of_a_clock_on_the_wall() -> None:
    grid = CycleGrid(startex_s=1_936_742_400.0, cycle_s=30.0)

    ends_s = [grid.end_s(cycle) - grid.startex_s for cycle in range(4)]

    assert ends_s == [6.0, 30.0, 60.0, 90.0]
