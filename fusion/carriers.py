"""Carriers: the tracks in a line's direction, how likely they carry what it hears, and the evidence."""

from math import atan2, exp, hypot
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.frames import latitude_longitude
from fusion.intercepts import FORGOTTEN, OWN_M, REMEMBERED
from fusion.lines import Lines
from fusion.locating import Prior, fit
from fusion.looks import lay
from fusion.motion import noise_of
from fusion.noise import Noise
from fusion.radar import wrapped
from fusion.tracks import Tracks

GATE2: Final = 16.0
"""Squared distance in bearing beyond which a track is not in a line's direction."""

CANDIDATES_MAX: Final = 32
"""Tracks that a line is weighed against; the best of those in its direction."""

_SURFACE, _SUBSURFACE = 2, 3
_SELF_REPORT = 2
_LOG_2PI: Final = 1.8378770664093453


@compiled
def in_direction(
    tracks: Tracks,
    rows: int,
    lines: Lines,
    line: int,
    prior: NDArray[np.float32],
    domain_of_type: NDArray[np.uint8],
    noise: Noise,
) -> tuple[IntArray, FloatArray, float]:
    """Return the tracks in the direction of a line's newest, middle and oldest look.

    Returns:
        (C,) tracks, in rising order, at the bound those nearest to the direction; (C,) how likely each is
        to carry what is heard, in units of what is so likely anywhere; the sum of that over all tracks
        in reach.
    """
    likelihood, anywhere = np.exp(lines.log_likelihood[line]), 0.0
    for h in range(prior.size):
        anywhere += prior[h] * likelihood[h]
    newest = lines.looks[line] - 1
    ecef, axes = np.empty((3, 3)), np.empty((3, 3, 3))
    for place in range(3):
        site = lines.look_site[line, newest * place // 2]
        lay(site[0], site[1], ecef[place], axes[place])
        ecef[place] += site[2] * axes[place, 2]
    reach_m = lines.range_max_m[line]
    found, distance2, count, everywhere = np.empty(rows, np.int64), np.empty(rows), 0, 0.0
    chance = np.empty(rows)
    for i in range(rows):
        if tracks.status[i] == 0 or not _in_reach(tracks, i, ecef[2], reach_m):
            continue
        chance[i] = carries(tracks, i, lines, line, likelihood, domain_of_type) / anywhere
        everywhere += chance[i]
        total, off2 = 0.0, 0.0
        for place in range(2, -1, -1):
            k = newest * place // 2
            variance = lines.look_variance[line, k] / lines.look_heard[line, k]
            off2 = _off2(
                tracks, i, ecef[place], axes[place], lines.look_s[line, k], lines.look_bearing[line, k],
                variance, noise,
            )  # fmt: skip
            total += off2
            if off2 > GATE2:
                break
        if total <= 3.0 * GATE2 and off2 <= GATE2:
            found[count], distance2[count] = i, total
            count += 1
    if count > CANDIDATES_MAX:
        nearest = np.sort(np.argsort(distance2[:count], kind="mergesort")[:CANDIDATES_MAX])
        found[:CANDIDATES_MAX], count = found[nearest], CANDIDATES_MAX
    return found[:count], chance[found[:count]], everywhere


@compiled
def _in_reach(tracks: Tracks, i: int, site: FloatArray, reach_m: float) -> bool:
    away = tracks.ecef_m[i]
    x_m, y_m, z_m = abs(away[0] - site[0]), abs(away[1] - site[1]), abs(away[2] - site[2])
    return bool(x_m <= reach_m and y_m <= reach_m and z_m <= reach_m)


@compiled
def _off2(
    tracks: Tracks,
    i: int,
    site: FloatArray,
    site_axes: FloatArray,
    time_s: float,
    bearing: float,
    variance: float,
    noise: Noise,
) -> float:
    """Return the squared distance in bearing of track i, moved straight to a time, from a look."""
    ecef = tracks.ecef_m[i]
    dt_s = time_s - tracks.time_s[i]
    axes, velocity, p = tracks.axes[i], tracks.velocity_m_per_s[i], tracks.covariance[i]
    east = north = 0.0
    for d in range(3):
        seen = ecef[d] + dt_s * (velocity[0] * axes[0, d] + velocity[1] * axes[1, d]) - site[d]
        east += site_axes[0, d] * seen
        north += site_axes[1, d] * seen
    ground = hypot(east, north)
    if ground < OWN_M:
        return np.inf
    wide2 = (
        max(p[0], p[4]) + dt_s * dt_s * max(p[7], p[9]) + noise_of(tracks, i, noise) * abs(dt_s) ** 3 / 3.0
    )
    off = wrapped(bearing - atan2(east, north))
    return off * off / (variance + wide2 / ground**2)


@compiled
def carries(
    tracks: Tracks,
    i: int,
    lines: Lines,
    line: int,
    likelihood: FloatArray,
    domain_of_type: NDArray[np.uint8],
) -> float:
    """Return how likely track i is to send what a line hears: by what it may be and what it is known for."""
    fitting, possible, moves = 0.0, 1e-9, int(tracks.domain[i])
    # A radar may mistake a ship for an aircraft; who reports itself says what it is.
    elsewhere = 0.1 if np.isnan(tracks.last_kind_s[i, _SELF_REPORT]) else 1e-3
    for h in range(tracks.hypotheses.shape[1]):
        home = domain_of_type[h % domain_of_type.size]
        at_home = home == moves or (moves == _SURFACE and home == _SUBSURFACE)
        at_home = at_home or moves == 0
        share = tracks.hypotheses[i, h] * (1.0 if at_home else elsewhere)
        possible += share
        fitting += share * likelihood[h]
    fitting /= possible
    known = False
    for k in range(tracks.emitter_hz.shape[1]):
        if np.isnan(tracks.emitter_hz[i, k]):
            continue
        known = True
        d2 = _apart2(tracks.emitter_hz[i, k], lines, line, 0) + _apart2(
            tracks.emitter_pri_s[i, k], lines, line, 1
        )
        if d2 < GATE2:
            return fitting * REMEMBERED * exp(-0.25 * d2)
    return fitting * FORGOTTEN if known else fitting


@compiled
def _apart2(value: float, lines: Lines, line: int, which: int) -> float:
    """Return the squared distance of a remembered attribute from a line's, 0 where one is not known."""
    weight = lines.attribute_weight[line, which]
    if np.isnan(value) or weight == 0.0:
        return 0.0
    # A remembered value is about as good as one look.
    looks = lines.heard[line]
    return float((value - lines.attribute[line, which]) ** 2 * weight / (1.0 + looks))


@compiled
def evidence_on_tracks(
    tracks: Tracks, rows: IntArray, looks: FloatArray, sites: FloatArray, site_axes: FloatArray, noise: Noise
) -> FloatArray:
    """Return (C,) the log evidence of looks, if the emitter is on each of (C,) tracks."""
    found = np.empty(rows.size)
    covariance = np.empty((4, 4))
    for c in range(rows.size):
        i = rows[c]
        k = 0
        for a in range(4):
            for b in range(a, 4):
                covariance[a, b] = covariance[b, a] = tracks.covariance[i, k]
                k += 1
        _, log_volume = np.linalg.slogdet(covariance)
        inverse = np.linalg.inv(covariance).astype(np.float64)
        prior = Prior(
            tracks.ecef_m[i],
            tracks.axes[i],
            tracks.velocity_m_per_s[i, :2].copy(),
            inverse,
            -2.0 * _LOG_2PI - 0.5 * log_volume,
            noise_of(tracks, i, noise),
        )
        ecef = tracks.ecef_m[i]
        latitude, longitude = latitude_longitude(ecef[0], ecef[1], ecef[2])
        time_s = float(tracks.time_s[i])
        found[c] = fit(looks, sites, site_axes, prior, latitude, longitude, time_s).log_evidence
    return found
