"""Plots that miss a track by about as much as others do: how a large bias is found.

A bias of several sigma puts a radar's plots outside the gates of the tracks that others hold; it then
makes tracks of its own beside them, and no difference is ever measured. But all those misses are alike in
range and azimuth, and chance's are not. So the last misses of each radar are kept, and when enough of
them, beside enough different tracks, agree, they say what the bias is.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.radar import sight, wrapped
from fusion.sweep import Sweep
from fusion.tracks import Tracks

KEPT: Final = 64
"""Misses remembered of each radar; the oldest goes."""

FRESH_S: Final = 120.0
"""Misses older than this say nothing of now."""

REACH_RANGE_M: Final = 800.0
REACH_AZIMUTH_RAD: Final = 0.055
"""How far beside a track a plot may be that a bias could have put there: four and a half of its spread."""

AGREEING: Final = 12
TRACKS_AGREEING: Final = 4
"""Misses that must agree, and beside how many different tracks: two ships in company, one seen by the
radar and the other not, miss alike for ever."""

KNOWN_S: Final = 25.0
"""A track is known by another sensor if that has spoken within this time: two turns of a slow radar."""

SEASONED: Final = 5
"""Plots after which a track of one radar knows where it goes."""

SURE_M: Final = 300.0
"""A track known worse than this cannot tell a bias."""

_RADAR, _SELF_REPORT = 0, 2


class NearMisses(NamedTuple):
    """The last misses of R radars, in rings; the arrays are changed in place.

    Attributes:
        at_s: (R, 64) when.
        off: (R, 64, 2) range m, azimuth rad of the plot minus the track's.
        beside: (R, 64) which track, by its key.
        noted: (R,) how many ever.
        fitting: (R,) plots that fitted tracks known by others, in the time that misses are fresh.
    """

    at_s: FloatArray
    off: FloatArray
    beside: IntArray
    noted: IntArray
    fitting: FloatArray


def no_misses(radars: int = 0) -> NearMisses:
    """Return empty rings."""
    return NearMisses(
        np.full((radars, KEPT), -1e12),
        np.zeros((radars, KEPT, 2)),
        np.zeros((radars, KEPT), np.int64),
        np.zeros(radars, np.int64),
        np.zeros(radars),
    )


def with_one_more_ring(misses: NearMisses) -> NearMisses:
    """Return the rings with those of a radar more."""
    new = no_misses(1)
    return NearMisses(
        at_s=np.concatenate([misses.at_s, new.at_s]),
        off=np.concatenate([misses.off, new.off]),
        beside=np.concatenate([misses.beside, new.beside]),
        noted=np.append(misses.noted, new.noted),
        fitting=np.append(misses.fitting, new.fitting),
    )


@compiled
def known_elsewhere(tracks: Tracks, i: int, source: int, is_radar: NDArray[np.bool_], now_s: float) -> bool:
    """Return whether another sensor than a radar has lately said where track i is."""
    if tracks.trust_flags[i] & 1 == 0 and now_s - tracks.last_kind_s[i, _SELF_REPORT] < KNOWN_S:
        return True
    for k in range(tracks.source.shape[1]):
        place = tracks.source[i, k]
        heard = 0 <= place < is_radar.size and place != source and is_radar[place]
        if heard and now_s - tracks.source_at_s[i, k] < KNOWN_S:
            return True
    return False


@compiled
def one_beside(
    tracks: Tracks,
    i: int,
    owner: IntArray,
    sweep: Sweep,
    source: int,
    is_radar: NDArray[np.bool_],
    off: FloatArray,
) -> bool:
    """Find the one plot that a bias could have put beside track i; false when there is none or are several.

    Args:
        owner: (M,) the track of each plot, -1 for none; only plots of tracks that no other sensor
            knows can be misplaced ones of this.
        off: (2,) gets the plot's range m and azimuth rad minus the track's.
    """
    line = sight(tracks, i, sweep.scene.middle_s - float(tracks.time_s[i]), sweep.scene)
    range_m, azimuth = line.range_m, line.azimuth_rad
    found = False
    for j in range(owner.size):
        other = owner[j]
        if (
            other < 0
            or abs(sweep.plots.range_m[j] - range_m) > 2.0 * REACH_RANGE_M
            or abs(wrapped(sweep.plots.azimuth_rad[j] - azimuth)) > 1.2 * REACH_AZIMUTH_RAD
            or tracks.hits[other] < SEASONED
            or known_elsewhere(tracks, other, source, is_radar, sweep.scene.middle_s)
            or not _alike(tracks, i, other)
        ):
            continue
        line = sight(tracks, i, float(sweep.plots.time_s[j] - tracks.time_s[i]), sweep.scene)
        along_m = sweep.plots.range_m[j] - line.range_m
        turn = wrapped(sweep.plots.azimuth_rad[j] - line.azimuth_rad)
        if abs(along_m) < REACH_RANGE_M and abs(turn) < REACH_AZIMUTH_RAD:
            if found:
                return False
            found = True
            off[0], off[1] = along_m, turn
    return found


@compiled
def _alike(tracks: Tracks, i: int, other: int) -> bool:
    """Return whether two tracks move alike, within three sigma and two metres a second."""
    p, r = tracks.covariance[i], tracks.covariance[other]
    for axis in range(2):
        apart = abs(tracks.velocity_m_per_s[i, axis] - tracks.velocity_m_per_s[other, axis])
        if apart > 3.0 * np.sqrt(p[7 + 2 * axis] + r[7 + 2 * axis]) + 2.0:
            return False
    return True


@compiled
def note_miss(misses: NearMisses, radar: int, time_s: float, off: FloatArray, key: int) -> None:
    """Remember a miss."""
    place = misses.noted[radar] % KEPT
    misses.at_s[radar, place] = time_s
    misses.off[radar, place] = off
    misses.beside[radar, place] = key
    misses.noted[radar] += 1


@compiled
def agreement(
    misses: NearMisses,
    radar: int,
    now_s: float,
    range_sigma_m: float,
    azimuth_sigma_rad: float,
    mean: FloatArray,
) -> int:
    """Return how many of a radar's misses agree on a bias, 0 when too few, and write which one.

    Two misses agree when they are within three sigma of the difference of two plots.
    """
    range_limit = 9.0 * 2.0 * (range_sigma_m**2 + 50.0**2)
    azimuth_limit = 9.0 * 2.0 * azimuth_sigma_rad**2
    fresh, best, most = 0, -1, 0
    off, at_s = misses.off[radar], misses.at_s[radar]
    for m in range(KEPT):
        if now_s - at_s[m] > FRESH_S:
            continue
        fresh += 1
        count = 0
        for n in range(KEPT):
            if now_s - at_s[n] <= FRESH_S and _agree(off, m, n, range_limit, azimuth_limit):
                count += 1
        if count > most:
            best, most = m, count
    if most < AGREEING or 2 * most < fresh or most <= misses.fitting[radar]:
        return 0
    tracks, agreed = np.empty(KEPT, np.int64), 0
    mean[:] = 0.0
    for n in range(KEPT):
        if now_s - at_s[n] <= FRESH_S and _agree(off, best, n, range_limit, azimuth_limit):
            mean += off[n] / most
            if not np.any(tracks[:agreed] == misses.beside[radar, n]):
                tracks[agreed] = misses.beside[radar, n]
                agreed += 1
    return most if agreed >= TRACKS_AGREEING else 0


@compiled
def _agree(off: FloatArray, m: int, n: int, range_limit: float, azimuth_limit: float) -> bool:
    along, turn = off[m, 0] - off[n, 0], off[m, 1] - off[n, 1]
    return along * along < range_limit and turn * turn < azimuth_limit


@compiled
def forget_misses(misses: NearMisses) -> None:
    """Empty all rings: where plots lie has changed."""
    misses.at_s[:] = -1e12
    misses.noted[:] = 0
    misses.fitting[:] = 0
