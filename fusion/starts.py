"""What may become a track: hypotheses of a few plots each, several of them on the same plots.

A plot that no track claims may be the first of a new object, or the next of any object that was begun
lately, or false. All of that is kept as long as it is plausible (Reid, *An algorithm for tracking multiple
targets*, IEEE Transactions on Automatic Control 24, 1979, for new tracks only): each hypothesis is a row
with a state, a score and the plots it is made of. :mod:`fusion.branching` lets them grow and judges them.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from fusion import table
from fusion.table import Table

PLOTS_REMEMBERED: Final = 6
"""Newest plots that a hypothesis knows; older ones cannot be in dispute any more."""


class Starts(Table):
    """Columns of the table of hypotheses; C is the capacity. The first nine as in the track table.

    Attributes:
        hits: (C,) plots it is made of.
        misses: (C,) expected plots that did not come, since the last that did.
        founded_at_s: (C,) time of its first plot.
        founder: (C,) the first plot's id.
        plot: (C, 6) ids of its newest plots, newest first; -1 is none.
        classification: (C,) highest of all its plots.
        releasable_mask: (C,) nations that may see all of them.
        caveats: (C,) of any of them.
    """

    time_s: NDArray[np.float64]
    ecef_m: NDArray[np.float64]
    axes: NDArray[np.float64]
    height_m: NDArray[np.float64]
    velocity_m_per_s: NDArray[np.float64]
    covariance: NDArray[np.float64]
    vertical: NDArray[np.float64]
    score: NDArray[np.float64]
    domain: NDArray[np.uint8]
    hits: NDArray[np.int32]
    misses: NDArray[np.int32]
    founded_at_s: NDArray[np.float64]
    founder: NDArray[np.int64]
    plot: NDArray[np.int64]
    classification: NDArray[np.uint8]
    releasable_mask: NDArray[np.uint8]
    caveats: NDArray[np.uint16]


class PlotLog(Table):
    """Where the plots of hypotheses came from, by id less the first id kept; C is the capacity.

    Attributes:
        source: (C,) place among the engine's sources.
        epoch: (C,) of the batch.
        sequence: (C,) of the batch.
        row: (C,) in the batch.
        time_s: (C,) when measured.
        trust: (C,) given to it.
    """

    source: NDArray[np.int16]
    epoch: NDArray[np.int64]
    sequence: NDArray[np.int64]
    row: NDArray[np.int32]
    time_s: NDArray[np.float64]
    trust: NDArray[np.float32]


START: Final = table.layout({
    "time_s": ("f8", ()), "ecef_m": ("f8", (3,)), "axes": ("f8", (3, 3)), "height_m": ("f8", ()),
    "velocity_m_per_s": ("f8", (3,)), "covariance": ("f8", (10,)), "vertical": ("f8", (3,)),
    "score": ("f8", ()), "domain": ("u1", ()), "hits": ("i4", ()), "misses": ("i4", ()),
    "founded_at_s": ("f8", ()), "founder": ("i8", ()), "plot": ("i8", (PLOTS_REMEMBERED,)),
    "classification": ("u1", ()), "releasable_mask": ("u1", ()), "caveats": ("u2", ()),
})  # fmt: skip
LOGGED: Final = table.layout({
    "source": ("i2", ()), "epoch": ("i8", ()), "sequence": ("i8", ()), "row": ("i4", ()),
    "time_s": ("f8", ()), "trust": ("f4", ()),
})  # fmt: skip


def empty_starts(capacity: int) -> Starts:
    """Return a table of unused rows."""
    return table.empty(Starts, START, capacity)


def empty_log(capacity: int) -> PlotLog:
    """Return a log of unused rows."""
    return table.empty(PlotLog, LOGGED, capacity)
