"""Assignment against brute force: every way to pair objects with tracks is tried."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pairing import assign, near_pairs
from contracts.columns import FloatArray, IntArray
from tests.benchmarks.builders import on_ground

CUTOFF_M = 1_000.0
POINTS = st.lists(
    st.tuples(st.floats(-1_500.0, 1_500.0), st.floats(-1_500.0, 1_500.0)), min_size=0, max_size=5
)


def cost(distance_m: FloatArray, track_of: IntArray, order: float) -> float:
    """What an assignment costs: GOSPA with alpha = 2, to the power p."""
    objects, tracks = distance_m.shape
    paired = [(j, n) for j, n in enumerate(track_of.tolist()) if n >= 0]
    alone = objects + tracks - 2 * len(paired)
    return float(sum(distance_m[pair] ** order for pair in paired) + alone * CUTOFF_M**order / 2.0)


def least_cost(distance_m: FloatArray, order: float) -> float:
    """The least of the costs of all assignments."""
    objects, tracks = distance_m.shape
    choices = [*range(tracks), *[-1] * objects]
    ways = {tuple(way) for way in permutations(choices, objects)}
    return min(cost(distance_m, np.array(way, np.int64), order) for way in ways)


def apart(objects: FloatArray, tracks: FloatArray) -> FloatArray:
    distance_m: FloatArray = np.linalg.norm(objects[:, None, :] - tracks[None, :, :], axis=-1)
    return distance_m


@settings(max_examples=60, deadline=None)
@given(objects=POINTS, tracks=POINTS, order=st.sampled_from([1.0, 2.0]))
def test_no_assignment_is_cheaper_than_ours(
    objects: list[tuple[float, float]], tracks: list[tuple[float, float]], order: float
) -> None:
    objects_ecef_m, tracks_ecef_m = on_ground(objects), on_ground(tracks)

    near = near_pairs(objects_ecef_m, tracks_ecef_m, CUTOFF_M)
    track_of = assign(near, CUTOFF_M, order)

    distance_m = apart(objects_ecef_m, tracks_ecef_m)
    assert cost(distance_m, track_of, order) == pytest.approx(least_cost(distance_m, order))


def test_a_track_is_given_to_one_object_only() -> None:
    near = near_pairs(on_ground([(0, 0), (100, 0)]), on_ground([(50, 0)]), CUTOFF_M)

    track_of = assign(near, CUTOFF_M, 2.0)

    assert sorted(track_of.tolist()) == [-1, 0]


def test_the_nearest_pair_gives_way_where_that_serves_both() -> None:
    # Track 0 is nearest to object 1, but then object 0 would go without.
    near = near_pairs(on_ground([(0, 0), (500, 0)]), on_ground([(300, 0), (800, 0)]), CUTOFF_M)

    track_of = assign(near, CUTOFF_M, 2.0)

    assert track_of.tolist() == [0, 1]


def test_nothing_pairs_with_nothing() -> None:
    near = near_pairs(on_ground([]), on_ground([(0, 0)]), CUTOFF_M)

    track_of = assign(near, CUTOFF_M, 2.0)

    assert track_of.tolist() == []


def test_ten_thousand_objects_need_no_square_matrix() -> None:
    # A matrix of all distances would take 0.8 GB; the pairs within reach are a few thousand.
    chance = np.random.default_rng(3)
    truth = chance.uniform(-400_000.0, 400_000.0, (10_000, 2))
    truth_ecef_m = on_ground([(east, north) for east, north in truth])

    near = near_pairs(truth_ecef_m, truth_ecef_m + chance.normal(0.0, 20.0, (10_000, 3)), CUTOFF_M)
    track_of = assign(near, CUTOFF_M, 2.0)

    assert (track_of == np.arange(10_000)).mean() > 0.99
