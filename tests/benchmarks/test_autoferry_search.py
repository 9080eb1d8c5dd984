"""What a sensor shows of itself is taken from its detections near the boats."""

import tomllib

import numpy as np
import pytest

from benchmarks.autoferry_bench import SETTINGS, knowledge_of
from benchmarks.autoferry_runs import INFRARED, RADAR, Detections
from benchmarks.autoferry_search import chosen_of, errors, looks_per_error, shown_by, tables_of
from contracts.columns import FloatArray

BOATS_M = np.array([[0.0, 100.0], [100.0, 0.0]])


def a_look(sensor: int, found: FloatArray) -> Detections:
    return Detections(0.0, sensor, np.zeros(2), found, BOATS_M)


def test_the_error_of_a_bearing_is_taken_across_north() -> None:
    error, place = errors([a_look(INFRARED, np.array([2.0 * np.pi - 0.01, 1.0]))], 0)

    assert error == pytest.approx([-0.01])
    assert place.tolist() == [0]


def test_a_detection_far_from_a_boat_is_no_error_of_it() -> None:
    error, _ = errors([a_look(RADAR, np.array([[50.0, 50.0]]))], 0)

    assert not len(error)


def test_independent_errors_are_shared_by_one_look_and_lasting_ones_by_many() -> None:
    chance = np.random.default_rng(1)
    fresh = chance.normal(size=2_000)
    lasting = np.convolve(fresh, np.ones(10), "valid")
    places = np.arange(2_000)

    assert looks_per_error(fresh, places) < 2.0
    # A mean of ten: its correlations are 0.9, 0.8, to 0.1; one and twice their sum is ten.
    assert looks_per_error(lasting - lasting.mean(), places[: len(lasting)]) == pytest.approx(10.0, rel=0.2)


def test_what_is_near_no_boat_counts_as_false() -> None:
    looks = [a_look(INFRARED, np.array([0.01 * sign, np.pi / 2.0, 3.0])) for sign in (-1, 1)]

    shown = shown_by(looks)

    assert shown.detection_probability == 1.0
    assert shown.false_per_rad == pytest.approx(1.0 / (2.0 * np.pi))
    assert shown.sigma == pytest.approx(0.005)
    assert shown.range_max_m == pytest.approx(100.0)


def test_what_is_searched_are_settings_of_the_engine() -> None:
    tables = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    chosen = chosen_of(tables) | {"confirm_score": 10.0, "lost_score": 14.0, "detection_probability": 0.8}

    told = knowledge_of(tables_of(chosen, tables))

    assert told.engine.score_max == 24.0
    assert told.sensors.of(RADAR).detection_probability == 0.8
    assert told.sensors.of(INFRARED).looks_per_error == tables["sensor"]["3"]["looks_per_error"]


def test_settings_are_the_same_taken_out_and_put_back() -> None:
    tables = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))

    assert tables_of(chosen_of(tables), tables) == tables
