"""From the track table to the picture's rows: compiled loops that copy, predict and sum up."""

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.frames import latitude_longitude, state_of
from fusion.motion import climb, noise_of
from fusion.noise import Noise
from fusion.states import fly_straight, write_covariance
from fusion.tracks import Tracks

_AIR = 1


@compiled
def ahead(
    tracks: Tracks, shown: IntArray, time_s: float, noise: Noise
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return where tracks are at a time and how surely, leaving the table as it is.

    Returns:
        (N, 2) latitude and longitude in degrees; (N, 10) covariance as in the track table; (N, 2)
        height in metres and its standard deviation.
    """
    place, covariance, height = (
        np.empty((shown.size, 2)),
        np.empty((shown.size, 10)),
        np.empty((shown.size, 2)),
    )
    vertical = np.empty(3)
    for k in range(shown.size):
        i = shown[k]
        dt_s = time_s - float(tracks.time_s[i])
        axes, velocity, ecef = tracks.axes[i], tracks.velocity_m_per_s[i], tracks.ecef_m[i]
        east_m, north_m = dt_s * velocity[0], dt_s * velocity[1]
        latitude, longitude = latitude_longitude(
            ecef[0] + east_m * axes[0, 0] + north_m * axes[1, 0],
            ecef[1] + east_m * axes[0, 1] + north_m * axes[1, 1],
            ecef[2] + east_m * axes[0, 2] + north_m * axes[1, 2],
        )
        place[k, 0], place[k, 1] = np.degrees(latitude), np.degrees(longitude)
        covariance[k] = tracks.covariance[i]
        vertical[:] = tracks.vertical[i]
        if dt_s > 0.0:
            q = noise_of(tracks, i, noise)
            write_covariance(fly_straight(state_of(tracks, i), dt_s, q), covariance[k])
            if tracks.domain[i] == _AIR:
                climb(vertical, dt_s)
        height[k, 0] = tracks.height_m[i] + velocity[2] * dt_s
        height[k, 1] = np.sqrt(max(vertical[0], 0.0))
    return place, covariance, height


@compiled
def claimed_places(tracks: Tracks, shown: IntArray) -> FloatArray:
    """Return (N, 2) latitude and longitude in degrees of disputed self-reports; NaN where there is none."""
    place = np.full((shown.size, 2), np.nan)
    for k in range(shown.size):
        claimed = tracks.claimed_ecef_m[shown[k]]
        if not np.isnan(claimed[0]):
            latitude, longitude = latitude_longitude(claimed[0], claimed[1], claimed[2])
            place[k, 0], place[k, 1] = np.degrees(latitude), np.degrees(longitude)
    return place


@compiled
def contributions(
    tracks: Tracks, shown: IntArray
) -> tuple[NDArray[np.uint32], IntArray, IntArray, FloatArray]:
    """Return which (track, slot) places of the provenance are used, and each track's mean trust.

    Returns:
        (N + 1,) offsets; (C,) rows and (C,) slots; (N,) mean trust of the contributing sources.
    """
    slots = tracks.source.shape[1]
    start = np.zeros(shown.size + 1, np.uint32)
    rows, places = np.empty(shown.size * slots, np.int64), np.empty(shown.size * slots, np.int64)
    trust = np.zeros(shown.size)
    count = 0
    for k in range(shown.size):
        i, first = shown[k], count
        for slot in range(slots):
            if tracks.source[i, slot] >= 0:
                rows[count], places[count] = i, slot
                trust[k] += tracks.source_trust[i, slot]
                count += 1
        trust[k] /= max(count - first, 1)
        start[k + 1] = count
    return start, rows[:count], places[:count], trust


@compiled
def types_and_sides(
    hypotheses: NDArray[np.float32],
    domain: NDArray[np.uint8],
    speed_m_per_s: FloatArray,
    domain_of_type: NDArray[np.uint8],
    speed_max_m_per_s: FloatArray,
) -> tuple[FloatArray, NDArray[np.uint8], FloatArray]:
    """Sum joint probabilities up by side and by type, with what domain and speed rule out.

    Args:
        hypotheses: (N, 3 T) joint probabilities of side and type, type running fastest.
        domain: (N,) where tracks move; 0 is unknown.
        speed_m_per_s: (N,) how fast.
        domain_of_type: (T,) where each type moves.
        speed_max_m_per_s: (T,) how fast it can.

    Returns:
        (N, 3) sides; (N, 3) best types, best first, the lower code first among equals; (N, 3) their
        probabilities.
    """
    count, types = len(hypotheses), len(domain_of_type)
    sides, best, chance = np.zeros((count, 3)), np.zeros((count, 3), np.uint8), np.full((count, 3), -1.0)
    by_type = np.empty(types)
    for n in range(count):
        total = 0.0
        for t in range(types):
            at_home = (
                domain[n] == 0
                or domain_of_type[t] == domain[n]
                or (domain[n] == 2 and domain_of_type[t] == 3)
            )
            # Where nothing fits (a spoofed speed, a wrong domain) the evidence stands as it is.
            fits = 1.0 if at_home and speed_m_per_s[n] < 1.15 * speed_max_m_per_s[t] + 3.0 else 1e-3
            by_type[t] = 0.0
            for side in range(3):
                share = hypotheses[n, side * types + t] * fits
                sides[n, side] += share
                by_type[t] += share
            total += by_type[t]
        total = max(total, 1e-30)
        for side in range(3):
            sides[n, side] /= total
        for t in range(types):
            value, place = by_type[t] / total, 3
            while place > 0 and value > chance[n, place - 1]:
                place -= 1
            for later in range(2, place, -1):
                chance[n, later], best[n, later] = chance[n, later - 1], best[n, later - 1]
            if place < 3:
                chance[n, place], best[n, place] = value, t
    return sides, best, chance
