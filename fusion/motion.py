"""How a track moves between reports: straight on, a little unsure of its speed, along the earth.

Nearly constant velocity with white-noise acceleration (Bar-Shalom, Li, Kirubarajan, *Estimation
with Applications to Tracking and Navigation*, 2001, section 6.2.2). The continuous form of the
noise is used because predicting twice by half the time is then the same as once. Aircraft have two
more opinions of how they move: :mod:`fusion.modes`.
"""

import numpy as np

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.frames import Moving, slide
from fusion.modes import predict_modes
from fusion.noise import Noise
from fusion.tracks import Tracks

_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3
NOISE_VERTICAL_AIR_M2_PER_S3 = 1.0
"""Assumed: climbs and descents change by about 3 m/s in ten seconds."""


@compiled
def noise_of(tracks: Tracks, i: int, noise: Noise) -> float:
    """Return the acceleration noise density of track i, m2/s3."""
    if tracks.domain[i] == _AIR:
        straight = noise.steady if tracks.claimed_id[i] != 0 else noise.agile
        if not tracks.modal[i]:
            return straight
        share = tracks.mode_weight[i, 0]
        return share * straight + (1.0 - share) * noise.turning
    if tracks.domain[i] in (_SURFACE, _SUBSURFACE):
        return noise.surface
    return noise.unknown


@compiled
def noise_of_all(tracks: Tracks, rows: int, noise: Noise) -> FloatArray:
    """Return (N,) acceleration noise densities, m2/s3."""
    q = np.empty(rows)
    for i in range(rows):
        q[i] = noise_of(tracks, i, noise)
    return q


@compiled
def spread(p: FloatArray, w: FloatArray, dt_s: float, noise_m2_per_s3: float, flying: bool) -> None:
    """Let covariances grow over a time, in place.

    Args:
        p: (10,) of east, north and their speeds, as in the track table.
        w: (3,) of height and vertical speed.
        dt_s: how long.
        noise_m2_per_s3: acceleration noise density.
        flying: whether the height is free to change.
    """
    q = noise_m2_per_s3
    half, third = 0.5 * q * dt_s * dt_s, q * dt_s * dt_s * dt_s / 3.0
    p[0] += 2.0 * dt_s * p[2] + dt_s * dt_s * p[7] + third
    p[1] += dt_s * (p[3] + p[5]) + dt_s * dt_s * p[8]
    p[4] += 2.0 * dt_s * p[6] + dt_s * dt_s * p[9] + third
    p[2] += dt_s * p[7] + half
    p[3] += dt_s * p[8]
    p[5] += dt_s * p[8]
    p[6] += dt_s * p[9] + half
    p[7] += q * dt_s
    p[9] += q * dt_s
    if flying:
        climb(w, dt_s)


@compiled
def climb(w: FloatArray, dt_s: float) -> None:
    """Let the doubt about height, (3,), grow over a time, in place."""
    q = NOISE_VERTICAL_AIR_M2_PER_S3
    w[0] += 2.0 * dt_s * w[1] + dt_s * dt_s * w[2] + q * dt_s * dt_s * dt_s / 3.0
    w[1] += dt_s * w[2] + 0.5 * q * dt_s * dt_s
    w[2] += q * dt_s


@compiled
def predict_straight(moving: Moving, i: int, time_s: float, noise_m2_per_s3: float) -> None:
    """Bring row i to a later time by its one motion model; a time that is not later changes nothing."""
    dt_s = time_s - moving.time_s[i]
    if dt_s <= 0.0:
        return
    velocity = moving.velocity_m_per_s[i]
    # The covariance grows before the turn: it is still in the axes that the velocity is in.
    flying = moving.domain[i] == _AIR
    spread(moving.covariance[i], moving.vertical[i], dt_s, noise_m2_per_s3, flying)
    slide(moving, i, velocity[0] * dt_s, velocity[1] * dt_s, velocity[2] * dt_s)
    moving.time_s[i] = time_s


@compiled
def predict_in(tracks: Tracks, i: int, time_s: float, noise: Noise, room: FloatArray) -> None:
    """Bring track i to a later time; a time that is not later changes nothing.

    Args:
        room: (14,) overwritten.
    """
    if not tracks.modal[i]:
        predict_straight(tracks, i, time_s, noise_of(tracks, i, noise))
        return
    dt_s = time_s - tracks.time_s[i]
    if dt_s <= 0.0:
        return
    climb(tracks.vertical[i], dt_s)
    tracks.height_m[i] += tracks.velocity_m_per_s[i, 2] * dt_s
    predict_modes(tracks, i, dt_s, noise, room)
    tracks.time_s[i] = time_s


@compiled
def predict(tracks: Tracks, i: int, time_s: float, noise: Noise) -> None:
    """Bring track i to a later time; a time that is not later changes nothing."""
    predict_in(tracks, i, time_s, noise, np.empty(14))


@compiled
def predict_chosen(tracks: Tracks, chosen: IntArray, time_s: float, noise: Noise) -> None:
    """Bring (K,) tracks to a later time."""
    room = np.empty(14)
    for i in chosen:
        predict_in(tracks, i, time_s, noise, room)


@compiled
def predict_all(tracks: Tracks, rows: int, time_s: float, noise: Noise) -> None:
    """Bring every track to a later time."""
    room = np.empty(14)
    for i in range(rows):
        predict_in(tracks, i, time_s, noise, room)
