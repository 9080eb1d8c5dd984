"""Hypotheses that share plots exclude each other: the chances against counting every world."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from contracts.columns import FloatArray
from fusion.rivalry import odds_of
from fusion.starts import Starts, empty_starts

Rows = Sequence[tuple[float, tuple[int, ...]]]


def hypotheses(rows: Rows) -> Starts:
    """Hypotheses of a score and the ids of their plots, oldest first."""
    starts = empty_starts(len(rows))
    starts.plot[:] = -1
    for i, (score, plots) in enumerate(rows):
        starts.score[i], starts.founder[i] = score, plots[0]
        starts.plot[i, : len(plots)] = plots[::-1]
    return starts


def chances(rows: Rows) -> FloatArray:
    """(N,) as found."""
    odds = odds_of(hypotheses(rows), len(rows), 0, 1 + max(p for _, plots in rows for p in plots))
    return odds / (1.0 + odds)


def counted(rows: Rows) -> FloatArray:
    """(N,) by counting every set of hypotheses in which no plot is twice."""
    total, share = 0.0, np.zeros(len(rows))
    for size in range(len(rows) + 1):
        for chosen in combinations(range(len(rows)), size):
            plots = [p for i in chosen for p in rows[i][1]]
            if len(set(plots)) == len(plots):
                weight = float(np.exp(sum(rows[i][0] for i in chosen)))
                total += weight
                share[list(chosen)] += weight
    return share / total


def test_one_alone_has_the_chance_that_its_score_says() -> None:
    assert chances([(1.5, (0, 1, 2))]) == pytest.approx(counted([(1.5, (0, 1, 2))]), rel=1e-12)


def test_of_one_tree_one_is_true_at_most() -> None:
    rows = [(2.0, (0, 1)), (1.0, (0, 2)), (-3.0, (0,)), (0.5, (0, 1, 3))]

    assert chances(rows) == pytest.approx(counted(rows), rel=1e-9)


def test_two_that_share_one_plot_are_weighed_exactly() -> None:
    rows = [(2.0, (0, 2, 4)), (1.0, (1, 2, 5)), (-1.0, (3, 6))]

    assert chances(rows) == pytest.approx(counted(rows), rel=1e-9)


def test_one_that_crosses_two_good_ones_is_out() -> None:
    # By its plots alone the crossing one would have half a chance at each; both others stand against it.
    rows = [(4.0, (0, 2, 4)), (4.0, (1, 3, 5)), (4.5, (0, 3, 6))]
    found, wanted = chances(rows), counted(rows)

    assert wanted[2] < 0.05
    assert found[2] < 0.1
    assert found[:2] == pytest.approx(wanted[:2], abs=0.05)


def test_great_scores_leave_the_small_ones_their_digits() -> None:
    rows = [(60.0, (0, 1, 2)), (50.0, (3, 1, 4)), (1.0, (5, 6)), (55.0, (0, 1))]
    found = chances(rows)

    assert found[0] > 0.99
    assert found[1] < 1e-3
    assert found[2] == pytest.approx(1.0 / (1.0 + np.exp(-1.0)), rel=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_in_small_crowds_the_likely_and_the_unlikely_are_told_apart(seed: int) -> None:
    chance = np.random.default_rng(seed)
    rows = [
        (float(chance.normal(1.0, 2.0)), tuple(sorted(chance.choice(9, 3, replace=False).tolist())))
        for _ in range(9)
    ]
    found, wanted = chances(rows), counted(rows)

    assert np.abs(found - wanted).mean() < 0.12
    assert (wanted[found > 0.8] > 0.5).all()
