import numpy as np
import pytest

from producers.traffic import lane_orders
from tests.producers.builders import STARTEX_S, a_lane, a_world

HOUR_S = 3_600.0


@pytest.mark.parametrize("after_s", [0.0, 1_000.0, 3_599.0])
def test_a_lane_always_holds_as_many_as_it_should(after_s: float) -> None:
    world = a_world(traffic=(a_lane(count=25, types={"ferry": 1.0}, speed_kn=(20.0, 38.0)),))

    here = world.states(STARTEX_S + after_s).here

    assert int(here.sum()) == 25


def test_those_who_enter_later_are_others() -> None:
    row = a_lane(types={"airliner": 1.0}, speed_kn=(450.0, 500.0), height_m=(9_000.0, 12_000.0))

    orders = lane_orders(row, 1, HOUR_S)

    assert len(orders) > row.count
    assert len({order.name for order in orders}) == len(orders)


def test_traffic_keeps_to_starboard_within_the_width_of_the_lane() -> None:
    # A lane due north: those going north are east of it, those going south west of it.
    row = a_lane(lane=((30.0, 125.0), (32.0, 125.0)), width_km=20.0, count=40)

    orders = lane_orders(row, 1, HOUR_S)

    east_m = np.array(
        [
            np.degrees(order.path.lon_rad.mean() - np.radians(125.0)) * 111_320.0 * np.cos(np.radians(31.0))
            for order in orders
        ]
    )
    north = np.array([order.path.lat_rad[-1] > order.path.lat_rad[0] for order in orders])
    assert (np.abs(east_m) < 10_000.0 * 1.01).all()
    assert (east_m[north] > 0.0).all()
    assert (east_m[~north] < 0.0).all()


def test_airliners_of_opposite_ways_fly_at_other_levels() -> None:
    row = a_lane(types={"airliner": 1.0}, speed_kn=(450.0, 500.0), height_m=(9_000.0, 12_000.0), count=30)

    orders = lane_orders(row, 1, HOUR_S)

    levels = {bool(order.path.lat_rad[-1] > order.path.lat_rad[0]): set() for order in orders}  # type: dict[bool, set[float]]
    for order in orders:
        levels[bool(order.path.lat_rad[-1] > order.path.lat_rad[0])].add(float(order.path.height_m[0]))
    assert not levels[True] & levels[False]


def test_another_seed_gives_other_traffic() -> None:
    first = lane_orders(a_lane(), 1, HOUR_S)
    second = lane_orders(a_lane(), 2, HOUR_S)

    assert first[0].begin_s != second[0].begin_s
