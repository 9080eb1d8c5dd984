"""Geodesy against PROJ and GeographicLib: across the antimeridian, at 80 degrees north, over 3,000 km."""

import math

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from contracts.columns import FloatArray
from contracts.geodesy import (
    EFFECTIVE_EARTH_RADIUS_M,
    enu_axes,
    from_enu,
    radio_horizon_m,
    site_frame,
    to_ecef,
    to_enu,
    to_geodetic,
)

MILLIMETRE = 1e-3
MICROMETRE = 1e-6
NANORADIAN = 1e-9

PROJ_ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
PLACES = {
    "Tsushima": (34.4, 129.3, 300.0),
    "antimeridian, west": (51.0, 179.9999, 0.0),
    "antimeridian, east": (51.0, -179.9999, 0.0),
    "far north": (80.0, 15.0, 1000.0),
    "south": (-77.8, 166.7, 50.0),
    "equator": (0.0, 0.0, 0.0),
    "deep": (35.0, 140.0, -10_000.0),
    "high": (35.0, 140.0, 90_000.0),
}

latitudes = st.floats(-89.9, 89.9)
longitudes = st.floats(-180.0, 180.0)
heights = st.floats(-12_000.0, 100_000.0)


def ecef(lat_deg: float, lon_deg: float, height_m: float) -> FloatArray:
    return to_ecef(np.radians(np.array(lat_deg)), np.radians(np.array(lon_deg)), np.array(height_m))


def seen_from(origin: tuple[float, float, float], place: tuple[float, float, float]) -> FloatArray:
    origin_ecef_m, axes = site_frame(*origin)
    return to_enu(ecef(*place), origin_ecef_m, axes)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_earth_centred_positions_are_projs(place: tuple[float, float, float]) -> None:
    lat_deg, lon_deg, height_m = place

    theirs = PROJ_ECEF.transform(lon_deg, lat_deg, height_m)

    assert ecef(*place).tolist() == pytest.approx(list(theirs), abs=MICROMETRE)


@given(latitudes, longitudes, heights)
def test_there_and_back_is_where_one_was(lat_deg: float, lon_deg: float, height_m: float) -> None:
    lat_rad, lon_rad, height_back_m = to_geodetic(ecef(lat_deg, lon_deg, height_m))

    assert float(lat_rad) == pytest.approx(math.radians(lat_deg), abs=NANORADIAN)
    assert math.remainder(float(lon_rad) - math.radians(lon_deg), math.tau) == pytest.approx(
        0.0, abs=NANORADIAN
    )
    assert float(height_back_m) == pytest.approx(height_m, abs=0.01 * MILLIMETRE)


@pytest.mark.parametrize("lat_deg", [90.0, -90.0])
def test_a_pole_is_a_place_too(lat_deg: float) -> None:
    lat_rad, _, height_m = to_geodetic(ecef(lat_deg, 0.0, 100.0))

    assert math.degrees(float(lat_rad)) == pytest.approx(lat_deg, abs=1e-9)
    assert float(height_m) == pytest.approx(100.0, abs=MILLIMETRE)


@given(latitudes, longitudes)
def test_axes_stand_upright_on_each_other(lat_deg: float, lon_deg: float) -> None:
    axes = enu_axes(np.radians(np.array(lat_deg)), np.radians(np.array(lon_deg)))

    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)


@given(latitudes, longitudes, st.floats(-1e5, 1e5), st.floats(-1e5, 1e5), st.floats(-1e4, 1e5))
def test_local_and_earth_centred_positions_are_the_same_places(
    lat_deg: float, lon_deg: float, east_m: float, north_m: float, up_m: float
) -> None:
    origin_ecef_m, axes = site_frame(lat_deg, lon_deg, 0.0)
    enu_m = np.array([east_m, north_m, up_m])

    back_m = to_enu(from_enu(enu_m, origin_ecef_m, axes), origin_ecef_m, axes)

    np.testing.assert_allclose(back_m, enu_m, atol=MICROMETRE)


@pytest.mark.parametrize("origin", PLACES.values(), ids=PLACES.keys())
@pytest.mark.parametrize("azimuth_deg", [0.0, 45.0, 90.0, 200.0, 315.0])
def test_bearing_and_distance_to_a_near_place_are_the_geodesics(
    origin: tuple[float, float, float], azimuth_deg: float
) -> None:
    line = Geodesic.WGS84.Direct(origin[0], origin[1], azimuth_deg, 10_000.0)

    east_m, north_m, _ = seen_from((*origin[:2], 0.0), (line["lat2"], line["lon2"], 0.0))

    # The chord of a 10 km arc is 1 mm shorter, and the normal section leaves the geodesic by less than that.
    assert math.hypot(east_m, north_m) == pytest.approx(10_000.0, abs=0.02)
    bearing_deg = math.degrees(math.atan2(east_m, north_m))
    assert math.remainder(bearing_deg - azimuth_deg, 360.0) == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("origin", [(34.4, 129.3, 0.0), (51.0, 179.9, 0.0), (80.0, 15.0, 0.0)])
@pytest.mark.parametrize("azimuth_deg", [10.0, 100.0, 190.0, 280.0])
def test_at_three_thousand_kilometres_the_straight_distance_is_projs(
    origin: tuple[float, float, float], azimuth_deg: float
) -> None:
    line = Geodesic.WGS84.Direct(origin[0], origin[1], azimuth_deg, 3_000_000.0)
    there = np.array(PROJ_ECEF.transform(line["lon2"], line["lat2"], 0.0))
    here = np.array(PROJ_ECEF.transform(origin[1], origin[0], origin[2]))

    enu_m = seen_from(origin, (line["lat2"], line["lon2"], 0.0))

    assert np.linalg.norm(enu_m) == pytest.approx(float(np.linalg.norm(there - here)), abs=MILLIMETRE)
    assert math.degrees(math.atan2(enu_m[0], enu_m[1])) % 360.0 == pytest.approx(azimuth_deg, abs=0.1)
    assert enu_m[2] < -600_000.0


def test_across_the_antimeridian_a_neighbour_is_a_neighbour() -> None:
    east_m, north_m, _ = seen_from((51.0, 179.999, 0.0), (51.0, -179.999, 0.0))

    inverse = Geodesic.WGS84.Inverse(51.0, 179.999, 51.0, -179.999)
    assert math.hypot(east_m, north_m) == pytest.approx(inverse["s12"], abs=0.01)
    assert east_m > 0.0


def test_whole_columns_are_converted_at_once() -> None:
    lat_rad, lon_rad = (
        np.radians(np.array([[34.0, 80.0], [-51.0, 0.0]])),
        np.radians(np.array([[129.0, -180.0], [180.0, 1.0]])),
    )

    back = to_geodetic(to_ecef(lat_rad, lon_rad, np.zeros((2, 2))))

    np.testing.assert_allclose(back[0], lat_rad, atol=NANORADIAN)


def test_the_radio_horizon_is_that_of_a_sphere_four_thirds_as_large() -> None:
    horizon_m = float(radio_horizon_m(np.array(100.0), np.array(0.0)))

    # The exact tangent on that sphere; the rule of thumb 4.12 km times the root of the height in metres.
    tangent_m = math.sqrt((EFFECTIVE_EARTH_RADIUS_M + 100.0) ** 2 - EFFECTIVE_EARTH_RADIUS_M**2)
    assert horizon_m == pytest.approx(tangent_m, rel=1e-4)
    assert horizon_m == pytest.approx(4.12e3 * math.sqrt(100.0), rel=0.001)


def test_below_the_sea_there_is_no_horizon_but_the_others() -> None:
    assert float(radio_horizon_m(np.array(100.0), np.array(-50.0))) == float(
        radio_horizon_m(np.array(100.0), np.array(0.0))
    )
