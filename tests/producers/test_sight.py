import numpy as np
import pymap3d
import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.sight import look, site_at, within_reach
from tests.producers.builders import STARTEX_S, Rows, a_fighter, a_platform, a_radar, a_world

CENTIMETRE = 0.01
MICRORADIAN = 1e-6


def a_ship_at(lat: float, lon: float) -> Rows:
    return {"platforms": (a_platform(route=((lat, lon),)),), "radars": (a_radar(),)}


def seen(rows: Rows, range_max_m: float = 1e6) -> bool:
    world = a_world(**rows)
    site = site_at(world.scenario.radars[0], world, STARTEX_S)
    return bool(within_reach(site, world.states(STARTEX_S), world, range_max_m)[0])


@given(
    st.floats(-80.0, 80.0),
    st.floats(-180.0, 180.0),
    st.floats(-1.0, 1.0),
    st.floats(-1.0, 1.0),
    st.floats(0.0, 12_000.0),
)
def test_a_look_agrees_with_pymap3d(
    lat: float, lon: float, north_deg: float, east_deg: float, height_m: float
) -> None:
    world = a_world(radars=(a_radar(lat=lat, lon=lon),))
    site = site_at(world.scenario.radars[0], world, STARTEX_S)
    point = (lat + north_deg, lon + east_deg, height_m)

    found = look(site, np.array([pymap3d.geodetic2ecef(*point)]))

    azimuth, elevation, range_m = pymap3d.geodetic2aer(*point, lat, lon, 250.0)
    assert found.range_m[0] == pytest.approx(range_m, abs=CENTIMETRE)
    assert np.sin(found.elevation_rad[0]) == pytest.approx(np.sin(np.radians(elevation)), abs=MICRORADIAN)
    off = np.angle(np.exp(1j * (found.azimuth_rad[0] - np.radians(azimuth))))
    assert abs(off) * range_m * np.cos(np.radians(elevation)) < CENTIMETRE


@pytest.mark.parametrize(("distance_km", "visible"), [(80.0, True), (95.0, False)])
def test_a_ship_beyond_the_radio_horizon_is_not_seen(distance_km: float, visible: bool) -> None:
    # 4.12 (sqrt 250 + sqrt 30) = 87.7 km: antenna at 250 m, bridge of a cargo ship at 30 m.
    assert seen(a_ship_at(33.0 + distance_km / 110.9, 129.5)) is visible


def test_a_high_aircraft_is_seen_where_a_ship_is_not() -> None:
    far = 33.0 + 200.0 / 110.9

    assert not seen(a_ship_at(far, 129.5))
    assert seen({"platforms": (a_fighter(route=((far, 129.5),)),), "radars": (a_radar(),)})


def test_what_is_out_of_range_is_not_seen() -> None:
    assert not seen(a_ship_at(33.4, 129.5), range_max_m=40_000.0)


def test_a_submerged_submarine_is_not_seen() -> None:
    row = a_platform(type="submarine", side="hostile", route=((33.1, 129.5),), surfaced_min=((1.0, 2.0),))

    assert not seen({"platforms": (row,), "radars": (a_radar(),)})


def test_a_sensor_on_a_ship_moves_with_it_and_does_not_see_it() -> None:
    ship = a_platform(course_deg=90.0, speed_kn=20.0)
    world = a_world(platforms=(ship,), radars=(a_radar(platform="lantern", height_m=25.0),))
    row = world.scenario.radars[0]

    first, later = site_at(row, world, STARTEX_S), site_at(row, world, STARTEX_S + 600.0)

    assert later.lon_deg > first.lon_deg
    assert first.height_m == pytest.approx(25.0, abs=CENTIMETRE)
    assert not within_reach(first, world.states(STARTEX_S), world, 1e6)[0]
