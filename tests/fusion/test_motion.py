"""Motion along the earth against geographiclib, and covariances against the matrix formula."""

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from fusion.frames import latitude_longitude, put
from fusion.identity import PRIOR
from fusion.lifecycle import begin
from fusion.motion import predict_straight
from fusion.tracks import Tracks, empty_tracks

METRE = 1.0


def a_track(lat_deg: float, lon_deg: float, *, v_east: float = 0.0, v_north: float = 0.0) -> Tracks:
    tracks = empty_tracks(2)
    begin(tracks, 0, 0.0, PRIOR)
    put(tracks, 0, np.radians(lat_deg), np.radians(lon_deg), 0.0)
    tracks.velocity_m_per_s[0] = (v_east, v_north, 0.0)
    return tracks


def place_of(tracks: Tracks) -> tuple[float, float]:
    lat, lon = latitude_longitude(*tracks.ecef_m[0])
    return float(np.degrees(lat)), float(np.degrees(lon))


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg"), [(33.0, 128.0), (0.0, 179.99), (80.0, 20.0), (-45.0, -179.999)]
)
@pytest.mark.parametrize("course_deg", [0.0, 63.0, 90.0, 200.0, 315.0])
def test_a_straight_course_follows_the_geodesic(lat_deg: float, lon_deg: float, course_deg: float) -> None:
    speed = 250.0
    course = np.radians(course_deg)
    tracks = a_track(lat_deg, lon_deg, v_east=speed * np.sin(course), v_north=speed * np.cos(course))

    for second in range(10, 601, 10):
        predict_straight(tracks, 0, float(second), 0.0)

    wanted = Geodesic.WGS84.Direct(lat_deg, lon_deg, course_deg, speed * 600.0)
    off = Geodesic.WGS84.Inverse(*place_of(tracks), wanted["lat2"], wanted["lon2"])
    # 150 km in steps: each step's chord is shorter than the arc by a hair.
    assert off["s12"] < 60.0 * METRE
    heading = np.degrees(np.arctan2(tracks.velocity_m_per_s[0, 0], tracks.velocity_m_per_s[0, 1]))
    assert abs((heading - wanted["azi2"] + 180) % 360 - 180) < 0.05


def test_speed_is_kept_on_the_way() -> None:
    tracks = a_track(70.0, 179.9, v_east=200.0, v_north=100.0)

    predict_straight(tracks, 0, 300.0, 0.0)

    assert np.hypot(*tracks.velocity_m_per_s[0, :2]) == pytest.approx(np.hypot(200.0, 100.0), abs=1e-9)


def test_the_height_of_a_ship_does_not_change() -> None:
    tracks = a_track(33.0, 128.0, v_east=10.0)

    for second in range(60, 3601, 60):
        predict_straight(tracks, 0, float(second), 0.02)

    assert tracks.height_m[0] == 0.0


def test_covariance_grows_as_the_matrix_formula_says() -> None:
    tracks = a_track(0.0, 0.0)
    tracks.covariance[0] = (400.0, 30.0, 5.0, 1.0, 300.0, 2.0, 6.0, 4.0, 0.5, 3.0)
    full = np.zeros((4, 4))
    full[np.triu_indices(4)] = tracks.covariance[0]
    full = full + np.triu(full, 1).T
    dt, q = 12.0, 0.7
    f = np.eye(4)
    f[0, 2] = f[1, 3] = dt
    noise = q * np.kron(np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]]), np.eye(2))

    predict_straight(tracks, 0, dt, q)

    wanted = (f @ full @ f.T + noise)[np.triu_indices(4)]
    np.testing.assert_allclose(tracks.covariance[0], wanted, rtol=1e-12)


def test_predicting_twice_by_half_is_predicting_once() -> None:
    once, twice = a_track(33.0, 128.0, v_east=8.0, v_north=3.0), a_track(33.0, 128.0, v_east=8.0, v_north=3.0)
    for tracks in (once, twice):
        tracks.covariance[0] = (400.0, 30.0, 5.0, 1.0, 300.0, 2.0, 6.0, 4.0, 0.5, 3.0)

    predict_straight(once, 0, 10.0, 0.02)
    predict_straight(twice, 0, 5.0, 0.02)
    predict_straight(twice, 0, 10.0, 0.02)

    # The axes turn by a few millionths of a radian on the way, at different moments.
    np.testing.assert_allclose(once.covariance[0], twice.covariance[0], rtol=1e-4)
    np.testing.assert_allclose(once.ecef_m[0], twice.ecef_m[0], atol=0.01)


def test_an_earlier_time_changes_nothing() -> None:
    tracks = a_track(33.0, 128.0, v_east=8.0)
    predict_straight(tracks, 0, 10.0, 0.02)
    before = tracks.tobytes()

    predict_straight(tracks, 0, 4.0, 0.02)

    assert tracks.tobytes() == before
