"""How hypotheses of new tracks grow, compete and are given up: compiled loops over the table of starts.

One sweep lets every hypothesis in sight branch into one more for each plot in its gate; the hypothesis
itself lives on as "and this time it was missed". Hypotheses that share a plot exclude each other. Their
scores are log-likelihood ratios against "all of these plots are false" (Blackman, *Multiple hypothesis
tracking for multiple target tracking*, IEEE AES Magazine 19, 2004); :mod:`fusion.rivalry` weighs them.
"""

from math import exp, hypot, log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.founding import found_from_plot, know_domain
from fusion.noise import Noise
from fusion.provenance import Stamp
from fusion.starts import Starts
from fusion.sweep import Sweep, plot_at
from fusion.updating import update_straight

BRANCHES_MOST: Final = 8
"""Hypotheses that end on the same plot; at the bound the least likely goes."""

_SCORE_MOST: Final = 60.0
_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3


@compiled
def noise_of_starts(starts: Starts, rows: int, noise: Noise, air_m2_per_s3: float) -> FloatArray:
    """Return (N,) acceleration noise densities.

    Args:
        air_m2_per_s3: of aircraft: a hypothesis has no modes, so it must bear a turn.
    """
    q = np.empty(rows)
    for i in range(rows):
        if starts.domain[i] == _AIR:
            q[i] = air_m2_per_s3
        elif starts.domain[i] == 0:
            q[i] = noise.unknown
        else:
            q[i] = noise.surface
    return q


@compiled
def hit_lately(
    starts: Starts, rows: int, source_of: NDArray[np.int16], first_id: int, source: int, since_s: float
) -> NDArray[np.bool_]:
    """Return (N,) which hypotheses end on a plot of a source since a time.

    Args:
        source_of: (L,) sources of the logged plots.
        first_id: id of the first of them.
    """
    hit = np.zeros(rows, np.bool_)
    for i in range(rows):
        hit[i] = starts.time_s[i] > since_s and source_of[starts.plot[i, 0] - first_id] == source
    return hit


@compiled
def branch(
    starts: Starts,
    rows: int,
    chosen: IntArray,
    expected: NDArray[np.bool_],
    row_start: IntArray,
    plot: IntArray,
    noise_m2_per_s3: FloatArray,
    sweep: Sweep,
    plot_id: IntArray,
    stamp: Stamp,
    domain: int,
    speed_max_m_per_s: float,
) -> int:
    """Let hypotheses grow by the plots in their gates; return how many rows there are now.

    Args:
        starts: with room for as many more rows as there are pairs.
        rows: in use.
        chosen: (K,) hypotheses in sight.
        expected: (K,) whether the source should have seen them.
        row_start: (K + 1,) first pair of each.
        plot: (P,) plot of each pair.
        noise_m2_per_s3: (N,) of each hypothesis.
        plot_id: (M,) ids of the plots.
        domain: that everything is taken to be in; 0 when each must show it.
    """
    scene, plots = sweep.scene, sweep.plots
    miss = log(max(1.0 - scene.detection_probability, 0.02))
    for k in range(chosen.size):
        parent = int(chosen[k])
        for pair in range(row_start[k], row_start[k + 1]):
            j = int(plot[pair])
            starts[rows] = starts[parent]
            update_straight(
                starts, rows, scene, plot_at(plots, j), float(noise_m2_per_s3[parent]), 1.0 / stamp.trust
            )
            speed = hypot(starts.velocity_m_per_s[rows, 0], starts.velocity_m_per_s[rows, 1])
            if not speed <= speed_max_m_per_s:
                continue
            starts.hits[rows] += 1
            starts.misses[rows] = 0
            starts.score[rows] = min(starts.score[rows], _SCORE_MOST)
            remember(starts, rows, int(plot_id[j]), stamp)
            if domain == 0:
                know_domain(starts, rows, starts.hits[rows])
            rows += 1
        if expected[k]:
            starts.score[parent] += miss
            starts.misses[parent] += 1
    return rows


@compiled
def found(
    starts: Starts,
    rows: int,
    sweep: Sweep,
    free: NDArray[np.bool_],
    plot_id: IntArray,
    stamp: Stamp,
    domain: int,
    speed_sigma_surface: float,
    speed_sigma_air: float,
    rows_most: int,
) -> int:
    """Begin a hypothesis on every free plot; return how many rows there are now."""
    scene, plots = sweep.scene, sweep.plots
    for j in range(free.size):
        if free[j] and rows < rows_most:
            starts.domain[rows] = domain
            found_from_plot(starts, rows, scene, plot_at(plots, j), speed_sigma_surface, speed_sigma_air)
            starts.score[rows] = scene.new_score
            starts.hits[rows], starts.misses[rows] = 1, 0
            starts.founded_at_s[rows] = plots.time_s[j]
            starts.founder[rows] = plot_id[j]
            starts.plot[rows] = -1
            starts.classification[rows], starts.releasable_mask[rows], starts.caveats[rows] = 0, 255, 0
            remember(starts, rows, int(plot_id[j]), stamp)
            rows += 1
    return rows


@compiled
def remember(starts: Starts, i: int, plot_id: int, stamp: Stamp) -> None:
    """Note the newest plot of hypothesis i, and the label of its batch."""
    plots = starts.plot[i]
    for k in range(plots.size - 1, 0, -1):
        plots[k] = plots[k - 1]
    plots[0] = plot_id
    starts.classification[i] = max(starts.classification[i], stamp.classification)
    starts.releasable_mask[i] &= stamp.releasable_mask
    starts.caveats[i] |= stamp.caveats


@compiled
def oldest_plot(starts: Starts, rows: int, newest: int) -> int:
    """Return the least id of any plot that a hypothesis knows, ``newest`` when there is none."""
    oldest = newest
    for i in range(rows):
        oldest = min(oldest, starts.founder[i])
        for plot in starts.plot[i]:
            if plot >= 0:
                oldest = min(oldest, plot)
    return oldest


@compiled
def explained(starts: Starts, rows: int, odds: FloatArray, first_new: int, plots: int) -> float:
    """Return how many plots of the newest sweep are probably the next of a hypothesis, not a first one.

    Args:
        odds: (N,) of :func:`fusion.rivalry.odds_of`.
        first_new: id of the sweep's first plot that no track has claimed.
        plots: how many such plots there are.
    """
    share = np.zeros(plots)
    for i in range(rows):
        place = starts.plot[i, 0] - first_new
        if place >= 0 and starts.hits[i] > 1:
            share[place] += odds[i] / (1.0 + odds[i])
    return float(np.minimum(share, 1.0).sum())


@compiled
def hopeful(
    starts: Starts, rows: int, odds: FloatArray, drop_score: float, first_id: int, plots: int
) -> NDArray[np.bool_]:
    """Return (N,) which hypotheses live on: likely enough, and among the best that end on their plot.

    Of those that have the same newest three plots only the best lives: their states are as good as equal.

    Args:
        odds: (N,) of :func:`fusion.rivalry.odds_of`.
    """
    least = exp(drop_score)
    kept = np.zeros(rows, np.bool_)
    head, following = np.full(plots, -1), np.full(rows, -1)
    for i in range(rows - 1, -1, -1):
        if odds[i] > least:
            kept[i] = True
            newest = starts.plot[i, 0] - first_id
            following[i], head[newest] = head[newest], i
    for newest in range(plots):
        i = int(head[newest])
        while i >= 0:
            better = 0
            other = int(head[newest])
            while other >= 0 and kept[i]:
                if other != i and kept[other] and _is_better(starts, other, i):
                    better += 1
                    if better >= BRANCHES_MOST or _ends_alike(starts, other, i):
                        kept[i] = False
                other = int(following[other])
            i = int(following[i])
    return kept


@compiled
def _is_better(starts: Starts, a: int, b: int) -> bool:
    return starts.score[a] > starts.score[b] or (starts.score[a] == starts.score[b] and a < b)


@compiled
def _ends_alike(starts: Starts, a: int, b: int) -> bool:
    for k in range(3):
        if starts.plot[a, k] != starts.plot[b, k]:
            return False
    return starts.plot[a, 2] >= 0


@compiled
def ripe(
    starts: Starts, rows: int, odds: FloatArray, confirm_score: float, confirm_chance: float, hits_least: int
) -> tuple[IntArray, FloatArray]:
    """Return the hypotheses that are likely enough to be tracks, and their odds.

    Args:
        odds: (N,) of :func:`fusion.rivalry.odds_of`.
        confirm_score: least evidence of its own, against false plots.
        confirm_chance: least chance among its rivals.
        hits_least: plots that a track is made of at least.
    """
    least = confirm_chance / (1.0 - confirm_chance)
    found, count = np.empty(rows, np.int64), 0
    for i in range(rows):
        old_enough = starts.hits[i] >= hits_least and starts.misses[i] == 0
        if old_enough and starts.score[i] > confirm_score and odds[i] > least:
            found[count] = i
            count += 1
    return found[:count], odds[found[:count]]


@compiled
def undisputed(starts: Starts, rows: IntArray, chance: FloatArray, first_id: int, plots: int) -> IntArray:
    """Return those of (R,) hypotheses that become tracks: likeliest first, no plot in two of them."""
    taken = np.zeros(plots, np.bool_)
    found, count = np.empty(rows.size, np.int64), 0
    for k in np.argsort(-chance, kind="mergesort"):
        i, disputed = int(rows[k]), False
        for plot in starts.plot[i]:
            disputed |= plot >= 0 and taken[plot - first_id]
        if not disputed:
            for plot in starts.plot[i]:
                if plot >= 0:
                    taken[plot - first_id] = True
            found[count] = i
            count += 1
    return np.sort(found[:count])


@compiled
def without_plots(
    starts: Starts, rows: int, won: IntArray, kept: NDArray[np.bool_], first_id: int, plots: int
) -> None:
    """Give up every hypothesis that shares a plot with one that has become a track, and those themselves."""
    taken = np.zeros(plots, np.bool_)
    for i in won:
        for plot in starts.plot[i]:
            if plot >= 0:
                taken[plot - first_id] = True
    for i in range(rows):
        for plot in starts.plot[i]:
            if plot >= 0 and taken[plot - first_id]:
                kept[i] = False


@compiled
def keep_starts(starts: Starts, rows: int, kept: NDArray[np.bool_]) -> int:
    """Move the kept rows to the front, in order; return how many they are."""
    count = 0
    for i in range(rows):
        if kept[i]:
            if i != count:
                starts[count] = starts[i]
            count += 1
    return count
