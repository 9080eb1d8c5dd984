"""Near misses: alike beside many tracks they are a bias, anything else is chance."""

import numpy as np

from fusion.near_misses import (
    AGREEING,
    FRESH_S,
    KEPT,
    NearMisses,
    agreement,
    forget_misses,
    no_misses,
    note_miss,
    with_one_more_ring,
)

NOW_S = 1000.0
BIAS = np.array([150.0, 0.02])
SIGMA = (40.0, 0.003)


def missed(count: int, tracks: int, *, alike: bool = True, at_s: float = NOW_S) -> NearMisses:
    misses, chance = no_misses(1), np.random.default_rng(6)
    for k in range(count):
        off = chance.normal(BIAS, SIGMA) if alike else chance.uniform([-800.0, -0.05], [800.0, 0.05])
        note_miss(misses, 0, at_s, off, 100 + k % tracks)
    return misses


def found(misses: NearMisses) -> tuple[int, np.ndarray]:
    mean = np.zeros(2)
    return agreement(misses, 0, NOW_S, *SIGMA, mean), mean


def test_misses_alike_beside_many_tracks_say_what_the_bias_is() -> None:
    count, mean = found(missed(20, 8))

    assert count >= AGREEING
    assert np.abs((mean - BIAS) / SIGMA).max() < 1.0


def test_too_few_say_nothing() -> None:
    assert found(missed(AGREEING - 1, 8))[0] == 0


def test_misses_beside_one_and_the_same_pair_of_ships_say_nothing() -> None:
    assert found(missed(40, 2))[0] == 0


def test_misses_by_chance_say_nothing() -> None:
    assert found(missed(KEPT, 30, alike=False))[0] == 0


def test_old_misses_say_nothing() -> None:
    assert found(missed(20, 8, at_s=NOW_S - FRESH_S - 1.0))[0] == 0


def test_while_more_plots_fit_than_miss_there_is_no_such_bias() -> None:
    misses = missed(20, 8)
    misses.fitting[0] = 30.0

    assert found(misses)[0] == 0


def test_the_oldest_misses_go_first() -> None:
    misses = missed(20, 8)

    for k in range(KEPT):
        note_miss(misses, 0, NOW_S, np.array([-300.0, -0.04]), k)

    assert np.abs((found(misses)[1] - [-300.0, -0.04]) / SIGMA).max() < 0.1


def test_a_new_radar_has_missed_nothing_and_forgetting_empties_all_rings() -> None:
    misses = with_one_more_ring(missed(20, 8))

    assert misses.noted.tolist() == [20, 0]
    assert found(misses)[0] >= AGREEING
    forget_misses(misses)
    assert found(misses)[0] == 0
