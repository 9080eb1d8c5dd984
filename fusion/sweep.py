"""One batch of plots as the kernels take it: in a radar's own terms, or as positions.

A radar's plot stays range and azimuth, so that a two-dimensional radar needs no guess of height and
its range and cross-range errors stay apart; a position has a covariance. What both share is a point
by which neighbours are looked up.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from contracts.columns import FloatArray
from fusion import table
from fusion.compiled import compiled
from fusion.grid import Grid, Triple, grid_over, triple
from fusion.table import Table

CELLS_ACROSS: Final = 256
"""A radar's disc is cut into cells of about a hundredth of its reach; a guess that no result depends on."""


ORIGIN: Final[Triple] = (0.0, 0.0, 0.0)
LEVEL: Final = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


class Plots(Table):
    """M plots. What one kind of plot does not have is zero or NaN.

    Attributes:
        time_s: (M,) when each was measured.
        point_m: (M, 3) positions: where each is, Earth-centred at height 0, or on the plane; range and
            azimuth: the plot on the radar's disc, slant range long.
        plot_height_m: (M,) NaN for none.
        spread_m2: (M, 3) positions: variance east, covariance, variance north.
        range_m: (M,) slant range.
        range_sigma_m: (M,) its error.
        azimuth_rad: (M,) from true north.
        azimuth_sigma_rad: (M,) its error.
        elevation_rad: (M,) NaN for none.
        range_rate_m_per_s: (M,) NaN for none.
    """

    time_s: FloatArray
    point_m: FloatArray
    plot_height_m: FloatArray
    spread_m2: FloatArray
    range_m: FloatArray
    range_sigma_m: FloatArray
    azimuth_rad: FloatArray
    azimuth_sigma_rad: FloatArray
    elevation_rad: FloatArray
    range_rate_m_per_s: FloatArray


PLOT: Final = table.layout({
    "time_s": ("f8", ()), "point_m": ("f8", (3,)), "plot_height_m": ("f8", ()), "spread_m2": ("f8", (3,)),
    "range_m": ("f8", ()), "range_sigma_m": ("f8", ()), "azimuth_rad": ("f8", ()),
    "azimuth_sigma_rad": ("f8", ()), "elevation_rad": ("f8", ()), "range_rate_m_per_s": ("f8", ()),
})  # fmt: skip


class Scene(NamedTuple):
    """What the plots of a batch have in common: how they were seen. Numbers only, for kernels to hand about.

    Attributes:
        positions: whether plots are positions; otherwise they are range and azimuth.
        flat: whether positions are on a plane.
        middle_s: exercise time in the middle of the batch.
        span_s: farthest that a plot's time is from there.
        detection_probability: of an object in sight.
        false_density_per_m2: false plots and new objects per square metre.
        new_score: log of the chance that an unclaimed plot is a new object's rather than false.
        error_m: largest error of position or range.
        error_rad: largest error of azimuth.
        height_sigma_m: error of given heights.
        elevation_sigma_rad: error of elevation.
        range_rate_sigma_m_per_s: error of range rate.
        low_m: (3,) lowest corner of where a source of positions has ever reported from.
        high_m: (3,) highest.
        ecef_m: (3,) the radar.
        axes: (3, 3) rows east, north, up there.
        height_m: the radar's height.
        revolution_s: time of one turn.
        from_rad: azimuth at which the sector begins, 0 to 2 pi.
        to_rad: azimuth at which it ends, after ``from_rad``.
        range_max_m: instrumented range.
    """

    positions: bool
    flat: bool
    middle_s: float
    span_s: float
    detection_probability: float
    false_density_per_m2: float
    new_score: float
    error_m: float
    error_rad: float
    height_sigma_m: float
    elevation_sigma_rad: float
    range_rate_sigma_m_per_s: float
    low_m: Triple
    high_m: Triple
    ecef_m: Triple
    axes: tuple[Triple, Triple, Triple]
    height_m: float
    revolution_s: float
    from_rad: float
    to_rad: float
    range_max_m: float


class Plot(NamedTuple):
    """One plot, as :class:`Plots` says."""

    time_s: float
    x_m: float
    y_m: float
    z_m: float
    height_m: float
    r_ee: float
    r_en: float
    r_nn: float
    range_m: float
    range_sigma_m: float
    azimuth_rad: float
    azimuth_sigma_rad: float
    elevation_rad: float
    range_rate_m_per_s: float


@compiled
def plot_at(plots: Plots, j: int) -> Plot:
    """Return plot j."""
    point, spread = plots.point_m, plots.spread_m2
    return Plot(
        plots.time_s[j], point[j, 0], point[j, 1], point[j, 2], plots.plot_height_m[j],
        spread[j, 0], spread[j, 1], spread[j, 2],
        plots.range_m[j], plots.range_sigma_m[j], plots.azimuth_rad[j], plots.azimuth_sigma_rad[j],
        plots.elevation_rad[j], plots.range_rate_m_per_s[j],
    )  # fmt: skip


class Sweep(NamedTuple):
    """A batch of plots of one source.

    Attributes:
        plots: (M,) the plots.
        grid: over their points.
        scene: how they were seen.
    """

    plots: Plots
    grid: Grid
    scene: Scene

    @property
    def rows(self) -> int:
        """How many plots there are."""
        return len(self.plots)

    def seen(self, **changes: Any) -> "Sweep":
        """Return the same sweep, seen in another way."""
        return self._replace(scene=self.scene._replace(**changes))

    def seen_at(self, range_m: FloatArray, azimuth_rad: FloatArray) -> "Sweep":
        """Return the same sweep with (M,) other ranges and azimuths."""
        plots = self.plots.copy()
        plots.range_m[:], plots.azimuth_rad[:] = range_m, azimuth_rad
        plots.point_m[:] = disc(range_m, azimuth_rad)
        return self._replace(plots=plots, grid=grid_over(plots.point_m, self.grid.cell_m))


def polar_sweep(
    *,
    ecef_m: FloatArray,
    axes: FloatArray,
    height_m: float,
    revolution_s: float,
    from_rad: float,
    to_rad: float,
    range_max_m: float,
    from_s: float,
    to_s: float,
    detection_probability: float,
    false_density_per_m2: float,
    time_s: FloatArray,
    range_m: FloatArray,
    range_sigma_m: FloatArray,
    azimuth_rad: FloatArray,
    azimuth_sigma_rad: FloatArray,
    elevation_rad: FloatArray,
    elevation_sigma_rad: float,
    plot_height_m: FloatArray,
    height_sigma_m: float,
    range_rate_m_per_s: FloatArray,
    range_rate_sigma_m_per_s: float,
    flat: bool = False,
) -> Sweep:
    """Return plots in a radar's own terms."""
    plots = table.empty(Plots, PLOT, len(time_s))
    plots.time_s[:], plots.plot_height_m[:] = time_s, plot_height_m
    plots.range_m[:], plots.range_sigma_m[:] = range_m, range_sigma_m
    plots.azimuth_rad[:], plots.azimuth_sigma_rad[:] = azimuth_rad, azimuth_sigma_rad
    plots.elevation_rad[:], plots.range_rate_m_per_s[:] = elevation_rad, range_rate_m_per_s
    plots.point_m[:] = disc(range_m, azimuth_rad)
    middle_s = 0.5 * (from_s + to_s)
    scene = Scene(
        positions=False,
        flat=flat, middle_s=middle_s, span_s=span(time_s, middle_s),
        detection_probability=detection_probability, false_density_per_m2=false_density_per_m2,
        new_score=0.0, error_m=most(range_sigma_m), error_rad=most(azimuth_sigma_rad),
        height_sigma_m=height_sigma_m, elevation_sigma_rad=elevation_sigma_rad,
        range_rate_sigma_m_per_s=range_rate_sigma_m_per_s, low_m=ORIGIN, high_m=ORIGIN,
        ecef_m=triple(ecef_m), axes=(triple(axes[0]), triple(axes[1]), triple(axes[2])),
        height_m=height_m, revolution_s=revolution_s, from_rad=from_rad,
        to_rad=to_rad, range_max_m=range_max_m,
    )  # fmt: skip
    return Sweep(plots, grid_over(plots.point_m, 2.0 * range_max_m / CELLS_ACROSS), scene)


def position_sweep(
    *,
    time_s: FloatArray,
    point_m: FloatArray,
    spread_m2: FloatArray,
    plot_height_m: FloatArray,
    height_sigma_m: float,
    flat: bool,
    low_m: FloatArray,
    high_m: FloatArray,
    detection_probability: float,
    false_density_per_m2: float,
) -> Sweep:
    """Return plots that are positions.

    Args:
        time_s: (M,) when each was measured.
        point_m: (M, 3) Earth-centred at height 0, or (x, y, 0) on a plane.
        spread_m2: (M, 3) variance east, covariance, variance north.
        plot_height_m: (M,) NaN for none.
        height_sigma_m: error of given heights.
        flat: whether they are on a plane.
        low_m: (3,) lowest corner of where the source has ever reported from.
        high_m: (3,) highest.
        detection_probability: of an object in there.
        false_density_per_m2: false plots and new objects per square metre.
    """
    plots = table.empty(Plots, PLOT, len(time_s))
    plots.time_s[:], plots.point_m[:], plots.spread_m2[:] = time_s, point_m, spread_m2
    plots.plot_height_m[:], plots.elevation_rad[:], plots.range_rate_m_per_s[:] = (
        plot_height_m,
        np.nan,
        np.nan,
    )
    middle_s = float(0.5 * (time_s.min() + time_s.max())) if len(time_s) else 0.0
    sigma_m = float(np.sqrt(np.median(spread_m2[:, 0] + spread_m2[:, 2]))) if len(time_s) else 1.0
    scene = Scene(
        positions=True, flat=flat,
        middle_s=middle_s, span_s=span(time_s, middle_s), detection_probability=detection_probability,
        false_density_per_m2=false_density_per_m2, new_score=0.0,
        error_m=float(np.sqrt(most(spread_m2[:, ::2]))), error_rad=0.0, height_sigma_m=height_sigma_m,
        elevation_sigma_rad=1.0, range_rate_sigma_m_per_s=1.0, low_m=triple(low_m), high_m=triple(high_m),
        ecef_m=ORIGIN, axes=LEVEL, height_m=0.0, revolution_s=0.0, from_rad=0.0, to_rad=0.0,
        range_max_m=0.0,
    )  # fmt: skip
    return Sweep(plots, grid_over(plots.point_m, 12.0 * sigma_m), scene)


def disc(range_m: FloatArray, azimuth_rad: FloatArray) -> FloatArray:
    """Return (M, 3) points on a radar's disc, slant range long."""
    return np.stack(
        [range_m * np.sin(azimuth_rad), range_m * np.cos(azimuth_rad), np.zeros(len(range_m))], axis=-1
    )


def span(time_s: FloatArray, middle_s: float) -> float:
    """Return how far the times are from the middle at most."""
    return float(np.abs(time_s - middle_s).max()) if len(time_s) else 0.0


def most(values: FloatArray) -> float:
    """Return the largest value, 0 of none."""
    return float(values.max()) if values.size else 0.0
