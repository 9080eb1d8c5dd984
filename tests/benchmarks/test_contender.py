"""This engine plays a sky as any other player does."""

from dataclasses import replace

import numpy as np

from benchmarks.contender import bytes_per_track, play_triptych
from benchmarks.sky import make_sky
from benchmarks.sky_cases import SPARSE
from benchmarks.sky_quality import quality_of
from benchmarks.sky_scoring import score_run

CLEAR = replace(
    SPARSE, targets=20, scans=12, born_share=0.0, died_share=0.0, detection_probability=0.99,
    clutter_per_target=0.01,
)  # fmt: skip


def test_it_finds_a_few_targets_that_are_nearly_always_seen() -> None:
    sky = make_sky(CLEAR, 1)

    run = play_triptych(sky)

    last = score_run(sky.truth, run.tracks).scans[-1]
    assert last.held == 20
    assert last.tracks == 20


def test_its_errors_are_in_the_order_of_the_state() -> None:
    # Positions and speeds mixed up would be worlds apart from their covariances.
    sky = make_sky(CLEAR, 1)

    quality = quality_of([score_run(sky.truth, play_triptych(sky).tracks)], CLEAR.period_s)

    assert 0.3 < quality.anees_state < 3.0


def test_every_scan_is_timed_and_the_same_sky_gives_the_same_tracks() -> None:
    sky = make_sky(CLEAR, 1)

    one, other = play_triptych(sky), play_triptych(sky)

    assert len(one.cpu_s) == 12
    assert (one.cpu_s > 0.0).all()
    assert all(np.array_equal(a, b) for a, b in zip(one.tracks, other.tracks, strict=True))


def test_a_track_has_a_size() -> None:
    assert 100.0 < bytes_per_track() < 10_000.0
