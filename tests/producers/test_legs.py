import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from contracts.geodesy import to_geodetic
from producers.legs import Legs, Path, join, make_legs

MILLIMETRE = 1e-3
METRE = 1.0
CHORD_M = 300.0
"""How far a leg of 1,000 km may be from the shortest line."""
SPEED_SHARE = 0.004

latitudes = st.floats(-80.0, 80.0)
longitudes = st.floats(-180.0, 180.0)


def a_path(*points: tuple[float, float], speed: float = 100.0, **keys: object) -> Path:
    lat, lon = np.radians(np.array(points)).T
    return Path(lat, lon, np.zeros(len(points)), speed, **keys)  # type: ignore[arg-type]


def where(legs: Legs, elapsed_s: float, platform: int = 0) -> tuple[float, float]:
    motion = legs.move(np.full(len(legs.total_s), elapsed_s))
    lat, lon, _ = to_geodetic(motion.ecef_m[platform])
    return float(np.degrees(lat)), float(np.degrees(lon))


def metres_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    return float(Geodesic.WGS84.Inverse(*first, *second)["s12"])


def test_a_platform_begins_at_its_first_point() -> None:
    legs = make_legs([a_path((30.0, 122.0), (36.0, 131.0))])

    assert metres_between(where(legs, 0.0), (30.0, 122.0)) < MILLIMETRE


def test_a_leg_takes_as_long_as_the_geodesic_at_the_ordered_speed() -> None:
    length_m = Geodesic.WGS84.Inverse(30.0, 122.0, 36.0, 131.0)["s12"]
    legs = make_legs([a_path((30.0, 122.0), (36.0, 131.0), speed=200.0, holds=False)])

    assert legs.total_s[0] == pytest.approx(length_m / 200.0, rel=1e-6)


def test_a_leg_of_a_thousand_kilometres_stays_near_the_shortest_line() -> None:
    line = Geodesic.WGS84.InverseLine(30.0, 122.0, 36.0, 131.0)
    middle = line.Position(line.s13 / 2.0)
    legs = make_legs([a_path((30.0, 122.0), (36.0, 131.0), holds=False)])

    reached = where(legs, float(legs.total_s[0]) / 2.0)

    assert metres_between(reached, (middle["lat2"], middle["lon2"])) < CHORD_M


@given(latitudes, longitudes, st.floats(0.0, 359.0), st.floats(1.0, 600.0), st.floats(0.0, 3000.0))
def test_velocity_is_the_change_of_position(
    lat: float, lon: float, course: float, speed: float, elapsed_s: float
) -> None:
    legs = make_legs([a_path((lat, lon), speed=speed, course_rad=np.radians(course))])

    before, after = (legs.move(np.array([elapsed_s + step])).ecef_m[0] for step in (-0.5, 0.5))
    velocity = legs.move(np.array([elapsed_s])).velocity_m_per_s[0]

    if elapsed_s >= 0.5:
        assert np.abs(after - before - velocity).max() < MILLIMETRE


@given(latitudes, longitudes, st.floats(0.0, 359.0), st.floats(1.0, 600.0))
def test_a_course_is_kept_at_the_ordered_speed(lat: float, lon: float, course: float, speed: float) -> None:
    legs = make_legs([a_path((lat, lon), speed=speed, course_rad=np.radians(course))])

    travelled_m = metres_between((lat, lon), where(legs, 600.0))

    assert travelled_m == pytest.approx(600.0 * speed, rel=SPEED_SHARE)


def test_a_course_across_the_antimeridian_goes_on() -> None:
    legs = make_legs([a_path((10.0, 179.9), speed=250.0, course_rad=np.radians(90.0))])

    lat, lon = where(legs, 300.0)

    assert -179.5 < lon < -179.0
    assert lat == pytest.approx(10.0, abs=0.01)


def test_a_platform_that_holds_stays_at_its_last_point() -> None:
    legs = make_legs([a_path((30.0, 122.0), (30.1, 122.1))])

    motion = legs.move(np.array([1e6]))

    assert metres_between(where(legs, 1e6), (30.1, 122.1)) < MILLIMETRE
    assert np.abs(motion.velocity_m_per_s).max() == 0.0


def test_a_platform_that_repeats_comes_round_again() -> None:
    legs = make_legs([a_path((30.0, 122.0), (30.2, 122.0), (30.2, 122.2), repeats=True)])

    round_s = float(legs.period_s[0])

    assert metres_between(where(legs, 137.0), where(legs, 137.0 + 3.0 * round_s)) < MILLIMETRE


def test_height_climbs_evenly() -> None:
    path = Path(
        np.radians([30.0, 31.0]), np.radians([122.0, 122.0]), np.array([1_000.0, 9_000.0]), 200.0, holds=False
    )
    legs = make_legs([path])

    motion = legs.move(legs.total_s / 4.0)

    assert motion.height_m[0] == pytest.approx(3_000.0, abs=METRE)


def test_every_platform_keeps_to_its_own_legs() -> None:
    paths = [a_path((place, 100.0), (place, 101.0), (place, 102.0)) for place in range(20)]
    together = make_legs(paths)

    alone = [where(make_legs([path]), 900.0) for path in paths]

    assert np.allclose([where(together, 900.0, place) for place in range(20)], alone, rtol=0.0, atol=1e-9)


def test_joined_fleets_move_as_they_did_apart() -> None:
    first = make_legs([a_path((30.0, 122.0), (31.0, 122.0)), a_path((10.0, 10.0))])
    second = make_legs([a_path((-20.0, 60.0), (-21.0, 62.0), repeats=True)])

    both = join(first, second)

    assert where(both, 500.0, 0) == pytest.approx(where(first, 500.0, 0))
    assert where(both, 500.0, 2) == pytest.approx(where(second, 500.0, 0))
