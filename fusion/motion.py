"""How a track moves between reports: straight on, a little unsure of its speed, along the earth.

Aircraft have two more opinions of how they move: :mod:`fusion.modes`. Ships do not climb.
"""

import numpy as np

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.frames import Moving, put_state, state_of
from fusion.modes import Stride, predict_modes, stride_of
from fusion.noise import Noise
from fusion.states import fly_straight
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
    if moving.domain[i] == _AIR:
        climb(moving.vertical[i], dt_s)
    later = fly_straight(state_of(moving, i), dt_s, noise_m2_per_s3)
    put_state(moving, i, later, moving.velocity_m_per_s[i, 2] * dt_s)
    moving.time_s[i] = time_s


@compiled
def predict_in(tracks: Tracks, i: int, time_s: float, noise: Noise, stride: Stride) -> Stride:
    """Bring track i to a later time; a time that is not later changes nothing.

    Args:
        stride: of the last track, which has often gone as far.

    Returns:
        The stride of this one.
    """
    dt_s = time_s - tracks.time_s[i]
    if dt_s <= 0.0:
        return stride
    if not tracks.modal[i]:
        predict_straight(tracks, i, time_s, noise_of(tracks, i, noise))
        return stride
    if dt_s != stride.dt_s:
        stride = stride_of(dt_s, noise)
    climb(tracks.vertical[i], dt_s)
    tracks.height_m[i] += tracks.velocity_m_per_s[i, 2] * dt_s
    predict_modes(tracks, i, stride, noise)
    tracks.time_s[i] = time_s
    return stride


@compiled
def predict(tracks: Tracks, i: int, time_s: float, noise: Noise) -> None:
    """Bring track i to a later time; a time that is not later changes nothing."""
    dt_s = time_s - tracks.time_s[i]
    if dt_s > 0.0:
        predict_in(tracks, i, time_s, noise, stride_of(dt_s, noise))


@compiled
def predict_chosen(tracks: Tracks, chosen: IntArray, time_s: float, noise: Noise) -> None:
    """Bring (K,) tracks to a later time."""
    stride = stride_of(0.0, noise)
    for i in chosen:
        stride = predict_in(tracks, i, time_s, noise, stride)


@compiled
def predict_all(tracks: Tracks, rows: int, time_s: float, noise: Noise) -> None:
    """Bring every track to a later time."""
    stride = stride_of(0.0, noise)
    for i in range(rows):
        stride = predict_in(tracks, i, time_s, noise, stride)
