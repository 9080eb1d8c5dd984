"""The weight of a report in a track: its share in what is known of the position."""

import numpy as np
import pytest

from fusion import radar
from fusion.credits import share_of_plot, track_keys
from fusion.sweep import plot_at
from fusion.tracks import empty_tracks
from fusion.updating import update_straight
from tests.fusion.test_radar import SITE, Q, a_sweep, a_track, full, with_plots


@pytest.mark.parametrize("trust", [1.0, 0.25])
def test_the_weight_of_a_plot_is_the_gain_seen_in_the_measurement(trust: float) -> None:
    sweep, tracks = a_sweep(), a_track(33.1, 128.6)
    line = radar.sight(tracks, 0, 0.0, sweep.scene)
    sweep = with_plots(
        sweep, np.array([line.range_m + 70.0]), np.array([line.azimuth_rad + 120.0 / line.ground_m])
    )
    prior = full(tracks.covariance[0])
    h = np.array([[line.le, line.ln, 0, 0], [line.ce, line.cn, 0, 0]])
    # Height is known to five metres and seen under a small angle.
    errors = np.array([SITE.range_sigma_m**2 / trust, (line.ground_m * SITE.azimuth_sigma_rad) ** 2 / trust])
    r = np.diag(errors + np.array([line.lu**2 * 25.0, 0.0]))
    gain = prior @ h.T @ np.linalg.inv(h @ prior @ h.T + r)

    update_straight(tracks, 0, sweep.scene, plot_at(sweep.plots, 0), Q, 1.0 / trust)

    weight = share_of_plot(tracks, 0, sweep.scene, plot_at(sweep.plots, 0), trust)
    assert weight == pytest.approx(
        0.5 * np.trace(h @ gain), rel=5e-3
    )  # the line of sight has turned a little
    assert 0.1 < weight < 1.0


def test_a_plot_of_a_well_known_track_weighs_little_and_one_of_an_unknown_track_all() -> None:
    sweep, weights = a_sweep(), []
    for factor in (1e-3, 1e6):
        tracks = a_track(33.1, 128.6)
        tracks.covariance[0] *= factor
        line = radar.sight(tracks, 0, 0.0, sweep.scene)
        there = with_plots(sweep, np.array([line.range_m]), np.array([line.azimuth_rad]))
        update_straight(tracks, 0, there.scene, plot_at(there.plots, 0), Q, 1.0)
        weights.append(share_of_plot(tracks, 0, there.scene, plot_at(there.plots, 0), 1.0))

    assert weights[0] < 0.02
    assert 0.99 < weights[1] <= 1.0


def test_tracks_of_neighbouring_reports_have_different_keys() -> None:
    tracks = empty_tracks(20_000)
    rows = np.arange(len(tracks))
    tracks.founder[:, 0], tracks.founder[:, 2] = rows % 10, rows // 100
    tracks.founder[:, 3] = rows // 10 % 10

    keys = track_keys(tracks, rows)

    assert len(np.unique(keys)) == len(np.unique(tracks.founder, axis=0)) == 20_000
