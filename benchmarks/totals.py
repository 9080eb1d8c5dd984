"""Sums up the scores of many pictures: sums of counts first, then ratios, as SIAP has it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.scoring import CycleScore, Rule
from contracts.columns import FloatArray


@dataclass(frozen=True, slots=True)
class Totals:
    """The scores of a run, or of several, in the words of docs/reference/metrics.md."""

    cycles: int
    objects: int
    tracks: int
    completeness: float
    completeness_settled: float
    ambiguity: float
    spuriousness: float
    doubles_per_picture: float
    switches: int
    switches_per_object_hour: float
    position_rmse_m: float
    position_median_m: float
    position_p95_m: float
    speed_rmse_m_per_s: float
    nees_mean: float
    nees_median: float
    gospa_m: float
    gospa_per_object_m: float
    gospa_localisation_share: float
    gospa_missed_share: float
    gospa_false_share: float


def total(scores: Sequence[CycleScore], rule: Rule, cycle_s: float) -> Totals:
    """Sum up scores over pictures: sums of counts, then ratios, as SIAP has it; nan where there is nothing.

    Args:
        scores: of one run or of several.
        cycle_s: exercise time that a picture stands for.
    """
    error_m = np.concatenate([np.zeros(0), *(score.matched.error_m for score in scores)])
    speed = np.concatenate([np.zeros(0), *(score.matched.speed_error_m_per_s for score in scores)])
    nees = np.concatenate([np.zeros(0), *(score.matched.nees for score in scores)])
    nees = nees[~np.isnan(nees)]
    objects = sum(score.objects for score in scores)
    held = sum(score.held for score in scores)
    tracks = sum(score.tracks for score in scores)
    assigned = sum(score.assigned for score in scores)
    parts = np.array([
        [score.localisation_m_p, score.missed_m_p, score.false_m_p] for score in scores
    ]).reshape(-1, 3)  # fmt: skip
    whole = float(parts.sum())
    return Totals(
        cycles=len(scores),
        objects=objects,
        tracks=tracks,
        completeness=_ratio(held, objects),
        completeness_settled=_ratio(sum(s.settled_held for s in scores), sum(s.settled for s in scores)),
        ambiguity=_ratio(assigned, held),
        spuriousness=_ratio(sum(score.spurious for score in scores), tracks),
        doubles_per_picture=_ratio(sum(score.doubles for score in scores), len(scores)),
        switches=sum(score.switches for score in scores),
        switches_per_object_hour=_ratio(sum(score.switches for score in scores), objects * cycle_s / 3600.0),
        position_rmse_m=float(np.sqrt((error_m**2).mean())) if error_m.size else float("nan"),
        position_median_m=_quantile(error_m, 0.5),
        position_p95_m=_quantile(error_m, 0.95),
        speed_rmse_m_per_s=float(np.sqrt((speed**2).mean())) if speed.size else float("nan"),
        nees_mean=float(nees.mean()) if nees.size else float("nan"),
        nees_median=_quantile(nees, 0.5),
        gospa_m=float(np.mean([score.gospa_m for score in scores])) if scores else float("nan"),
        gospa_per_object_m=_ratio(whole, objects) ** (1.0 / rule.order),
        gospa_localisation_share=_ratio(float(parts[:, 0].sum()), whole),
        gospa_missed_share=_ratio(float(parts[:, 1].sum()), whole),
        gospa_false_share=_ratio(float(parts[:, 2].sum()), whole),
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _quantile(values: FloatArray, share: float) -> float:
    return float(np.quantile(values, share)) if values.size else float("nan")
