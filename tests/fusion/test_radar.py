"""Radar geometry and the filter's update against plain matrix algebra."""

import numpy as np
import pytest

from contracts import geodesy
from fusion import radar
from fusion.founding import found_from_plot
from fusion.frames import latitude_longitude, put
from fusion.gating import candidates, track_pairs
from fusion.identity import PRIOR
from fusion.lifecycle import begin
from fusion.observations import sweep_of
from fusion.settings import EngineSettings
from fusion.sweep import PLOT, Plots, Sweep, plot_at
from fusion.table import empty
from fusion.tracks import Tracks, empty_tracks
from fusion.updating import update_straight
from tests.fusion.sky import START_S, Radar, ships

SETTINGS = EngineSettings()
Q = SETTINGS.noise_unknown_m2_per_s3
SITE = Radar(clutter=0.0)


def a_sweep(*, count: int = 1, sectors: int = 1) -> Sweep:
    return sweep_of(
        next(Radar(clutter=0.0, sectors=sectors, detection_probability=1.0).scans(ships(count), 6)),
        SETTINGS,
    )


def with_plots(sweep: Sweep, range_m: np.ndarray, azimuth_rad: np.ndarray) -> Sweep:
    """The same sweep with other plots, all at START_S, without height and range rate."""
    count = len(range_m)
    plots = empty(Plots, PLOT, count)
    plots.time_s[:] = START_S
    plots.range_sigma_m[:], plots.azimuth_sigma_rad[:] = SITE.range_sigma_m, SITE.azimuth_sigma_rad
    plots.elevation_rad[:], plots.plot_height_m[:], plots.range_rate_m_per_s[:] = np.nan, np.nan, np.nan
    return sweep._replace(plots=plots).seen(middle_s=START_S, span_s=0.0).seen_at(range_m, azimuth_rad)


def a_track(lat_deg: float = 33.0, lon_deg: float = 128.0) -> Tracks:
    tracks = empty_tracks(1)
    begin(tracks, 0, START_S, PRIOR)
    put(tracks, 0, np.radians(lat_deg), np.radians(lon_deg), 0.0)
    tracks.covariance[0] = (4e4, 1e3, 50.0, 5.0, 9e4, 3.0, 60.0, 20.0, 1.0, 25.0)
    tracks.vertical[0] = (25.0, 0.0, 0.0)
    return tracks


def full(upper: np.ndarray) -> np.ndarray:
    matrix = np.zeros((4, 4))
    matrix[np.triu_indices(4)] = upper
    return matrix + np.triu(matrix, 1).T


@pytest.mark.parametrize(("lat_deg", "lon_deg"), [(33.0, 128.0), (33.4, 128.3), (34.5, 130.0), (32.0, 126.0)])
def test_a_track_is_seen_where_geodesy_says(lat_deg: float, lon_deg: float) -> None:
    sweep, tracks = a_sweep(), a_track(lat_deg, lon_deg)

    line = radar.sight(tracks, 0, 0.0, sweep.scene)

    origin, axes = geodesy.site_frame(SITE.lat_deg, SITE.lon_deg, SITE.height_m)
    enu = geodesy.to_enu(tracks.ecef_m[0], origin, axes)
    assert line.range_m == pytest.approx(np.linalg.norm(enu), rel=1e-12)
    assert line.azimuth_rad == pytest.approx(np.arctan2(enu[0], enu[1]), abs=1e-12)
    assert line.elevation_rad == pytest.approx(np.arcsin(enu[2] / line.range_m), abs=1e-12)


def test_the_lines_of_sight_are_the_derivatives_of_the_measurement() -> None:
    sweep, tracks = a_sweep(), a_track(33.9, 127.2)
    here = radar.sight(tracks, 0, 0.0, sweep.scene)
    for axis in range(2):
        moved = a_track(33.9, 127.2)
        moved.ecef_m[0] += tracks.axes[0, axis]

        there = radar.sight(moved, 0, 0.0, sweep.scene)

        assert there[0] - here[0] == pytest.approx(here[4 + axis], abs=1e-5)
        assert here[1] * (there[2] - here[2]) == pytest.approx(here[7 + axis], abs=1e-4)


def test_the_update_is_the_textbooks() -> None:
    sweep, tracks = a_sweep(), a_track(33.1, 128.6)
    line = radar.sight(tracks, 0, 0.0, sweep.scene)
    sweep = with_plots(
        sweep, np.array([line.range_m + 70.0]), np.array([line.azimuth_rad + 120.0 / line.ground_m])
    )
    prior, start = full(tracks.covariance[0]), tracks.ecef_m[0].copy()
    axes = tracks.axes[0].copy()
    h = np.array([[line.le, line.ln, 0, 0], [line.ce, line.cn, 0, 0]])
    # Height is known to five metres and seen under a small angle.
    r = np.diag([SITE.range_sigma_m**2 + line.lu**2 * 25.0, (line.ground_m * SITE.azimuth_sigma_rad) ** 2])
    gain = prior @ h.T @ np.linalg.inv(h @ prior @ h.T + r)
    wanted_state, wanted = gain @ np.array([70.0, 120.0]), prior - gain @ h @ prior

    update_straight(tracks, 0, sweep.scene, plot_at(sweep.plots, 0), Q, 1.0)

    moved = axes @ (tracks.ecef_m[0] - start)
    np.testing.assert_allclose(moved[:2], wanted_state[:2], atol=0.02)
    np.testing.assert_allclose(tracks.velocity_m_per_s[0, :2], wanted_state[2:], atol=1e-3)
    np.testing.assert_allclose(full(tracks.covariance[0]), wanted, rtol=1e-3, atol=1e-2)


def test_a_plot_beyond_the_gate_is_no_pair_and_one_inside_is() -> None:
    sweep, tracks = a_sweep(), a_track(33.1, 128.6)
    line = radar.sight(tracks, 0, 0.0, sweep.scene)
    sigma = float(np.sqrt(full(tracks.covariance[0])[:2, :2].max()))
    sweep = with_plots(sweep, line.range_m + np.array([0.5, 30.0]) * sigma, np.full(2, line.azimuth_rad))

    start, plots, cost = track_pairs(
        tracks, np.array([0]), np.array([Q]), sweep, np.ones(2, np.bool_), SETTINGS.gate_sigma
    )

    assert start.tolist() == [0, 1]
    assert plots.tolist() == [0]
    assert cost[0] < 0.0


def test_only_tracks_in_the_sector_are_expected() -> None:
    tracks = empty_tracks(2)
    for row, lat in enumerate((34.0, 32.4)):
        begin(tracks, row, START_S, PRIOR)
        put(tracks, row, np.radians(lat), np.radians(SITE.lon_deg), 0.0)
        tracks.covariance[row, [0, 4]] = 100.0
    sweep = a_sweep().seen(from_rad=0.0, to_rad=np.pi / 2, middle_s=START_S)

    found, expected = candidates(tracks, np.zeros(2, np.bool_), np.full(2, Q), sweep, SETTINGS.gate_sigma)

    # The northern track lies on the sector's edge; the southern one is behind the radar.
    assert found.tolist() == [0]
    assert expected.size == 1


def test_a_track_founded_on_a_plot_lies_where_the_plot_was() -> None:
    fleet = ships(1)
    scan = next(
        s
        for s in Radar(
            clutter=0.0, sectors=1, detection_probability=1.0, range_sigma_m=0.01, azimuth_sigma_rad=1e-6
        ).scans(fleet, 6)
    )
    tracks, sweep = empty_tracks(1), sweep_of(scan, SETTINGS)

    found_from_plot(tracks, 0, sweep.scene, plot_at(sweep.plots, 0), 10.0, 180.0)

    lat, lon = latitude_longitude(*tracks.ecef_m[0])
    truth_lat, truth_lon, _ = geodesy.to_geodetic(fleet.ecef_at(float(scan.measured_at_s[0])))
    # The height of a plot without one is found on a sphere; that moves it by metres at this range.
    assert abs(lat - truth_lat[0]) * 6.37e6 < 25.0
    assert abs(lon - truth_lon[0]) * 6.37e6 < 25.0


@pytest.mark.parametrize("angle", [-10.0, -np.pi + 1e-9, -0.1, 0.0, 3.0, np.pi, 7.0, 100.0])
def test_angles_wrap_to_within_half_a_turn(angle: float) -> None:
    assert -np.pi <= radar.wrapped(angle) <= np.pi
    assert np.cos(radar.wrapped(angle)) == pytest.approx(np.cos(angle), abs=1e-9)
