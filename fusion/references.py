"""The newest words of other sensors on a sample of tracks: what a radar's plots are compared with.

A track cannot tell a radar's bias if it is made of that radar's plots. So the measurements are kept
as they came, for a bounded sample of the tracks: one self-report and one plot each. Which tracks are in
the sample follows from the ids of their founding reports, not from their place in the table.
"""

from typing import Final

import numpy as np

from contracts.columns import FloatArray, IntArray
from fusion import table
from fusion.compiled import compiled
from fusion.radar import plot_position
from fusion.self_reports import Claims
from fusion.sweep import Sweep, plot_at
from fusion.table import Table
from fusion.tracks import Tracks

SAMPLE: Final = 256
"""Places in the sample."""

FORGOTTEN_S: Final = 60.0
"""A place whose track nobody has spoken of for so long is given to the next that asks."""

CLAIM: Final = 0
PLOT: Final = 1
_AIR = 1


class References(Table):
    """K places, each with the newest self-report and the newest plot of one track.

    Attributes:
        key: (K,) whose; 0 for nobody's.
        at_s: (K, 2) when each was measured, self-report first.
        ecef_m: (K, 2, 3) where, as measured.
        variance: (K, 2, 2) of the self-report east and north, m2; of the plot in range, m2, and
            azimuth, rad2.
        radar: (K,) whose the plot is, as the biases count radars.
        lever: (K, 2, 3) how far the plot's position moves with a metre of range and with a radian
            of azimuth.
    """

    key: IntArray
    at_s: FloatArray
    ecef_m: FloatArray
    variance: FloatArray
    radar: IntArray
    lever: FloatArray


REFERENCE: Final = table.layout({
    "key": ("i8", ()), "at_s": ("f8", (2,)), "ecef_m": ("f8", (2, 3)), "variance": ("f8", (2, 2)),
    "radar": ("i8", ()), "lever": ("f8", (2, 3)),
})  # fmt: skip


def no_references() -> References:
    """Return an empty sample."""
    references = table.empty(References, REFERENCE, SAMPLE)
    references.at_s[:], references.radar[:] = -1e12, -1
    return references


@compiled
def key_of(tracks: Tracks, i: int) -> int:
    """Return a number that stands for track i as long as it lives, above 0."""
    key = 7
    for part in range(tracks.founder.shape[1]):
        # Thirty bits at a time: the product stays within what an integer holds.
        key = (key * 1_000_003 + int(tracks.founder[i, part])) % 1_073_741_789
    return key + 1


@compiled
def place_of(references: References, key: int, time_s: float) -> int:
    """Return the place of a track in the sample, taken if it is free; -1 if it is another's."""
    place = (key * 2_654_435) % 1_073_741_789 % references.key.size
    if references.key[place] != key:
        if max(references.at_s[place, 0], references.at_s[place, 1]) > time_s - FORGOTTEN_S:
            return -1
        references.key[place] = key
        references.at_s[place] = -1e12
    return place


@compiled
def note_claims(
    references: References, tracks: Tracks, slots: IntArray, used: IntArray, claims: Claims
) -> None:
    """Remember self-reports.

    Args:
        slots: (M,) the track of each report.
        used: (U,) reports that their tracks agreed with.
    """
    for j in used:
        if claims.domain[j] == _AIR and np.isnan(claims.height_m[j]):
            continue
        time_s = float(claims.time_s[j])
        place = place_of(references, key_of(tracks, int(slots[j])), time_s)
        if place >= 0 and time_s > references.at_s[place, CLAIM]:
            references.at_s[place, CLAIM] = time_s
            references.ecef_m[place, CLAIM] = claims.ecef_m[j]
            references.variance[place, CLAIM] = claims.sigma_m[j] ** 2


@compiled
def note_plot(references: References, place: int, sweep: Sweep, j: int, height_m: float, radar: int) -> None:
    """Remember a plot at a place, with the height given where it measured none."""
    x, y, z = plot_position(sweep.scene, plot_at(sweep.plots, j), height_m)
    ecef, lever = references.ecef_m[place, PLOT], references.lever[place]
    ecef[0], ecef[1], ecef[2] = x, y, z
    range_m, up = sweep.plots.range_m[j], sweep.scene.axes[2]
    lx, ly, lz = (
        (x - sweep.scene.ecef_m[0]) / range_m,
        (y - sweep.scene.ecef_m[1]) / range_m,
        (z - sweep.scene.ecef_m[2]) / range_m,
    )
    lever[0, 0], lever[0, 1], lever[0, 2] = lx, ly, lz
    # Azimuth turns clockwise seen from above: the line of sight crossed with up.
    lever[1, 0] = range_m * (ly * up[2] - lz * up[1])
    lever[1, 1] = range_m * (lz * up[0] - lx * up[2])
    lever[1, 2] = range_m * (lx * up[1] - ly * up[0])
    references.variance[place, PLOT, 0] = sweep.plots.range_sigma_m[j] ** 2
    references.variance[place, PLOT, 1] = sweep.plots.azimuth_sigma_rad[j] ** 2
    references.at_s[place, PLOT] = sweep.plots.time_s[j]
    references.radar[place] = radar
