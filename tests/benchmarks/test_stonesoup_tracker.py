"""Stone Soup plays a sky. It is in no lock: without the group ``bench`` these tests are skipped."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sky import make_sky
from benchmarks.sky_cases import SPARSE
from benchmarks.sky_quality import quality_of
from benchmarks.sky_scoring import score_run
from benchmarks.stonesoup_tracker import Associator, StoneSoupSettings, installed, play_stonesoup

pytestmark = pytest.mark.skipif(not installed(), reason="Stone Soup is not here: pip install triptych[bench]")

FEW = replace(SPARSE, targets=10, scans=12, born_share=0.0, died_share=0.0, detection_probability=1.0)


@pytest.mark.parametrize("associator", ["kd-gnn", "tpr-gnn", "jpda"])
def test_it_tracks_a_few_targets_that_are_always_seen(associator: Associator) -> None:
    # JPDA divides by the density of clutter: it must not be nothing.
    sky = make_sky(replace(FEW, clutter_per_target=0.01), 1)

    run = play_stonesoup(sky, StoneSoupSettings(associator, points_wanted=3))

    score = score_run(sky.truth, run.tracks)
    assert score.scans[-1].held == score.scans[-1].tracks == 10
    assert quality_of([score], 5.0).anees_position == pytest.approx(1.0, abs=0.5)


def test_a_track_keeps_its_number() -> None:
    sky = make_sky(replace(FEW, clutter_per_target=0.0), 1)

    tracks = play_stonesoup(sky, StoneSoupSettings("kd-gnn")).tracks

    assert sorted(np.unique(tracks.track).tolist()) == list(range(10))


def test_it_is_stopped_when_its_time_is_up() -> None:
    run = play_stonesoup(make_sky(FEW, 1), StoneSoupSettings("kd-gnn"), cap_s=1e-6)

    assert len(run.cpu_s) == 1
    assert run.tracks.scan.tolist() == []
