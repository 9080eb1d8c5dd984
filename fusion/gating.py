"""Which plots may be which tracks': the sector's candidates, and plausible pairs with their costs."""

from math import hypot, log, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from contracts.geodesy import EFFECTIVE_EARTH_RADIUS_M
from contracts.reports import TWO_PI
from fusion.compiled import compiled
from fusion.motion import noise_of
from fusion.noise import Noise
from fusion.radar import Sweep, innovation, sight, wrapped
from fusion.tracks import Tracks

BLIND_M: Final = 1500.0
"""Nearer than this a radar may be blind (its own pulse, its own ship), so nothing is missed; assumed."""


@compiled
def candidates(
    tracks: Tracks, rows: int, sweep: Sweep, gate_sigma: float, noise: Noise
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the tracks that the sector can see, and which of them it should see.

    A track just beside the sector is a candidate (its plot may fall into it) but is not missed
    when there is none. A track that this radar has already hit in this turn is neither.
    """
    found, expected = np.empty(rows, np.int64), np.empty(rows, np.bool_)
    line = np.empty(9)
    count = 0
    width = sweep.to_rad - sweep.from_rad
    reach_m = 1.1 * sweep.range_max_m
    for i in range(rows):
        # A cheap box first: most tracks are nowhere near.
        if (
            abs(tracks.ecef_m[i, 0] - sweep.ecef_m[0]) > reach_m
            or abs(tracks.ecef_m[i, 1] - sweep.ecef_m[1]) > reach_m
            or abs(tracks.ecef_m[i, 2] - sweep.ecef_m[2]) > reach_m
        ):
            continue
        dt_s = sweep.middle_s - tracks.time_s[i]
        sight(tracks, i, dt_s, sweep, line)
        if line[0] > reach_m:
            continue
        p = tracks.covariance[i]
        q = noise_of(tracks, i, noise)
        spread_m = gate_sigma * sqrt(
            max(p[0], p[4]) + max(p[7], p[9]) * dt_s * dt_s + q * abs(dt_s) ** 3 / 3.0
        )
        margin = gate_sigma * sweep.azimuth_sigma_rad + min(pi, spread_m / line[1])
        into = (line[2] - sweep.from_rad) % TWO_PI
        inside = into < width
        if not inside and into - width > margin and TWO_PI - into > margin:
            continue
        if _hit_this_turn(tracks, i, sweep.source, sweep.middle_s - 0.5 * sweep.revolution_s):
            continue
        horizon_m = sqrt(2.0 * EFFECTIVE_EARTH_RADIUS_M * max(sweep.height_m, 1.0)) + sqrt(
            2.0 * EFFECTIVE_EARTH_RADIUS_M * max(tracks.height_m[i], 1.0)
        )
        found[count] = i
        far_enough = line[1] > BLIND_M + gate_sigma * sqrt(max(p[0], p[4]))
        in_sight = line[0] < min(0.95 * sweep.range_max_m, 0.95 * horizon_m)
        expected[count] = inside and far_enough and in_sight
        count += 1
    return found[:count], expected[:count]


@compiled
def _hit_this_turn(tracks: Tracks, i: int, source: int, since_s: float) -> bool:
    for k in range(tracks.source.shape[1]):
        if tracks.source[i, k] == source:
            return tracks.source_at_s[i, k] > since_s
    return False


@compiled
def pairs(
    tracks: Tracks,
    chosen: IntArray,
    sweep: Sweep,
    free: NDArray[np.bool_],
    gate_sigma: float,
    noise: Noise,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the plausible pairs of chosen tracks and free plots, as rows for the assignment.

    Returns:
        (K + 1,) first pair of each chosen track, (P,) plot of each pair, (P,) its cost: the negative
        log-likelihood ratio of "this plot is this track's" against "a miss and a false plot".
    """
    row_start = np.zeros(chosen.size + 1, np.int64)
    room = 4 * chosen.size + 16
    plot, cost = np.empty(room, np.int64), np.empty(room)
    line, out = np.empty(9), np.empty(8)
    count = 0
    for k in range(chosen.size):
        i = chosen[k]
        q = noise_of(tracks, i, noise)
        p = tracks.covariance[i]
        sight(tracks, i, sweep.middle_s - float(tracks.time_s[i]), sweep, line)
        ahead_s = abs(sweep.middle_s - tracks.time_s[i]) + sweep.revolution_s
        speed = hypot(tracks.velocity_m_per_s[i, 0], tracks.velocity_m_per_s[i, 1])
        loose_m = (
            gate_sigma * sqrt(max(p[0], p[4]) + max(p[7], p[9]) * ahead_s * ahead_s + q * ahead_s**3)
            + speed * sweep.revolution_s
            + gate_sigma * (sweep.range_sigma_m + abs(line[6]) * sqrt(tracks.vertical[i, 0]))
        )
        loose_across_m = loose_m + gate_sigma * line[1] * sweep.azimuth_sigma_rad
        miss = log(max(1.0 - sweep.detection_probability, 1e-3))
        range_m, ground_m, azimuth = line[0], line[1], line[2]
        for j in range(sweep.range_m.size):
            if (
                not free[j]
                or abs(sweep.range_m[j] - range_m) > loose_m
                or ground_m * abs(wrapped(sweep.azimuth_rad[j] - azimuth)) > loose_across_m
            ):
                continue
            sight(tracks, i, sweep.time_s[j] - tracks.time_s[i], sweep, line)
            ratio = innovation(tracks, i, sweep, j, line, out, q)
            value = miss - ratio
            if out[7] > gate_sigma * gate_sigma + 2.0 or not value < 0.0:
                continue
            if count == room:
                plot, cost = np.append(plot, np.empty_like(plot)), np.append(cost, np.empty_like(cost))
                room *= 2
            plot[count], cost[count] = j, value
            count += 1
        row_start[k + 1] = count
    return row_start, plot[:count], cost[:count]
