"""When a track begins, is coasting and ends; a sequential test decides."""

import numpy as np
from numpy.typing import NDArray

from contracts.columns import IntArray
from fusion.compiled import compiled
from fusion.founding import know_domain
from fusion.modes import begin_modes
from fusion.provenance import Stamp, credit
from fusion.starts import PlotLog, Starts
from fusion.tracks import Tracks

_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3
_TENTATIVE, _CONFIRMED, _COASTING = 0, 1, 2
_RADAR, _SELF_REPORT = 0, 2


@compiled
def begin(tracks: Tracks, i: int, time_s: float, prior: NDArray[np.float32]) -> None:
    """Make row i a fresh tentative track; its position comes next."""
    tracks.time_s[i] = time_s
    tracks.velocity_m_per_s[i] = 0.0
    tracks.covariance[i] = 0.0
    tracks.vertical[i] = 0.0
    tracks.modal[i] = False
    tracks.mode_weight[i] = 0.0
    tracks.score[i] = 0.0
    tracks.status[i] = _TENTATIVE
    tracks.domain[i] = 0
    tracks.hits[i] = 1
    tracks.misses[i] = 0
    tracks.founded_at_s[i] = time_s
    tracks.track_id[i] = 0
    tracks.track_number[i] = 0
    tracks.hypotheses[i] = prior
    tracks.conflict[i] = 0.0
    tracks.looked[i] = 0.0
    tracks.silent_s[i] = 0.0
    tracks.claimed_type[i] = 0
    tracks.claimed_id[i] = 0
    tracks.claimed_ecef_m[i] = np.nan
    tracks.claimed_at_s[i] = np.nan
    tracks.disputes[i] = 0
    tracks.name[i] = 0
    tracks.emitter_hz[i] = np.nan
    tracks.emitter_pri_s[i] = np.nan
    tracks.emitter_at_s[i] = -1.0
    tracks.trust_flags[i] = 0
    tracks.classification[i] = 0
    tracks.releasable_mask[i] = 255
    tracks.caveats[i] = 0
    tracks.last_kind_s[i] = np.nan
    tracks.source[i] = -1
    tracks.source_at_s[i] = -1.0
    tracks.source_count[i] = 0


@compiled
def take_up(
    tracks: Tracks,
    first: int,
    starts: Starts,
    won: IntArray,
    log: PlotLog,
    first_id: int,
    prior: NDArray[np.float32],
    score_max: float,
) -> None:
    """Make (W,) hypotheses tracks, confirmed, in the rows from ``first`` on; their plots get the credit.

    Args:
        log: where the plots came from; its first row has the id ``first_id``.
    """
    for k in range(won.size):
        i, start = first + k, int(won[k])
        begin(tracks, i, float(starts.time_s[start]), prior)
        tracks.ecef_m[i] = starts.ecef_m[start]
        tracks.axes[i] = starts.axes[start]
        tracks.height_m[i] = starts.height_m[start]
        tracks.velocity_m_per_s[i] = starts.velocity_m_per_s[start]
        tracks.covariance[i] = starts.covariance[start]
        tracks.vertical[i] = starts.vertical[start]
        tracks.domain[i] = starts.domain[start]
        tracks.status[i] = _CONFIRMED
        tracks.score[i] = min(starts.score[start], score_max)
        tracks.hits[i] = starts.hits[start]
        tracks.founded_at_s[i] = starts.founded_at_s[start]
        plots = starts.plot[start]
        for n in range(plots.size - 1, -1, -1):
            if plots[n] >= 0:
                p = int(plots[n]) - first_id
                stamp = Stamp(
                    _RADAR,
                    int(log.source[p]),
                    int(log.epoch[p]),
                    int(log.sequence[p]),
                    float(log.trust[p]),
                    int(starts.classification[start]),
                    int(starts.releasable_mask[start]),
                    int(starts.caveats[start]),
                )
                credit(tracks, i, stamp, int(log.row[p]), float(log.time_s[p]), 0.0)
        origin = int(starts.founder[start]) - first_id
        founder = tracks.founder[i]
        founder[0], founder[1] = log.source[origin], log.epoch[origin]
        founder[2], founder[3] = log.sequence[origin], log.row[origin]
        if tracks.domain[i] == _AIR:
            begin_modes(tracks, i)


@compiled
def review(
    tracks: Tracks,
    rows: int,
    now_s: float,
    domain: int,
    confirm_score: float,
    score_max: float,
    lost_score: float,
    coast_surface_s: float,
    coast_air_s: float,
    coast_self_report_s: float,
) -> NDArray[np.bool_]:
    """Coast, drop and learn the domain; return which rows stay.

    Args:
        domain: that everything is taken to be in; 0 when each must show it.
    """
    kept = np.ones(rows, np.bool_)
    for i in range(rows):
        tracks.score[i] = min(tracks.score[i], score_max)
        seen_s = -np.inf
        for kind in range(3):
            seen_s = max(seen_s, tracks.last_kind_s[i, kind])
        silent_s = now_s - seen_s
        if tracks.score[i] < confirm_score - lost_score or silent_s > _coast_s(
            tracks, i, coast_surface_s, coast_air_s, coast_self_report_s
        ):
            kept[i] = False
        else:
            overdue = tracks.misses[i] >= 2 or silent_s > 30.0
            if np.isnan(tracks.last_kind_s[i, _RADAR]) and silent_s < 0.5 * coast_self_report_s:
                overdue = False
            tracks.status[i] = _COASTING if overdue else _CONFIRMED
        if domain == 0:
            know_domain(tracks, i, tracks.hits[i])
        know_modes(tracks, i)
    return kept


@compiled
def know_modes(tracks: Tracks, i: int) -> None:
    """Let aircraft have modes of motion, and nothing else."""
    air = tracks.domain[i] == _AIR
    if air and not tracks.modal[i]:
        begin_modes(tracks, i)
    elif not air:
        tracks.modal[i] = False


@compiled
def _coast_s(tracks: Tracks, i: int, surface_s: float, air_s: float, self_report_s: float) -> float:
    limit_s = air_s if tracks.domain[i] == _AIR else surface_s
    if np.isnan(tracks.last_kind_s[i, _RADAR]):
        limit_s = air_s if tracks.domain[i] == _AIR else self_report_s
    return limit_s
