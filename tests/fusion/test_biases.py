"""Biases: the filter is honest about what it knows, and what it cannot know stays open."""

import numpy as np

from contracts.columns import FloatArray
from fusion.biases import (
    AZIMUTH_SIGMA_RAD,
    MEMORY_S,
    RANGE_SIGMA_M,
    Biases,
    learn_difference,
    move_on,
    no_biases,
    settle_on,
    with_one_more,
)

NOISE = np.array([50.0**2, 0.0, 0.005**2])
SAME = np.eye(2)


def a_difference(chance: np.random.Generator, bias: FloatArray) -> FloatArray:
    noisy: FloatArray = bias + chance.normal(size=2) * np.sqrt(NOISE[[0, 2]])
    return noisy


def learned(bias: FloatArray, count: int, seed: int = 1) -> Biases:
    biases, chance = no_biases(1), np.random.default_rng(seed)
    for _ in range(count):
        learn_difference(biases, 0, -1, SAME, a_difference(chance, bias), NOISE)
    return biases


def test_a_bias_is_found_from_differences_with_a_sensor_that_has_none() -> None:
    bias = np.array([120.0, -0.0175])

    biases = learned(bias, 100)

    sigma = np.sqrt(np.diag(biases.covariance))
    assert (np.abs(biases.mean - bias) < 3.0 * sigma).all()
    assert (sigma < np.array([6.0, 0.0006])).all()


def test_errors_are_as_large_as_the_covariance_says() -> None:
    chance = np.random.default_rng(5)
    true = chance.normal(size=(300, 2)) * np.array([RANGE_SIGMA_M, AZIMUTH_SIGMA_RAD])

    found = [learned(bias, 10, seed) for seed, bias in enumerate(true)]

    squared = [
        (each.mean - bias) @ np.linalg.solve(each.covariance, each.mean - bias)
        for each, bias in zip(found, true, strict=True)
    ]
    # Two degrees of freedom; the mean of 300 lies within 0.35 of 2 in 99.7 % of tries.
    assert abs(np.mean(squared) - 2.0) < 0.35


def test_of_two_radars_that_know_only_each_other_the_difference_is_known_and_the_sum_is_not() -> None:
    biases, chance = no_biases(2), np.random.default_rng(2)

    for _ in range(200):
        learn_difference(biases, 0, 1, SAME, a_difference(chance, np.array([0.0, 0.02])), NOISE)

    difference, total = np.array([0.0, 1.0, 0.0, -1.0]), np.array([0.0, 1.0, 0.0, 1.0])
    assert abs(difference @ biases.mean - 0.02) < 0.002
    assert difference @ biases.covariance @ difference < 0.001**2
    assert total @ biases.covariance @ total > 1.9 * AZIMUTH_SIGMA_RAD**2


def test_what_is_known_of_one_radar_tells_the_bias_of_the_next() -> None:
    biases, chance = no_biases(2), np.random.default_rng(3)
    for _ in range(200):
        learn_difference(biases, 1, -1, SAME, a_difference(chance, np.array([0.0, 0.02])), NOISE)
        learn_difference(biases, 0, 1, SAME, a_difference(chance, np.array([0.0, -0.01])), NOISE)

    assert np.abs(biases.mean[[1, 3]] - [0.01, 0.02]).max() < 0.0015


def test_a_difference_that_no_bias_makes_likely_is_refused() -> None:
    biases = learned(np.zeros(2), 50)
    before = biases.mean.copy()

    used = learn_difference(biases, 0, -1, SAME, np.array([0.0, 0.05]), NOISE)

    assert not used
    assert (biases.mean == before).all()


def test_an_old_bias_is_doubted_more_and_more_up_to_the_first_doubt() -> None:
    biases = learned(np.array([100.0, 0.01]), 100)
    move_on(biases, 1000.0)
    sure = biases.covariance[1, 1]

    move_on(biases, 2000.0)
    later = biases.covariance[1, 1]
    move_on(biases, 2000.0 + 100.0 * MEMORY_S)

    assert sure < later < AZIMUTH_SIGMA_RAD**2
    assert biases.covariance[1, 1] <= AZIMUTH_SIGMA_RAD**2 * (1.0 + 1e-12)
    assert abs(biases.mean[1]) < 1e-9


def test_covariances_stay_symmetric_and_positive() -> None:
    biases, chance = no_biases(4), np.random.default_rng(4)

    for step in range(2000):
        first, second = chance.choice(4, 2, replace=False)
        turn = chance.normal(size=(2, 2)) * np.array([[1.0, 1e5], [1e-5, 1.0]])
        learn_difference(biases, int(first), int(second), turn, np.zeros(2), NOISE)
        move_on(biases, 1000.0 + step)

    assert (biases.covariance == biases.covariance.T).all()
    assert (
        np.linalg.eigvalsh(biases.covariance / np.sqrt(np.outer(*[np.diag(biases.covariance)] * 2))).min() > 0
    )


def test_a_radar_heard_of_later_changes_nothing_of_the_others() -> None:
    biases = learned(np.array([100.0, 0.01]), 20)

    more = with_one_more(biases)

    assert (more.mean[:2] == biases.mean).all()
    assert (more.covariance[:2, :2] == biases.covariance).all()
    assert (more.covariance[2:, :2] == 0.0).all()


def test_settling_on_a_bias_forgets_what_others_said_of_it() -> None:
    biases, chance = no_biases(2), np.random.default_rng(2)
    for _ in range(20):
        learn_difference(biases, 0, 1, SAME, a_difference(chance, np.array([0.0, 0.02])), NOISE)

    settle_on(biases, 0, 10.0, 0.03, 20.0, 0.001)

    assert biases.mean[:2].tolist() == [10.0, 0.03]
    assert np.allclose(biases.covariance[:2], np.diag([400.0, 1e-6, 0.0, 0.0])[:2])
