"""Does a radar's data fit what other sensors know? A test of its residuals over a window, with hysteresis.

An attack on a radar's data shows before anyone tells of it: where other sensors know of objects that this
radar has been seeing, its plots are suddenly elsewhere. So whenever it looks at a track of which another
sensor has just spoken, that look is kept: the normalised innovation squared (NIS) of the plot that fits, by
degree of freedom; or, where none fits and a plot that belongs to nothing known lies beside, the most that a
look can say. The mean over the last looks is 1 for a radar that is as good as it says (chi-square; the
time-average test of Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and Navigation,
2001, 5.4.2). Far above that the radar is doubted; only far below it is it believed again.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.near_misses import known_elsewhere
from fusion.radar import has_rate, innovation, sight, wrapped
from fusion.references import key_of
from fusion.sweep import Sweep, plot_at
from fusion.tracks import Tracks

WINDOW: Final = 32
"""Looks that are judged together."""

FRESH_S: Final = 60.0
"""Looks older than this say nothing of now."""

LOOKS_LEAST: Final = 8
"""Fewer looks are no ground for a judgement."""

TRACKS_LEAST: Final = 3
"""So many different tracks must show it: one may have gone astray by itself."""

DOUBTED_ABOVE: Final = 8.0
"""Mean NIS from which a radar is doubted. Honest windows of 32 looks stay below 1.9 in 999,999 of 1,000,000
(chi-square, 64 degrees of freedom); tracks that turn and errors that are not white reach 3."""

BELIEVED_BELOW: Final = 2.5
"""Mean NIS below which a doubted radar is believed again."""

NIS_MOST: Final = 25.0
"""What one look counts for at most, and what it counts for when the plot is elsewhere."""

REACH_M: Final = 15_000.0
"""How far beside a track a misplaced plot is looked for; assumed."""

YOUNG_S: Final = 90.0
"""A track of this radar alone that is not older may be made of misplaced plots."""

SEEN_BEFORE: Final = 3
"""Plots that the radar must have given to a track: what it never saw it does not miss."""

SEEN_S: Final = 120.0
"""... within this time."""

LOOKS_MOST: Final = 64
"""Looks taken of one sweep."""


@dataclass(slots=True)
class Misfits:
    """What the last looks of one radar have shown.

    Attributes:
        at_s: when each look was, oldest first; at most :data:`WINDOW`.
        nis: its NIS by degree of freedom.
        beside: the track, by its key.
        doubted: whether the radar's data are kept out.
        since_s: time of the first look that misfitted, while it is doubted.
    """

    at_s: list[float] = field(default_factory=list)
    nis: list[float] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)
    doubted: bool = False
    since_s: float = 0.0

    def note(self, now_s: float, nis: FloatArray, beside: IntArray) -> None:
        """Take in the (L,) looks of one sweep, and judge."""
        self.at_s = [*self.at_s, *[now_s] * len(nis)][-WINDOW:]
        self.nis = [*self.nis, *nis.tolist()][-WINDOW:]
        self.beside = [*self.beside, *beside.tolist()][-WINDOW:]
        while self.at_s and now_s - self.at_s[0] > FRESH_S:
            self.at_s, self.nis, self.beside = self.at_s[1:], self.nis[1:], self.beside[1:]
        if len(self.nis) < LOOKS_LEAST:
            return
        mean = sum(self.nis) / len(self.nis)
        if not self.doubted and mean > DOUBTED_ABOVE and len(self._astray()) >= TRACKS_LEAST:
            self.doubted = True
            self.since_s = next(t for t, n in zip(self.at_s, self.nis, strict=True) if n > DOUBTED_ABOVE)
        elif self.doubted and mean < BELIEVED_BELOW:
            self.doubted = False

    def _astray(self) -> set[int]:
        return {key for key, nis in zip(self.beside, self.nis, strict=True) if nis > DOUBTED_ABOVE}

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Misfits":
        """Return the misfits of a checkpoint."""
        return cls(**dumped)


@compiled
def look(
    tracks: Tracks,
    rows: IntArray,
    plot_of: IntArray,
    sweep: Sweep,
    source: int,
    is_radar: NDArray[np.bool_],
    noise_m2_per_s3: FloatArray,
    seen_s: float,
) -> tuple[FloatArray, IntArray]:
    """Compare a sweep with the tracks that others know and that this radar has been seeing.

    While the radar is kept out, nothing is credited to it any more: then what fits counts for any track,
    and what is astray still counts for those that it saw before.

    Args:
        rows: (K,) tracks that the sector can see.
        plot_of: (K,) their plots, -1 for none.
        sweep: range and azimuth, without the radar's known biases; tracks are as they were before it.
        source: its place among the sources.
        is_radar: (S,) by source place.
        noise_m2_per_s3: (N,) of each track.
        seen_s: until when it was listened to: now, or the time since when it is kept out.

    Returns:
        (L,) NIS by degree of freedom and (L,) the track's key.
    """
    nis, beside, count = np.empty(LOOKS_MOST), np.empty(LOOKS_MOST, np.int64), 0
    owner = np.full(len(sweep.plots), -1)
    for k in range(rows.size):
        if plot_of[k] >= 0:
            owner[plot_of[k]] = rows[k]
    for k in range(rows.size):
        i, j = rows[k], plot_of[k]
        if count == LOOKS_MOST:
            break
        if tracks.status[i] == 0 or not known_elsewhere(tracks, i, source, is_radar, sweep.scene.middle_s):
            continue
        seen = seen_before(tracks, i, source, seen_s)
        if not seen and (j < 0 or seen_s >= sweep.scene.middle_s):
            continue
        if j >= 0:
            nis[count] = min(_nis(tracks, i, sweep, j, float(noise_m2_per_s3[i])), NIS_MOST)
        elif one_astray(tracks, i, owner, sweep, source, is_radar):
            nis[count] = NIS_MOST
        else:
            continue
        beside[count] = key_of(tracks, i)
        count += 1
    return nis[:count], beside[:count]


@compiled
def _nis(tracks: Tracks, i: int, sweep: Sweep, j: int, q: float) -> float:
    """Return the squared normalised innovation of plot j from track i, by degree of freedom."""
    plot = plot_at(sweep.plots, j)
    line = sight(tracks, i, plot.time_s - tracks.time_s[i], sweep.scene)
    off = innovation(tracks, i, sweep.scene, plot, line, q)
    freedom = 2.0
    if off.up_variance_m2 < np.inf:
        freedom += 1.0
    if has_rate(sweep.scene, plot):
        freedom += 1.0
    return float(off.distance2 / freedom)


@compiled
def seen_before(tracks: Tracks, i: int, source: int, seen_s: float) -> bool:
    """Return whether a source has given plots to track i shortly before a time."""
    for k in range(tracks.source.shape[1]):
        if tracks.source[i, k] == source:
            lately = seen_s - tracks.source_at_s[i, k] < SEEN_S
            return bool(tracks.source_count[i, k] >= SEEN_BEFORE and lately)
    return False


@compiled
def one_astray(
    tracks: Tracks,
    i: int,
    owner: IntArray,
    sweep: Sweep,
    source: int,
    is_radar: NDArray[np.bool_],
) -> bool:
    """Return whether a plot lies beside track i that belongs to nothing, or to what this radar alone made.

    Args:
        owner: (M,) the track of each plot, -1 for none.
    """
    line = sight(tracks, i, sweep.scene.middle_s - float(tracks.time_s[i]), sweep.scene)
    range_m, azimuth = line.range_m, line.azimuth_rad
    for j in range(owner.size):
        along_m = sweep.plots.range_m[j] - range_m
        across_m = range_m * wrapped(sweep.plots.azimuth_rad[j] - azimuth)
        if along_m * along_m + across_m * across_m > REACH_M**2:
            continue
        other = owner[j]
        if other < 0:
            return True
        young = sweep.scene.middle_s - tracks.founded_at_s[other] < YOUNG_S
        if young and not known_elsewhere(tracks, other, source, is_radar, sweep.scene.middle_s):
            return True
    return False
