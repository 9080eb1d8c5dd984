"""The track table: one row per track.

A track's kinematic state lives in a local east-north-up frame that moves with it: ``ecef_m`` is
where it is, ``axes`` the local directions there, and velocity and covariances are in that frame. So
nothing wraps at the antimeridian and no distance to a common origin costs accuracy. East and north
share a covariance of four (``covariance``, the upper triangle row by row of east, north, v_east,
v_north); height and vertical speed have their own (``vertical``: height, cross, speed).

The engine owns the table and its kernels change rows in place; rows 0 to N - 1 are in use.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.platforms import PLATFORM_TYPES
from fusion import table
from fusion.compiled import compiled
from fusion.table import Shapes, Table

SIDES: Final = ("friend", "neutral", "hostile")
HYPOTHESES: Final = len(SIDES) * len(PLATFORM_TYPES)
"""Joint hypotheses of identity: side times platform type, platform running fastest."""

CONTRIBUTIONS: Final = 8
"""Sources remembered per track; at the bound the one silent for longest goes."""

EMITTERS_REMEMBERED: Final = 2
"""Emitters remembered per track; at the bound the one silent for longest goes."""


class Tracks(Table):
    """Columns of the track table; C is the capacity.

    Attributes:
        time_s: (C,) exercise time of the state.
        ecef_m: (C, 3) position.
        axes: (C, 3, 3) rows east, north, up.
        height_m: (C,) height above the ellipsoid.
        velocity_m_per_s: (C, 3) east, north, up.
        covariance: (C, 10) m2, m2/s, m2/s2.
        vertical: (C, 3) variance of height, covariance, variance of vertical speed.
        modal: (C,) whether the state is the mixture of three modes of motion.
        mode_weight: (C, 3) their probabilities.
        mode: (C, 3, 14) their states: east and north from the track, m, speeds, and covariance.
        turns: (C,) turns that it has probably begun.
        straight_s: (C,) how long it has probably flown straight.
        turned_lately: (C,) if it turns, the chance that it has begun since its last correction.
        score: (C,) log-likelihood ratio that the track is an object.
        status: (C,) a TrackStatus.
        domain: (C,) a Domain.
        hits: (C,) contributions of position.
        misses: (C,) expected contributions that did not come, since the last that did.
        founded_at_s: (C,) sensor time of the founding report.
        founder: (C, 4) source, epoch, sequence, row of the founding report.
        track_id: (C, 2) hash of the founder; 0 until confirmed.
        track_number: (C,) short number; 0 until confirmed.
        hypotheses: (C, 63) joint probabilities of side and platform type.
        conflict: (C,) how much the evidence of what it is contradicts itself, natural logarithm.
        looked: (C,) what later looks at known emitters have counted for.
        claimed_type: (C,) platform type that it says it is; 0 is none.
        silent_s: (C,) how long it was silent where others report themselves.
        claimed_id: (C,) self-reported id; 0 is none.
        claimed_ecef_m: (C, 3) newest disputed self-reported position; NaN is none.
        claimed_at_s: (C,) its time.
        disputes: (C,) disputed self-reports in a row.
        name: (C,) place in the engine's names; 0 is none.
        emitter_hz: (C, 2) remembered emitters; NaN is none.
        emitter_pri_s: (C, 2) their pulse repetition intervals.
        emitter_at_s: (C, 2) when last heard.
        trust_flags: (C,) a Trust.
        classification: (C,) highest of all contributions.
        releasable_mask: (C,) nations that may see all contributions.
        caveats: (C,) bit mask of places in the engine's caveats.
        last_kind_s: (C, 4) newest contribution of each SourceKind; NaN is none.
        source: (C, 8) contributing sources; -1 is none.
        source_epoch: (C, 8) epoch of each source's newest report.
        source_sequence: (C, 8) sequence.
        source_row: (C, 8) row.
        source_count: (C, 8) how many reports it has contributed.
        source_at_s: (C, 8) sensor time of the newest.
        source_sigma: (C, 8) normalised innovation of the newest.
        source_trust: (C, 8) trust given to the newest.
    """

    time_s: NDArray[np.float64]
    ecef_m: NDArray[np.float64]
    axes: NDArray[np.float64]
    height_m: NDArray[np.float64]
    velocity_m_per_s: NDArray[np.float64]
    covariance: NDArray[np.float64]
    vertical: NDArray[np.float64]
    modal: NDArray[np.bool_]
    mode_weight: NDArray[np.float64]
    mode: NDArray[np.float64]
    turns: NDArray[np.float32]
    straight_s: NDArray[np.float32]
    turned_lately: NDArray[np.float32]
    score: NDArray[np.float64]
    status: NDArray[np.uint8]
    domain: NDArray[np.uint8]
    hits: NDArray[np.int32]
    misses: NDArray[np.int32]
    founded_at_s: NDArray[np.float64]
    founder: NDArray[np.int64]
    track_id: NDArray[np.uint64]
    track_number: NDArray[np.uint32]
    hypotheses: NDArray[np.float32]
    conflict: NDArray[np.float32]
    looked: NDArray[np.float32]
    claimed_type: NDArray[np.uint8]
    silent_s: NDArray[np.float32]
    claimed_id: NDArray[np.int64]
    claimed_ecef_m: NDArray[np.float64]
    claimed_at_s: NDArray[np.float64]
    disputes: NDArray[np.int32]
    name: NDArray[np.uint16]
    emitter_hz: NDArray[np.float64]
    emitter_pri_s: NDArray[np.float64]
    emitter_at_s: NDArray[np.float64]
    trust_flags: NDArray[np.uint8]
    classification: NDArray[np.uint8]
    releasable_mask: NDArray[np.uint8]
    caveats: NDArray[np.uint16]
    last_kind_s: NDArray[np.float64]
    source: NDArray[np.int16]
    source_epoch: NDArray[np.int64]
    source_sequence: NDArray[np.int64]
    source_row: NDArray[np.int32]
    source_count: NDArray[np.uint32]
    source_at_s: NDArray[np.float64]
    source_sigma: NDArray[np.float32]
    source_trust: NDArray[np.float32]


_SHAPES: Final[Shapes] = {
    "time_s": ("f8", ()), "ecef_m": ("f8", (3,)), "axes": ("f8", (3, 3)), "height_m": ("f8", ()),
    "velocity_m_per_s": ("f8", (3,)), "covariance": ("f8", (10,)), "vertical": ("f8", (3,)),
    "modal": ("?", ()), "mode_weight": ("f8", (3,)), "mode": ("f8", (3, 14)),
    "turns": ("f4", ()), "straight_s": ("f4", ()), "turned_lately": ("f4", ()),
    "score": ("f8", ()), "status": ("u1", ()), "domain": ("u1", ()), "hits": ("i4", ()), "misses": ("i4", ()),
    "founded_at_s": ("f8", ()), "founder": ("i8", (4,)), "track_id": ("u8", (2,)), "track_number": ("u4", ()),
    "hypotheses": ("f4", (HYPOTHESES,)), "conflict": ("f4", ()), "looked": ("f4", ()), "silent_s": ("f4", ()),
    "claimed_type": ("u1", ()),
    "claimed_id": ("i8", ()), "claimed_ecef_m": ("f8", (3,)),
    "claimed_at_s": ("f8", ()), "disputes": ("i4", ()), "name": ("u2", ()),
    "emitter_hz": ("f8", (EMITTERS_REMEMBERED,)), "emitter_pri_s": ("f8", (EMITTERS_REMEMBERED,)),
    "emitter_at_s": ("f8", (EMITTERS_REMEMBERED,)), "trust_flags": ("u1", ()), "classification": ("u1", ()),
    "releasable_mask": ("u1", ()), "caveats": ("u2", ()), "last_kind_s": ("f8", (4,)),
    "source": ("i2", (CONTRIBUTIONS,)), "source_epoch": ("i8", (CONTRIBUTIONS,)),
    "source_sequence": ("i8", (CONTRIBUTIONS,)), "source_row": ("i4", (CONTRIBUTIONS,)),
    "source_count": ("u4", (CONTRIBUTIONS,)), "source_at_s": ("f8", (CONTRIBUTIONS,)),
    "source_sigma": ("f4", (CONTRIBUTIONS,)), "source_trust": ("f4", (CONTRIBUTIONS,)),
}  # fmt: skip


TRACK: Final = table.layout(_SHAPES)
"""Type of a row."""


def empty_tracks(capacity: int) -> Tracks:
    """Return a table of unused rows."""
    return table.empty(Tracks, TRACK, capacity)


@compiled
def keep_rows(tracks: Tracks, rows: int, kept: NDArray[np.bool_]) -> int:
    """Fill the gaps that the rows that are not kept leave with the last ones; return how many are left.

    Most rows stay where they are: a drop costs one row's copy, however many tracks there are.
    """
    gap = 0
    while gap < rows:
        if kept[gap]:
            gap += 1
            continue
        rows -= 1
        while rows > gap and not kept[rows]:
            rows -= 1
        if rows > gap:
            tracks[gap] = tracks[rows]
            gap += 1
    return rows
