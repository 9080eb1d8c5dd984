"""Stated probabilities are compared with how often they come true."""

import numpy as np
import pytest

from benchmarks.calibration import calibration_of, reliability_of, stated
from benchmarks.scoring import Rule, Scorer
from tests.benchmarks.builders import some_objects, some_tracks

FRIEND, NEUTRAL, HOSTILE = 0, 1, 2
THREE = [(0.0, 0.0), (50_000.0, 0.0), (100_000.0, 0.0)]


def test_statements_that_come_true_as_often_as_they_say_have_no_error() -> None:
    probability = np.full(1_000, 0.7)

    reliability = reliability_of(probability, np.arange(1_000) < 700)

    assert reliability.expected_calibration_error == pytest.approx(0.0)
    assert reliability.brier == pytest.approx(0.7 * 0.09 + 0.3 * 0.49)


def test_too_sure_is_an_error_of_the_difference() -> None:
    reliability = reliability_of(np.full(1_000, 0.96), np.arange(1_000) < 600)

    assert reliability.expected_calibration_error == pytest.approx(0.36)


def test_each_bin_gives_its_count_its_mean_and_its_share() -> None:
    reliability = reliability_of(np.array([0.91, 0.93, 1.0]), np.array([1, 0, 1]))

    ninety, last = reliability.bins[18:]
    assert ninety.stated == pytest.approx(0.92)
    assert (ninety.count, ninety.right) == (2, 0.5)
    assert (last.count, last.stated, last.right) == (1, 1.0, 1.0)
    assert np.isnan(reliability.bins[0].right)


def test_an_error_in_one_bin_does_not_mend_that_of_another() -> None:
    reliability = reliability_of(np.array([0.6, 0.8]), np.array([1, 0]))

    assert reliability.expected_calibration_error == pytest.approx((0.4 + 0.8) / 2)


def test_the_likeliest_side_of_each_pair_is_held_against_the_true_one() -> None:
    objects = some_objects(THREE, side=[FRIEND, NEUTRAL, HOSTILE])
    shown = some_tracks(THREE, side_probability=[(0.8, 0.1, 0.1), (0.2, 0.7, 0.1), (0.1, 0.6, 0.3)])
    score = Scorer(Rule()).take(0.0, objects, shown)

    found = calibration_of([stated(objects, shown, score.matched)])

    assert found.likeliest.count == 3
    assert found.likeliest.brier == pytest.approx((0.04 + 0.09 + 0.36) / 3)
    assert found.sides["hostile"].brier == pytest.approx((0.01 + 0.01 + 0.49) / 3)


def test_nothing_shown_has_no_error() -> None:
    found = calibration_of([])

    assert found.likeliest.count == 0
    assert np.isnan(found.likeliest.expected_calibration_error)
