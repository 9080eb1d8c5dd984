"""How tracks begin, are believed, coast and end: by evidence, as a log-likelihood ratio.

A track's score is the logarithm of how much likelier its reports are if an object made them than if
chance did (Blackman and Popoli, *Design and Analysis of Modern Tracking Systems*, 1999, section
6.2). It rises with every fitting plot, falls with every plot that should have come and did not, and
Wald's sequential test decides.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from contracts.columns import IntArray
from fusion.compiled import compiled
from fusion.motion import latitude_longitude, put
from fusion.provenance import Stamp, credit
from fusion.radar import Sweep, plot_position
from fusion.tracks import Tracks

_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3
_TENTATIVE, _CONFIRMED, _COASTING = 0, 1, 2
_RADAR, _SELF_REPORT = 0, 2
_HEIGHT_SIGMA_M = 3000.0
_SURFACE_HEIGHT_SIGMA_M = 5.0


@compiled
def begin(tracks: Tracks, i: int, time_s: float, prior: NDArray[np.float32]) -> None:
    """Make row i a fresh tentative track; its position comes next."""
    tracks.time_s[i] = time_s
    tracks.velocity_m_per_s[i] = 0.0
    tracks.covariance[i] = 0.0
    tracks.vertical[i] = 0.0
    tracks.score[i] = 0.0
    tracks.status[i] = _TENTATIVE
    tracks.domain[i] = 0
    tracks.hits[i] = 1
    tracks.misses[i] = 0
    tracks.founded_at_s[i] = time_s
    tracks.track_id[i] = 0
    tracks.track_number[i] = 0
    tracks.hypotheses[i] = prior
    tracks.claimed_id[i] = 0
    tracks.claimed_ecef_m[i] = np.nan
    tracks.claimed_at_s[i] = np.nan
    tracks.disputes[i] = 0
    tracks.name[i] = 0
    tracks.emitter_hz[i] = np.nan
    tracks.emitter_pri_s[i] = np.nan
    tracks.emitter_at_s[i] = -1.0
    tracks.flags[i] = 0
    tracks.classification[i] = 0
    tracks.releasable_mask[i] = 255
    tracks.caveats[i] = 0
    tracks.last_kind_s[i] = np.nan
    tracks.source[i] = -1
    tracks.source_at_s[i] = -1.0
    tracks.source_count[i] = 0


@compiled
def found_from_plot(
    tracks: Tracks,
    i: int,
    sweep: Sweep,
    j: int,
    prior: NDArray[np.float32],
    speed_sigma_surface: float,
    speed_sigma_air: float,
) -> None:
    """Found track i on a plot: its position, and a velocity known only along the line of sight."""
    begin(tracks, i, sweep.time_s[j], prior)
    x, y, z = plot_position(sweep, j, 0.0)
    latitude, longitude = latitude_longitude(x, y, z)
    three_d = not np.isnan(sweep.elevation_rad[j])
    known_height = three_d or not np.isnan(sweep.plot_height_m[j])
    put(tracks, i, latitude, longitude, 0.0)
    axes = tracks.axes[i]
    up_m = (
        axes[2, 0] * (x - tracks.ecef_m[i, 0])
        + axes[2, 1] * (y - tracks.ecef_m[i, 1])
        + axes[2, 2] * (z - tracks.ecef_m[i, 2])
    )
    dx, dy, dz = x - sweep.ecef_m[0], y - sweep.ecef_m[1], z - sweep.ecef_m[2]
    le = (axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz) / sweep.range_m[j]
    ln = (axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz) / sweep.range_m[j]
    level = max(sqrt(le * le + ln * ln), 1e-6)
    le, ln = le / level, ln / level
    along2 = sweep.range_sigma_m**2
    across2 = (sweep.range_m[j] * sweep.azimuth_sigma_rad) ** 2
    p, w = tracks.covariance[i], tracks.vertical[i]
    p[0] = le * le * along2 + ln * ln * across2
    p[1] = le * ln * (along2 - across2)
    p[4] = ln * ln * along2 + le * le * across2
    rate = sweep.range_rate_m_per_s[j]
    fast = three_d or (not np.isnan(rate) and abs(rate) > 3.0 * speed_sigma_surface)
    speed2 = (speed_sigma_air if fast else speed_sigma_surface) ** 2
    p[7], p[8], p[9] = speed2, 0.0, speed2
    if not np.isnan(rate):
        known2 = sweep.range_rate_sigma_m_per_s**2 + 1.0
        p[7] = le * le * known2 + ln * ln * speed2
        p[8] = le * ln * (known2 - speed2)
        p[9] = ln * ln * known2 + le * le * speed2
        tracks.velocity_m_per_s[i, 0], tracks.velocity_m_per_s[i, 1] = rate * le, rate * ln
    if three_d:
        w[0], w[2] = (sweep.range_m[j] * sweep.elevation_sigma_rad) ** 2, 100.0
    elif known_height:
        w[0], w[2] = sweep.height_sigma_m**2, 100.0
    elif fast:
        w[0], w[2] = _HEIGHT_SIGMA_M**2, 100.0
    else:
        w[0] = _SURFACE_HEIGHT_SIGMA_M**2
    if known_height:
        put(tracks, i, latitude, longitude, up_m)
    if fast:
        tracks.domain[i] = _AIR
    tracks.hits[i] = 1


@compiled
def found_all(
    tracks: Tracks,
    first: int,
    plots: IntArray,
    sweep: Sweep,
    prior: NDArray[np.float32],
    speed_sigma_surface: float,
    speed_sigma_air: float,
    stamp: Stamp,
) -> None:
    """Found a track on each of (U,) plots, in the rows from ``first`` on."""
    for k in range(plots.size):
        i, j = first + k, plots[k]
        found_from_plot(tracks, i, sweep, j, prior, speed_sigma_surface, speed_sigma_air)
        founder = tracks.founder[i]
        founder[0], founder[1], founder[2], founder[3] = stamp.source, stamp.epoch, stamp.sequence, j
        credit(tracks, i, stamp, j, float(sweep.time_s[j]), 0.0)


@compiled
def promote(tracks: Tracks, rows: int, confirm_score: float) -> None:
    """Confirm tentative tracks whose evidence is enough: the score, and three reports at least."""
    for i in range(rows):
        if tracks.status[i] == _TENTATIVE and tracks.score[i] >= confirm_score and tracks.hits[i] >= 3:
            tracks.status[i] = _CONFIRMED


@compiled
def review(
    tracks: Tracks,
    rows: int,
    now_s: float,
    confirm_score: float,
    drop_score: float,
    score_max: float,
    lost_score: float,
    coast_surface_s: float,
    coast_air_s: float,
    coast_self_report_s: float,
) -> NDArray[np.bool_]:
    """Confirm, coast and drop; return which rows stay."""
    kept = np.ones(rows, np.bool_)
    promote(tracks, rows, confirm_score)
    for i in range(rows):
        tracks.score[i] = min(tracks.score[i], score_max)
        seen_s = -np.inf
        for kind in range(3):
            seen_s = max(seen_s, tracks.last_kind_s[i, kind])
        silent_s = now_s - seen_s
        if tracks.status[i] == _TENTATIVE:
            kept[i] = tracks.score[i] > drop_score and silent_s <= 60.0
        elif tracks.score[i] < confirm_score - lost_score or silent_s > _coast_s(
            tracks, i, coast_surface_s, coast_air_s, coast_self_report_s
        ):
            kept[i] = False
        else:
            overdue = tracks.misses[i] >= 2 or silent_s > 30.0
            if np.isnan(tracks.last_kind_s[i, _RADAR]) and silent_s < 0.5 * coast_self_report_s:
                overdue = False
            tracks.status[i] = _COASTING if overdue else _CONFIRMED
        _know_domain(tracks, i)
    return kept


@compiled
def _coast_s(tracks: Tracks, i: int, surface_s: float, air_s: float, self_report_s: float) -> float:
    limit_s = air_s if tracks.domain[i] == _AIR else surface_s
    if np.isnan(tracks.last_kind_s[i, _RADAR]):
        limit_s = air_s if tracks.domain[i] == _AIR else self_report_s
    return limit_s


@compiled
def _know_domain(tracks: Tracks, i: int) -> None:
    """Tell aircraft from ships by height and speed where nothing better is known."""
    if tracks.domain[i] in (_SURFACE, _SUBSURFACE):
        return
    velocity, p, w = tracks.velocity_m_per_s[i], tracks.covariance[i], tracks.vertical[i]
    speed = sqrt(velocity[0] ** 2 + velocity[1] ** 2)
    doubt = sqrt(max(p[7], p[9]))
    if tracks.domain[i] == 0 and (
        speed - 3.0 * doubt > 35.0 or tracks.height_m[i] - 3.0 * sqrt(w[0]) > 200.0
    ):
        tracks.domain[i] = _AIR
        w[0], w[2] = max(w[0], _HEIGHT_SIGMA_M**2 if w[0] < 100.0 else w[0]), max(w[2], 25.0)
    elif tracks.hits[i] >= 4 and speed + 3.0 * doubt < 30.0 and tracks.height_m[i] < 150.0 + 3.0 * sqrt(w[0]):
        tracks.domain[i] = _SURFACE
        set_at_sea(tracks, i)


@compiled
def set_at_sea(tracks: Tracks, i: int) -> None:
    """Ships do not climb: fix height at the sea and forget vertical speed."""
    ecef = tracks.ecef_m[i]
    latitude, longitude = latitude_longitude(ecef[0], ecef[1], ecef[2])
    put(tracks, i, latitude, longitude, 0.0)
    tracks.velocity_m_per_s[i, 2] = 0.0
    w = tracks.vertical[i]
    w[0], w[1], w[2] = _SURFACE_HEIGHT_SIGMA_M**2, 0.0, 0.0
