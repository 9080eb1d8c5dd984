"""Looks of some lines, side by side, and how likely they are if there is no place behind them."""

from math import cos, log, pi, sin, sqrt
from typing import Final

import numpy as np

from contracts.columns import FloatArray, IntArray
from contracts.geodesy import ECCENTRICITY2, SEMI_MAJOR_M
from fusion.compiled import compiled
from fusion.lines import LOOKS, RATE_SIGMA_RAD_PER_S, WHITE_SHARE, Lines
from fusion.radar import wrapped

BENDING_SIGMA_RAD_PER_S2: Final = 3e-5
"""Spread of the second derivative of bearings; as for their rate."""

_LOG_2PI: Final = 1.8378770664093453


@compiled
def lay(latitude: float, longitude: float, ecef_m: FloatArray, axes: FloatArray) -> None:
    """Write the Earth-centred position of a place at sea level and the axes there."""
    sin_lat, cos_lat, sin_lon, cos_lon = sin(latitude), cos(latitude), sin(longitude), cos(longitude)
    normal_m = SEMI_MAJOR_M / sqrt(1.0 - ECCENTRICITY2 * sin_lat * sin_lat)
    ecef_m[0], ecef_m[1] = normal_m * cos_lat * cos_lon, normal_m * cos_lat * sin_lon
    ecef_m[2] = normal_m * (1.0 - ECCENTRICITY2) * sin_lat
    axes[0, 0], axes[0, 1], axes[0, 2] = -sin_lon, cos_lon, 0.0
    axes[1, 0], axes[1, 1], axes[1, 2] = -sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat
    axes[2, 0], axes[2, 1], axes[2, 2] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat


@compiled
def gathered(lines: Lines, members: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the looks of some lines together.

    Returns:
        (P, 6) time s, bearing rad, its variance, range m (NaN for none), its variance, range limit m;
        (P, 3) the sites; (P, 2, 3) east and north there.
    """
    most = members.size * LOOKS
    looks, sites, axes = np.empty((most, 6)), np.empty((most, 3)), np.empty((most, 2, 3))
    here = np.empty((3, 3))
    count = 0
    for i in members:
        for k in range(lines.looks[i]):
            look, site = looks[count], lines.look_site[i, k]
            share = max(1.0 / lines.look_heard[i, k], WHITE_SHARE)
            look[0], look[1] = lines.look_s[i, k], lines.look_bearing[i, k]
            look[2] = lines.look_variance[i, k] * share
            look[3], look[4] = lines.look_range_m[i, k], lines.look_range_variance[i, k]
            look[5] = lines.range_max_m[i]
            lay(site[0], site[1], sites[count], here)
            for d in range(3):
                sites[count, d] += site[2] * here[2, d]
                axes[count, 0, d], axes[count, 1, d] = here[0, d], here[1, d]
            count += 1
    return looks[:count], sites[:count], axes[:count]


@compiled
def log_evidence_of_direction(looks: FloatArray, time_s: float) -> float:
    """Return the log evidence of one line's bearings if they may turn as they like, without any place.

    Bearing, rate and bending are linear; a range, where there is one, is anything up to the site's limit.
    """
    normal, right = np.zeros((3, 3)), np.zeros(3)
    before = np.array([1.0 / pi**2, 1.0 / RATE_SIGMA_RAD_PER_S**2, 1.0 / BENDING_SIGMA_RAD_PER_S2**2])
    total, slope = 0.0, np.empty(3)
    for a in range(3):
        normal[a, a] = before[a]
        total += 0.5 * log(before[a])
    newest = looks[int(np.argmax(looks[:, 0])), 1]
    squares = 0.0
    for p in range(len(looks)):
        dt_s, off = looks[p, 0] - time_s, wrapped(looks[p, 1] - newest)
        slope[0], slope[1], slope[2] = 1.0, dt_s, 0.5 * dt_s * dt_s
        squares += off * off / looks[p, 2]
        total -= 0.5 * (_LOG_2PI + log(looks[p, 2]))
        if not np.isnan(looks[p, 3]):
            total -= log(looks[p, 5])
        for a in range(3):
            right[a] += slope[a] * off / looks[p, 2]
            for b in range(3):
                normal[a, b] += slope[a] * slope[b] / looks[p, 2]
    found = np.linalg.solve(normal, right)
    _, log_volume = np.linalg.slogdet(normal)
    for a in range(3):
        squares -= found[a] * right[a]
    return total - 0.5 * squares - 0.5 * log_volume
