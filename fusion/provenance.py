"""Who made a track: the newest report of each contributing source, and the label they add up to."""

from typing import NamedTuple

import numpy as np

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.tracks import Tracks


class Stamp(NamedTuple):
    """What the reports of one batch have in common, for the credit they get.

    Attributes:
        kind: a SourceKind.
        source: place among the engine's sources.
        epoch: of the batch.
        sequence: of the batch.
        trust: given to the batch.
        classification: of its label.
        releasable_mask: of its label.
        caveats: bit mask of the engine's caveats.
    """

    kind: int
    source: int
    epoch: int
    sequence: int
    trust: float
    classification: int
    releasable_mask: int
    caveats: int


@compiled
def credit(tracks: Tracks, i: int, stamp: Stamp, row: int, measured_at_s: float, sigma: float) -> None:
    """Note that a report contributed to track i.

    A label is the sum of all that ever contributed: a track keeps the marks of what made it. At the
    bound of remembered sources the one silent for longest goes.
    """
    slot, oldest = -1, 0
    for k in range(tracks.source.shape[1]):
        if tracks.source[i, k] == stamp.source:
            slot = k
            break
        if tracks.source[i, k] < 0:
            if slot < 0:
                slot = k
        elif tracks.source_at_s[i, k] < tracks.source_at_s[i, oldest]:
            oldest = k
    if slot < 0:
        slot = oldest
    if tracks.source[i, slot] != stamp.source:
        tracks.source[i, slot] = stamp.source
        tracks.source_count[i, slot] = 0
    tracks.source_epoch[i, slot] = stamp.epoch
    tracks.source_sequence[i, slot] = stamp.sequence
    tracks.source_row[i, slot] = row
    tracks.source_count[i, slot] += 1
    tracks.source_at_s[i, slot] = measured_at_s
    tracks.source_sigma[i, slot] = sigma
    tracks.source_trust[i, slot] = stamp.trust
    last = tracks.last_kind_s[i, stamp.kind]
    if np.isnan(last) or measured_at_s > last:
        tracks.last_kind_s[i, stamp.kind] = measured_at_s
    tracks.classification[i] = max(tracks.classification[i], stamp.classification)
    tracks.releasable_mask[i] &= stamp.releasable_mask
    tracks.caveats[i] |= stamp.caveats


@compiled
def credit_all(
    tracks: Tracks,
    rows: IntArray,
    reports: IntArray,
    measured_at_s: FloatArray,
    sigma: FloatArray,
    stamp: Stamp,
) -> None:
    """Note (U,) reports of one batch, each on its track; times and innovations are by report."""
    for k in range(rows.size):
        j = reports[k]
        credit(tracks, rows[k], stamp, j, float(measured_at_s[j]), float(sigma[j]))
