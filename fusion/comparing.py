"""A radar's plots beside what other sensors say of the same tracks: what the biases learn from."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import IntArray
from contracts.reports import TWO_PI
from fusion.biases import Biases, learn_difference, move_on
from fusion.compiled import compiled
from fusion.near_misses import FRESH_S, SURE_M, NearMisses, known_elsewhere, note_miss, one_beside
from fusion.radar import wrapped
from fusion.references import CLAIM, PLOT, References, key_of, note_plot, place_of
from fusion.sweep import Sweep
from fusion.tracks import Tracks

COMPARED_S: Final = 12.0
"""Two words on one track are compared if they are no farther apart in time."""

ONE_IN: Final = 4
"""Of the tracks that could be compared in a sector, one in so many is: errors of one track's words are
not independent from turn to turn, and time is short."""

_AIR = 1
_NOISE_AIR_M2_PER_S3: Final = 20.0
_NOISE_SURFACE_M2_PER_S3: Final = 0.05
"""How much what moves may change its mind between two words, generously; assumed."""


@compiled
def compare(
    tracks: Tracks,
    rows: IntArray,
    plot_of: IntArray,
    sweep: Sweep,
    source: int,
    radar: int,
    references: References,
    biases: Biases,
    misses: NearMisses,
    is_radar: NDArray[np.bool_],
) -> None:
    """Let the biases learn from a sweep's plots, and keep the plots for the next radar.

    Args:
        rows: (K,) tracks that the sector can see.
        plot_of: (K,) their plots, -1 for none.
        sweep: as measured.
        source: its place among the sources.
        radar: whose it is, as the biases count radars.
        is_radar: (S,) by source place.
    """
    move_on(biases, sweep.scene.middle_s)
    swept_s = sweep.scene.revolution_s * (sweep.scene.to_rad - sweep.scene.from_rad) / TWO_PI
    misses.fitting[radar] *= max(1.0 - swept_s / FRESH_S, 0.0)
    look_along(tracks, rows, plot_of, sweep, radar, references, biases, misses)
    look_beside(tracks, rows, plot_of, sweep, source, radar, misses, is_radar)


@compiled
def look_along(
    tracks: Tracks,
    rows: IntArray,
    plot_of: IntArray,
    sweep: Sweep,
    radar: int,
    references: References,
    biases: Biases,
    misses: NearMisses,
) -> None:
    """Compare the plots of believed tracks with the newest other words on them."""
    turn = int(sweep.scene.middle_s / sweep.scene.revolution_s)
    for k in range(rows.size):
        i, j = rows[k], plot_of[k]
        if j < 0 or tracks.status[i] == 0:
            continue
        place = place_of(references, key_of(tracks, i), float(sweep.plots.time_s[j]))
        if place < 0:
            continue
        if (place + turn) % ONE_IN == 0 and compare_one(
            tracks, i, references, place, sweep, j, radar, biases
        ):
            misses.fitting[radar] += ONE_IN
        note_plot(references, place, sweep, j, float(tracks.height_m[i]), radar)


@compiled
def look_beside(
    tracks: Tracks,
    rows: IntArray,
    plot_of: IntArray,
    sweep: Sweep,
    source: int,
    radar: int,
    misses: NearMisses,
    is_radar: NDArray[np.bool_],
) -> None:
    """Note the plots that lie beside tracks which got none, though another sensor knows them well."""
    owner = np.full(len(sweep.plots), -1)
    for k in range(rows.size):
        if plot_of[k] >= 0:
            owner[plot_of[k]] = rows[k]
    off = np.empty(2)
    for k in range(rows.size):
        i = rows[k]
        p = tracks.covariance[i]
        if (
            plot_of[k] < 0
            and tracks.status[i] != 0
            and max(p[0], p[4]) < SURE_M**2
            and known_elsewhere(tracks, i, source, is_radar, sweep.scene.middle_s)
            and one_beside(tracks, i, owner, sweep, source, is_radar, off)
        ):
            note_miss(misses, radar, sweep.scene.middle_s, off, key_of(tracks, i))


@compiled
def compare_one(
    tracks: Tracks,
    i: int,
    references: References,
    place: int,
    sweep: Sweep,
    j: int,
    radar: int,
    biases: Biases,
) -> bool:
    """Let the biases learn from one plot and the newest other word on its track."""
    time_s = sweep.plots.time_s[j]
    since_s = np.abs(time_s - references.at_s[place])
    word = CLAIM if since_s[CLAIM] < COMPARED_S else PLOT
    other = -1 if word == CLAIM else references.radar[place]
    if since_s[word] >= COMPARED_S or other == radar:
        return False
    # Where the other had it, moved by the track's velocity to the time of the plot.
    dt_s = time_s - references.at_s[place, word]
    axes, velocity = tracks.axes[i], tracks.velocity_m_per_s[i]
    seen = np.empty(3)
    for d in range(3):
        seen[d] = references.ecef_m[place, word, d] - sweep.scene.ecef_m[d]
        seen[d] += dt_s * (velocity[0] * axes[0, d] + velocity[1] * axes[1, d] + velocity[2] * axes[2, d])
    site = sweep.scene.axes
    east_m = site[0][0] * seen[0] + site[0][1] * seen[1] + site[0][2] * seen[2]
    north_m = site[1][0] * seen[0] + site[1][1] * seen[1] + site[1][2] * seen[2]
    up_m = site[2][0] * seen[0] + site[2][1] * seen[1] + site[2][2] * seen[2]
    ground_m = max(np.hypot(east_m, north_m), 1.0)
    range_m = np.hypot(ground_m, up_m)
    # What a metre each way is to this radar: along the line of sight, and turned about it.
    along = seen / range_m
    across = np.empty(3)
    for d in range(3):
        across[d] = (north_m * site[0][d] - east_m * site[1][d]) / ground_m**2
    off = np.empty(2)
    off[0] = sweep.plots.range_m[j] - range_m
    off[1] = wrapped(sweep.plots.azimuth_rad[j] - np.arctan2(east_m, north_m))
    q = _NOISE_AIR_M2_PER_S3 if tracks.domain[i] == _AIR else _NOISE_SURFACE_M2_PER_S3
    p = tracks.covariance[i]
    moved2 = max(p[7], p[9]) * dt_s * dt_s + q * abs(dt_s) ** 3 / 3.0
    noise, turn = np.empty(3), np.zeros((2, 2))
    noise[0] = sweep.plots.range_sigma_m[j] ** 2 + moved2 + (up_m / range_m) ** 2 * tracks.vertical[i, 0]
    noise[1] = 0.0
    noise[2] = sweep.plots.azimuth_sigma_rad[j] ** 2 + moved2 / ground_m**2
    if word == CLAIM:
        noise[0] += references.variance[place, CLAIM, 0]
        noise[2] += references.variance[place, CLAIM, 1] / ground_m**2
        return learn_difference(biases, radar, -1, turn, off, noise)
    for axis in range(2):
        lever = references.lever[place, axis]
        turn[0, axis] = along[0] * lever[0] + along[1] * lever[1] + along[2] * lever[2]
        turn[1, axis] = across[0] * lever[0] + across[1] * lever[1] + across[2] * lever[2]
        variance = references.variance[place, PLOT, axis]
        noise[0] += turn[0, axis] ** 2 * variance
        noise[1] += turn[0, axis] * turn[1, axis] * variance
        noise[2] += turn[1, axis] ** 2 * variance
    return learn_difference(biases, radar, other, turn, off, noise)
