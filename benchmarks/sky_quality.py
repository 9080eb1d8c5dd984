"""Sums up the scores of one run, or of several runs together, in the words of docs/reference/metrics.md."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from benchmarks.sky_scoring import ORDER, RunScore, ScanScore
from contracts.columns import FloatArray


@dataclass(frozen=True, slots=True)
class Quality:
    """The scores of one run, or of several together."""

    runs: int
    scans: int
    targets: int
    tracks: int
    gospa_per_target_m: float
    gospa_rms_per_target_m: float
    gospa_localisation_share: float
    gospa_missed_share: float
    gospa_false_share: float
    ospa_m: float
    completeness: float
    ambiguity: float
    spuriousness: float
    switches: int
    switches_per_target: float
    position_rmse_m: float
    speed_rmse_m_per_s: float
    anees_position: float
    anees_position_band: tuple[float, float]
    anees_state: float
    anees_state_band: tuple[float, float]
    anees_scans_in_band: float
    latency_mean_s: float
    latency_p95_s: float
    never_shown_share: float


def quality_of(runs: Sequence[RunScore], period_s: float) -> Quality:
    """Sum up: counts first, ratios last; NaN where there is nothing.

    Args:
        runs: one or more.
        period_s: from one scan to the next.
    """
    scans = [scan for run in runs for scan in run.scans]
    counts = np.array([
        [scan.targets, scan.tracks, scan.held, scan.assigned, scan.switches] for scan in scans
    ])  # fmt: skip
    targets, tracks, held, assigned, switches = counts.sum(axis=0).tolist()
    parts = np.array([scan.gospa[1:] for scan in scans])
    whole = float(parts.sum())
    error_m = _joined([scan.error_m for scan in scans])
    speed_error = _joined([scan.speed_error_m_per_s for scan in scans])
    latency_s = _joined([run.latency_scans.astype(np.float64) * period_s for run in runs])
    lives = len(latency_s) + sum(run.never_shown for run in runs)
    return Quality(
        runs=len(runs),
        scans=len(scans),
        targets=targets,
        tracks=tracks,
        gospa_per_target_m=_mean(each_per_target(scans)),
        gospa_rms_per_target_m=_ratio(whole, targets) ** (1.0 / ORDER),
        gospa_localisation_share=_ratio(float(parts[:, 0].sum()), whole),
        gospa_missed_share=_ratio(float(parts[:, 1].sum()), whole),
        gospa_false_share=_ratio(float(parts[:, 2].sum()), whole),
        ospa_m=_mean(np.array([scan.ospa_m for scan in scans])),
        completeness=_ratio(held, targets),
        ambiguity=_ratio(assigned, held),
        spuriousness=_ratio(tracks - assigned, tracks),
        switches=switches,
        switches_per_target=_ratio(switches, lives),
        position_rmse_m=float(np.sqrt(_mean(error_m**2))),
        speed_rmse_m_per_s=float(np.sqrt(_mean(speed_error**2))),
        anees_position=_mean(_joined([scan.nees_position for scan in scans])) / 2.0,
        anees_position_band=anees_band(lives, 2),
        anees_state=_mean(_joined([scan.nees_state for scan in scans])) / 4.0,
        anees_state_band=anees_band(lives, 4),
        anees_scans_in_band=_mean(
            np.array([_in_band(scan) for scan in scans if len(scan.nees_position)], np.float64)
        ),
        latency_mean_s=_mean(latency_s),
        latency_p95_s=float(np.quantile(latency_s, 0.95)) if latency_s.size else float("nan"),
        never_shown_share=_ratio(sum(run.never_shown for run in runs), lives),
    )


def anees_band(samples: int, dimensions: int) -> tuple[float, float]:
    """Return the bounds within which the mean of honest NEES, over their dimensions, lies in 95 of 100 cases.

    Args:
        samples: how many of them are independent of each other.
        dimensions: of each.
    """
    if not samples:
        return float("nan"), float("nan")
    freedom = samples * dimensions
    return float(chi2.ppf(0.025, freedom)) / freedom, float(chi2.ppf(0.975, freedom)) / freedom


def _in_band(scan: ScanScore) -> bool:
    low, high = anees_band(len(scan.nees_position), 2)
    return low <= _mean(scan.nees_position) / 2.0 <= high


def each_per_target(scans: Sequence[ScanScore]) -> FloatArray:
    """Return GOSPA of each scan over the p-th root of its targets; scans without any are left out."""
    return np.array([scan.gospa.metric_m / scan.targets ** (1.0 / ORDER) for scan in scans if scan.targets])


def _joined(parts: Sequence[FloatArray]) -> FloatArray:
    return np.concatenate([np.zeros(0), *parts])


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if values.size else float("nan")


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
