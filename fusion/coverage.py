"""What a source of positions covers: it does not say, so it is learnt from what it has reported.

Where it has ever reported from is where it looks; the plots that no track explains are its false ones
and new objects. Both are smoothed, and both count from the first scan on.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray
from fusion.grid import triple
from fusion.sweep import Sweep

_NEWEST: Final = 0.3
"""Share of the newest scan in the density of unexplained plots."""

_UNEXPLAINED_LEAST: Final = 0.01
"""Share of all plots that is unexplained at least: no source is perfect; assumed."""


_PLOTS_PER_CELL: Final = 4.0
"""So few that cells follow the shape of what is covered, so many that one in fifty is empty by chance."""

_CELLS_LEAST: Final = 8.0
"""With fewer cells than this their box is the better guess."""

NEW_SCORE: Final = -3.0
"""Logarithm of new objects to false plots among unclaimed plots, once the source is known: about one in
twenty; assumed."""

FALSE_FIRST: Final = 0.4
"""Share of the first scan's plots that is false; assumed. All others are new objects, and of those that it
has missed each later scan shows its share."""

MEAN_RADIUS_M: Final = 6_371_008.8


@dataclass(slots=True)
class Coverage:
    """Where a source of positions looks, and how many of its plots nothing explains.

    Attributes:
        low_m: (3,) lowest corner of where it has ever reported from.
        high_m: (3,) highest.
        density_per_m2: unexplained plots per square metre; None before the first scan.
        scans: how many there have been.
    """

    low_m: FloatArray = field(default_factory=lambda: np.full(3, np.inf))
    high_m: FloatArray = field(default_factory=lambda: np.full(3, -np.inf))
    density_per_m2: float | None = None
    scans: int = 0

    def take(self, sweep: Sweep) -> Sweep:
        """Return the sweep with what is known of its source, this sweep included."""
        if sweep.rows:
            self.low_m = np.minimum(self.low_m, sweep.grid.low_m)
            self.high_m = np.maximum(self.high_m, sweep.grid.high_m)
        if self.density_per_m2 is None:
            self.density_per_m2 = FALSE_FIRST * max(sweep.rows, 1) / covered_m2(sweep, sweep.plots.point_m)
        unseen = (1.0 - FALSE_FIRST) / FALSE_FIRST * (1.0 - sweep.scene.detection_probability) ** self.scans
        self.scans += 1
        new_score = float(np.log(np.exp(NEW_SCORE) + unseen))
        return sweep.seen(
            low_m=triple(self.low_m),
            high_m=triple(self.high_m),
            false_density_per_m2=self.density_per_m2,
            new_score=new_score,
        )

    def note_unexplained(self, sweep: Sweep, free: NDArray[np.bool_], explained: float) -> None:
        """Learn from the (M,) plots of a sweep that no track has claimed.

        Args:
            explained: how many of them are probably of objects that are no tracks yet.
        """
        least = max(_UNEXPLAINED_LEAST * sweep.rows, 0.5)
        left = float(free.sum()) - explained
        if left > least:
            now = left / covered_m2(sweep, sweep.plots.point_m[free])
        else:
            now = least / covered_m2(sweep, sweep.plots.point_m)
        before = now if self.density_per_m2 is None else self.density_per_m2
        self.density_per_m2 = before + _NEWEST * (now - before)


def covered_m2(sweep: Sweep, point_m: FloatArray) -> float:
    """Return the area in which (K, 3) of a sweep's positions lie: that of the cells that hold any.

    On Earth the cells are on Lambert's equal-area cylinder, so that each has the area it seems to have.
    """
    x, y = (point_m[:, 0], point_m[:, 1]) if sweep.scene.flat else equal_area(point_m)
    least_m = 10.0 * max(sweep.scene.error_m, 1e-3)
    if not len(x):
        return least_m**2
    width_m, height_m = max(float(np.ptp(x)), least_m), max(float(np.ptp(y)), least_m)
    cells = max(1.0, len(x) / _PLOTS_PER_CELL)
    side_m = float(np.sqrt(width_m * height_m / cells))
    if cells < _CELLS_LEAST:
        return width_m * height_m
    across = np.floor((x - x.min()) / side_m).astype(np.int64)
    along = np.floor((y - y.min()) / side_m).astype(np.int64)
    rows = int(height_m / side_m) + 2
    held = np.zeros((int(width_m / side_m) + 2) * rows, np.bool_)
    held[across * rows + along] = True
    return float(held.sum() * side_m**2)


def equal_area(point_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (M,) east and (M,) north of Earth-centred points on a cylinder of the mean radius."""
    east_m = MEAN_RADIUS_M * np.arctan2(point_m[:, 1], point_m[:, 0])
    north_m = MEAN_RADIUS_M * point_m[:, 2] / np.maximum(np.linalg.norm(point_m, axis=1), 1.0)
    return east_m, north_m
