"""Which plots may be which tracks': the sector's candidates, and plausible pairs with their costs.

Written for what moves, so that the same gates serve tracks and what may become one.
"""

from math import cos, log, pi, sin, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from contracts.geodesy import EFFECTIVE_EARTH_RADIUS_M
from contracts.reports import TWO_PI
from fusion.compiled import compiled
from fusion.fitting import fit
from fusion.frames import Moving
from fusion.grid import Grid, near
from fusion.radar import innovation, ratio_of, sight, wrapped
from fusion.starts import Starts
from fusion.sweep import Plots, Scene, Sweep, plot_at
from fusion.tracks import Tracks

BLIND_M: Final = 1500.0
"""Nearer than this a radar may be blind (its own pulse, its own ship), so nothing is missed; assumed."""

_TURN_REACH: Final = 2.0
"""An aircraft that turns may be as many times farther away than the modes' moments say."""

_MARGIN: Final = 0.05
"""Share of a side by which the area that a source of positions covers is larger than what it has shown."""


@compiled
def candidates(
    tracks: Moving, skip: NDArray[np.bool_], noise_m2_per_s3: FloatArray, sweep: Sweep, gate_sigma: float
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the tracks that the sweep can see, and which of them it should see.

    A track just beside the sector is a candidate (its plot may fall into it) but is not missed
    when there is none.

    Args:
        skip: (N,) tracks that this radar has already hit in this turn.
        noise_m2_per_s3: (N,) of each track.
    """
    rows = skip.size
    found, expected = np.empty(rows, np.int64), np.empty(rows, np.bool_)
    scene, count = sweep.scene, 0
    for i in range(rows):
        if skip[i]:
            continue
        if scene.positions:
            found[count], expected[count] = i, _in_area(tracks, i, scene)
            count += 1
            continue
        verdict = _in_sector(tracks, i, scene, gate_sigma, float(noise_m2_per_s3[i]))
        if verdict > 0:
            found[count], expected[count] = i, verdict == 2
            count += 1
    return found[:count], expected[:count]


@compiled
def _in_area(tracks: Moving, i: int, scene: Scene) -> bool:
    dt_s = scene.middle_s - tracks.time_s[i]
    for axis in range(3):
        drift_m = dt_s * (
            tracks.velocity_m_per_s[i, 0] * tracks.axes[i, 0, axis]
            + tracks.velocity_m_per_s[i, 1] * tracks.axes[i, 1, axis]
        )
        at_m = tracks.ecef_m[i, axis] + drift_m
        margin_m = _MARGIN * (scene.high_m[axis] - scene.low_m[axis])
        if at_m < scene.low_m[axis] - margin_m or at_m > scene.high_m[axis] + margin_m:
            return False
    return True


@compiled
def _in_sector(tracks: Moving, i: int, scene: Scene, gate_sigma: float, q: float) -> int:
    """Return 0 where the radar cannot see the track, 1 where it may, 2 where it should."""
    reach_m = 1.1 * scene.range_max_m
    # A cheap box first: most tracks are nowhere near.
    if (
        abs(tracks.ecef_m[i, 0] - scene.ecef_m[0]) > reach_m
        or abs(tracks.ecef_m[i, 1] - scene.ecef_m[1]) > reach_m
        or abs(tracks.ecef_m[i, 2] - scene.ecef_m[2]) > reach_m
    ):
        return 0
    dt_s = scene.middle_s - tracks.time_s[i]
    line = sight(tracks, i, dt_s, scene)
    if line.range_m > reach_m:
        return 0
    p = tracks.covariance[i]
    spread_m = gate_sigma * sqrt(max(p[0], p[4]) + max(p[7], p[9]) * dt_s * dt_s + q * abs(dt_s) ** 3 / 3.0)
    margin = gate_sigma * scene.error_rad + min(pi, spread_m / line.ground_m)
    into = (line.azimuth_rad - scene.from_rad) % TWO_PI
    width = scene.to_rad - scene.from_rad
    inside = into < width
    if not inside and into - width > margin and TWO_PI - into > margin:
        return 0
    far_enough = scene.flat or line.ground_m > BLIND_M + gate_sigma * sqrt(max(p[0], p[4]))
    horizon_m = sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M * max(scene.height_m, 1.0)) + sqrt(
        2.0 * EFFECTIVE_EARTH_RADIUS_M * max(tracks.height_m[i], 1.0)
    )
    in_sight = line.range_m < 0.95 * scene.range_max_m and (scene.flat or line.range_m < 0.95 * horizon_m)
    return 2 if inside and far_enough and in_sight else 1


@compiled
def hit_this_turn(tracks: Tracks, rows: int, source: int, since_s: float) -> NDArray[np.bool_]:
    """Return (N,) which tracks a source has reported since a time."""
    hit = np.zeros(rows, np.bool_)
    for i in range(rows):
        for k in range(tracks.source.shape[1]):
            if tracks.source[i, k] == source:
                hit[i] = tracks.source_at_s[i, k] > since_s
                break
    return hit


@compiled
def track_pairs(
    tracks: Tracks,
    chosen: IntArray,
    noise_m2_per_s3: FloatArray,
    sweep: Sweep,
    free: NDArray[np.bool_],
    gate_sigma: float,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the plausible pairs of chosen tracks and free plots that are likelier than a miss.

    Args:
        chosen: (K,) rows of tracks.
        noise_m2_per_s3: (N,) of each track, not only the chosen.
        free: (M,) plots that are nobody's yet.

    Returns:
        As :func:`pairs`.
    """
    scene, plots, grid = sweep.scene, sweep.plots, sweep.grid
    row_start = np.zeros(chosen.size + 1, np.int64)
    plot, cost = np.empty(4 * chosen.size + 16, np.int64), np.empty(4 * chosen.size + 16)
    close = np.empty(plots.time_s.size, np.int64)
    miss = log(max(1.0 - scene.detection_probability, 1e-3))
    gate2, count = gate_sigma * gate_sigma + 2.0, 0
    for k in range(chosen.size):
        i, q = int(chosen[k]), float(noise_m2_per_s3[chosen[k]])
        reach_sigma = gate_sigma * _TURN_REACH if tracks.modal[i] else gate_sigma
        for n in range(_near_plots(tracks, i, q, scene, plots, grid, reach_sigma, np.inf, close)):
            j = int(close[n])
            if free[j]:
                distance2, ratio = fit(tracks, i, scene, plot_at(plots, j), q)
                if distance2 <= gate2 and ratio > miss:
                    plot, cost = _with_room(plot, cost, count)
                    plot[count], cost[count] = j, miss - ratio
                    count += 1
        row_start[k + 1] = count
    return row_start, plot[:count], cost[:count]


@compiled
def pairs(
    starts: Starts,
    chosen: IntArray,
    noise_m2_per_s3: FloatArray,
    sweep: Sweep,
    free: NDArray[np.bool_],
    gate_sigma: float,
    cost_max: float,
    speed_max_m_per_s: float,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the plausible pairs of chosen hypotheses and free plots, as rows for the assignment.

    Args:
        chosen: (K,) rows of hypotheses.
        noise_m2_per_s3: (N,) of each hypothesis, not only the chosen.
        free: (M,) plots that are nobody's yet.
        cost_max: pairs that cost more are left out; 0 leaves out what is less likely than a miss.
        speed_max_m_per_s: nothing is looked for farther away than it could have flown.

    Returns:
        (K + 1,) first pair of each chosen row, (P,) plot of each pair, (P,) its cost: the negative
        log-likelihood ratio of "this plot is this one's" against "a miss and a false plot".
    """
    scene, plots, grid = sweep.scene, sweep.plots, sweep.grid
    row_start = np.zeros(chosen.size + 1, np.int64)
    plot, cost = np.empty(4 * chosen.size + 16, np.int64), np.empty(4 * chosen.size + 16)
    close = np.empty(plots.time_s.size, np.int64)
    miss = log(max(1.0 - scene.detection_probability, 1e-3))
    gate2, count = gate_sigma * gate_sigma + 2.0, 0
    for k in range(chosen.size):
        i, q = int(chosen[k]), float(noise_m2_per_s3[chosen[k]])
        for n in range(_near_plots(starts, i, q, scene, plots, grid, gate_sigma, speed_max_m_per_s, close)):
            j = int(close[n])
            if not free[j]:
                continue
            one = plot_at(plots, j)
            line = sight(starts, i, one.time_s - starts.time_s[i], scene)
            look = innovation(starts, i, scene, one, line, q)
            if look.distance2 > gate2:
                continue
            value = miss - ratio_of(starts, i, scene, one, line, look, q)
            if value < cost_max:
                plot, cost = _with_room(plot, cost, count)
                plot[count], cost[count] = j, value
                count += 1
        row_start[k + 1] = count
    return row_start, plot[:count], cost[:count]


@compiled
def _with_room(plot: IntArray, cost: FloatArray, count: int) -> tuple[IntArray, FloatArray]:
    """Return the same arrays, twice as long when they are full."""
    if count < plot.size:
        return plot, cost
    return np.append(plot, np.empty_like(plot)), np.append(cost, np.empty_like(cost))


@compiled
def _near_plots(
    tracks: Moving,
    i: int,
    q: float,
    scene: Scene,
    plots: Plots,
    grid: Grid,
    gate_sigma: float,
    speed_max_m_per_s: float,
    close: IntArray,
) -> int:
    """Write the plots that are roughly in the gate of track i into ``close``; return how many."""
    p, v_e, v_n = tracks.covariance, tracks.velocity_m_per_s[i, 0], tracks.velocity_m_per_s[i, 1]
    dt_s = scene.middle_s - tracks.time_s[i]
    ahead_s = abs(dt_s) + scene.span_s
    doubt_m2 = (
        max(p[i, 0], p[i, 4])
        + 2.0 * ahead_s * max(abs(p[i, 2]), abs(p[i, 6]))
        + max(p[i, 7], p[i, 9]) * ahead_s * ahead_s
        + q * ahead_s * ahead_s * ahead_s / 3.0
    )
    gate = sqrt(gate_sigma * gate_sigma + 2.0)
    speed = sqrt(v_e * v_e + v_n * v_n)
    drift_m = speed * scene.span_s
    flown_m = (speed_max_m_per_s + speed) * ahead_s
    if scene.positions:
        axes, ecef, height_m = tracks.axes, tracks.ecef_m, tracks.height_m[i]
        if scene.flat:
            height_m = 0.0
        e_m, n_m = v_e * dt_s, v_n * dt_s
        return near(
            grid,
            plots.point_m,
            ecef[i, 0] + axes[i, 0, 0] * e_m + axes[i, 1, 0] * n_m - axes[i, 2, 0] * height_m,
            ecef[i, 1] + axes[i, 0, 1] * e_m + axes[i, 1, 1] * n_m - axes[i, 2, 1] * height_m,
            ecef[i, 2] + axes[i, 0, 2] * e_m + axes[i, 1, 2] * n_m - axes[i, 2, 2] * height_m,
            min(
                drift_m + gate * sqrt(doubt_m2 + scene.error_m**2),
                flown_m + gate * sqrt(max(p[i, 0], p[i, 4]) + scene.error_m**2),
            ),
            close,
        )
    line = sight(tracks, i, dt_s, scene)
    range_m, ground_m, azimuth = line.range_m, line.ground_m, line.azimuth_rad
    loose_m = drift_m + gate * sqrt(doubt_m2 + scene.error_m**2 + line.lu**2 * tracks.vertical[i, 0])
    across_m = drift_m + gate * sqrt(doubt_m2 + (ground_m * scene.error_rad) ** 2)
    # Across, the disc is as much larger than the ground as slant range is; and an arc is not its chord.
    stretched_m = across_m * range_m / ground_m
    reach_m = max(loose_m, stretched_m) + 0.5 * stretched_m * stretched_m / range_m
    found = near(grid, plots.point_m, range_m * sin(azimuth), range_m * cos(azimuth), 0.0, reach_m, close)
    count = 0
    for n in range(found):
        j = close[n]
        if (
            abs(plots.range_m[j] - range_m) <= loose_m
            and ground_m * abs(wrapped(float(plots.azimuth_rad[j]) - azimuth)) <= across_m
        ):
            close[count] = j
            count += 1
    return count
