"""Who keeps silent where others report themselves: nobody tells how far a receiver hears, so others show it.

A receiver does not say where it stands, and a capital may not know. But where other tracks of the same
kind are heard, a track that is not heard does not speak. How long is counted, and what it means is for
:mod:`fusion.identity`; the first self-report ends it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.picture import SourceKind
from contracts.platforms import Domain
from fusion.belief import Belief

EVERY_S: Final = 10.0
"""How often it is looked who is silent."""

HEARD_S: Final = 30.0
"""A track that reported itself within this time is heard: ships under way do every 2 to 10 s."""

REACH_M: Final = {Domain.AIR: 100_000.0, Domain.SURFACE: 15_000.0}
"""So near to a track that is heard, another of its domain would be heard, too; assumed."""

WITNESSES: Final = 2
"""So many must be heard that near: one may have a better aerial."""

SILENT_MOST_S: Final = 600.0


def note_silence(belief: Belief, now_s: float, passed_s: float) -> None:
    """Count the silence of confirmed tracks up to now, when it is time to look.

    Args:
        belief: changed in place.
        now_s: exercise time of a review.
        passed_s: time between two reviews.
    """
    if not belief.registration.reported or now_s // EVERY_S == (now_s - passed_s) // EVERY_S:
        return
    tracks, rows = belief.tracks, belief.rows
    heard_s = tracks.last_kind_s[:rows, SourceKind.SELF_REPORT]
    for domain, reach_m in REACH_M.items():
        mine = (tracks.status[:rows] > 0) & (tracks.domain[:rows] == domain)
        speaking = np.flatnonzero(mine & (now_s - heard_s < HEARD_S))
        silent = np.flatnonzero(mine & np.isnan(heard_s))
        among = silent[_surrounded(tracks.ecef_m[speaking], tracks.ecef_m[silent], reach_m)]
        tracks.silent_s[among] = np.minimum(tracks.silent_s[among] + EVERY_S, SILENT_MOST_S)


def _surrounded(
    speaking_m: NDArray[np.float64], silent_m: NDArray[np.float64], reach_m: float
) -> NDArray[np.bool_]:
    """Return (S,) which silent places have enough speaking ones in reach."""
    from scipy.spatial import cKDTree  # noqa: PLC0415  # half a second to import, and only needed here

    if len(speaking_m) < WITNESSES or not len(silent_m):
        return np.zeros(len(silent_m), np.bool_)
    distance_m, _ = cKDTree(speaking_m).query(silent_m, k=[WITNESSES])
    near: NDArray[np.bool_] = np.asarray(distance_m)[:, 0] < reach_m
    return near
