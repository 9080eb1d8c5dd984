"""What a sensor shows of itself, scan by scan."""

from math import pi

import numpy as np
import pytest

from fusion.sensor_habits import Habits, inside, within
from fusion.sensor_settings import SensorSettings

SCANS = 200


def habits(**known: float) -> Habits:
    return Habits(SensorSettings(**known), place=0)


def after(one: Habits, *, seen: int, expected: int, unclaimed: int) -> Habits:
    for scan in range(SCANS):
        one.begin(10.0 * scan, seen + unclaimed)
        one.learn(seen, expected, unclaimed)
    return one


def test_a_detection_probability_is_learnt_from_what_was_expected() -> None:
    assert after(habits(), seen=6, expected=10, unclaimed=0).detection_probability == pytest.approx(0.6)


def test_what_is_known_is_not_learnt() -> None:
    one = after(
        habits(detection_probability=0.9, false_per_rad=0.1, looks_per_error=3),
        seen=2,
        expected=10,
        unclaimed=5,
    )

    assert one.detection_probability == 0.9
    assert one.false_per_rad == 0.1
    assert one.looks_per_error == 3


def test_false_reports_are_what_no_track_claims() -> None:
    one = after(habits(range_max_m=1000.0), seen=10, expected=10, unclaimed=4)

    assert one.false_per_m2 == pytest.approx(4.0 / (pi * 1000.0**2), rel=1e-3)
    assert one.false_per_rad == pytest.approx(4.0 / (2.0 * pi), rel=1e-3)


def test_while_there_are_no_tracks_little_is_taken_as_false() -> None:
    one = habits()
    one.begin(0.0, 100)
    one.learn(0, 0, 100)

    assert one.false == 10.0


def test_independent_errors_count_each() -> None:
    one, chance = habits(), np.random.default_rng(1)
    for _ in range(500):
        one.compare(chance.normal(size=5), chance.normal(size=5))

    assert one.looks_per_error < 1.5


def test_equal_errors_count_once_in_many_looks() -> None:
    one, chance = habits(), np.random.default_rng(1)
    for _ in range(500):
        errors = chance.normal(size=5)
        one.compare(errors, errors)

    assert one.looks_per_error == 200.0


def test_errors_that_fade_by_a_tenth_a_look_are_shared_by_nineteen() -> None:
    one, chance, error = habits(), np.random.default_rng(1), np.zeros(20)
    for _ in range(2000):
        before, error = error, 0.9 * error + np.sqrt(1.0 - 0.81) * chance.normal(size=20)
        one.compare(error, before)

    assert one.looks_per_error == pytest.approx(19.0, rel=0.25)


def test_a_turn_is_the_time_between_two_scans() -> None:
    one = habits()
    one.begin(3.0, 1)
    one.begin(5.5, 1)

    assert one.turn_s == 2.5


def test_the_edge_of_a_box_is_not_well_inside() -> None:
    low_m, high_m = np.array([0.0, 0.0, 0.0]), np.array([100.0, 100.0, 0.0])

    places = np.array([[50.0, 50.0, 0.0], [2.0, 50.0, 0.0], [50.0, 120.0, 0.0]])

    assert inside(places, low_m, high_m).tolist() == [True, False, False]


def test_a_sensor_of_bearings_without_a_range_hears_everything() -> None:
    places = np.array([[1e6, 0.0, 0.0], [10.0, 0.0, 0.0]])

    assert within(places, np.zeros(3), habits()).tolist() == [True, True]
    assert within(places, np.zeros(3), habits(range_max_m=1000.0)).tolist() == [False, True]
