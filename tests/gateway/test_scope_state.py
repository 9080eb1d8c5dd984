"""Which pictures a scope takes, and when its cycles may begin again."""

from contracts.control import ClockState
from gateway.lag import LagBook
from gateway.scope_state import ScopeState
from gateway.shown import ShownPicture
from tests.gateway.pictures import STARTEX_S, WALL_S, a_picture
from tests.gateway.test_frames import a_held
from tests.gateway.words import a_clock


def holding(cycle: int, clock: ClockState | None = None) -> ScopeState:
    state = ScopeState(LagBook(10))
    state.hold(ShownPicture(a_held(a_picture(tracks=1, cycle=cycle)), None, with_delta=False), clock)
    return state


def is_old(state: ScopeState, cycle: int, clock: ClockState | None = None, seed: int = 1) -> bool:
    return state.is_old(a_held(a_picture(tracks=1, cycle=cycle, seed=seed)), clock, WALL_S)


def test_the_first_picture_is_never_old() -> None:
    assert not is_old(ScopeState(LagBook(10)), 0)


def test_a_lower_cycle_and_the_same_picture_are_old_and_a_higher_cycle_is_not() -> None:
    state = holding(5)

    assert [is_old(state, 4), is_old(state, 5), is_old(state, 6)] == [True, True, False]


def test_another_picture_of_the_same_cycle_is_taken() -> None:
    assert not is_old(holding(5), 5, seed=2)


def test_in_another_run_cycles_begin_again() -> None:
    state = holding(90, a_clock(run=1, exercise_at_s=STARTEX_S + 2700.0))

    assert is_old(state, 1, a_clock(run=1, exercise_at_s=STARTEX_S + 2700.0))
    assert not is_old(state, 1, a_clock(run=2))


def test_when_the_clock_was_set_back_before_the_held_picture_cycles_begin_again() -> None:
    clock = a_clock(exercise_at_s=STARTEX_S)

    assert not is_old(holding(90, clock), 1, clock)


def test_gaps_are_counted_within_a_run_alone() -> None:
    clock = a_clock(run=1)
    state = holding(5, clock)

    state.hold(ShownPicture(a_held(a_picture(tracks=1, cycle=8)), None, with_delta=False), clock)
    within = state.gaps
    state.hold(ShownPicture(a_held(a_picture(tracks=1, cycle=20)), None, with_delta=False), a_clock(run=2))

    assert (within, state.gaps) == (2, 2)
