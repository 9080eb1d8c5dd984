"""How likely each hypothesis of a new track is among its rivals: those that share a plot with it.

Hypotheses with one first plot are a tree: at most one of them is true. A plot is one object's or false, so
of the trees that contain it at most one does so rightly. The chances under all these exclusions at once are
found by belief propagation between trees and plots (Williams and Lau, *Approximate evaluation of marginal
association probabilities with belief propagation*, IEEE Transactions on Aerospace and Electronic Systems
50, 2014, with trees of several plots for their targets): a plot tells each of its trees how free of the
others it is, and a tree tells each of its plots how likely it wants it, by all that the others say. So a
hypothesis that crosses two good ones is out, although it fits each plot well.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.starts import Starts

ROUNDS: Final = 4
"""Messages go back and forth as often; more change no picture, seen on dense skies."""


@compiled
def odds_of(starts: Starts, rows: int, first_id: int, plots: int) -> FloatArray:
    """Return (N,) the odds that each hypothesis is an object, its rivals considered.

    Args:
        first_id: least id of any plot in the table.
        plots: how many ids there are from there on.
    """
    edge, edge_plot, edge_tree = edges_of(starts, rows, first_id, plots)
    odds, whole = np.empty(rows), np.empty(plots)
    free, wanted = np.ones(edge_plot.size), np.empty(edge_plot.size)
    ratio = np.exp(starts.score[:rows])
    for _ in range(ROUNDS):
        _hypotheses_speak(starts, ratio, edge, free, first_id, odds, whole, wanted)
        _plots_answer(edge_plot, edge_tree, whole, wanted, free)
    _hypotheses_speak(starts, ratio, edge, free, first_id, odds, whole, wanted)
    for i in range(rows):
        odds[i] /= 1.0 + max(whole[starts.founder[i] - first_id] - odds[i], 0.0)
    return odds


@compiled
def _hypotheses_speak(
    starts: Starts,
    ratio: FloatArray,
    edge: NDArray[np.int32],
    free: FloatArray,
    first_id: int,
    odds: FloatArray,
    whole: FloatArray,
    wanted: FloatArray,
) -> None:
    """Sum up how likely each hypothesis is by what its plots say.

    Args:
        ratio: (N,) likelihood ratio of each by itself.
        edge: (N, 6) of :func:`edges_of`.
        free: (E,) how free of other trees each edge's plot is.
        odds: (N,) overwritten: of each hypothesis, against its tree's first plot being false.
        whole: (P,) overwritten: their sums by tree.
        wanted: (E,) overwritten: their sums by edge.
    """
    whole[:] = 0.0
    wanted[:] = 0.0
    for i in range(odds.size):
        value = ratio[i]
        for k in range(edge.shape[1]):
            if edge[i, k] < 0:
                break
            value *= free[edge[i, k]]
        odds[i] = value
        whole[starts.founder[i] - first_id] += value
        for k in range(edge.shape[1]):
            if edge[i, k] < 0:
                break
            wanted[edge[i, k]] += value


@compiled
def _plots_answer(
    edge_plot: IntArray, edge_tree: IntArray, whole: FloatArray, wanted: FloatArray, free: FloatArray
) -> None:
    """Tell each tree of each plot how free it is of the others; ``free`` is overwritten."""
    strongest, most, rest = np.full(whole.size, -1), np.zeros(whole.size), np.zeros(whole.size)
    # The strongest is kept apart from the rest: taken off a sum, it would leave rounding only.
    for e in range(free.size):
        without = max(whole[edge_tree[e]] - wanted[e], 0.0)
        wanted[e] /= free[e] * (1.0 + without)
        plot = edge_plot[e]
        if wanted[e] > most[plot]:
            rest[plot] += most[plot]
            strongest[plot], most[plot] = e, wanted[e]
        else:
            rest[plot] += wanted[e]
    for e in range(free.size):
        plot = edge_plot[e]
        others = rest[plot] if strongest[plot] == e else most[plot] + rest[plot] - wanted[e]
        free[e] = 1.0 / (1.0 + max(others, 0.0))


@compiled
def edges_of(
    starts: Starts, rows: int, first_id: int, plots: int
) -> tuple[NDArray[np.int32], IntArray, IntArray]:
    """Return which tree contains which plot.

    Returns:
        (N, 6) edge of each plot of each hypothesis, -1 for none; (E,) plot of each edge; (E,) its tree, by
        the tree's first plot.
    """
    width = starts.plot.shape[1]
    start, member = np.zeros(plots + 1, np.int64), np.empty(rows, np.int64)
    for i in range(rows):
        start[starts.founder[i] - first_id + 1] += 1
    for t in range(plots):
        start[t + 1] += start[t]
    place = start[:-1].copy()
    for i in range(rows):
        tree = starts.founder[i] - first_id
        member[place[tree]] = i
        place[tree] += 1
    edge = np.full((rows, width), -1, np.int32)
    edge_plot, edge_tree = np.empty(rows * width, np.int64), np.empty(rows * width, np.int64)
    newest_tree, newest_edge = np.full(plots, -1), np.empty(plots, np.int64)
    count = 0
    for tree in range(plots):
        for n in range(start[tree], start[tree + 1]):
            for k in range(width):
                plot = starts.plot[member[n], k] - first_id
                if plot < 0:
                    break
                if newest_tree[plot] != tree:
                    newest_tree[plot], newest_edge[plot] = tree, count
                    edge_plot[count], edge_tree[count] = plot, tree
                    count += 1
                edge[member[n], k] = newest_edge[plot]
    return edge, edge_plot[:count], edge_tree[:count]
