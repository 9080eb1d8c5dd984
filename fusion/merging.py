"""Two tracks of one object become one: found by nearness, judged by their covariances."""

from math import log

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.tracks import Tracks

_TENTATIVE = 0
_FLOOR = 1e-5


@compiled
def same_object(tracks: Tracks, a: int, b: int) -> bool:
    """Return whether two tracks at one time cannot be told apart in position and velocity.

    Their difference is compared with the sum of their covariances in position, then in velocity;
    the limits keep 99 % of true doubles (chi-square with two degrees of freedom each).
    """
    if (
        tracks.claimed_id[a] != 0
        and tracks.claimed_id[b] != 0
        and tracks.claimed_id[a] != tracks.claimed_id[b]
    ):
        return False
    axes = tracks.axes[a]
    dx = tracks.ecef_m[b, 0] - tracks.ecef_m[a, 0]
    dy = tracks.ecef_m[b, 1] - tracks.ecef_m[a, 1]
    dz = tracks.ecef_m[b, 2] - tracks.ecef_m[a, 2]
    p, r = tracks.covariance[a], tracks.covariance[b]
    east_m = axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz
    north_m = axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz
    if _distance2(east_m, north_m, p[0] + r[0], p[1] + r[1], p[4] + r[4]) > 9.2:
        return False
    ve = tracks.velocity_m_per_s[b, 0] - tracks.velocity_m_per_s[a, 0]
    vn = tracks.velocity_m_per_s[b, 1] - tracks.velocity_m_per_s[a, 1]
    if _distance2(ve, vn, p[7] + r[7] + 0.5, p[8] + r[8], p[9] + r[9] + 0.5) > 9.2:
        return False
    height_m = tracks.height_m[a] - tracks.height_m[b]
    return height_m * height_m < 9.0 * (tracks.vertical[a, 0] + tracks.vertical[b, 0]) + 400.0**2


@compiled
def _distance2(e: float, n: float, ee: float, en: float, nn: float) -> float:
    return (nn * e * e - 2.0 * en * e * n + ee * n * n) / max(ee * nn - en * en, 1e-12)


@compiled
def doubles(
    tracks: Tracks,
    first: IntArray,
    second: IntArray,
    kept: NDArray[np.bool_],
    settle_s: float,
    prior: NDArray[np.float32],
) -> None:
    """Drop the younger of every two tracks that are one object; what it knew goes to the older.

    Only tracks that have lived a while are compared, and never two that one radar told apart in
    the same turn.

    Args:
        prior: (63,) belief about identity before any evidence.
    """
    for k in range(first.size):
        a, b = first[k], second[k]
        if not kept[a] or not kept[b]:
            continue
        if tracks.hits[a] < 3 or tracks.hits[b] < 3 or told_apart(tracks, a, b, settle_s):
            continue
        if not same_object(tracks, a, b):
            continue
        older, younger = a, b
        if tracks.status[b] != _TENTATIVE and (
            tracks.status[a] == _TENTATIVE or tracks.founded_at_s[b] < tracks.founded_at_s[a]
        ):
            older, younger = b, a
        take_over(tracks, older, younger, prior)
        kept[younger] = False


@compiled
def told_apart(tracks: Tracks, a: int, b: int, settle_s: float) -> bool:
    """Return whether one source has lately reported both: then they are two objects."""
    for k in range(tracks.source.shape[1]):
        source = tracks.source[a, k]
        if source < 0 or tracks.source_count[a, k] < 2:
            continue
        for m in range(tracks.source.shape[1]):
            if (
                tracks.source[b, m] == source
                and tracks.source_count[b, m] >= 2
                and abs(tracks.source_at_s[a, k] - tracks.source_at_s[b, m]) < settle_s
            ):
                return True
    return False


@compiled
def take_over(tracks: Tracks, older: int, younger: int, prior: NDArray[np.float32]) -> None:
    """Give the older track what only the younger knew: the better state, a claimed id, a label."""
    doubt_old = tracks.covariance[older, 0] + tracks.covariance[older, 4]
    doubt_young = tracks.covariance[younger, 0] + tracks.covariance[younger, 4]
    if doubt_young < doubt_old:
        tracks.time_s[older] = tracks.time_s[younger]
        tracks.ecef_m[older] = tracks.ecef_m[younger]
        tracks.axes[older] = tracks.axes[younger]
        tracks.height_m[older] = tracks.height_m[younger]
        tracks.velocity_m_per_s[older] = tracks.velocity_m_per_s[younger]
        tracks.covariance[older] = tracks.covariance[younger]
        tracks.vertical[older] = tracks.vertical[younger]
        tracks.modal[older] = tracks.modal[younger]
        tracks.mode_weight[older] = tracks.mode_weight[younger]
        tracks.mode[older] = tracks.mode[younger]
        tracks.domain[older] = tracks.domain[younger]
    if tracks.claimed_id[older] == 0 and tracks.claimed_id[younger] != 0:
        tracks.claimed_id[older] = tracks.claimed_id[younger]
        tracks.name[older] = tracks.name[younger]
        tracks.claimed_ecef_m[older] = tracks.claimed_ecef_m[younger]
        tracks.claimed_at_s[older] = tracks.claimed_at_s[younger]
        tracks.silent_s[older] = tracks.silent_s[younger]
        tracks.claimed_type[older] = tracks.claimed_type[younger]
    believe_both(tracks, older, younger, prior)
    tracks.hits[older] += tracks.hits[younger]
    tracks.misses[older] = min(tracks.misses[older], tracks.misses[younger])
    tracks.score[older] = max(tracks.score[older], tracks.score[younger])
    tracks.trust_flags[older] |= tracks.trust_flags[younger]
    tracks.classification[older] = max(tracks.classification[older], tracks.classification[younger])
    tracks.releasable_mask[older] &= tracks.releasable_mask[younger]
    tracks.caveats[older] |= tracks.caveats[younger]
    for kind in range(4):
        at_s = tracks.last_kind_s[younger, kind]
        if not np.isnan(at_s) and not at_s <= tracks.last_kind_s[older, kind]:
            tracks.last_kind_s[older, kind] = at_s
    for k in range(tracks.source.shape[1]):
        if tracks.source[younger, k] >= 0:
            _hand_over_source(tracks, older, younger, k)


@compiled
def believe_both(tracks: Tracks, older: int, younger: int, prior: NDArray[np.float32]) -> None:
    """Give the older track what the younger's own evidence says of identity, and note where they differ.

    Each report speaks for one track only, so the evidence of the two is not shared: their beliefs multiply,
    and the prior counts once. How unlikely they are together is their conflict.
    """
    own, other = tracks.hypotheses[older], tracks.hypotheses[younger]
    total = 0.0
    for h in range(prior.size):
        if prior[h] > 0.0:
            total += float(own[h]) * float(other[h]) / float(prior[h])
    rest = 0.0
    for h in range(prior.size):
        if prior[h] > 0.0:
            own[h] = max(float(own[h]) * float(other[h]) / float(prior[h]) / total, _FLOOR)
            rest += own[h]
    for h in range(prior.size):
        own[h] /= rest
    tracks.conflict[older] = max(tracks.conflict[older] + tracks.conflict[younger] - log(total), 0.0)
    tracks.looked[older] = max(tracks.looked[older], tracks.looked[younger])


@compiled
def _hand_over_source(tracks: Tracks, older: int, younger: int, k: int) -> None:
    slot = 0
    for m in range(tracks.source.shape[1]):
        if tracks.source[older, m] == tracks.source[younger, k]:
            slot = m
            break
        if tracks.source_at_s[older, m] < tracks.source_at_s[older, slot]:
            slot = m
    if tracks.source_at_s[younger, k] <= tracks.source_at_s[older, slot]:
        return
    tracks.source[older, slot] = tracks.source[younger, k]
    tracks.source_epoch[older, slot] = tracks.source_epoch[younger, k]
    tracks.source_sequence[older, slot] = tracks.source_sequence[younger, k]
    tracks.source_row[older, slot] = tracks.source_row[younger, k]
    tracks.source_count[older, slot] = tracks.source_count[younger, k]
    tracks.source_at_s[older, slot] = tracks.source_at_s[younger, k]
    tracks.source_sigma[older, slot] = tracks.source_sigma[younger, k]
    tracks.source_trust[older, slot] = tracks.source_trust[younger, k]


def near_pairs(ecef_m: FloatArray, reach_m: float) -> tuple[IntArray, IntArray]:
    """Return all pairs of (N, 3) positions within a distance, lower index first, in rising order.

    A k-d tree over Earth-centred positions: nothing wraps there.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415  # half a second to import, and only needed here

    if len(ecef_m) < 2:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    found = cKDTree(ecef_m).query_pairs(reach_m, output_type="ndarray")
    found.sort(axis=1)
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    return found[:, 0].astype(np.int64), found[:, 1].astype(np.int64)
