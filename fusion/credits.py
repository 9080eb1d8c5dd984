"""Credits: which report moved which track, by how many sigma it was off, and how much weight it had.

The weight of a report is its share in what the track now knows of its position. With the position's
covariance P after the update, the direction H that was measured and the report's own error R,

    weight = tr(H P H' / R) / m,   m numbers measured,

which for a Kalman update is the same as tr(H K) / m: 0 when the report moved nothing, 1 when the position is
the report's alone. It is the *self-sensitivity* of Cardinali, Pezzulli and Andersson (Influence-matrix
diagnostic of a data assimilation system, QJRMS 130, 2004). Trust below one divides R, as in the update. It
needs nothing from within the update, so what founds, corrects or merges tracks need not know of it.
"""

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import IntArray
from fusion import table
from fusion.compiled import compiled
from fusion.provenance import Stamp
from fusion.sweep import Plot, Scene
from fusion.table import Table
from fusion.tracks import Tracks


class Credits(Table):
    """Columns of the credits of one cycle; C is the capacity.

    Attributes:
        track: (C,) hash of the track's founding report, see :func:`track_key`.
        epoch: (C,) of the report's batch.
        sequence: (C,) of the batch.
        measured_at_s: (C,) when the sensor measured.
        row: (C,) of the report in the batch.
        residual_sigma: (C,) normalised innovation; NaN for a report that was compared with nothing.
        weight: (C,) 0 to 1; NaN where several reports founded the track together.
        trust: (C,) given to the report.
        source: (C,) place among the engine's sources.
        founding: (C,) whether the report founded the track.
    """

    track: NDArray[np.uint64]
    epoch: NDArray[np.int64]
    sequence: NDArray[np.int64]
    measured_at_s: NDArray[np.float64]
    row: NDArray[np.int32]
    residual_sigma: NDArray[np.float32]
    weight: NDArray[np.float32]
    trust: NDArray[np.float32]
    source: NDArray[np.int16]
    founding: NDArray[np.bool_]


CREDIT: Final = table.layout({
    "track": ("u8", ()), "epoch": ("i8", ()), "sequence": ("i8", ()), "measured_at_s": ("f8", ()),
    "row": ("i4", ()), "residual_sigma": ("f4", ()), "weight": ("f4", ()), "trust": ("f4", ()),
    "source": ("i2", ()), "founding": ("?", ()),
})  # fmt: skip
"""Type of a credit: 56 bytes."""


def empty_credits(capacity: int) -> Credits:
    """Return credits not yet given; untouched pages cost no memory."""
    return np.empty(capacity, CREDIT).view(Credits)


@compiled
def track_key(tracks: Tracks, i: int) -> int:
    """Return a hash of the report that founded track i: rows move and numbers come late, this stays.

    The mixer is the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Two of a million living tracks
    share a key with a chance of 3e-8.
    """
    key = np.uint64(0x9E3779B97F4A7C15)
    for k in range(4):
        key ^= np.uint64(tracks.founder[i, k])
        key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        key ^= key >> np.uint64(31)
    return key  # type: ignore[return-value]  # numba's uint64 is a number to Python


@compiled
def track_keys(tracks: Tracks, rows: IntArray) -> NDArray[np.uint64]:
    """Return (K,) the keys of some tracks."""
    keys = np.empty(rows.size, np.uint64)
    for k in range(rows.size):
        keys[k] = track_key(tracks, rows[k])
    return keys


@compiled
def note(into: Credits, n: int, tracks: Tracks, i: int, stamp: Stamp, row: int, measured_at_s: float) -> None:
    """Write who got credit for what into row n; residual and weight come next."""
    into.track[n] = track_key(tracks, i)
    into.epoch[n], into.sequence[n], into.row[n] = stamp.epoch, stamp.sequence, row
    into.measured_at_s[n], into.trust[n], into.source[n] = measured_at_s, stamp.trust, stamp.source
    into.founding[n] = False


@compiled
def note_plot(
    into: Credits,
    n: int,
    tracks: Tracks,
    i: int,
    scene: Scene,
    plot: Plot,
    j: int,
    residual_sigma: float,
    stamp: Stamp,
) -> None:
    """Note as row n that plot j has corrected track i; a row beyond the last is left out."""
    if n < into.size:
        note(into, n, tracks, i, stamp, j, plot.time_s)
        into.residual_sigma[n] = residual_sigma
        into.weight[n] = share_of_plot(tracks, i, scene, plot, stamp.trust)


@compiled
def share_of_plot(tracks: Tracks, i: int, scene: Scene, plot: Plot, trust: float) -> float:
    """Return the weight of plot j in the position of track i, which it has corrected."""
    p = tracks.covariance[i]
    if scene.positions:
        r_ee, r_en, r_nn = (
            plot.r_ee, plot.r_en, plot.r_nn,
        )  # fmt: skip
        both = (p[0] * r_nn - 2.0 * p[1] * r_en + p[4] * r_ee) / (r_ee * r_nn - r_en * r_en)
        return min(0.5 * both * trust, 1.0)
    axes, site = tracks.axes[i], scene.axes
    x = tracks.ecef_m[i, 0] - scene.ecef_m[0]
    y = tracks.ecef_m[i, 1] - scene.ecef_m[1]
    z = tracks.ecef_m[i, 2] - scene.ecef_m[2]
    range_m = max(sqrt(x * x + y * y + z * z), 1.0)
    le = (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) / range_m
    ln = (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) / range_m
    lu = (axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z) / range_m
    east_m = site[0][0] * x + site[0][1] * y + site[0][2] * z
    north_m = site[1][0] * x + site[1][1] * y + site[1][2] * z
    ground_m = max(sqrt(east_m * east_m + north_m * north_m), 1.0)
    cx = (north_m * site[0][0] - east_m * site[1][0]) / ground_m
    cy = (north_m * site[0][1] - east_m * site[1][1]) / ground_m
    cz = (north_m * site[0][2] - east_m * site[1][2]) / ground_m
    ce = axes[0, 0] * cx + axes[0, 1] * cy + axes[0, 2] * cz
    cn = axes[1, 0] * cx + axes[1, 1] * cy + axes[1, 2] * cz
    # What is not known of the height blurs a slant range like an error of its own.
    along_r = plot.range_sigma_m**2 / trust + lu * lu * tracks.vertical[i, 0]
    across_r = (ground_m * plot.azimuth_sigma_rad) ** 2 / trust
    along = le * le * p[0] + 2.0 * le * ln * p[1] + ln * ln * p[4]
    across = ce * ce * p[0] + 2.0 * ce * cn * p[1] + cn * cn * p[4]
    return min(0.5 * (along / along_r + across / across_r), 1.0)
