"""Radar plots against tracks: predicted measurement, gate, cost and update, in the radar's own terms.

Range and azimuth are compared as measured (an extended Kalman filter), not converted to a point
first: so a two-dimensional radar needs no guess of height, and range and cross-range errors stay
apart however long and thin their ellipse is. At a track, both are distances in metres along the
line of sight and across it. Height (from elevation or given) and range rate are used where measured.
"""

from math import asin, atan2, cos, hypot, log, pi, sin, sqrt
from typing import Final, NamedTuple

import numpy as np

from contracts.columns import FloatArray
from contracts.reports import TWO_PI
from fusion.compiled import compiled
from fusion.tracks import Tracks

RANGE_RATE_SPAN_M_PER_S: Final = 600.0
"""False plots spread their range rate over about this span; assumed."""

HEIGHT_SPAN_M: Final = 12_000.0
"""False plots spread their height over about this span; assumed."""

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
