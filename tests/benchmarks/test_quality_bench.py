"""Trackers are scored over seeds, and compared with the spread that the seeds give."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.peers import FLOOR
from benchmarks.quality_bench import resampled, run_case, score
from benchmarks.sky_cases import DENSE_1000, SPARSE
from contracts.columns import FloatArray

SMALL = replace(SPARSE, targets=20, scans=10)


def ratio(own: FloatArray, peer: FloatArray, _: FloatArray) -> float:
    return float(own.mean() / peer.mean())


def test_each_seed_is_scored_by_itself_and_with_the_others() -> None:
    scored = score(FLOOR, SMALL, (1, 2))

    assert len(scored.each) == 2
    assert scored.all.targets == sum(one.targets for one in scored.each)
    assert len(scored.cpu_s) == 20
    assert len(scored.by_scan_m) == 10


def test_seeds_that_agree_leave_no_doubt() -> None:
    found = resampled(ratio, np.full(5, 70.0), np.full(5, 100.0), np.zeros(5))

    assert found == (0.7, 0.7, 0.7)


def test_seeds_that_differ_give_a_spread_around_the_number() -> None:
    own = np.array([60.0, 65.0, 70.0, 75.0, 80.0])

    found = resampled(ratio, own, np.full(5, 100.0), np.zeros(5))

    assert found.value == pytest.approx(0.7)
    assert 0.62 < found.low < 0.66
    assert 0.74 < found.high < 0.78


def test_what_all_seeds_share_is_no_doubt() -> None:
    # A hard sky is hard for both: drawn together, the ratio stays.
    hard = np.array([1.0, 2.0, 3.0, 4.0, 5.0])

    found = resampled(ratio, 70.0 * hard, 100.0 * hard, np.zeros(5))

    assert found.low == pytest.approx(0.7)
    assert found.high == pytest.approx(0.7)


def test_without_a_peer_there_is_no_ratio() -> None:
    result = run_case(SMALL, [FLOOR], (1,))

    assert result.best_tuned is None
    assert np.isnan(result.gospa_ratio.value)


def test_the_density_is_that_of_the_case_where_targets_appear_and_falls_as_they_fly_away() -> None:
    first, middle, last = run_case(DENSE_1000, [], (1,)).density_per_km2

    # Four fifths are there at first, and some of the kilometre around a target lies outside the square.
    assert first == pytest.approx(0.8 * 0.5, rel=0.1)
    assert first > middle > last
