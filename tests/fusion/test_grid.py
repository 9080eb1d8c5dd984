"""Neighbours found by the grid are those that a look at every point finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fusion.grid import grid_over, near


@given(
    st.integers(0, 2**32 - 1), st.integers(0, 200), st.floats(0.5, 5e4), st.floats(0.0, 3e4), st.booleans()
)
@settings(max_examples=200, deadline=None)
def test_the_grid_finds_exactly_the_points_in_the_box(
    seed: int, points: int, cell_m: float, reach_m: float, flat: bool
) -> None:
    chance = np.random.default_rng(seed)
    point_m = chance.normal(0, 2e4, (points, 3)) * (1, 1, 0 if flat else 1)
    # Some in the same place, some far away.
    point_m[: points // 10] = point_m[points // 2] if points else 0.0
    centre = chance.normal(0, 1e4, 3)
    found = np.empty(points, np.int64)
    x, y, z = centre.tolist()

    count = near(grid_over(point_m, cell_m), point_m, x, y, z, reach_m, found)

    wanted = np.flatnonzero((np.abs(point_m - centre) <= reach_m).all(axis=1))
    assert sorted(found[:count].tolist()) == wanted.tolist()


@pytest.mark.parametrize("reach_m", [1e12, 1e300])
def test_a_box_of_astronomic_size_finds_everything(reach_m: float) -> None:
    point_m = np.random.default_rng(1).normal(0, 1e4, (50, 3))
    found = np.empty(50, np.int64)

    assert near(grid_over(point_m, 10.0), point_m, 0.0, 0.0, 0.0, reach_m, found) == 50


def test_the_order_of_what_is_found_is_the_same_every_time() -> None:
    point_m = np.random.default_rng(1).normal(0, 1e4, (500, 3))
    grid = grid_over(point_m, 1000.0)
    first, second = np.empty(500, np.int64), np.empty(500, np.int64)

    count = near(grid, point_m, 0.0, 0.0, 0.0, 5000.0, first)
    near(grid, point_m, 0.0, 0.0, 0.0, 5000.0, second)

    np.testing.assert_array_equal(first[:count], second[:count])
