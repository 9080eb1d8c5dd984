"""Up to when fusion may fold, with and without a hold."""

from math import inf

import pytest

from contracts.control import SensorStatus
from fusion.frontier import Frontier
from tests.fusion.chain import a_status
from tests.fusion.sky import START_S, Radar, ships

SCANS = list(Radar(clutter=0.0).scans(ships(1), 60))
SENSORS: dict[str, SensorStatus] = {"radar-a": a_status(SCANS[0])}
END_S = START_S + 80.0
SOON = pytest.approx


def heard_until(count: int, *, wall_s: float = 100.0) -> Frontier:
    """A frontier that has heard the first ``count`` one-second batches."""
    frontier = Frontier(20.0, 2.0)
    for scan in SCANS[:count]:
        frontier.note(scan, scan.sequence, wall_s)
    return frontier


def test_with_no_source_known_the_clock_is_the_frontier() -> None:
    assert Frontier(20.0, 2.0).at_s(100.0, START_S + 9.75, END_S, SENSORS) == START_S + 9.75


def test_a_source_whose_next_batch_is_not_due_yet_is_not_waited_for() -> None:
    assert heard_until(9).at_s(100.0, START_S + 9.75, END_S, SENSORS) == START_S + 9.75


def test_within_a_cycle_a_source_that_is_behind_is_waited_for() -> None:
    assert heard_until(5).at_s(101.0, START_S + 20.0, END_S, SENSORS) == SOON(START_S + 6.0)


def test_a_gap_is_waited_for_too() -> None:
    frontier = heard_until(5)
    frontier.note(SCANS[19], SCANS[4].sequence, 101.0)

    assert frontier.at_s(101.0, START_S + 20.0, END_S, SENSORS) == SOON(START_S + 6.0)


def test_a_cycle_that_is_due_waits_for_nobody() -> None:
    assert heard_until(5).at_s(101.0, START_S + 80.0, END_S, SENSORS) == START_S + 80.0


def test_a_source_not_heard_for_long_is_not_waited_for() -> None:
    assert heard_until(5).at_s(121.0, START_S + 40.0, END_S, SENSORS) == START_S + 40.0


def test_a_hold_keeps_even_a_cycle_that_is_due() -> None:
    frontier = heard_until(5)
    frontier.hold(100.0)

    assert frontier.at_s(101.0, START_S + 90.0, END_S, SENSORS) == SOON(START_S + 6.0)


def test_a_hold_with_no_source_folds_nothing() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)

    assert frontier.at_s(101.0, START_S + 50.0, END_S, {}) == -inf


def test_a_hold_ends_when_all_sources_have_caught_up() -> None:
    frontier = heard_until(50)
    frontier.hold(100.0)

    assert frontier.at_s(103.0, START_S + 50.2, END_S, SENSORS) == START_S + 50.2
    assert frontier.holding_since_s is None


def test_what_all_sensors_have_sent_is_folded_before_the_lateness_is_over() -> None:
    assert heard_until(50).at_s(100.0, START_S + 49.75, END_S, SENSORS) == START_S + 50.0


def test_nothing_is_folded_ahead_of_a_sensor_that_is_there_and_has_sent_nothing_yet() -> None:
    silent = SENSORS["radar-a"].model_copy(update={"sensor": "radar-z"})

    at_s = heard_until(50).at_s(100.0, START_S + 49.75, END_S, {**SENSORS, "radar-z": silent})

    assert at_s == START_S + 49.75


def test_a_sensor_that_is_offline_does_not_hold_back_what_is_folded_ahead() -> None:
    away = SENSORS["radar-a"].model_copy(update={"sensor": "radar-z", "state": "offline"})

    at_s = heard_until(50).at_s(100.0, START_S + 49.75, END_S, {**SENSORS, "radar-z": away})

    assert at_s == START_S + 50.0


def test_nothing_is_folded_ahead_beyond_the_end_of_the_cycle() -> None:
    assert heard_until(50).at_s(100.0, START_S + 29.75, START_S + 30.0, SENSORS) == START_S + 30.0


def test_a_live_batch_after_a_gap_does_not_end_a_hold() -> None:
    frontier = heard_until(20)
    frontier.hold(100.0)
    frontier.note(SCANS[49], SCANS[19].sequence, 103.0)

    frontier.at_s(103.0, START_S + 49.75, END_S, SENSORS)

    assert frontier.holding_since_s is not None


def test_a_hold_ends_after_its_longest_wait_even_if_a_source_stays_away() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)

    assert frontier.at_s(121.0, START_S + 49.75, END_S, SENSORS) == START_S + 49.75


def test_a_newcomer_keeps_the_hold_up() -> None:
    frontier = heard_until(50)
    frontier.hold(100.0)
    frontier.newcomer_at_s = 102.5

    frontier.at_s(103.0, START_S + 49.75, END_S, SENSORS)

    assert frontier.holding_since_s is not None


def test_a_sensor_that_is_offline_does_not_keep_a_hold_up() -> None:
    frontier = heard_until(50)
    frontier.hold(100.0)
    away = SENSORS["radar-a"].model_copy(update={"sensor": "radar-z", "state": "offline"})

    frontier.at_s(103.0, START_S + 49.75, END_S, {**SENSORS, "radar-z": away})

    assert frontier.holding_since_s is None


def test_without_a_broker_a_hold_does_not_end() -> None:
    frontier = heard_until(10)
    frontier.disconnected(100.0)

    assert frontier.at_s(500.0, START_S + 450.0, END_S, SENSORS) == SOON(START_S + 11.0)
