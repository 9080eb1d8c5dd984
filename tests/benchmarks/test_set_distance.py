"""GOSPA and OSPA against their own papers' definitions, with every permutation tried."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.pairing import assign, near_pairs
from benchmarks.set_distance import Gospa, gospa, ospa
from contracts.columns import FloatArray

CUTOFF_M = 500.0
POINTS = st.lists(st.tuples(st.floats(-700.0, 700.0), st.floats(-700.0, 700.0)), min_size=0, max_size=5)
Points = list[tuple[float, float]]


def plane(points: Points) -> FloatArray:
    return np.array(points, np.float64).reshape(-1, 2)


def apart(targets: Points, tracks: Points) -> FloatArray:
    distance_m: FloatArray = np.linalg.norm(plane(targets)[:, None] - plane(tracks)[None], axis=-1)
    return distance_m


def ours(targets: Points, tracks: Points, order: float) -> tuple[Gospa, float]:
    near = near_pairs(plane(targets), plane(tracks), CUTOFF_M)
    track_of = assign(near, CUTOFF_M, order)
    held = np.flatnonzero(track_of >= 0)
    distance_m = apart(targets, tracks)[held, track_of[held]]
    return gospa(near, distance_m, CUTOFF_M, order), ospa(near, distance_m, CUTOFF_M, order)


def gospa_of_the_paper(targets: Points, tracks: Points, order: float) -> float:
    """Proposition 1 with alpha = 2: the least over all sets of pairs, of any size."""
    distance_m = apart(targets, tracks)
    rows, columns = distance_m.shape
    costs = [
        sum(distance_m[i, j] ** order for i, j in zip(some, others, strict=True))
        + CUTOFF_M**order / 2.0 * (rows + columns - 2 * size)
        for size in range(min(rows, columns) + 1)
        for some in combinations(range(rows), size)
        for others in permutations(range(columns), size)
    ]
    return float(min(costs) ** (1.0 / order))


def ospa_of_the_paper(targets: Points, tracks: Points, order: float) -> float:
    """Equation (3): each of the smaller set goes to one of the larger, all ways tried; distances cut off."""
    few, many = (targets, tracks) if len(targets) <= len(tracks) else (tracks, targets)
    if not many:
        return 0.0
    cut_m = np.minimum(apart(few, many), CUTOFF_M)
    least = min(
        sum(cut_m[i, j] ** order for i, j in enumerate(way))
        for way in permutations(range(len(many)), len(few))
    )
    return float(((least + CUTOFF_M**order * (len(many) - len(few))) / len(many)) ** (1.0 / order))


@settings(max_examples=100, deadline=None)
@given(targets=POINTS, tracks=POINTS, order=st.sampled_from([1.0, 2.0]))
def test_gospa_is_the_least_over_all_ways_to_pair(targets: Points, tracks: Points, order: float) -> None:
    found, _ = ours(targets, tracks, order)

    assert found.metric_m == pytest.approx(gospa_of_the_paper(targets, tracks, order), abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(targets=POINTS, tracks=POINTS, order=st.sampled_from([1.0, 2.0]))
def test_ospa_is_the_least_over_all_permutations(targets: Points, tracks: Points, order: float) -> None:
    _, found = ours(targets, tracks, order)

    assert found == pytest.approx(ospa_of_the_paper(targets, tracks, order), abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(targets=POINTS, tracks=POINTS)
def test_the_parts_of_gospa_add_up_to_it(targets: Points, tracks: Points) -> None:
    found, _ = ours(targets, tracks, 2.0)

    parts = found.localisation_m_p + found.missed_m_p + found.false_m_p

    assert found.metric_m**2 == pytest.approx(parts)


def test_a_missed_target_and_a_false_track_cost_half_of_the_cut_off_each() -> None:
    found, _ = ours([(0.0, 0.0)], [(600.0, 0.0)], 2.0)

    assert found == (CUTOFF_M, 0.0, CUTOFF_M**2 / 2.0, CUTOFF_M**2 / 2.0)


def test_nothing_is_no_distance_from_nothing() -> None:
    found, by_ospa = ours([], [], 2.0)

    assert found.metric_m == by_ospa == 0.0
