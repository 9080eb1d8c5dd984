"""How the exercise clock answers to commands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.clock import exercise_time_s
from contracts.control import ClockCommand
from exercise.clockwork import UnfitCommand, begin, turn
from tests.exercise.builders import EXERCISE, STARTEX_S, a_clock, a_command, the_settings
from tests.virtual_time import EPOCH_S

MICROSECOND = 1e-6
MINUTE_S = 60.0

commands = st.builds(
    lambda command, rate: ClockCommand.model_validate(
        {"exercise": EXERCISE, "command": command, "rate": None if command == "pause" else rate}
    ),
    st.sampled_from(["start", "pause", "resume", "rate"]),
    st.floats(0.1, 60.0),
)


def test_an_exercise_begins_at_startex() -> None:
    state = begin(the_settings(), EPOCH_S)

    assert state.running
    assert exercise_time_s(state, EPOCH_S + 5.0) == STARTEX_S + 5.0


def test_an_exercise_told_to_wait_stands_at_startex_until_started() -> None:
    state = begin(the_settings(autostart=False), EPOCH_S)

    started = turn(state, a_command("start"), EPOCH_S + 100.0)

    assert exercise_time_s(state, EPOCH_S + 100.0) == STARTEX_S
    assert exercise_time_s(started, EPOCH_S + 101.0) == STARTEX_S + 1.0


def test_a_pause_of_thirty_minutes_takes_no_exercise_time() -> None:
    paused = turn(a_clock(), a_command("pause"), EPOCH_S + 10.0)

    resumed = turn(paused, a_command("resume"), EPOCH_S + 10.0 + 30.0 * MINUTE_S)

    assert exercise_time_s(paused, EPOCH_S + 1000.0) == STARTEX_S + 10.0
    assert exercise_time_s(resumed, EPOCH_S + 10.0 + 30.0 * MINUTE_S + 2.0) == STARTEX_S + 12.0


def test_a_new_rate_bends_the_line_without_a_jump() -> None:
    faster = turn(a_clock(), a_command("rate", 10.0), EPOCH_S + 7.0)

    assert exercise_time_s(faster, EPOCH_S + 7.0) == STARTEX_S + 7.0
    assert exercise_time_s(faster, EPOCH_S + 8.0) == STARTEX_S + 17.0


def test_a_rate_set_during_a_pause_holds_from_the_resume() -> None:
    paused = turn(a_clock(), a_command("pause"), EPOCH_S + 7.0)

    resumed = turn(turn(paused, a_command("rate", 4.0), EPOCH_S + 8.0), a_command("resume"), EPOCH_S + 9.0)

    assert exercise_time_s(resumed, EPOCH_S + 10.0) == STARTEX_S + 11.0


@pytest.mark.parametrize("command", [a_command("start"), a_command("resume"), a_command("rate", 1.0)])
def test_what_is_so_already_changes_nothing(command: ClockCommand) -> None:
    state = a_clock()

    assert turn(state, command, EPOCH_S + 50.0) is state


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (a_command("rate"), "rate"),
        (a_command("pause", 2.0), "rate"),
        (a_command("pause", exercise="someone-else"), "exercise"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_by_field(command: ClockCommand, field: str) -> None:
    with pytest.raises(UnfitCommand, match=f"^{field}: wanted .*, got "):
        turn(a_clock(), command, EPOCH_S + 1.0)


@given(st.lists(st.tuples(commands, st.floats(0.0, 5000.0)), max_size=20))
def test_exercise_time_never_goes_back_and_never_jumps(turns: list[tuple[ClockCommand, float]]) -> None:
    state, wall_s = a_clock(), EPOCH_S

    for command, after_s in turns:
        wall_s += after_s
        before_s = exercise_time_s(state, wall_s)
        state = turn(state, command, wall_s)
        assert exercise_time_s(state, wall_s) == pytest.approx(before_s, abs=MICROSECOND)
        assert exercise_time_s(state, wall_s + 1.0) >= before_s


@given(commands, st.floats(0.0, 5000.0))
def test_asking_twice_is_asking_once(command: ClockCommand, after_s: float) -> None:
    once = turn(a_clock(), command, EPOCH_S + after_s)

    assert turn(once, command, EPOCH_S + after_s + 3.0) is once


def test_every_change_counts_the_revision_up() -> None:
    state: Any = a_clock()
    for command in ("pause", "resume", "pause"):
        state = turn(state, a_command(command), EPOCH_S + 1.0)

    assert state.revision == 3
