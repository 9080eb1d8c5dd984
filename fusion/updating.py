"""Corrections of tracks: by a plot, by a height, by one number along a direction (Kalman's update)."""

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from contracts.reports import TWO_PI
from fusion.compiled import compiled
from fusion.frames import Moving, slide
from fusion.modes import MODES, gather, weigh_modes
from fusion.motion import noise_of, predict_in, predict_straight
from fusion.noise import Noise
from fusion.provenance import Stamp, credit
from fusion.radar import innovation, sight
from fusion.sweep import Sweep
from fusion.tracks import Tracks


@compiled
def compare(
    moving: Moving, i: int, sweep: Sweep, j: int, q: float, line: FloatArray, out: FloatArray
) -> float:
    """Compare row i with plot j at the row's own time; return the log-likelihood ratio.

    Args:
        line: (9,) overwritten as by :func:`fusion.radar.sight`.
        out: (8,) overwritten as by :func:`fusion.radar.innovation`.
    """
    if not sweep.positions:
        sight(moving, i, sweep.plots.time_s[j] - moving.time_s[i], sweep, line)
    return innovation(moving, i, sweep, j, line, out, q)


@compiled
def update_straight(moving: Moving, i: int, sweep: Sweep, j: int, q: float, inflation: float) -> float:
    """Predict and correct row i by plot j with its one motion model.

    Args:
        inflation: factor on the plot's variances; above 1 where the source is trusted less.

    Returns:
        The squared normalised innovation per degree of freedom.
    """
    line, out = np.empty(9), np.empty(8)
    predict_straight(moving, i, sweep.plots.time_s[j], q)
    ratio = compare(moving, i, sweep, j, q, line, out)
    r_aa, r_ac, r_cc = errors(sweep, j, line)
    p, velocity = moving.covariance[i], moving.velocity_m_per_s[i]
    more = inflation - 1.0
    s_aa, s_ac, s_cc = out[2] + more * r_aa, out[3] + more * r_ac, out[4] + more * r_cc
    east_m, north_m, _ = correct_pair(p, velocity, line, out[0], out[1], s_aa, s_ac, s_cc)
    up_m, freedom = 0.0, 2.0
    if out[6] < np.inf:
        up_m = update_height(moving, i, out[5], out[6] * inflation)
        freedom += 1.0
    if has_rate(sweep, j):
        le, ln, lu = line[4], line[5], line[6]
        rate = sweep.plots.range_rate_m_per_s[j] - velocity[0] * le - velocity[1] * ln - velocity[2] * lu
        doubt = lu * lu * moving.vertical[i, 2] + sweep.range_rate_sigma_m_per_s**2 * inflation
        shift_e, shift_n = correct_along(p, velocity, 2, le, ln, rate, doubt)
        east_m, north_m = east_m + shift_e, north_m + shift_n
        freedom += 1.0
    slide(moving, i, east_m, north_m, up_m)
    moving.score[i] += ratio
    return out[7] / freedom


@compiled
def update_modal(
    tracks: Tracks, i: int, sweep: Sweep, j: int, noise: Noise, inflation: float, room: FloatArray
) -> float:
    """Predict and correct track i by plot j in each of its modes, and weigh them.

    Args:
        room: (14,) overwritten.

    Returns:
        The squared normalised innovation per degree of freedom, of the modes together.
    """
    line, out, likelihood = np.empty(9), np.empty(8), np.zeros(MODES)
    predict_in(tracks, i, sweep.plots.time_s[j], noise, room)
    ratio = compare(tracks, i, sweep, j, noise_of(tracks, i, noise), line, out)
    r_aa, r_ac, r_cc = errors(sweep, j, line)
    r_aa, r_ac, r_cc = r_aa * inflation, r_ac * inflation, r_cc * inflation
    le, ln, lu, ce, cn = line[4], line[5], line[6], line[7], line[8]
    r_aa += lu * lu * tracks.vertical[i, 0]
    # A plot from before the track's own time is carried forward; innovation() has added the doubt.
    late_s = min(0.0, sweep.plots.time_s[j] - tracks.time_s[i])
    v_e, v_n = tracks.velocity_m_per_s[i, 0], tracks.velocity_m_per_s[i, 1]
    v_u = tracks.velocity_m_per_s[i, 2]
    freedom = 2.0
    for m in range(MODES):
        x = tracks.mode[i, m]
        p, velocity = x[4:], x[2:4]
        e_m, n_m = x[0] + late_s * (x[2] - v_e), x[1] + late_s * (x[3] - v_n)
        carry = late_s * late_s
        ee, en, nn = p[0] + carry * p[7], p[1] + carry * p[8], p[4] + carry * p[9]
        s_aa = le * le * ee + 2.0 * le * ln * en + ln * ln * nn + r_aa
        s_ac = le * ce * ee + (le * cn + ln * ce) * en + ln * cn * nn + r_ac
        s_cc = ce * ce * ee + 2.0 * ce * cn * en + cn * cn * nn + r_cc
        along, across = out[0] - le * e_m - ln * n_m, out[1] - ce * e_m - cn * n_m
        shift_e, shift_n, likelihood[m] = correct_pair(p, velocity, line, along, across, s_aa, s_ac, s_cc)
        x[0] += shift_e
        x[1] += shift_n
        if has_rate(sweep, j):
            rate = sweep.plots.range_rate_m_per_s[j] - x[2] * le - x[3] * ln - v_u * lu
            doubt = lu * lu * tracks.vertical[i, 2] + sweep.range_rate_sigma_m_per_s**2 * inflation
            s = le * le * p[7] + 2.0 * le * ln * p[8] + ln * ln * p[9] + doubt
            likelihood[m] -= 0.5 * (rate * rate / s + log(TWO_PI * s))
            shift_e, shift_n = correct_along(p, velocity, 2, le, ln, rate, doubt)
            x[0] += shift_e
            x[1] += shift_n
    if out[6] < np.inf:
        tracks.height_m[i] += update_height(tracks, i, out[5], out[6] * inflation)
        freedom += 1.0
    if has_rate(sweep, j):
        freedom += 1.0
    weigh_modes(tracks.mode_weight[i], likelihood)
    gather(tracks, i, room)
    tracks.score[i] += ratio
    return out[7] / freedom


@compiled
def errors(sweep: Sweep, j: int, line: FloatArray) -> tuple[float, float, float]:
    """Return plot j's own variance along, covariance, and variance across, m2."""
    if sweep.positions:
        return sweep.plots.spread_m2[j, 0], sweep.plots.spread_m2[j, 1], sweep.plots.spread_m2[j, 2]
    return sweep.plots.range_sigma_m[j] ** 2, 0.0, (line[1] * sweep.plots.azimuth_sigma_rad[j]) ** 2


@compiled
def has_rate(sweep: Sweep, j: int) -> bool:
    """Return whether plot j has a range rate."""
    return not sweep.positions and not np.isnan(sweep.plots.range_rate_m_per_s[j])


@compiled
def correct_pair(
    p: FloatArray,
    velocity: FloatArray,
    line: FloatArray,
    along: float,
    across: float,
    s_aa: float,
    s_ac: float,
    s_cc: float,
) -> tuple[float, float, float]:
    """Correct a state by two numbers measured along and across the line of sight.

    Args:
        p: (10,) covariance, changed in place.
        velocity: (2,) or more, changed in place.
        line: (9,) of :func:`fusion.radar.sight`.
        along: innovation along, m.
        across: innovation across, m.
        s_aa: variance of the innovation along, m2.
        s_ac: its covariance.
        s_cc: its variance across.

    Returns:
        Shift east and north, m, and the log-likelihood.
    """
    determinant = s_aa * s_cc - s_ac * s_ac
    i_aa, i_ac, i_cc = s_cc / determinant, -s_ac / determinant, s_aa / determinant
    le, ln, ce, cn = line[4], line[5], line[7], line[8]
    # P H' for the four states and the two measured directions.
    a = (p[0] * le + p[1] * ln, p[1] * le + p[4] * ln, p[2] * le + p[5] * ln, p[3] * le + p[6] * ln)
    c = (p[0] * ce + p[1] * cn, p[1] * ce + p[4] * cn, p[2] * ce + p[5] * cn, p[3] * ce + p[6] * cn)
    u, v = i_aa * along + i_ac * across, i_ac * along + i_cc * across
    k = 0
    for row in range(4):
        for col in range(row, 4):
            p[k] -= a[row] * (i_aa * a[col] + i_ac * c[col]) + c[row] * (i_ac * a[col] + i_cc * c[col])
            k += 1
    velocity[0] += a[2] * u + c[2] * v
    velocity[1] += a[3] * u + c[3] * v
    likelihood = -0.5 * (u * along + v * across + log(TWO_PI * TWO_PI * determinant))
    return a[0] * u + c[0] * v, a[1] * u + c[1] * v, likelihood


@compiled
def correct_along(
    p: FloatArray,
    velocity: FloatArray,
    first: int,
    east: float,
    north: float,
    innovation_value: float,
    variance: float,
) -> tuple[float, float]:
    """Correct a state by one number measured along a horizontal direction.

    Args:
        p: (10,) covariance, changed in place.
        velocity: (2,) or more, changed in place.
        first: 0 when a position was measured, 2 when a velocity was.
        east: the direction's part east.
        north: its part north.
        innovation_value: measured minus predicted, m or m/s.
        variance: of the measurement, m2 or m2/s2.

    Returns:
        Shift east and north, m.
    """
    if first == 0:
        h = (p[0] * east + p[1] * north, p[1] * east + p[4] * north,
             p[2] * east + p[5] * north, p[3] * east + p[6] * north)  # fmt: skip
        s = east * h[0] + north * h[1] + variance
    else:
        h = (p[2] * east + p[3] * north, p[5] * east + p[6] * north,
             p[7] * east + p[8] * north, p[8] * east + p[9] * north)  # fmt: skip
        s = east * h[2] + north * h[3] + variance
    k = 0
    for row in range(4):
        for col in range(row, 4):
            p[k] -= h[row] * h[col] / s
            k += 1
    velocity[0] += h[2] * innovation_value / s
    velocity[1] += h[3] * innovation_value / s
    return h[0] * innovation_value / s, h[1] * innovation_value / s


@compiled
def update_along(
    tracks: Tracks, i: int, first: int, east: float, north: float, innovation_value: float, variance: float
) -> None:
    """Correct track i by one number measured along a horizontal direction, and move it.

    Args:
        first: 0 when a position was measured, 2 when a velocity was.
        east: the direction's part east.
        north: its part north.
        innovation_value: measured minus predicted, m or m/s.
        variance: of the measurement, m2 or m2/s2.
    """
    if not tracks.modal[i]:
        p, velocity = tracks.covariance[i], tracks.velocity_m_per_s[i]
        east_m, north_m = correct_along(p, velocity, first, east, north, innovation_value, variance)
        slide(tracks, i, east_m, north_m, 0.0)
        return
    likelihood, velocity = np.empty(MODES), tracks.velocity_m_per_s[i]
    for m in range(MODES):
        x = tracks.mode[i, m]
        p, off = x[4:], innovation_value
        if first == 0:
            off -= east * x[0] + north * x[1]
            s = east * east * p[0] + 2.0 * east * north * p[1] + north * north * p[4] + variance
        else:
            off -= east * (x[2] - velocity[0]) + north * (x[3] - velocity[1])
            s = east * east * p[7] + 2.0 * east * north * p[8] + north * north * p[9] + variance
        likelihood[m] = -0.5 * (off * off / s + log(TWO_PI * s))
        east_m, north_m = correct_along(p, x[2:4], first, east, north, off, variance)
        x[0] += east_m
        x[1] += north_m
    weigh_modes(tracks.mode_weight[i], likelihood)
    gather(tracks, i, np.empty(14))


@compiled
def correct(
    tracks: Tracks,
    rows: IntArray,
    plot_of: IntArray,
    expected: NDArray[np.bool_],
    sweep: Sweep,
    noise: Noise,
    free: NDArray[np.bool_],
    stamp: Stamp,
) -> FloatArray:
    """Correct each track by its plot, or count the miss where one was expected.

    Args:
        rows: (K,) tracks.
        plot_of: (K,) their plots, -1 for none.
        expected: (K,) whether the radar should have seen the track.
        free: (M,) plots without a track; those used here are marked.

    Returns:
        (U,) squared normalised innovation per degree of freedom of every update.
    """
    residuals, count, room = np.empty(rows.size), 0, np.empty(14)
    miss = log(max(1.0 - sweep.detection_probability, 0.02))
    for k in range(rows.size):
        i, j = rows[k], plot_of[k]
        if j >= 0:
            free[j] = False
            if tracks.modal[i]:
                residuals[count] = update_modal(tracks, i, sweep, j, noise, 1.0 / stamp.trust, room)
            else:
                q = noise_of(tracks, i, noise)
                residuals[count] = update_straight(tracks, i, sweep, j, q, 1.0 / stamp.trust)
            tracks.hits[i] += 1
            tracks.misses[i] = 0
            credit(tracks, i, stamp, j, float(sweep.plots.time_s[j]), sqrt(residuals[count]))
            count += 1
        elif expected[k]:
            tracks.score[i] += miss
            tracks.misses[i] += 1
    return residuals[:count]


@compiled
def update_height(tracks: Moving, i: int, innovation_m: float, variance_m2: float) -> float:
    """Correct height and vertical speed; return by how much the height must be moved."""
    w = tracks.vertical[i]
    s = w[0] + variance_m2
    gain_h, gain_v = w[0] / s, w[1] / s
    tracks.velocity_m_per_s[i, 2] += gain_v * innovation_m
    w[2] -= gain_v * w[1]
    w[1] -= gain_h * w[1]
    w[0] -= gain_h * w[0]
    return gain_h * innovation_m
