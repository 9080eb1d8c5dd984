"""Depth bands: smooth polygons "at least so deep", from heights on a grid of 5 arc-minutes.

The heights are smoothed before contouring: by a fraction of a degree where the exercises are, by
more elsewhere, with a soft change between, so that no edge shows and the rest of the world costs
little. Each band reaches a little under the deeper ones, which are drawn over it, so that no gap shows
between two; not under all of them, because every pixel would then be painted up to ten times.
"""

from itertools import pairwise
from pathlib import Path
from typing import Final

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.io import netcdf_file
from scipy.ndimage import gaussian_filter
from shapely.geometry.base import BaseGeometry

BANDS_M: Final = (40, 80, 130, 200, 1000, 2000, 3000, 4500, 6000, 7500)
"""Each polygon holds what is at least so deep, without what the band after the next holds."""

CELLS_PER_DEG: Final = 12
DETAIL_BOX_DEG: Final = (100.0, 5.0, 158.0, 58.0)
BLEND_DEG: Final = 6.0
FINE_SIGMA_DEG: Final = 0.13
COARSE_SIGMA_DEG: Final = 1.2
TOLERANCE_DEG: Final = 0.012
SPECK_MIN_DEG2: Final = 0.06
"""Smaller pools and humps go: they are noise of the grid."""

LAND_PULL_M: Final = 400.0
"""Land counts as at most so high, so that smoothing does not push the shelf's edge out to sea."""


def depth_bands(path: Path) -> dict[int, BaseGeometry]:
    """Return, for each band, where the sea is at least so deep, cut out where it is two bands deeper."""
    lon_deg, lat_deg, height_m = _heights(path)
    smooth_m = _smoothed(lon_deg, lat_deg, np.minimum(height_m, LAND_PULL_M))
    contours = contourpy.contour_generator(
        lon_deg, lat_deg, smooth_m, fill_type=contourpy.FillType.OuterOffset
    )
    whole = [_band(contours.filled(-20_000.0, -float(depth_m))) for depth_m in BANDS_M]
    cut = [shapely.difference(here, below) for here, below in zip(whole, whole[2:], strict=False)]
    return dict(zip(BANDS_M, cut + whole[-2:], strict=True))


def _heights(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes (X,) from -180 to 180, latitudes (Y,), heights (Y, X) in metres."""
    with netcdf_file(str(path), mmap=False) as file:
        height_m = np.array(file.variables["ROSE"][:], dtype=np.float64)
    west_first = np.roll(height_m, height_m.shape[1] // 2, axis=1)
    closed = np.concatenate([west_first, west_first[:, :1]], axis=1)
    lon_deg = np.arange(closed.shape[1]) / CELLS_PER_DEG - 180.0
    lat_deg = np.arange(closed.shape[0]) / CELLS_PER_DEG - 90.0
    return lon_deg, lat_deg, closed


def _smoothed(
    lon_deg: NDArray[np.float64], lat_deg: NDArray[np.float64], height_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    def smooth(sigma_deg: float) -> NDArray[np.float64]:
        result: NDArray[np.float64] = gaussian_filter(
            height_m, sigma_deg * CELLS_PER_DEG, mode=("nearest", "wrap")
        )
        return result

    west, south, east, north = DETAIL_BOX_DEG
    inside_lon = np.clip(np.minimum(lon_deg - west, east - lon_deg) / BLEND_DEG, 0.0, 1.0)
    inside_lat = np.clip(np.minimum(lat_deg - south, north - lat_deg) / BLEND_DEG, 0.0, 1.0)
    fine = inside_lat[:, None] * inside_lon[None, :]
    return fine * smooth(FINE_SIGMA_DEG) + (1.0 - fine) * smooth(COARSE_SIGMA_DEG)


def _band(filled: tuple[list[NDArray[np.float64]], list[NDArray[np.uint32]]]) -> BaseGeometry:
    polygons = []
    for points, offsets in zip(*filled, strict=True):
        rings = [points[start:end] for start, end in pairwise(offsets)]
        if shapely.Polygon(rings[0]).area < SPECK_MIN_DEG2:
            continue
        holes = [_rounded_off(ring) for ring in rings[1:] if shapely.Polygon(ring).area >= SPECK_MIN_DEG2]
        polygon = shapely.Polygon(_rounded_off(rings[0]), holes)
        polygons.append(shapely.simplify(shapely.make_valid(polygon), TOLERANCE_DEG))
    return shapely.union_all(polygons)


def _rounded_off(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut the corners of a closed ring, twice (Chaikin, 1974), except along the map's edges."""
    for _ in range(2):
        here, after = ring[:-1], ring[1:]
        cut = np.stack([0.75 * here + 0.25 * after, 0.25 * here + 0.75 * after], axis=1).reshape(-1, 2)
        edge = np.abs(here[:, 0]) > 180.0 - 1e-9
        cut[::2][edge] = here[edge]
        ring = np.concatenate([cut, cut[:1]])
    return ring
