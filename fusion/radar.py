"""Plots against tracks: what a track should look like, and how far a plot is from that.

A radar's range and azimuth are compared as measured (an extended Kalman filter), not converted to a point
first: so a two-dimensional radar needs no guess of height, and range and cross-range errors stay
apart however long and thin their ellipse is. At a track, both are distances in metres along the
line of sight and across it. Height (from elevation or given) and range rate are used where measured.
A position is compared with the track's east and north, which take the place of along and across.
"""

from math import asin, atan2, cos, hypot, log, pi, sin, sqrt
from typing import Final

import numpy as np

from contracts.columns import FloatArray
from contracts.reports import TWO_PI
from fusion.compiled import compiled
from fusion.frames import Moving
from fusion.sweep import Sweep

RANGE_RATE_SPAN_M_PER_S: Final = 600.0
"""False plots spread their range rate over about this span; assumed."""

HEIGHT_SPAN_M: Final = 12_000.0
"""False plots spread their height over about this span; assumed."""


@compiled
def wrapped(angle_rad: float) -> float:
    """Return the same angle within (-pi, pi]."""
    return angle_rad - TWO_PI * np.floor((angle_rad + pi) / TWO_PI)


@compiled
def sight(tracks: Moving, i: int, dt_s: float, sweep: Sweep, line: FloatArray) -> None:
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
    tracks: Moving, i: int, sweep: Sweep, j: int, line: FloatArray, out: FloatArray, q: float
) -> float:
    """Compare plot j with track i; return the log-likelihood ratio against a false plot.

    Args:
        line: (9,) of :func:`sight` at the plot's time.
        out: (8,) along m, across m, S along-along, along-across, across-across m2; height m and its
            variance m2 (infinite for none); squared distance.
        q: acceleration noise density of the track's domain.
    """
    dt_s = sweep.plots.time_s[j] - tracks.time_s[i]
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
    if sweep.positions:
        along, across = _offset(tracks, i, sweep, j, dt_s, line)
        s_aa, s_ac = ee + sweep.plots.spread_m2[j, 0], en + sweep.plots.spread_m2[j, 1]
        s_cc = nn + sweep.plots.spread_m2[j, 2]
    else:
        le, ln, lu, ce, cn = line[4], line[5], line[6], line[7], line[8]
        along = sweep.plots.range_m[j] - line[0]
        across = line[1] * wrapped(sweep.plots.azimuth_rad[j] - line[2])
        s_aa = (
            le * le * ee
            + 2.0 * le * ln * en
            + ln * ln * nn
            + lu * lu * w[0]
            + sweep.plots.range_sigma_m[j] ** 2
        )
        s_ac = le * ce * ee + (le * cn + ln * ce) * en + ln * cn * nn
        s_cc = (
            ce * ce * ee
            + 2.0 * ce * cn * en
            + cn * cn * nn
            + (line[1] * sweep.plots.azimuth_sigma_rad[j]) ** 2
        )
    determinant = s_aa * s_cc - s_ac * s_ac
    distance2 = (s_cc * along * along - 2.0 * s_ac * along * across + s_aa * across * across) / determinant
    ratio = -0.5 * distance2 - 0.5 * log(4.0 * pi * pi * determinant)
    out[5], out[6] = 0.0, np.inf
    if not sweep.positions and not np.isnan(sweep.plots.elevation_rad[j]):
        out[5] = line[0] * (sweep.plots.elevation_rad[j] - line[3])
        out[6] = (line[0] * sweep.elevation_sigma_rad) ** 2
    elif not np.isnan(sweep.plots.plot_height_m[j]):
        out[5] = sweep.plots.plot_height_m[j] - tracks.height_m[i] - tracks.velocity_m_per_s[i, 2] * dt_s
        out[6] = sweep.height_sigma_m**2
    if out[6] < np.inf:
        s_h = w[0] + out[6]
        extra = out[5] * out[5] / s_h
        distance2 += extra
        ratio += -0.5 * extra - 0.5 * log(TWO_PI * s_h) + log(HEIGHT_SPAN_M)
    if not sweep.positions and not np.isnan(sweep.plots.range_rate_m_per_s[j]):
        velocity = tracks.velocity_m_per_s[i]
        le, ln, lu = line[4], line[5], line[6]
        rate = sweep.plots.range_rate_m_per_s[j] - velocity[0] * le - velocity[1] * ln - velocity[2] * lu
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
def _offset(
    tracks: Moving, i: int, sweep: Sweep, j: int, dt_s: float, line: FloatArray
) -> tuple[float, float]:
    """Return how far east and north of track i position j is; "along" is east, "across" is north."""
    axes, ecef, velocity, point = (
        tracks.axes[i],
        tracks.ecef_m[i],
        tracks.velocity_m_per_s[i],
        sweep.plots.point_m,
    )
    x, y, z = point[j, 0] - ecef[0], point[j, 1] - ecef[1], point[j, 2] - ecef[2]
    line[4], line[5], line[6], line[7], line[8] = 1.0, 0.0, 0.0, 0.0, 1.0
    return (
        axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z - velocity[0] * dt_s,
        axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z - velocity[1] * dt_s,
    )


@compiled
def plot_position(sweep: Sweep, j: int, height_m: float) -> tuple[float, float, float]:
    """Return where plot j is, with its own height or the one given.

    The elevation that puts a slant range at a height: law of cosines in the triangle of Earth's
    centre, radar and plot, on a sphere of the mean radius.
    """
    if sweep.positions:
        return sweep.plots.point_m[j, 0], sweep.plots.point_m[j, 1], sweep.plots.point_m[j, 2]
    range_m, azimuth = sweep.plots.range_m[j], sweep.plots.azimuth_rad[j]
    if sweep.flat:
        return (
            sweep.ecef_m[0] + range_m * sin(azimuth),
            sweep.ecef_m[1] + range_m * cos(azimuth),
            0.0,
        )
    elevation = sweep.plots.elevation_rad[j]
    if np.isnan(elevation):
        if not np.isnan(sweep.plots.plot_height_m[j]):
            height_m = sweep.plots.plot_height_m[j]
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
