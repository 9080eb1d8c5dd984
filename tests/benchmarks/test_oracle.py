"""The oracle is right where that can be known: its filter is the matching one, so it must be honest."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.oracle import HITS_WANTED, play_oracle
from benchmarks.sky import make_sky
from benchmarks.sky_cases import DENSE_1000, MANOEUVRING, SkyCase
from benchmarks.sky_quality import quality_of
from benchmarks.sky_scoring import score_run


@pytest.mark.parametrize(
    # A mixture of three models is only nearly the best filter, and only nearly honest.
    ("case", "tolerance"),
    [(DENSE_1000, 0.04), (replace(MANOEUVRING, targets=1_000), 0.1)],
)
def test_its_errors_are_as_large_as_it_says(case: SkyCase, tolerance: float) -> None:
    sky = make_sky(case, 1)

    quality = quality_of([score_run(sky.truth, play_oracle(sky).tracks)], case.period_s)

    assert quality.anees_position == pytest.approx(1.0, abs=tolerance)
    assert quality.anees_state == pytest.approx(1.0, abs=tolerance)


def test_it_shows_a_target_from_the_third_report_on() -> None:
    sky = make_sky(DENSE_1000, 1)
    tracks = play_oracle(sky).tracks
    target = int(sky.origin[sky.origin >= 0][0])

    scans_of_reports = sky.reports.scan[sky.origin == target]

    assert tracks.scan[tracks.track == target][0] == scans_of_reports[HITS_WANTED - 1]


def test_it_shows_nothing_that_is_not_there() -> None:
    sky = make_sky(DENSE_1000, 1)

    tracks = play_oracle(sky).tracks

    assert sky.truth.alive[tracks.scan, tracks.track].all()


def test_it_knows_a_turn_better_than_a_filter_that_flies_straight() -> None:
    sky = make_sky(MANOEUVRING, 1)
    blind = replace(sky, case=replace(MANOEUVRING, turning_share=0.0))

    knowing, straight = (
        quality_of([score_run(sky.truth, play_oracle(played).tracks)], 5.0) for played in (sky, blind)
    )

    assert knowing.position_rmse_m < 0.7 * straight.position_rmse_m


def test_covariances_are_symmetric_and_positive() -> None:
    covariance = play_oracle(make_sky(MANOEUVRING, 1)).tracks.covariance

    assert np.allclose(covariance, np.swapaxes(covariance, 1, 2))
    assert np.linalg.eigvalsh(covariance).min() > 0.0
