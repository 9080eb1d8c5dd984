from itertools import pairwise

import numpy as np
from geographiclib.geodesic import Geodesic

from contracts.columns import FloatArray
from producers.courses import beside, rounded

METRE = 1.0
STEP_RAD = np.radians(6.0)


def points(*places: tuple[float, float]) -> FloatArray:
    return np.array([(np.radians(lat), np.radians(lon), 0.0) for lat, lon in places])


def metres_between(first: FloatArray, second: FloatArray) -> float:
    degrees = np.degrees([first[0], first[1], second[0], second[1]])
    return float(Geodesic.WGS84.Inverse(*degrees)["s12"])


def courses(way: FloatArray) -> FloatArray:
    found = [Geodesic.WGS84.Inverse(*np.degrees([a[0], a[1], b[0], b[1]]))["azi1"] for a, b in pairwise(way)]
    turned: FloatArray = np.radians(np.array(found))
    return turned


def test_a_corner_becomes_small_changes_of_course() -> None:
    way = rounded(points((30.0, 125.0), (31.0, 125.0), (31.0, 126.0)), 5_000.0, closed=False)

    turns = np.abs(np.angle(np.exp(1j * np.diff(courses(way)))))

    assert len(way) > 10
    assert turns.max() < STEP_RAD


def test_a_turn_has_the_radius_asked_for() -> None:
    way = rounded(points((30.0, 125.0), (31.0, 125.0), (31.0, 126.0)), 5_000.0, closed=False)
    corner = points((31.0, 125.0))[0]

    # A right angle cuts the legs one radius before and after the corner.
    assert abs(metres_between(way[1], corner) - 5_000.0) < 30.0 * METRE


def test_a_turn_too_wide_for_its_legs_gets_tighter() -> None:
    way = rounded(points((30.0, 125.0), (30.1, 125.0), (30.1, 125.1)), 50_000.0, closed=False)

    assert metres_between(way[0], way[1]) > 5_000.0
    assert np.isfinite(way).all()


def test_a_straight_way_stays_as_it_is() -> None:
    way = points((30.0, 125.0), (31.0, 125.0), (32.0, 125.0))

    assert np.array_equal(rounded(way, 5_000.0, closed=False), way)


def test_a_reversal_stays_sharp() -> None:
    way = points((30.0, 125.0), (31.0, 125.0), (30.0, 125.0))

    assert np.array_equal(rounded(way, 5_000.0, closed=False), way)


def test_a_way_to_starboard_runs_east_of_one_that_goes_north() -> None:
    way = points((30.0, 125.0), (31.0, 125.0), (32.0, 125.0))

    moved = beside(way, 2_000.0)

    assert (moved[:, 1] > way[:, 1]).all()
    assert [abs(metres_between(a, b) - 2_000.0) < METRE for a, b in zip(way, moved, strict=True)] == [
        True
    ] * 3


def test_a_bend_keeps_the_distance_between_the_legs() -> None:
    way = points((30.0, 125.0), (31.0, 125.0), (31.0, 126.0))

    moved = beside(way, 2_000.0)

    # Square corner: the parallel corner is root two times as far away.
    assert abs(metres_between(way[1], moved[1]) - 2_000.0 * np.sqrt(2.0)) < 20.0 * METRE
