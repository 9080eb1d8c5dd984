"""Notes the credits of a whole batch: of self-reports, of bearings, and of the plots that found tracks.

Plots that correct tracks are noted one by one, while the track is at hand: :func:`fusion.updating.correct`.
"""

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.credits import Credits, note, track_key
from fusion.intercepts import Bearings, look
from fusion.provenance import Stamp
from fusion.self_reports import Claims
from fusion.starts import PlotLog, Starts
from fusion.tracks import Tracks


@compiled
def note_claims(
    into: Credits, filled: int, tracks: Tracks, rows: IntArray, reports: IntArray, sigma: FloatArray,
    founded: NDArray[np.bool_], claims: Claims, stamp: Stamp,
) -> None:  # fmt: skip
    """Note the self-reports that corrected or founded tracks.

    Args:
        into: changed in place; what does not fit any more is left out.
        filled: how many there are.
        rows: (U,) tracks.
        reports: (U,) their reports.
        sigma: (M,) normalised innovation of each report.
        founded: (M,) whether the report founded its track.
    """
    for k in range(min(rows.size, into.size - filled)):
        i, j = rows[k], reports[k]
        p = tracks.covariance[i]
        note(into, filled, tracks, i, stamp, j, float(claims.time_s[j]))
        into.residual_sigma[filled] = np.nan if founded[j] else sigma[j]
        into.weight[filled] = min(0.5 * (p[0] + p[4]) / claims.sigma_m[j] ** 2, 1.0)
        into.founding[filled] = founded[j]
        filled += 1


@compiled
def note_bearings(
    into: Credits, filled: int, tracks: Tracks, rows: IntArray, reports: IntArray, sigma: FloatArray,
    bearings: Bearings, stamp: Stamp,
) -> None:  # fmt: skip
    """Note the bearings that corrected tracks.

    Args:
        into: changed in place; what does not fit any more is left out.
        filled: how many there are.
        rows: (U,) tracks.
        reports: (U,) their bearings.
        sigma: (M,) normalised innovation of each bearing.
    """
    line = np.empty(4)
    for k in range(min(rows.size, into.size - filled)):
        i, j = rows[k], reports[k]
        note(into, filled, tracks, i, stamp, j, float(bearings.time_s[j]))
        look(tracks, i, bearings, float(bearings.time_s[j]), line)
        p, e, n = tracks.covariance[i], line[2], line[3]
        across_m2 = e * e * p[0] + 2.0 * e * n * p[1] + n * n * p[4]
        into.residual_sigma[filled] = abs(sigma[j])
        into.weight[filled] = min(across_m2 / (line[1] * bearings.sigma_rad[j]) ** 2, 1.0)
        filled += 1


@compiled
def note_founding(
    into: Credits, filled: int, tracks: Tracks, first: int, starts: Starts, won: IntArray, log: PlotLog,
    first_id: int,
) -> None:  # fmt: skip
    """Note the plots of hypotheses that became the tracks from row ``first`` on."""
    for k in range(won.size):
        plots = starts.plot[won[k]]
        for n in range(plots.size - 1, -1, -1):
            if plots[n] < 0 or filled >= into.size:
                continue
            p = plots[n] - first_id
            into.track[filled] = track_key(tracks, first + k)
            into.epoch[filled], into.sequence[filled] = log.epoch[p], log.sequence[p]
            into.row[filled], into.measured_at_s[filled] = log.row[p], log.time_s[p]
            into.residual_sigma[filled] = into.weight[filled] = np.nan
            into.trust[filled], into.source[filled] = log.trust[p], log.source[p]
            into.founding[filled] = True
            filled += 1
