"""Ways as ships and aircraft take them: corners rounded by the platform's turn, lanes with two sides."""

import math
from typing import Final

import numpy as np

from contracts.columns import FloatArray
from contracts.geodesy import ECCENTRICITY2, SEMI_MAJOR_M

_STEP_RAD: Final = math.radians(5.0)
"""A turn is made of chords of about this change of course."""
_STRAIGHT_RAD: Final = math.radians(2.0)
_REVERSAL_RAD: Final = math.radians(175.0)
_LEG_SHARE_MAX: Final = 0.45
"""A turn may use up to this part of a leg; sharper corners get a tighter turn."""


def rounded(points: FloatArray, radius_m: float, *, closed: bool) -> FloatArray:
    """Return a way whose corners are turns.

    Args:
        points: (P, 3) latitude rad, longitude rad, height m.
        radius_m: of the usual turn.
        closed: whether the last point leads back to the first.

    Returns:
        (Q, 3) the same with each corner replaced by chords of an arc. Reversals stay sharp.
    """
    count = len(points)
    if count < 3 or radius_m <= 0.0:
        return points
    parts: list[FloatArray] = []
    for place in range(count):
        if not closed and place in (0, count - 1):
            parts.append(points[place : place + 1])
        else:
            parts.append(_corner(points[place - 1], points[place], points[(place + 1) % count], radius_m))
    return np.concatenate(parts)


def beside(points: FloatArray, offset_m: float) -> FloatArray:
    """Return a way that runs beside another.

    Args:
        points: (P, 3) latitude rad, longitude rad, height m; at least two.
        offset_m: to starboard; negative to port.

    Returns:
        (P, 3) each point moved square to the mean direction of travel there.
    """
    moved = points.copy()
    for place, point in enumerate(points):
        arrive = leave = None
        if place > 0:
            arrive = _course_rad(point, points[place - 1]) + math.pi
        if place < len(points) - 1:
            leave = _course_rad(point, points[place + 1])
        first = arrive if arrive is not None else leave
        last = leave if leave is not None else arrive
        assert first is not None
        assert last is not None
        half = math.remainder(last - first, math.tau) / 2.0
        # The wider the bend, the farther out a parallel way has its corner.
        reach_m = offset_m / max(math.cos(half), 0.5)
        starboard = first + half + math.pi / 2.0
        moved[place, :2] = _at(point, reach_m * math.sin(starboard), reach_m * math.cos(starboard))
    return moved


def _corner(before: FloatArray, corner: FloatArray, after: FloatArray, radius_m: float) -> FloatArray:
    """Return (K, 3) points of the turn from one leg into the next, in the plane of the corner."""
    arrive = _course_rad(corner, before) + math.pi
    turn = math.remainder(_course_rad(corner, after) - arrive, math.tau)  # + to starboard
    if not _STRAIGHT_RAD < abs(turn) < _REVERSAL_RAD:
        return corner[None, :]
    tangent = math.tan(abs(turn) / 2.0)
    room_m = _LEG_SHARE_MAX * min(_distance_m(corner, before), _distance_m(corner, after))
    cut_m = min(radius_m * tangent, room_m)
    fitted_m = cut_m / tangent
    side = math.copysign(1.0, turn)
    count = max(2, math.ceil(abs(turn) / _STEP_RAD) + 1)
    turned = np.empty((count, 3))
    for place in range(count):
        angle = abs(turn) * place / (count - 1)
        ahead_m = fitted_m * math.sin(angle) - cut_m
        aside_m = side * fitted_m * (1.0 - math.cos(angle))
        east_m = ahead_m * math.sin(arrive) + aside_m * math.cos(arrive)
        north_m = ahead_m * math.cos(arrive) - aside_m * math.sin(arrive)
        turned[place, :2] = _at(corner, east_m, north_m)
    turned[:, 2] = corner[2]
    return turned


# Ways are few and short, so these are scalars: a tenth of the time of arrays of one.


def _course_rad(origin: FloatArray, point: FloatArray) -> float:
    """Return the course along the great circle of normals from one point to another."""
    lat, lon, other_lat, other_lon = (float(x) for x in (*origin[:2], *point[:2]))
    across = math.sin(other_lon - lon) * math.cos(other_lat)
    along = math.cos(lat) * math.sin(other_lat) - math.sin(lat) * math.cos(other_lat) * math.cos(
        other_lon - lon
    )
    return math.atan2(across, along)


def _distance_m(origin: FloatArray, point: FloatArray) -> float:
    """Return about how far two points are apart (within half a percent, on a sphere)."""
    lat, lon, other_lat, other_lon = (float(x) for x in (*origin[:2], *point[:2]))
    chord = (
        math.sin((other_lat - lat) / 2.0) ** 2
        + math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2.0) ** 2
    )
    return 2.0 * SEMI_MAJOR_M * math.asin(math.sqrt(min(chord, 1.0)))


def _at(origin: FloatArray, east_m: float, north_m: float) -> tuple[float, float]:
    """Return latitude and longitude of a place near another; 20 km away it errs by 20 m."""
    lat, lon = float(origin[0]), float(origin[1])
    root = math.sqrt(1.0 - ECCENTRICITY2 * math.sin(lat) ** 2)
    normal_m, meridian_m = SEMI_MAJOR_M / root, SEMI_MAJOR_M * (1.0 - ECCENTRICITY2) / root**3
    return lat + north_m / meridian_m, lon + east_m / (normal_m * max(math.cos(lat), 1e-6))
