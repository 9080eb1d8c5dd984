"""Plots against tracks: what a track should look like, and how far a plot is from that.

A radar's range and azimuth are compared as measured (an extended Kalman filter), not converted to a point
first: so a two-dimensional radar needs no guess of height, and range and cross-range errors stay
apart however long and thin their ellipse is. At a track, both are distances in metres along the
line of sight and across it. Height (from elevation or given) and range rate are used where measured.
A position is compared with the track's east and north, which take the place of along and across.
"""

from math import asin, atan2, cos, log, pi, sin, sqrt
from typing import Final, NamedTuple

import numpy as np

from contracts.reports import TWO_PI
from fusion.compiled import compiled
from fusion.frames import Moving
from fusion.sweep import Plot, Scene

RANGE_RATE_SPAN_M_PER_S: Final = 600.0
"""False plots spread their range rate over about this span; assumed."""

HEIGHT_SPAN_M: Final = 12_000.0
"""False plots spread their height over about this span; assumed."""


@compiled
def wrapped(angle_rad: float) -> float:
    """Return the same angle within (-pi, pi]."""
    return angle_rad - TWO_PI * np.floor((angle_rad + pi) / TWO_PI)


class Line(NamedTuple):
    """How a radar sees something: where, and the directions along and across its line of sight there.

    Attributes:
        range_m: slant range.
        ground_m: range on the radar's level.
        azimuth_rad: from true north, within (-pi, pi].
        elevation_rad: above the level.
        le: the line's part east in the track's axes.
        ln: its part north.
        lu: its part up.
        ce: the direction across: its part east.
        cn: its part north.
    """

    range_m: float
    ground_m: float
    azimuth_rad: float
    elevation_rad: float
    le: float
    ln: float
    lu: float
    ce: float
    cn: float


class Look(NamedTuple):
    """A plot less what was foreseen.

    Attributes:
        along: m.
        across: m.
        s_aa: variance of that along, m2.
        s_ac: their covariance.
        s_cc: variance of that across.
        up_m: of the height.
        up_variance_m2: the plot's own; infinite where it has no height.
        distance2: squared, in units of the covariance, of all that was measured.
    """

    along: float
    across: float
    s_aa: float
    s_ac: float
    s_cc: float
    up_m: float
    up_variance_m2: float
    distance2: float


@compiled
def sight(moving: Moving, i: int, dt_s: float, scene: Scene) -> Line:
    """Return how the radar sees row i after a time; a source of positions sees east and north."""
    if scene.positions:
        return Line(0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    axes, velocity, ecef, site = moving.axes, moving.velocity_m_per_s, moving.ecef_m, scene.axes
    e_m, n_m, u_m = velocity[i, 0] * dt_s, velocity[i, 1] * dt_s, velocity[i, 2] * dt_s
    x = ecef[i, 0] + axes[i, 0, 0] * e_m + axes[i, 1, 0] * n_m + axes[i, 2, 0] * u_m - scene.ecef_m[0]
    y = ecef[i, 1] + axes[i, 0, 1] * e_m + axes[i, 1, 1] * n_m + axes[i, 2, 1] * u_m - scene.ecef_m[1]
    z = ecef[i, 2] + axes[i, 0, 2] * e_m + axes[i, 1, 2] * n_m + axes[i, 2, 2] * u_m - scene.ecef_m[2]
    east_m = site[0][0] * x + site[0][1] * y + site[0][2] * z
    north_m = site[1][0] * x + site[1][1] * y + site[1][2] * z
    up_m = site[2][0] * x + site[2][1] * y + site[2][2] * z
    ground_m = max(sqrt(east_m * east_m + north_m * north_m), 1.0)
    range_m = max(sqrt(x * x + y * y + z * z), 1.0)
    across_e, across_n = north_m / ground_m, -east_m / ground_m
    cx = across_e * site[0][0] + across_n * site[1][0]
    cy = across_e * site[0][1] + across_n * site[1][1]
    cz = across_e * site[0][2] + across_n * site[1][2]
    return Line(
        range_m,
        ground_m,
        atan2(east_m, north_m),
        asin(min(1.0, max(-1.0, up_m / range_m))),
        (axes[i, 0, 0] * x + axes[i, 0, 1] * y + axes[i, 0, 2] * z) / range_m,
        (axes[i, 1, 0] * x + axes[i, 1, 1] * y + axes[i, 1, 2] * z) / range_m,
        (axes[i, 2, 0] * x + axes[i, 2, 1] * y + axes[i, 2, 2] * z) / range_m,
        axes[i, 0, 0] * cx + axes[i, 0, 1] * cy + axes[i, 0, 2] * cz,
        axes[i, 1, 0] * cx + axes[i, 1, 1] * cy + axes[i, 1, 2] * cz,
    )


@compiled
def innovation(moving: Moving, i: int, scene: Scene, plot: Plot, line: Line, q: float) -> Look:
    """Compare a plot with row i.

    Args:
        line: of :func:`sight` at the plot's time.
        q: acceleration noise density of what moves.
    """
    p, w, velocity = moving.covariance, moving.vertical, moving.velocity_m_per_s
    dt_s = plot.time_s - moving.time_s[i]
    grow = q * abs(dt_s) * dt_s * dt_s / 3.0
    # Out of sequence by a fraction of a turn: the plot is carried forward to the track, so the
    # doubt about the velocity adds to the plot and is not taken from the track.
    lag_s = max(dt_s, 0.0)
    ee = p[i, 0] + 2.0 * lag_s * p[i, 2] + dt_s * dt_s * p[i, 7] + grow
    en = p[i, 1] + lag_s * (p[i, 3] + p[i, 5]) + dt_s * dt_s * p[i, 8]
    nn = p[i, 4] + 2.0 * lag_s * p[i, 6] + dt_s * dt_s * p[i, 9] + grow
    if scene.positions:
        along, across = _offset(moving, i, scene, plot, dt_s)
        s_aa, s_ac = ee + plot.r_ee, en + plot.r_en
        s_cc = nn + plot.r_nn
    else:
        le, ln, lu, ce, cn = line.le, line.ln, line.lu, line.ce, line.cn
        along = plot.range_m - line.range_m
        across = line.ground_m * wrapped(plot.azimuth_rad - line.azimuth_rad)
        s_aa = le * le * ee + 2.0 * le * ln * en + ln * ln * nn + lu * lu * w[i, 0] + plot.range_sigma_m**2
        s_ac = le * ce * ee + (le * cn + ln * ce) * en + ln * cn * nn
        s_cc = (
            ce * ce * ee + 2.0 * ce * cn * en + cn * cn * nn + (line.ground_m * plot.azimuth_sigma_rad) ** 2
        )
    distance2 = (s_cc * along * along - 2.0 * s_ac * along * across + s_aa * across * across) / (
        s_aa * s_cc - s_ac * s_ac
    )
    up_m, up_variance = 0.0, np.inf
    if not scene.positions and not np.isnan(plot.elevation_rad):
        up_m = line.range_m * (plot.elevation_rad - line.elevation_rad)
        up_variance = (line.range_m * scene.elevation_sigma_rad) ** 2
    elif not np.isnan(plot.height_m):
        up_m = plot.height_m - moving.height_m[i] - velocity[i, 2] * dt_s
        up_variance = scene.height_sigma_m**2
    if up_variance < np.inf:
        distance2 += up_m * up_m / (w[i, 0] + up_variance)
    if has_rate(scene, plot):
        rate, s_rate = _rate_off(moving, i, scene, plot, line, q * abs(dt_s))
        distance2 += rate * rate / s_rate
    return Look(along, across, s_aa, s_ac, s_cc, up_m, up_variance, distance2)


@compiled
def ratio_of(moving: Moving, i: int, scene: Scene, plot: Plot, line: Line, look: Look, q: float) -> float:
    """Return the log-likelihood ratio of a plot: row i's, against a false plot."""
    determinant = look.s_aa * look.s_cc - look.s_ac * look.s_ac
    ratio = -0.5 * look.distance2
    ratio += log(scene.detection_probability / (TWO_PI * scene.false_density_per_m2 * sqrt(determinant)))
    if look.up_variance_m2 < np.inf:
        ratio += log(HEIGHT_SPAN_M / sqrt(TWO_PI * (moving.vertical[i, 0] + look.up_variance_m2)))
    if has_rate(scene, plot):
        dt_s = plot.time_s - moving.time_s[i]
        _, s_rate = _rate_off(moving, i, scene, plot, line, q * abs(dt_s))
        ratio += log(RANGE_RATE_SPAN_M_PER_S / sqrt(TWO_PI * s_rate))
    return ratio


@compiled
def has_rate(scene: Scene, plot: Plot) -> bool:
    """Return whether a plot has a range rate."""
    return not scene.positions and not np.isnan(plot.range_rate_m_per_s)


@compiled
def _rate_off(
    moving: Moving, i: int, scene: Scene, plot: Plot, line: Line, grown: float
) -> tuple[float, float]:
    """Return the range rate of a plot less that of row i, m/s, and its variance.

    Args:
        grown: variance of velocity that the time between them adds.
    """
    velocity, p = moving.velocity_m_per_s, moving.covariance
    le, ln, lu = line.le, line.ln, line.lu
    rate = plot.range_rate_m_per_s
    rate -= velocity[i, 0] * le + velocity[i, 1] * ln + velocity[i, 2] * lu
    variance = le * le * p[i, 7] + 2.0 * le * ln * p[i, 8] + ln * ln * p[i, 9]
    variance += lu * lu * moving.vertical[i, 2] + grown + scene.range_rate_sigma_m_per_s**2
    return rate, variance


@compiled
def _offset(moving: Moving, i: int, scene: Scene, plot: Plot, dt_s: float) -> tuple[float, float]:
    """Return how far east and north of row i position j is; "along" is east, "across" is north."""
    axes, ecef, velocity = moving.axes, moving.ecef_m, moving.velocity_m_per_s
    x, y, z = plot.x_m - ecef[i, 0], plot.y_m - ecef[i, 1], plot.z_m - ecef[i, 2]
    return (
        axes[i, 0, 0] * x + axes[i, 0, 1] * y + axes[i, 0, 2] * z - velocity[i, 0] * dt_s,
        axes[i, 1, 0] * x + axes[i, 1, 1] * y + axes[i, 1, 2] * z - velocity[i, 1] * dt_s,
    )


@compiled
def plot_position(scene: Scene, plot: Plot, height_m: float) -> tuple[float, float, float]:
    """Return where a plot is, with its own height or the one given.

    The elevation that puts a slant range at a height: law of cosines in the triangle of Earth's
    centre, radar and plot, on a sphere of the mean radius.
    """
    if scene.positions:
        return plot.x_m, plot.y_m, plot.z_m
    range_m, azimuth = plot.range_m, plot.azimuth_rad
    if scene.flat:
        return (
            scene.ecef_m[0] + range_m * sin(azimuth),
            scene.ecef_m[1] + range_m * cos(azimuth),
            0.0,
        )
    elevation = plot.elevation_rad
    if np.isnan(elevation):
        if not np.isnan(plot.height_m):
            height_m = plot.height_m
        here, there = 6_371_008.8 + scene.height_m, 6_371_008.8 + height_m
        sine = (there * there - here * here - range_m * range_m) / (2.0 * range_m * here)
        elevation = asin(min(1.0, max(-1.0, sine)))
    east_m = range_m * cos(elevation) * sin(azimuth)
    north_m = range_m * cos(elevation) * cos(azimuth)
    up_m = range_m * sin(elevation)
    site, origin = scene.axes, scene.ecef_m
    return (
        origin[0] + site[0][0] * east_m + site[1][0] * north_m + site[2][0] * up_m,
        origin[1] + site[0][1] * east_m + site[1][1] * north_m + site[2][1] * up_m,
        origin[2] + site[0][2] * east_m + site[1][2] * north_m + site[2][2] * up_m,
    )
