"""Up to when fusion may fold, with and without a hold."""

from math import inf

from contracts.control import SensorStatus
from fusion.frontier import Frontier
from tests.fusion.chain import a_status
from tests.fusion.sky import START_S, Radar, ships

SCANS = list(Radar(clutter=0.0).scans(ships(1), 60))
SENSORS: dict[str, SensorStatus] = {"radar-a": a_status(SCANS[0])}


def test_without_a_hold_the_clock_less_the_lateness_is_the_frontier() -> None:
    assert Frontier(20.0, 2.0).at_s(0.0, START_S + 10.0, 0.25, SENSORS) == START_S + 9.75


def test_a_hold_folds_only_what_every_source_has_delivered() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)
    frontier.note(SCANS[4])

    assert frontier.at_s(101.0, START_S + 50.0, 0.25, SENSORS) == SCANS[4].measured_to_s


def test_a_hold_with_no_source_folds_nothing() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)

    assert frontier.at_s(101.0, START_S + 50.0, 0.25, {}) == -inf


def test_a_hold_ends_when_all_sources_have_caught_up() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)
    frontier.note(SCANS[49])

    assert frontier.at_s(103.0, START_S + 50.0, 0.25, SENSORS) == START_S + 49.75
    assert frontier.holding_since_s is None


def test_a_hold_ends_after_its_longest_wait_even_if_a_source_stays_away() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)

    assert frontier.at_s(121.0, START_S + 50.0, 0.25, SENSORS) == START_S + 49.75


def test_a_newcomer_keeps_the_hold_up() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)
    frontier.note(SCANS[49])
    frontier.newcomer_at_s = 102.5

    frontier.at_s(103.0, START_S + 50.0, 0.25, SENSORS)

    assert frontier.holding_since_s is not None


def test_a_source_that_is_offline_is_not_waited_for() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.hold(100.0)
    frontier.note(SCANS[49])
    away = {
        **SENSORS,
        "radar-z": SENSORS["radar-a"].model_copy(update={"sensor": "radar-z", "state": "offline"}),
    }

    frontier.at_s(103.0, START_S + 50.0, 0.25, away)

    assert frontier.holding_since_s is None


def test_without_a_broker_a_hold_does_not_end() -> None:
    frontier = Frontier(20.0, 2.0)
    frontier.note(SCANS[9])
    frontier.disconnected(100.0)

    assert frontier.at_s(500.0, START_S + 450.0, 0.25, SENSORS) == SCANS[9].measured_to_s
