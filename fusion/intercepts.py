"""SIGINT intercepts against tracks: by bearing and by what is emitting.

One degree of bearing fits a hundred and more of ten thousand tracks; it is the emitter's attributes
that tell them apart. For every intercept each track in the gate gets a probability, "none of them"
included. Only a clear winner is tied to the track. What the known tracks do not explain, and what
only the hostile side emits, stays a line of bearing on the picture, never a guessed position; what
some known track surely sent, only not which, is counted and not drawn.
"""

from math import atan2, exp, hypot, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.motion import noise_of, predict
from fusion.noise import Noise
from fusion.radar import wrapped
from fusion.tracks import Tracks
from fusion.updating import update_place

WINNER: Final = 0.8
"""Probability from which an intercept is tied to a track."""

NONE_OF_THEM: Final = 0.2
"""Weight of "an emitter that is no track": about one emitter in five is not tracked; assumed."""

UNEXPLAINED: Final = 0.5
"""Probability that no known track sent an intercept from which it is drawn."""

REMEMBERED: Final = 40.0
"""How much likelier a track is whose remembered emitter matches in frequency and interval: the
resolution of the attributes over their spread among emitters of one kind; assumed."""

FORGOTTEN: Final = 0.3
"""The same for a track that is known for other emitters."""


OWN_M: Final = 1_500.0
"""A track nearer than this to a site is the ship or aircraft that the site is on, which it does not hear."""


class Bearings(NamedTuple):
    """One batch of intercepts, ready for the kernels; M intercepts.

    Attributes:
        ecef_m: (3,) the site.
        axes: (3, 3) rows east, north, up there.
        range_max_m: how far the site hears.
        time_s: (M,) when each was heard.
        bearing_rad: (M,) from true north.
        sigma_rad: (M,) its error.
        frequency_hz: (M,) NaN for none.
        frequency_sigma_hz: (M,) its error.
        pri_s: (M,) NaN for none.
        pri_sigma_s: (M,) its error.
        likelihood: (M, 63) of the intercept for each side and type.
    """

    ecef_m: FloatArray
    axes: FloatArray
    range_max_m: float
    time_s: FloatArray
    bearing_rad: FloatArray
    sigma_rad: FloatArray
    frequency_hz: FloatArray
    frequency_sigma_hz: FloatArray
    pri_s: FloatArray
    pri_sigma_s: FloatArray
    likelihood: FloatArray


@compiled
def look(tracks: Tracks, i: int, bearings: Bearings, time_s: float, line: FloatArray) -> None:
    """Write where the site sees track i: bearing rad, ground range m, across east, across north."""
    dt_s = time_s - tracks.time_s[i]
    axes, velocity, ecef = tracks.axes[i], tracks.velocity_m_per_s[i], tracks.ecef_m[i]
    e_m, n_m = velocity[0] * dt_s, velocity[1] * dt_s
    x = ecef[0] + axes[0, 0] * e_m + axes[1, 0] * n_m - bearings.ecef_m[0]
    y = ecef[1] + axes[0, 1] * e_m + axes[1, 1] * n_m - bearings.ecef_m[1]
    z = ecef[2] + axes[0, 2] * e_m + axes[1, 2] * n_m - bearings.ecef_m[2]
    site = bearings.axes
    east_m = site[0, 0] * x + site[0, 1] * y + site[0, 2] * z
    north_m = site[1, 0] * x + site[1, 1] * y + site[1, 2] * z
    ground_m = max(hypot(east_m, north_m), 1.0)
    across_e, across_n = north_m / ground_m, -east_m / ground_m
    cx = across_e * site[0, 0] + across_n * site[1, 0]
    cy = across_e * site[0, 1] + across_n * site[1, 1]
    cz = across_e * site[0, 2] + across_n * site[1, 2]
    line[0], line[1] = atan2(east_m, north_m), ground_m
    line[2] = axes[0, 0] * cx + axes[0, 1] * cy + axes[0, 2] * cz
    line[3] = axes[1, 0] * cx + axes[1, 1] * cy + axes[1, 2] * cz


@compiled
def tie(
    tracks: Tracks,
    rows: int,
    bearings: Bearings,
    prior: NDArray[np.float32],
    domain_of_type: NDArray[np.uint8],
    noise: Noise,
    gate_sigma: float,
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Return for each intercept the track that it clearly belongs to, among those known for its emitter.

    That a track has an emitter in the first place is for :mod:`fusion.triangulation` to find out, from
    more than one bearing.

    Returns:
        (M,) track, -1 for none, -2 for none that is clear although one in the direction is known for the
        emitter; (M,) probability of the best track, (M,) probability that none of them sent it, (M,)
        normalised innovation of the best.
    """
    count = bearings.time_s.size
    chance = np.zeros(count)
    winner, stranger, residual = np.full(count, -1), np.zeros(count), np.zeros(count)
    line = np.empty(4)
    for j in range(count):
        # An emitter that is no track yet is as likely to send this as anything unknown is.
        total, best, best_i, best_sigma = 0.0, 0.0, -1, 0.0
        for h in range(prior.size):
            total += NONE_OF_THEM * prior[h] * bearings.likelihood[j, h]
        nobody = total
        for i in range(rows):
            if tracks.status[i] == 0:
                continue
            if (
                abs(tracks.ecef_m[i, 0] - bearings.ecef_m[0]) > bearings.range_max_m
                or abs(tracks.ecef_m[i, 1] - bearings.ecef_m[1]) > bearings.range_max_m
                or abs(tracks.ecef_m[i, 2] - bearings.ecef_m[2]) > bearings.range_max_m
            ):
                continue
            look(tracks, i, bearings, bearings.time_s[j], line)
            if line[1] > bearings.range_max_m or line[1] < OWN_M:
                continue
            p = tracks.covariance[i]
            dt_s = bearings.time_s[j] - tracks.time_s[i]
            q = noise_of(tracks, i, noise)
            across2 = (
                line[2] ** 2 * (p[0] + dt_s * dt_s * p[7])
                + 2.0 * line[2] * line[3] * (p[1] + dt_s * dt_s * p[8])
                + line[3] ** 2 * (p[4] + dt_s * dt_s * p[9])
                + q * abs(dt_s) ** 3 / 3.0
            )
            s = across2 / line[1] ** 2 + bearings.sigma_rad[j] ** 2
            off = wrapped(bearings.bearing_rad[j] - line[0])
            if off * off > gate_sigma * gate_sigma * s:
                continue
            weight = exp(-0.5 * off * off / s) * bearings.sigma_rad[j] / sqrt(s)
            weight *= attribute_factor(tracks, i, bearings, j, domain_of_type)
            total += weight
            if winner[j] == -1 and known_for(tracks, i, bearings, j):
                winner[j] = -2
            if weight > best:
                best, best_i, best_sigma = weight, i, off / sqrt(s)
        chance[j], stranger[j] = best / total, nobody / total
        residual[j] = best_sigma
        if chance[j] >= WINNER and known_for(tracks, best_i, bearings, j):
            winner[j] = best_i
    return winner, chance, stranger, residual


@compiled
def attribute_factor(
    tracks: Tracks, i: int, bearings: Bearings, j: int, domain_of_type: NDArray[np.uint8]
) -> float:
    """Return how well the intercept's attributes fit what track i may be, where it moves."""
    carries, possible = 0.0, 1e-9
    for h in range(tracks.hypotheses.shape[1]):
        home = domain_of_type[h % domain_of_type.size]
        if tracks.domain[i] == 0 or home == tracks.domain[i] or (tracks.domain[i] == 2 and home == 3):
            possible += tracks.hypotheses[i, h]
            carries += tracks.hypotheses[i, h] * bearings.likelihood[j, h]
    carries /= possible
    if np.isnan(bearings.frequency_hz[j]):
        return carries
    known = False
    for k in range(tracks.emitter_hz.shape[1]):
        if np.isnan(tracks.emitter_hz[i, k]):
            continue
        known = True
        off = (bearings.frequency_hz[j] - tracks.emitter_hz[i, k]) / bearings.frequency_sigma_hz[j]
        d2 = off * off
        if not np.isnan(bearings.pri_s[j]) and not np.isnan(tracks.emitter_pri_s[i, k]):
            off = (bearings.pri_s[j] - tracks.emitter_pri_s[i, k]) / bearings.pri_sigma_s[j]
            d2 += off * off
        if d2 < 16.0:
            return carries * REMEMBERED * exp(-0.25 * d2)
    return carries * FORGOTTEN if known else carries


@compiled
def known_for(tracks: Tracks, i: int, bearings: Bearings, j: int) -> bool:
    """Return whether track i is known for the emitter of intercept j, or the intercept has no attributes."""
    if np.isnan(bearings.frequency_hz[j]):
        return True
    for k in range(tracks.emitter_hz.shape[1]):
        if abs(bearings.frequency_hz[j] - tracks.emitter_hz[i, k]) < 5.0 * bearings.frequency_sigma_hz[j]:
            return True
    return False


@compiled
def update_from_bearing(tracks: Tracks, i: int, bearings: Bearings, j: int, noise: Noise) -> bool:
    """Correct track i by the bearing, remember its emitter, and return whether it was known for it."""
    predict(tracks, i, bearings.time_s[j], noise)
    line = np.empty(4)
    look(tracks, i, bearings, bearings.time_s[j], line)
    across_m = line[1] * wrapped(bearings.bearing_rad[j] - line[0])
    variance = (line[1] * bearings.sigma_rad[j]) ** 2
    update_place(tracks, i, line[2], line[3], across_m, variance)
    return _remember(tracks, i, bearings, j)


@compiled
def _remember(tracks: Tracks, i: int, bearings: Bearings, j: int) -> bool:
    if np.isnan(bearings.frequency_hz[j]):
        return False
    slot = 0
    for k in range(tracks.emitter_hz.shape[1]):
        off = (bearings.frequency_hz[j] - tracks.emitter_hz[i, k]) / bearings.frequency_sigma_hz[j]
        if abs(off) < 5.0:
            tracks.emitter_hz[i, k] += 0.2 * (bearings.frequency_hz[j] - tracks.emitter_hz[i, k])
            tracks.emitter_at_s[i, k] = bearings.time_s[j]
            return True
        if tracks.emitter_at_s[i, k] < tracks.emitter_at_s[i, slot]:
            slot = k
    tracks.emitter_hz[i, slot] = bearings.frequency_hz[j]
    tracks.emitter_pri_s[i, slot] = bearings.pri_s[j]
    tracks.emitter_at_s[i, slot] = bearings.time_s[j]
    return False
