"""Neighbours of a point among many: a hashed grid of cells, in three dimensions, where nothing wraps.

The points are put into buckets by a hash of their cell, in their order, so that a lookup visits them in
the same order every time.
"""

from math import floor, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled

CELLS_MOST: Final = 64
"""A box of more cells than this, and than there are points, is not searched by cell but point by point."""


_COARSE: Final = 8
"""How many fine cells a coarse one is wide."""


Triple = tuple[float, float, float]


def triple(values: FloatArray) -> Triple:
    """Return (3,) numbers as a tuple, which kernels hand about at no cost."""
    x, y, z = values.tolist()
    return x, y, z


@compiled
def corners(point_m: FloatArray) -> tuple[Triple, Triple]:
    """Return the lowest and the highest corner of (M, 3) points; of none, infinite ones the wrong way round.

    In one pass: NumPy's own reduction over the rows of a narrow array is thirty times slower.
    """
    x0 = y0 = z0 = np.inf
    x1 = y1 = z1 = -np.inf
    for j in range(point_m.shape[0]):
        x, y, z = point_m[j, 0], point_m[j, 1], point_m[j, 2]
        x0, y0, z0 = min(x0, x), min(y0, y), min(z0, z)
        x1, y1, z1 = max(x1, x), max(y1, y), max(z1, z)
    return (x0, y0, z0), (x1, y1, z1)


class Grid(NamedTuple):
    """Where (M, 3) points lie, in fine cells for narrow boxes and in coarse ones for wide boxes.

    Attributes:
        cell_m: side of a fine cell.
        low_m: (3,) lowest corner of the points.
        high_m: (3,) highest.
        mask: number of buckets, a power of two, less one.
        start: (2, B + 1) first place in ``order`` of each bucket, fine and coarse.
        order: (2, M) the points' rows, bucket by bucket.
    """

    cell_m: float
    low_m: Triple
    high_m: Triple
    mask: int
    start: NDArray[np.int32]
    order: NDArray[np.int32]


@compiled
def bucket_of(x: int, y: int, z: int, mask: int) -> int:
    """Return the bucket of a cell; primes as in Teschner et al., *Optimized Spatial Hashing* (2003)."""
    return (x * 73_856_093 ^ y * 19_349_663 ^ z * 83_492_791) & mask


@compiled
def sort_into(
    point_m: FloatArray, cell_m: float, mask: int, start: NDArray[np.int32], order: NDArray[np.int32]
) -> None:
    """Write the buckets' starts, (B + 2,), and the rows in their order, (M,): a counting sort."""
    rows = point_m.shape[0]
    bucket = np.empty(rows, np.int32)
    start[:] = 0
    for j in range(rows):
        bucket[j] = bucket_of(
            floor(point_m[j, 0] / cell_m), floor(point_m[j, 1] / cell_m), floor(point_m[j, 2] / cell_m), mask
        )
        start[bucket[j] + 1] += 1
    for b in range(mask + 1):
        start[b + 1] += start[b]
    place = start[:-1].copy()
    for j in range(rows):
        order[place[bucket[j]]] = j
        place[bucket[j]] += 1


def grid_over(point_m: FloatArray, cell_m: float) -> Grid:
    """Return a grid over (M, 3) finite points.

    Args:
        cell_m: least side of a fine cell; it is larger where points are farther apart.
    """
    mask = (1 << max(4, int(2 * len(point_m)).bit_length())) - 1
    low_m, high_m = corners(point_m)
    if len(point_m):
        # Points lie on a surface: what the two longest sides span, shared among them, is a cell's fair size.
        _, across_m, along_m = sorted(high - low for low, high in zip(low_m, high_m, strict=True))
        cell_m = max(cell_m, sqrt(across_m * along_m / len(point_m)))
    cell_m = max(cell_m, 1e-3)
    start, order = np.empty((2, mask + 2), np.int32), np.empty((2, len(point_m)), np.int32)
    for level, side_m in enumerate((cell_m, _COARSE * cell_m)):
        sort_into(point_m, side_m, mask, start[level], order[level])
    return Grid(cell_m, low_m, high_m, mask, start, order)


@compiled
def near(
    grid: Grid, point_m: FloatArray, x: float, y: float, z: float, reach_m: float, found: IntArray
) -> int:
    """Write the rows of points within a box around a place into ``found``; return how many there are.

    Args:
        point_m: (M, 3) the grid's points.
        reach_m: half the side of the box.
        found: (M,) overwritten from the front.
    """
    level = 0 if reach_m <= 2.0 * grid.cell_m else 1
    cell, count = grid.cell_m * (_COARSE if level else 1), 0
    low, high = grid.low_m, grid.high_m
    if not point_m.shape[0]:
        return 0
    x0, x1 = floor(max(x - reach_m, low[0]) / cell), floor(min(x + reach_m, high[0]) / cell)
    y0, y1 = floor(max(y - reach_m, low[1]) / cell), floor(min(y + reach_m, high[1]) / cell)
    z0, z1 = floor(max(z - reach_m, low[2]) / cell), floor(min(z + reach_m, high[2]) / cell)
    if x0 > x1 or y0 > y1 or z0 > z1:
        return 0
    if (x1 - x0 + 1.0) * (y1 - y0 + 1.0) * (z1 - z0 + 1.0) > max(CELLS_MOST, point_m.shape[0]):
        return _look_through(point_m, x, y, z, reach_m, found)
    for cx in range(x0, x1 + 1):
        for cy in range(y0, y1 + 1):
            for cz in range(z0, z1 + 1):
                bucket = bucket_of(cx, cy, cz, grid.mask)
                for k in range(grid.start[level, bucket], grid.start[level, bucket + 1]):
                    j = grid.order[level, k]
                    # Two cells may share a bucket: each point counts in its own cell only.
                    if (
                        _in_box(point_m, j, x, y, z, reach_m)
                        and floor(point_m[j, 0] / cell) == cx
                        and floor(point_m[j, 1] / cell) == cy
                        and floor(point_m[j, 2] / cell) == cz
                    ):
                        found[count] = j
                        count += 1
    return count


@compiled
def _look_through(point_m: FloatArray, x: float, y: float, z: float, reach_m: float, found: IntArray) -> int:
    count = 0
    for j in range(point_m.shape[0]):
        if _in_box(point_m, j, x, y, z, reach_m):
            found[count] = j
            count += 1
    return count


@compiled
def _in_box(point_m: FloatArray, j: int, x: float, y: float, z: float, reach_m: float) -> bool:
    return (
        abs(point_m[j, 0] - x) <= reach_m
        and abs(point_m[j, 1] - y) <= reach_m
        and abs(point_m[j, 2] - z) <= reach_m
    )
