"""Sums of scores, worked out by hand."""

import numpy as np
import pytest

from benchmarks.set_distance import Gospa
from benchmarks.sky_quality import anees_band, quality_of
from benchmarks.sky_scoring import RunScore, ScanScore


def a_scan(*, targets: int, tracks: int, held: int, assigned: int, switches: int = 0) -> ScanScore:
    missed, false = 125_000.0 * (targets - held), 125_000.0 * (tracks - held)
    return ScanScore(
        targets=targets,
        tracks=tracks,
        held=held,
        assigned=assigned,
        switches=switches,
        gospa=Gospa((900.0 * held + missed + false) ** 0.5, 900.0 * held, missed, false),
        ospa_m=100.0,
        error_m=np.full(held, 30.0),
        speed_error_m_per_s=np.full(held, 4.0),
        nees_position=np.full(held, 2.0),
        nees_state=np.full(held, 4.0),
    )


def a_run(*scans: ScanScore) -> RunScore:
    return RunScore(scans, np.array([2, 4]), 1)


def test_ratios_are_taken_of_sums() -> None:
    run = a_run(
        a_scan(targets=10, tracks=5, held=4, assigned=4), a_scan(targets=10, tracks=15, held=10, assigned=12)
    )

    quality = quality_of([run], 5.0)

    assert quality.completeness == pytest.approx(14 / 20)
    assert quality.ambiguity == pytest.approx(16 / 14)
    assert quality.spuriousness == pytest.approx(4 / 20)


def test_gospa_per_target_is_the_mean_of_the_scans_own() -> None:
    run = a_run(
        a_scan(targets=4, tracks=0, held=0, assigned=0), a_scan(targets=4, tracks=4, held=4, assigned=4)
    )

    quality = quality_of([run], 5.0)

    nothing_shown = 500.0 / np.sqrt(2.0)
    assert quality.gospa_per_target_m == pytest.approx((nothing_shown + 30.0) / 2.0)
    assert quality.gospa_rms_per_target_m == pytest.approx(np.sqrt((125_000.0 + 900.0) / 2.0))
    assert quality.gospa_missed_share == pytest.approx(125_000.0 / 125_900.0)


def test_latency_is_in_seconds() -> None:
    quality = quality_of([a_run(a_scan(targets=3, tracks=3, held=3, assigned=3))], 5.0)

    assert quality.latency_mean_s == pytest.approx(15.0)
    assert quality.never_shown_share == pytest.approx(1 / 3)


def test_honest_errors_have_an_anees_of_one() -> None:
    quality = quality_of([a_run(a_scan(targets=3, tracks=3, held=3, assigned=3))], 5.0)

    assert (quality.anees_position, quality.anees_state) == (1.0, 1.0)
    assert quality.anees_scans_in_band == 1.0


def test_the_band_holds_95_of_100_honest_means() -> None:
    chance = np.random.default_rng(1)
    low, high = anees_band(50, 2)

    means = chance.chisquare(2, (20_000, 50)).mean(axis=1) / 2.0

    assert ((means >= low) & (means <= high)).mean() == pytest.approx(0.95, abs=0.01)


def test_no_pair_gives_no_number_where_there_is_none() -> None:
    quality = quality_of(
        [RunScore((a_scan(targets=3, tracks=0, held=0, assigned=0),), np.zeros(0, np.int64), 3)], 5.0
    )

    assert np.isnan(quality.position_rmse_m)
    assert np.isnan(quality.anees_position)
    assert quality.completeness == 0.0
