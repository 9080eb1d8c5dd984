"""Corrections of tracks: by a plot, by a height, by one number along a direction (Kalman's update)."""

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.motion import noise_of, predict, slide
from fusion.noise import Noise
from fusion.provenance import Stamp, credit
from fusion.radar import Sweep, innovation, sight
from fusion.tracks import Tracks


@compiled
def update_from_plot(tracks: Tracks, i: int, sweep: Sweep, j: int, noise: Noise, inflation: float) -> float:
    """Correct track i by plot j and return the squared normalised innovation per degree of freedom.

    Args:
        inflation: factor on the plot's variances; above 1 where the radar is trusted less.
    """
    line, out = np.empty(9), np.empty(8)
    q = noise_of(tracks, i, noise)
    predict(tracks, i, sweep.time_s[j], q)
    sight(tracks, i, sweep.time_s[j] - tracks.time_s[i], sweep, line)
    ratio = innovation(tracks, i, sweep, j, line, out, q)
    s_aa = out[2] + (inflation - 1.0) * sweep.range_sigma_m**2
    s_cc = out[4] + (inflation - 1.0) * (line[1] * sweep.azimuth_sigma_rad) ** 2
    s_ac = out[3]
    determinant = s_aa * s_cc - s_ac * s_ac
    i_aa, i_ac, i_cc = s_cc / determinant, -s_ac / determinant, s_aa / determinant
    p, velocity = tracks.covariance[i], tracks.velocity_m_per_s[i]
    le, ln, ce, cn = line[4], line[5], line[7], line[8]
    # P H' for the four states and the two measured directions.
    a = (p[0] * le + p[1] * ln, p[1] * le + p[4] * ln, p[2] * le + p[5] * ln, p[3] * le + p[6] * ln)
    c = (p[0] * ce + p[1] * cn, p[1] * ce + p[4] * cn, p[2] * ce + p[5] * cn, p[3] * ce + p[6] * cn)
    u, v = i_aa * out[0] + i_ac * out[1], i_ac * out[0] + i_cc * out[1]
    k = 0
    for row in range(4):
        for col in range(row, 4):
            p[k] -= a[row] * (i_aa * a[col] + i_ac * c[col]) + c[row] * (i_ac * a[col] + i_cc * c[col])
            k += 1
    velocity[0] += a[2] * u + c[2] * v
    velocity[1] += a[3] * u + c[3] * v
    east_m, north_m, up_m = a[0] * u + c[0] * v, a[1] * u + c[1] * v, 0.0
    freedom = 2.0
    if out[6] < np.inf:
        up_m = update_height(tracks, i, out[5], out[6] * inflation)
        freedom += 1.0
    if not np.isnan(sweep.range_rate_m_per_s[j]):
        rate = sweep.range_rate_m_per_s[j] - velocity[0] * le - velocity[1] * ln - velocity[2] * line[6]
        doubt = line[6] * line[6] * tracks.vertical[i, 2] + sweep.range_rate_sigma_m_per_s**2 * inflation
        shift = update_along(tracks, i, 2, le, ln, rate, doubt)
        east_m, north_m = east_m + shift[0], north_m + shift[1]
        freedom += 1.0
    slide(tracks, i, east_m, north_m, up_m)
    tracks.score[i] += ratio
    return out[7] / freedom


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
    residuals, count = np.empty(rows.size), 0
    for k in range(rows.size):
        i, j = rows[k], plot_of[k]
        if j >= 0:
            free[j] = False
            residuals[count] = update_from_plot(tracks, i, sweep, j, noise, 1.0 / stamp.trust)
            tracks.hits[i] += 1
            tracks.misses[i] = 0
            credit(tracks, i, stamp, j, float(sweep.time_s[j]), sqrt(residuals[count]))
            count += 1
        elif expected[k]:
            tracks.score[i] += log(max(1.0 - sweep.detection_probability, 0.02))
            tracks.misses[i] += 1
    return residuals[:count]


@compiled
def update_height(tracks: Tracks, i: int, innovation_m: float, variance_m2: float) -> float:
    """Correct height and vertical speed; return by how much the height must be moved."""
    w = tracks.vertical[i]
    s = w[0] + variance_m2
    gain_h, gain_v = w[0] / s, w[1] / s
    tracks.velocity_m_per_s[i, 2] += gain_v * innovation_m
    w[2] -= gain_v * w[1]
    w[1] -= gain_h * w[1]
    w[0] -= gain_h * w[0]
    return gain_h * innovation_m


@compiled
def update_along(
    tracks: Tracks, i: int, first: int, east: float, north: float, innovation_value: float, variance: float
) -> tuple[float, float]:
    """Correct by one number measured along a horizontal direction; return the shift east and north in m.

    Args:
        first: 0 when a position was measured, 2 when a velocity was.
        east: the direction's part east.
        north: its part north.
        innovation_value: measured minus predicted, m or m/s.
        variance: of the measurement, m2 or m2/s2.
    """
    p, velocity = tracks.covariance[i], tracks.velocity_m_per_s[i]
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
