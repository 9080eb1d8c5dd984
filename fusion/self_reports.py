"""Self-reported positions against tracks: believed while they agree with what sensors see.

AIS and ADS-B carry an id, so association is by id first. A report that its own track contradicts is
not used: it is kept as the claimed position, shown beside the fused one, and raises an alert.
"""

from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.founding import set_at_sea
from fusion.frames import lift, put
from fusion.lifecycle import begin, know_modes
from fusion.motion import noise_of, predict
from fusion.noise import Noise
from fusion.tracks import Tracks
from fusion.updating import update_height, update_place, update_speed

USED: Final = 0
DISPUTED: Final = 1
STRANGER: Final = 2
"""No track fits: to be matched with the tracks that have no id yet, or founded."""
REPEATED: Final = 3
"""The same words, heard by another receiver: they say nothing new."""

_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3
_CONFIRMED = 1
_RADAR, _SELF_REPORT = 0, 2
VELOCITY_SIGMA_M_PER_S: Final = 1.0
"""Speed over ground is sent in tenths of a knot and course in tenths of a degree (ITU-R M.1371-5);
the rest is averaging in the receiver; assumed."""
SAME_WORDS_S: Final = 0.4
"""Reports of one platform closer in time are one transmission, heard twice: nobody sends more often than
twice a second (ITU-R M.1371-5; RTCA DO-260B)."""
HEIGHT_SIGMA_M: Final = 30.0
"""Barometric height is sent in steps of 25 ft; assumed."""
WITNESS_S: Final = 60.0
"""How long another sensor's word about a position counts against a self-report."""
PATIENCE: Final = 5
"""Disputed reports in a row after which an unwitnessed track believes them again."""


class Claims(NamedTuple):
    """One batch of self-reports, ready for the kernels; M reports.

    Attributes:
        time_s: (M,) when each was measured.
        latitude: (M,) radians.
        longitude: (M,) radians.
        ecef_m: (M, 3) position.
        height_m: (M,) NaN for none.
        velocity_m_per_s: (M, 2) east and north; NaN for none.
        sigma_m: (M,) error of position.
        domain: (M,) of the claimed type.
        claimed_id: (M,).
        name: (M,) place in the engine's names.
        trusted: (M,) false while the platform or its area is reported spoofed or jammed.
    """

    time_s: FloatArray
    latitude: FloatArray
    longitude: FloatArray
    ecef_m: FloatArray
    height_m: FloatArray
    velocity_m_per_s: FloatArray
    sigma_m: FloatArray
    domain: NDArray[np.uint8]
    claimed_id: IntArray
    name: NDArray[np.uint16]
    trusted: NDArray[np.bool_]


@compiled
def distance2(tracks: Tracks, i: int, claims: Claims, j: int, q: float) -> float:
    """Return the squared normalised distance of report j from track i in position."""
    dt_s = claims.time_s[j] - tracks.time_s[i]
    axes, p, velocity, ecef = (
        tracks.axes[i],
        tracks.covariance[i],
        tracks.velocity_m_per_s[i],
        tracks.ecef_m[i],
    )
    x, y, z = claims.ecef_m[j, 0] - ecef[0], claims.ecef_m[j, 1] - ecef[1], claims.ecef_m[j, 2] - ecef[2]
    east_m = axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z - velocity[0] * dt_s
    north_m = axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z - velocity[1] * dt_s
    grow = q * abs(dt_s) ** 3 / 3.0 + claims.sigma_m[j] ** 2
    ee = p[0] + 2.0 * dt_s * p[2] + dt_s * dt_s * p[7] + grow
    en = p[1] + dt_s * (p[3] + p[5]) + dt_s * dt_s * p[8]
    nn = p[4] + 2.0 * dt_s * p[6] + dt_s * dt_s * p[9] + grow
    return (nn * east_m * east_m - 2.0 * en * east_m * north_m + ee * north_m * north_m) / (ee * nn - en * en)


@compiled
def off_sigma(tracks: Tracks, i: int, claims: Claims, j: int, noise: Noise) -> float:
    """Return how far report j is from track i in position, in standard deviations."""
    return sqrt(max(distance2(tracks, i, claims, j, noise_of(tracks, i, noise)), 0.0))


@compiled
def hear(
    tracks: Tracks, slots: IntArray, claims: Claims, noise: Noise, gate_sigma: float
) -> tuple[IntArray, FloatArray]:
    """Let each report speak for the track that has its id.

    Args:
        slots: (M,) the row of the track with each report's id, -1 for none.

    Returns:
        (M,) :data:`USED`, :data:`DISPUTED`, :data:`STRANGER` or :data:`REPEATED`, and (M,) normalised
        innovation.
    """
    verdict, sigma = np.empty(slots.size, np.int64), np.zeros(slots.size)
    for j in range(slots.size):
        i = slots[j]
        if i < 0:
            verdict[j] = STRANGER
            continue
        if repeated(tracks, i, claims.time_s[j]):
            verdict[j] = REPEATED
            continue
        q = noise_of(tracks, i, noise)
        d2 = distance2(tracks, i, claims, j, q)
        sigma[j] = sqrt(max(d2, 0.0))
        witnessed = claims.time_s[j] - tracks.last_kind_s[i, _RADAR] < WITNESS_S
        # A turning ship leaves its straight line; a gate twice as wide, and never under 300 m, is
        # still far inside any spoofing worth the name.
        wide = 4.0 * gate_sigma * gate_sigma
        agrees = d2 < wide or d2 * (claims.sigma_m[j] ** 2) < 300.0**2
        if not claims.trusted[j] or not agrees:
            tracks.disputes[i] += 1
            patient = witnessed or not claims.trusted[j] or tracks.disputes[i] < PATIENCE
            if patient:
                tracks.claimed_ecef_m[i] = claims.ecef_m[j]
                tracks.claimed_at_s[i] = claims.time_s[j]
                tracks.trust_flags[i] |= 1
                verdict[j] = DISPUTED
                continue
            settle(tracks, i, claims, j)
        else:
            update_from_claim(tracks, i, claims, j, noise)
        verdict[j] = USED
    return verdict, sigma


@compiled
def repeated(tracks: Tracks, i: int, time_s: float) -> bool:
    """Return whether track i has heard of a time's report before: used, or disputed.

    All receivers in reach hear the same transmission with the same error. Taken for independent, seven
    receivers would make a track believe that it knows its place almost three times as well as it does.
    """
    used_s, disputed_s = tracks.last_kind_s[i, _SELF_REPORT], tracks.claimed_at_s[i]
    if not np.isnan(used_s) and time_s < used_s + SAME_WORDS_S:
        return True
    return not np.isnan(disputed_s) and time_s < disputed_s + SAME_WORDS_S


@compiled
def update_from_claim(tracks: Tracks, i: int, claims: Claims, j: int, noise: Noise) -> None:
    """Correct track i by a self-report it agrees with."""
    q = noise_of(tracks, i, noise)
    predict(tracks, i, claims.time_s[j], noise)
    late_s = min(0.0, claims.time_s[j] - tracks.time_s[i])
    variance = claims.sigma_m[j] ** 2 + (q * late_s * late_s * abs(late_s) / 3.0)
    for direction in range(2):
        axes, ecef = tracks.axes[i], tracks.ecef_m[i]
        x, y, z = claims.ecef_m[j, 0] - ecef[0], claims.ecef_m[j, 1] - ecef[1], claims.ecef_m[j, 2] - ecef[2]
        off = axes[direction, 0] * x + axes[direction, 1] * y + axes[direction, 2] * z
        off -= tracks.velocity_m_per_s[i, direction] * late_s
        e, n = 1.0 - direction, float(direction)
        update_place(tracks, i, e, n, off, variance)
    if not np.isnan(claims.velocity_m_per_s[j, 0]):
        for direction in range(2):
            e, n = 1.0 - direction, float(direction)
            off = claims.velocity_m_per_s[j, direction] - tracks.velocity_m_per_s[i, direction]
            update_speed(tracks, i, e, n, off, VELOCITY_SIGMA_M_PER_S**2)
    if claims.domain[j] in (_SURFACE, _SUBSURFACE):
        if tracks.domain[i] != claims.domain[j]:
            tracks.domain[i] = claims.domain[j]
            set_at_sea(tracks, i)
    elif claims.domain[j] == _AIR:
        tracks.domain[i] = _AIR
        if not np.isnan(claims.height_m[j]):
            if tracks.vertical[i, 2] == 0.0:
                tracks.vertical[i, 0], tracks.vertical[i, 2] = 3000.0**2, 100.0
            off = claims.height_m[j] - tracks.height_m[i]
            lift(tracks, i, update_height(tracks, i, off, HEIGHT_SIGMA_M**2))
    know_modes(tracks, i)
    tracks.hits[i] += 1
    tracks.misses[i] = 0
    tracks.disputes[i] = 0
    tracks.silent_s[i] = 0.0
    tracks.score[i] += 3.0
    tracks.claimed_ecef_m[i] = np.nan
    tracks.trust_flags[i] &= 254
    if claims.claimed_id[j] != 0:
        tracks.claimed_id[i] = claims.claimed_id[j]
    if claims.name[j] != 0:
        tracks.name[i] = claims.name[j]


@compiled
def settle(tracks: Tracks, i: int, claims: Claims, j: int) -> None:
    """Put track i where a self-report says, as its only knowledge."""
    tracks.time_s[i] = claims.time_s[j]
    height_m = claims.height_m[j]
    air = claims.domain[j] == _AIR
    if np.isnan(height_m) or not air:
        height_m = 0.0
    put(tracks, i, claims.latitude[j], claims.longitude[j], height_m)
    p, w = tracks.covariance[i], tracks.vertical[i]
    p[:] = 0.0
    p[0] = p[4] = claims.sigma_m[j] ** 2
    if np.isnan(claims.velocity_m_per_s[j, 0]):
        tracks.velocity_m_per_s[i] = 0.0
        p[7] = p[9] = 150.0**2 if air else 10.0**2
    else:
        tracks.velocity_m_per_s[i, 0] = claims.velocity_m_per_s[j, 0]
        tracks.velocity_m_per_s[i, 1] = claims.velocity_m_per_s[j, 1]
        tracks.velocity_m_per_s[i, 2] = 0.0
        p[7] = p[9] = VELOCITY_SIGMA_M_PER_S**2
    tracks.domain[i] = claims.domain[j]
    w[0], w[1], w[2] = 25.0, 0.0, 0.0
    if air:
        w[0], w[2] = (HEIGHT_SIGMA_M**2 if not np.isnan(claims.height_m[j]) else 3000.0**2), 100.0
    tracks.modal[i] = False
    know_modes(tracks, i)
    tracks.disputes[i] = 0
    tracks.claimed_ecef_m[i] = np.nan
    tracks.trust_flags[i] &= 254
    tracks.claimed_id[i] = claims.claimed_id[j]
    tracks.name[i] = claims.name[j]


@compiled
def found_from_claim(tracks: Tracks, i: int, claims: Claims, j: int, prior: NDArray[np.float32]) -> None:
    """Found track i on a self-report: confirmed at once, because it says what it is."""
    begin(tracks, i, claims.time_s[j], prior)
    settle(tracks, i, claims, j)
    tracks.status[i] = _CONFIRMED
    tracks.score[i] = 15.0


@compiled
def strangers(
    tracks: Tracks, rows: int, claims: Claims, asking: IntArray, noise: Noise, gate_sigma: float
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return plausible pairs of reports without a track and tracks without an id, for the assignment.

    Returns:
        (A + 1,) first pair of each asking report, (P,) track of each pair, (P,) its cost.
    """
    row_start = np.zeros(asking.size + 1, np.int64)
    room = 4 * asking.size + 16
    column, cost = np.empty(room, np.int64), np.empty(room)
    count = 0
    for k in range(asking.size):
        j = asking[k]
        for i in range(rows):
            if tracks.claimed_id[i] != 0:
                continue
            if (
                abs(tracks.ecef_m[i, 0] - claims.ecef_m[j, 0]) > 30_000.0
                or abs(tracks.ecef_m[i, 1] - claims.ecef_m[j, 1]) > 30_000.0
                or abs(tracks.ecef_m[i, 2] - claims.ecef_m[j, 2]) > 30_000.0
            ):
                continue
            q = noise_of(tracks, i, noise)
            d2 = distance2(tracks, i, claims, j, q) + _velocity_distance2(tracks, i, claims, j)
            value = d2 - gate_sigma * gate_sigma - 2.0
            if value < 0.0:
                if count == room:
                    column, cost = (
                        np.append(column, np.empty_like(column)),
                        np.append(cost, np.empty_like(cost)),
                    )
                    room *= 2
                column[count], cost[count] = i, value
                count += 1
        row_start[k + 1] = count
    return row_start, column[:count], cost[:count]


@compiled
def _velocity_distance2(tracks: Tracks, i: int, claims: Claims, j: int) -> float:
    if np.isnan(claims.velocity_m_per_s[j, 0]):
        return 0.0
    p = tracks.covariance[i]
    e = claims.velocity_m_per_s[j, 0] - tracks.velocity_m_per_s[i, 0]
    n = claims.velocity_m_per_s[j, 1] - tracks.velocity_m_per_s[i, 1]
    ee, en, nn = p[7] + VELOCITY_SIGMA_M_PER_S**2, p[8], p[9] + VELOCITY_SIGMA_M_PER_S**2
    return (nn * e * e - 2.0 * en * e * n + ee * n * n) / max(ee * nn - en * en, 1e-12)
