"""How far a set of tracks is from a set of targets: GOSPA with its parts, and OSPA.

Both take the assignment that gains most (:func:`benchmarks.pairing.assign`): a pair gains
``c^p - d^p`` against leaving the two alone, in GOSPA with alpha = 2 and in OSPA alike, so one
assignment is the best of both.
"""

from typing import NamedTuple

from benchmarks.pairing import Near
from contracts.columns import FloatArray


class Gospa(NamedTuple):
    """GOSPA with alpha = 2, and what it is made of.

    Attributes:
        metric_m: the p-th root of the sum of the parts.
        localisation_m_p: sum of the pairs' distances, each to the power p.
        missed_m_p: c^p / 2 for each target without a track.
        false_m_p: c^p / 2 for each track without a target.
    """

    metric_m: float
    localisation_m_p: float
    missed_m_p: float
    false_m_p: float


def gospa(near: Near, distance_m: FloatArray, cutoff_m: float, order: float) -> Gospa:
    """Return GOSPA (Rahmathullah and others 2017, with alpha = 2).

    Args:
        near: how many targets (as its objects) and tracks there are.
        distance_m: (P,) of the pairs of the best assignment, each below the cut-off.
        cutoff_m: c.
        order: p.
    """
    localisation = float((distance_m**order).sum())
    missed = cutoff_m**order / 2.0 * (near.objects - len(distance_m))
    false = cutoff_m**order / 2.0 * (near.tracks - len(distance_m))
    return Gospa((localisation + missed + false) ** (1.0 / order), localisation, missed, false)


def ospa(near: Near, distance_m: FloatArray, cutoff_m: float, order: float) -> float:
    """Return OSPA in metres (Schuhmacher, Vo, Vo 2008); 0 where there is neither target nor track.

    Takes what :func:`gospa` takes.
    """
    larger = max(near.objects, near.tracks)
    if not larger:
        return 0.0
    alone = larger - len(distance_m)
    whole = float((distance_m**order).sum()) + cutoff_m**order * alone
    return float((whole / larger) ** (1.0 / order))
