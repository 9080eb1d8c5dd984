"""Radar plots against tracks: predicted measurement, gate, cost and update, in the radar's own terms.

Range and azimuth are compared as measured (an extended Kalman filter), not converted to a point
first: so a two-dimensional radar needs no guess of height, and range and cross-range errors stay
apart however long and thin their ellipse is. At a track, both are distances in metres along the
line of sight and across it. Height (from elevation or given) and range rate are used where measured.
"""

from math import asin, atan2, cos, hypot, log, pi, sin, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from contracts.geodesy import EFFECTIVE_EARTH_RADIUS_M
from contracts.reports import TWO_PI
from fusion.compiled import compiled
from fusion.motion import noise_of, predict, slide
from fusion.noise import Noise
from fusion.provenance import Stamp, credit
from fusion.tracks import Tracks

RANGE_RATE_SPAN_M_PER_S: Final = 600.0
"""False plots spread their range rate over about this span; assumed."""

HEIGHT_SPAN_M: Final = 12_000.0
"""False plots spread their height over about this span; assumed."""

BLIND_M: Final = 1500.0
"""Nearer than this a radar may be blind (its own pulse, its own ship), so nothing is missed; assumed."""

_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3


class Sweep(NamedTuple):
    """One radar batch, ready for the kernels; M plots.

    Attributes:
        ecef_m: (3,) the radar.
        axes: (3, 3) rows east, north, up there.
        height_m: the radar's height.
        source: place among the engine's sources.
        revolution_s: time of one turn.
        from_rad: azimuth at which the sector begins, 0 to 2 pi.
        to_rad: azimuth at which it ends, after ``from_rad``.
        middle_s: exercise time in the middle of the batch.
        range_max_m: instrumented range.
        range_sigma_m: error of range.
        azimuth_sigma_rad: error of azimuth.
        elevation_sigma_rad: error of elevation.
        height_sigma_m: error of given heights.
        range_rate_sigma_m_per_s: error of range rate.
        detection_probability: as the radar says.
        false_density_per_m2: false plots and new objects per square metre.
        time_s: (M,) when each plot was measured.
        range_m: (M,) slant range.
        azimuth_rad: (M,) from true north.
        elevation_rad: (M,) NaN for none.
        plot_height_m: (M,) NaN for none.
        range_rate_m_per_s: (M,) NaN for none.
    """

    ecef_m: FloatArray
    axes: FloatArray
    height_m: float
    source: int
    revolution_s: float
    from_rad: float
    to_rad: float
    middle_s: float
    range_max_m: float
    range_sigma_m: float
    azimuth_sigma_rad: float
    elevation_sigma_rad: float
    height_sigma_m: float
    range_rate_sigma_m_per_s: float
    detection_probability: float
    false_density_per_m2: float
    time_s: FloatArray
    range_m: FloatArray
    azimuth_rad: FloatArray
    elevation_rad: FloatArray
    plot_height_m: FloatArray
    range_rate_m_per_s: FloatArray


@compiled
def wrapped(angle_rad: float) -> float:
    """Return the same angle within (-pi, pi]."""
    return angle_rad - TWO_PI * np.floor((angle_rad + pi) / TWO_PI)


@compiled
def sight(tracks: Tracks, i: int, dt_s: float, sweep: Sweep, line: FloatArray) -> None:
    """Write how the radar sees track i after a time into ``line``.

    Args:
        line: (9,) slant range m, ground range m, azimuth rad, elevation rad; along the line of
            sight in the track's axes: east, north, up; across it: east, north.
    """
    axes, velocity, ecef = tracks.axes[i], tracks.velocity_m_per_s[i], tracks.ecef_m[i]
    e_m, n_m, u_m = velocity[0] * dt_s, velocity[1] * dt_s, velocity[2] * dt_s
    x = ecef[0] + axes[0, 0] * e_m + axes[1, 0] * n_m + axes[2, 0] * u_m - sweep.ecef_m[0]
    y = ecef[1] + axes[0, 1] * e_m + axes[1, 1] * n_m + axes[2, 1] * u_m - sweep.ecef_m[1]
    z = ecef[2] + axes[0, 2] * e_m + axes[1, 2] * n_m + axes[2, 2] * u_m - sweep.ecef_m[2]
    site = sweep.axes
    east_m = site[0, 0] * x + site[0, 1] * y + site[0, 2] * z
    north_m = site[1, 0] * x + site[1, 1] * y + site[1, 2] * z
    up_m = site[2, 0] * x + site[2, 1] * y + site[2, 2] * z
    ground_m = max(hypot(east_m, north_m), 1.0)
    range_m = max(sqrt(x * x + y * y + z * z), 1.0)
    line[0], line[1], line[2] = range_m, ground_m, atan2(east_m, north_m)
    line[3] = asin(min(1.0, max(-1.0, up_m / range_m)))
    line[4] = (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) / range_m
    line[5] = (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) / range_m
    line[6] = (axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z) / range_m
    across_e, across_n = north_m / ground_m, -east_m / ground_m
    cx = across_e * site[0, 0] + across_n * site[1, 0]
    cy = across_e * site[0, 1] + across_n * site[1, 1]
    cz = across_e * site[0, 2] + across_n * site[1, 2]
    line[7] = axes[0, 0] * cx + axes[0, 1] * cy + axes[0, 2] * cz
    line[8] = axes[1, 0] * cx + axes[1, 1] * cy + axes[1, 2] * cz


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
def innovation(
    tracks: Tracks, i: int, sweep: Sweep, j: int, line: FloatArray, out: FloatArray, q: float
) -> float:
    """Compare plot j with track i; return the log-likelihood ratio against a false plot.

    Args:
        line: (9,) of :func:`sight` at the plot's time.
        out: (8,) along m, across m, S along-along, along-across, across-across m2; height m and its
            variance m2 (infinite for none); squared distance.
        q: acceleration noise density of the track's domain.
    """
    dt_s = sweep.time_s[j] - tracks.time_s[i]
    p, w = tracks.covariance[i], tracks.vertical[i]
    grow = q * abs(dt_s) ** 3 / 3.0
    ee = p[0] + 2.0 * dt_s * p[2] + dt_s * dt_s * p[7] + grow
    en = p[1] + dt_s * (p[3] + p[5]) + dt_s * dt_s * p[8]
    nn = p[4] + 2.0 * dt_s * p[6] + dt_s * dt_s * p[9] + grow
    if dt_s < 0.0:
        # Out of sequence by a fraction of a turn: the plot is carried forward to the track, so the
        # doubt about the velocity adds to the plot and is not taken from the track.
        ee, en, nn = (
            p[0] + dt_s * dt_s * p[7] + grow,
            p[1] + dt_s * dt_s * p[8],
            p[4] + dt_s * dt_s * p[9] + grow,
        )
    le, ln, lu, ce, cn = line[4], line[5], line[6], line[7], line[8]
    along = sweep.range_m[j] - line[0]
    across = line[1] * wrapped(sweep.azimuth_rad[j] - line[2])
    s_aa = le * le * ee + 2.0 * le * ln * en + ln * ln * nn + lu * lu * w[0] + sweep.range_sigma_m**2
    s_ac = le * ce * ee + (le * cn + ln * ce) * en + ln * cn * nn
    s_cc = ce * ce * ee + 2.0 * ce * cn * en + cn * cn * nn + (line[1] * sweep.azimuth_sigma_rad) ** 2
    determinant = s_aa * s_cc - s_ac * s_ac
    distance2 = (s_cc * along * along - 2.0 * s_ac * along * across + s_aa * across * across) / determinant
    ratio = -0.5 * distance2 - 0.5 * log(4.0 * pi * pi * determinant)
    out[5], out[6] = 0.0, np.inf
    if not np.isnan(sweep.elevation_rad[j]):
        out[5] = line[0] * (sweep.elevation_rad[j] - line[3])
        out[6] = (line[0] * sweep.elevation_sigma_rad) ** 2
    elif not np.isnan(sweep.plot_height_m[j]):
        out[5] = sweep.plot_height_m[j] - tracks.height_m[i] - tracks.velocity_m_per_s[i, 2] * dt_s
        out[6] = sweep.height_sigma_m**2
    if out[6] < np.inf:
        s_h = w[0] + out[6]
        extra = out[5] * out[5] / s_h
        distance2 += extra
        ratio += -0.5 * extra - 0.5 * log(TWO_PI * s_h) + log(HEIGHT_SPAN_M)
    if not np.isnan(sweep.range_rate_m_per_s[j]):
        velocity = tracks.velocity_m_per_s[i]
        rate = sweep.range_rate_m_per_s[j] - velocity[0] * le - velocity[1] * ln - velocity[2] * lu
        s_r = (
            le * le * p[7] + 2.0 * le * ln * p[8] + ln * ln * p[9] + lu * lu * w[2]
            + q * abs(dt_s) + sweep.range_rate_sigma_m_per_s**2
        )  # fmt: skip
        extra = rate * rate / s_r
        distance2 += extra
        ratio += -0.5 * extra - 0.5 * log(TWO_PI * s_r) + log(RANGE_RATE_SPAN_M_PER_S)
    out[0], out[1], out[2], out[3], out[4], out[7] = along, across, s_aa, s_ac, s_cc, distance2
    return ratio + log(sweep.detection_probability) - log(sweep.false_density_per_m2)


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


@compiled
def plot_position(sweep: Sweep, j: int, height_m: float) -> tuple[float, float, float]:
    """Return the Earth-centred position of plot j, with its own height or the one given.

    The elevation that puts a slant range at a height: law of cosines in the triangle of Earth's
    centre, radar and plot, on a sphere of the mean radius.
    """
    range_m, azimuth = sweep.range_m[j], sweep.azimuth_rad[j]
    elevation = sweep.elevation_rad[j]
    if np.isnan(elevation):
        if not np.isnan(sweep.plot_height_m[j]):
            height_m = sweep.plot_height_m[j]
        here, there = 6_371_008.8 + sweep.height_m, 6_371_008.8 + height_m
        sine = (there * there - here * here - range_m * range_m) / (2.0 * range_m * here)
        elevation = asin(min(1.0, max(-1.0, sine)))
    east_m = range_m * cos(elevation) * sin(azimuth)
    north_m = range_m * cos(elevation) * cos(azimuth)
    up_m = range_m * sin(elevation)
    site, origin = sweep.axes, sweep.ecef_m
    return (
        origin[0] + site[0, 0] * east_m + site[1, 0] * north_m + site[2, 0] * up_m,
        origin[1] + site[0, 1] * east_m + site[1, 1] * north_m + site[2, 1] * up_m,
        origin[2] + site[0, 2] * east_m + site[1, 2] * north_m + site[2, 2] * up_m,
    )
