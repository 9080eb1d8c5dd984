"""Bearings of the recordings are scored against the truth, and do no harm."""

import numpy as np
import pytest

from benchmarks.autoferry_bench import (
    ALONE,
    CUTOFF_M,
    FUSED,
    MIXES,
    AutoferryResult,
    Score,
    knowledge_of,
    play,
    run_autoferry,
    score_scan,
)
from benchmarks.autoferry_runs import DEFAULT_FOLDER, RADAR, Detections, there
from fusion.warm_files import warm_files

needs_recordings = pytest.mark.skipif(
    not there(DEFAULT_FOLDER), reason=f"the Autoferry recordings are not at {DEFAULT_FOLDER}"
)
TRUTH_M = np.array([[0.0, 0.0], [100.0, 0.0]])
DECIMETRE = 0.1


def a_score(gospa_m: float) -> Score:
    return Score(70, gospa_m, 0.5, 0.25, 0.25, 5.0, 0.1, 0.2)


def a_result(*pairs: tuple[float, float]) -> AutoferryResult:
    return AutoferryResult({
        run: {ALONE: a_score(alone), FUSED: a_score(fused)} for run, (alone, fused) in enumerate(pairs)
    })  # fmt: skip


def test_two_boats_without_a_track_cost_the_cut_off() -> None:
    score = score_scan(TRUTH_M, np.zeros((0, 2)))

    assert score.metric_m == pytest.approx(CUTOFF_M)


def test_a_track_beyond_the_cut_off_is_false_and_its_boat_missed() -> None:
    score = score_scan(TRUTH_M, np.array([[3.0, 4.0], [100.0, 25.0]]))

    # 5 m off, one missed and one false: 25 + 200 + 200.
    assert score.metric_m == pytest.approx(np.sqrt(425.0))
    assert score[1:] == pytest.approx((25.0, 200.0, 200.0))


def test_better_on_average_is_not_good_when_one_run_is_worse() -> None:
    assert a_result((10.0, 9.0), (20.0, 20.0)).good
    assert not a_result((10.0, 5.0), (20.0, 20.1)).good
    assert not a_result((10.0, 10.0), (20.0, 20.0)).good


def test_every_mix_has_the_radar_whose_scans_are_scored() -> None:
    assert all(RADAR in sensors for sensors in MIXES.values())


def test_a_boat_that_a_radar_sees_at_every_turn_is_scored_by_how_near_its_track_is() -> None:
    def seen(turn: int) -> Detections:
        boats_m = TRUTH_M + np.array([2.0 * turn, 0.0])
        return Detections(2.0 * turn, RADAR, np.zeros(2), boats_m, boats_m)

    warm_files()
    told = knowledge_of({"domain": 2, "speed_max_m_per_s": 15.0, "speed_sigma_surface_m_per_s": 3.0})
    score = play([seen(turn) for turn in range(30)], (RADAR,), told)

    assert score.scans == 30
    assert score.false == 0.0
    assert 0.0 < score.missed < 0.5
    assert score.rmse_m < DECIMETRE


@needs_recordings
def test_bearings_do_no_harm_on_the_run_that_nothing_was_fitted_to() -> None:
    warm_files()

    result = run_autoferry(DEFAULT_FOLDER, (13,))

    assert result.gains_m[13] >= 0.0
