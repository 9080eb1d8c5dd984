"""Ways as ships and aircraft take them: corners rounded by the platform's turn, lanes with two sides."""

import math
from typing import Final

import numpy as np

from contracts.columns import FloatArray
from contracts.geodesy import enu_axes, from_enu, to_ecef, to_enu, to_geodetic

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
    for place in range(len(points)):
        before = points[max(place - 1, 0)]
        after = points[min(place + 1, len(points) - 1)]
        arrive, leave = _unit(-_local(points[place], before)), _unit(_local(points[place], after))
        mean = _unit(arrive + leave)
        # The wider the bend, the farther out a parallel way has its corner.
        reach_m = offset_m / max(float(mean @ arrive), float(mean @ leave), 0.5)
        moved[place, :2] = _at(points[place], reach_m * np.array([mean[1], -mean[0]]))
    return moved


def _corner(before: FloatArray, corner: FloatArray, after: FloatArray, radius_m: float) -> FloatArray:
    """Return (K, 3) points of the turn from one leg into the next, in the plane of the corner."""
    back, ahead = _local(corner, before), _local(corner, after)
    arrive, leave = _unit(-back), _unit(ahead)
    turn = math.atan2(arrive[1] * leave[0] - arrive[0] * leave[1], float(arrive @ leave))  # + to starboard
    if not _STRAIGHT_RAD < abs(turn) < _REVERSAL_RAD:
        return corner[None, :]
    tangent = math.tan(abs(turn) / 2.0)
    room_m = _LEG_SHARE_MAX * min(float(np.hypot(*back)), float(np.hypot(*ahead)))
    cut_m = min(radius_m * tangent, room_m)
    fitted_m = cut_m / tangent
    side = np.array([arrive[1], -arrive[0]]) * math.copysign(1.0, turn)
    steps = np.linspace(0.0, abs(turn), max(2, math.ceil(abs(turn) / _STEP_RAD) + 1))[:, None]
    arc = -arrive * cut_m + fitted_m * (side * (1.0 - np.cos(steps)) + arrive * np.sin(steps))
    turned = np.empty((len(arc), 3))
    for place, point_m in enumerate(arc):
        turned[place, :2] = _at(corner, point_m)
    turned[:, 2] = corner[2]
    return turned


def _local(origin: FloatArray, point: FloatArray) -> FloatArray:
    """Return (2,) metres east and north of a point seen from another."""
    zero = np.zeros(())
    origin_ecef_m = to_ecef(origin[0], origin[1], zero)
    enu_m = to_enu(to_ecef(point[0], point[1], zero), origin_ecef_m, enu_axes(origin[0], origin[1]))
    return enu_m[:2]


def _at(origin: FloatArray, east_north_m: FloatArray) -> FloatArray:
    """Return (2,) latitude and longitude of a place near another."""
    enu_m = np.array([east_north_m[0], east_north_m[1], 0.0])
    origin_ecef_m = to_ecef(origin[0], origin[1], np.zeros(()))
    lat, lon, _ = to_geodetic(from_enu(enu_m, origin_ecef_m, enu_axes(origin[0], origin[1])))
    return np.array([lat, lon])


def _unit(vector: FloatArray) -> FloatArray:
    size = float(np.hypot(vector[0], vector[1]))
    return vector / size if size > 0.0 else vector
