"""The local frame that each track carries: laying it at a place, and sliding it along the earth.

East, north and up come from the ellipsoid's normal, found by algebra alone (Bowring, *The accuracy of
geodetic latitude and height equations*, Survey Review 28, 1985): no sines, no arc tangents, nothing that
wraps. Recordings without geodesy lie on a plane: x is east, y is north, z is zero and up is the third
axis, which is so nowhere on Earth; so a row itself says which it is.
"""

from math import atan2, cos, sin, sqrt

from contracts.geodesy import ECCENTRICITY2, SEMI_MAJOR_M, SEMI_MINOR_M
from fusion.compiled import compiled
from fusion.starts import Starts
from fusion.states import State, turned, with_covariance, write_covariance
from fusion.tracks import Tracks

_SECOND_ECCENTRICITY2 = ECCENTRICITY2 / (1.0 - ECCENTRICITY2)


Moving = Tracks | Starts
"""What moves: tracks, and what may become one. Kernels of it are compiled for either."""


@compiled
def normal_of(x_m: float, y_m: float, z_m: float) -> tuple[float, float, float, float]:
    """Return sine and cosine of the geodetic latitude, then of the longitude, of an Earth-centred position.

    One step of Bowring's formula: within a ten-millionth of a metre up to 20 km of height.
    """
    across_m = sqrt(x_m * x_m + y_m * y_m)
    if across_m < 1e-6:
        return (1.0 if z_m >= 0.0 else -1.0), 0.0, 0.0, 1.0
    reduced_z, reduced_p = z_m * SEMI_MAJOR_M, across_m * SEMI_MINOR_M
    scale = 1.0 / sqrt(reduced_z * reduced_z + reduced_p * reduced_p)
    sin_reduced, cos_reduced = reduced_z * scale, reduced_p * scale
    z = z_m + _SECOND_ECCENTRICITY2 * SEMI_MINOR_M * sin_reduced * sin_reduced * sin_reduced
    p = across_m - ECCENTRICITY2 * SEMI_MAJOR_M * cos_reduced * cos_reduced * cos_reduced
    scale = 1.0 / sqrt(z * z + p * p)
    return z * scale, p * scale, y_m / across_m, x_m / across_m


@compiled
def latitude_longitude(x_m: float, y_m: float, z_m: float) -> tuple[float, float]:
    """Return geodetic latitude and longitude in radians of an Earth-centred position."""
    sin_lat, cos_lat, sin_lon, cos_lon = normal_of(x_m, y_m, z_m)
    return atan2(sin_lat, cos_lat), atan2(sin_lon, cos_lon)


@compiled
def on_plane(moving: Moving, i: int) -> bool:
    """Return whether row i is on a plane: at the poles, where up is the third axis, z is not zero."""
    return moving.axes[i, 2, 2] == 1.0 and moving.ecef_m[i, 2] == 0.0


@compiled
def put(moving: Moving, i: int, latitude: float, longitude: float, height_m: float) -> None:
    """Place row i on Earth and lay its axes there."""
    _lay(moving, i, sin(latitude), cos(latitude), sin(longitude), cos(longitude), height_m)


@compiled
def put_at(moving: Moving, i: int, x_m: float, y_m: float, z_m: float, height_m: float, flat: bool) -> None:
    """Place row i above or below a point and lay its axes there.

    Args:
        height_m: above the ellipsoid, or above the plane.
        flat: whether the point is one on a plane.
    """
    if flat:
        moving.ecef_m[i, 0], moving.ecef_m[i, 1], moving.ecef_m[i, 2] = x_m, y_m, 0.0
        moving.height_m[i] = height_m
        axes = moving.axes[i]
        axes[:] = 0.0
        axes[0, 0] = axes[1, 1] = axes[2, 2] = 1.0
    else:
        sin_lat, cos_lat, sin_lon, cos_lon = normal_of(x_m, y_m, z_m)
        _lay(moving, i, sin_lat, cos_lat, sin_lon, cos_lon, height_m)


@compiled
def _lay(
    moving: Moving, i: int, sin_lat: float, cos_lat: float, sin_lon: float, cos_lon: float, height_m: float
) -> None:
    normal_m = SEMI_MAJOR_M / sqrt(1.0 - ECCENTRICITY2 * sin_lat * sin_lat)
    moving.ecef_m[i, 0] = (normal_m + height_m) * cos_lat * cos_lon
    moving.ecef_m[i, 1] = (normal_m + height_m) * cos_lat * sin_lon
    moving.ecef_m[i, 2] = (normal_m * (1.0 - ECCENTRICITY2) + height_m) * sin_lat
    moving.height_m[i] = height_m
    axes = moving.axes[i]
    axes[0, 0], axes[0, 1], axes[0, 2] = -sin_lon, cos_lon, 0.0
    axes[1, 0], axes[1, 1], axes[1, 2] = -sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat
    axes[2, 0], axes[2, 1], axes[2, 2] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat


@compiled
def move(moving: Moving, i: int, east_m: float, north_m: float, up_m: float) -> tuple[float, float]:
    """Move row i along the earth and lay its axes there; its velocity and covariance stay as they are.

    Meridians converge, so "north" there is not "north" here; the turn is what the new east axis
    says of the old east and north.

    Returns:
        Cosine and sine of the turn.
    """
    if on_plane(moving, i):
        moving.ecef_m[i, 0] += east_m
        moving.ecef_m[i, 1] += north_m
        moving.height_m[i] += up_m
        return 1.0, 0.0
    axes, ecef = moving.axes, moving.ecef_m
    old_east_x, old_east_y, old_east_z = axes[i, 0, 0], axes[i, 0, 1], axes[i, 0, 2]
    old_north_x, old_north_y, old_north_z = axes[i, 1, 0], axes[i, 1, 1], axes[i, 1, 2]
    sin_lat, cos_lat, sin_lon, cos_lon = normal_of(
        ecef[i, 0] + east_m * old_east_x + north_m * old_north_x,
        ecef[i, 1] + east_m * old_east_y + north_m * old_north_y,
        ecef[i, 2] + east_m * old_east_z + north_m * old_north_z,
    )
    _lay(moving, i, sin_lat, cos_lat, sin_lon, cos_lon, moving.height_m[i] + up_m)
    c = axes[i, 0, 0] * old_east_x + axes[i, 0, 1] * old_east_y + axes[i, 0, 2] * old_east_z
    s = axes[i, 0, 0] * old_north_x + axes[i, 0, 1] * old_north_y + axes[i, 0, 2] * old_north_z
    length = sqrt(c * c + s * s)
    return c / length, s / length


@compiled
def state_of(moving: Moving, i: int) -> State:
    """Return the horizontal motion of row i, from where it is."""
    velocity = moving.velocity_m_per_s
    return with_covariance(0.0, 0.0, velocity[i, 0], velocity[i, 1], moving.covariance[i])


@compiled
def put_state(moving: Moving, i: int, x: State, up_m: float) -> tuple[float, float]:
    """Move row i to where a state says, and make the state its motion, in the axes there.

    Returns:
        Cosine and sine of the axes' turn.
    """
    c, s = move(moving, i, x.e, x.n, up_m)
    if s != 0.0:
        x = turned(x, c, s)
    moving.velocity_m_per_s[i, 0], moving.velocity_m_per_s[i, 1] = x.u, x.v
    write_covariance(x, moving.covariance[i])
    return c, s


@compiled
def lift(moving: Moving, i: int, up_m: float) -> None:
    """Move row i up."""
    move(moving, i, 0.0, 0.0, up_m)
