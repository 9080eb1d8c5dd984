"""How a track moves between reports: straight on, a little unsure of its speed, along the earth.

Nearly constant velocity with white-noise acceleration (Bar-Shalom, Li, Kirubarajan, *Estimation
with Applications to Tracking and Navigation*, 2001, section 6.2.2). The continuous form of the
noise is used because predicting twice by half the time is then the same as once.
"""

from math import atan2, cos, hypot, sin, sqrt

from contracts.columns import FloatArray
from contracts.geodesy import ECCENTRICITY2, FLATTENING, SEMI_MAJOR_M, SEMI_MINOR_M
from fusion.compiled import compiled
from fusion.noise import Noise
from fusion.tracks import Tracks

_SECOND_ECCENTRICITY2 = ECCENTRICITY2 / (1.0 - ECCENTRICITY2)
_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3
NOISE_VERTICAL_AIR_M2_PER_S3 = 1.0
"""Assumed: climbs and descents change by about 3 m/s in ten seconds."""


@compiled
def latitude_longitude(x_m: float, y_m: float, z_m: float) -> tuple[float, float]:
    """Return geodetic latitude and longitude in radians of an Earth-centred position (Bowring 1985)."""
    across_m = hypot(x_m, y_m)
    reduced = atan2(z_m * SEMI_MAJOR_M, across_m * SEMI_MINOR_M)
    latitude = reduced
    for _ in range(2):
        latitude = atan2(
            z_m + _SECOND_ECCENTRICITY2 * SEMI_MINOR_M * sin(reduced) ** 3,
            across_m - ECCENTRICITY2 * SEMI_MAJOR_M * cos(reduced) ** 3,
        )
        reduced = atan2((1.0 - FLATTENING) * sin(latitude), cos(latitude))
    return latitude, atan2(y_m, x_m)


@compiled
def put(tracks: Tracks, i: int, latitude: float, longitude: float, height_m: float) -> None:
    """Place track i and lay its axes there."""
    sin_lat, cos_lat = sin(latitude), cos(latitude)
    sin_lon, cos_lon = sin(longitude), cos(longitude)
    normal_m = SEMI_MAJOR_M / sqrt(1.0 - ECCENTRICITY2 * sin_lat * sin_lat)
    tracks.ecef_m[i, 0] = (normal_m + height_m) * cos_lat * cos_lon
    tracks.ecef_m[i, 1] = (normal_m + height_m) * cos_lat * sin_lon
    tracks.ecef_m[i, 2] = (normal_m * (1.0 - ECCENTRICITY2) + height_m) * sin_lat
    tracks.height_m[i] = height_m
    axes = tracks.axes[i]
    axes[0, 0], axes[0, 1], axes[0, 2] = -sin_lon, cos_lon, 0.0
    axes[1, 0], axes[1, 1], axes[1, 2] = -sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat
    axes[2, 0], axes[2, 1], axes[2, 2] = cos_lat * cos_lon, cos_lat * sin_lon, sin_lat


@compiled
def slide(tracks: Tracks, i: int, east_m: float, north_m: float, up_m: float) -> None:
    """Move track i along the earth and turn its velocity and covariance into the axes there.

    Meridians converge, so "north" there is not "north" here; the turn is what the new east axis
    says of the old east and north.
    """
    axes, ecef = tracks.axes[i], tracks.ecef_m[i]
    old_east_x, old_east_y, old_east_z = axes[0, 0], axes[0, 1], axes[0, 2]
    old_north_x, old_north_y, old_north_z = axes[1, 0], axes[1, 1], axes[1, 2]
    latitude, longitude = latitude_longitude(
        ecef[0] + east_m * old_east_x + north_m * old_north_x,
        ecef[1] + east_m * old_east_y + north_m * old_north_y,
        ecef[2] + east_m * old_east_z + north_m * old_north_z,
    )
    put(tracks, i, latitude, longitude, tracks.height_m[i] + up_m)
    c = axes[0, 0] * old_east_x + axes[0, 1] * old_east_y + axes[0, 2] * old_east_z
    s = axes[0, 0] * old_north_x + axes[0, 1] * old_north_y + axes[0, 2] * old_north_z
    length = hypot(c, s)
    _turn(tracks, i, c / length, s / length)


@compiled
def _turn(tracks: Tracks, i: int, c: float, s: float) -> None:
    velocity, p = tracks.velocity_m_per_s[i], tracks.covariance[i]
    velocity[0], velocity[1] = c * velocity[0] + s * velocity[1], c * velocity[1] - s * velocity[0]
    p[0], p[1], p[4] = (
        c * c * p[0] + 2.0 * c * s * p[1] + s * s * p[4],
        c * c * p[1] - s * s * p[1] + c * s * (p[4] - p[0]),
        s * s * p[0] - 2.0 * c * s * p[1] + c * c * p[4],
    )
    p[2], p[3], p[5], p[6] = (
        c * c * p[2] + c * s * (p[3] + p[5]) + s * s * p[6],
        c * c * p[3] + c * s * (p[6] - p[2]) - s * s * p[5],
        c * c * p[5] + c * s * (p[6] - p[2]) - s * s * p[3],
        c * c * p[6] - c * s * (p[3] + p[5]) + s * s * p[2],
    )
    p[7], p[8], p[9] = (
        c * c * p[7] + 2.0 * c * s * p[8] + s * s * p[9],
        c * c * p[8] - s * s * p[8] + c * s * (p[9] - p[7]),
        s * s * p[7] - 2.0 * c * s * p[8] + c * c * p[9],
    )


@compiled
def noise_of(tracks: Tracks, i: int, noise: Noise) -> float:
    """Return the acceleration noise density of track i, m2/s3."""
    if tracks.domain[i] == _AIR:
        return noise.steady if tracks.claimed_id[i] != 0 else noise.agile
    if tracks.domain[i] in (_SURFACE, _SUBSURFACE):
        return noise.surface
    return noise.unknown


@compiled
def spread(p: FloatArray, w: FloatArray, dt_s: float, noise_m2_per_s3: float, flying: bool) -> None:
    """Let covariances grow over a time, in place.

    Args:
        p: (10,) of east, north and their speeds, as in the track table.
        w: (3,) of height and vertical speed.
        dt_s: how long.
        noise_m2_per_s3: acceleration noise density.
        flying: whether the height is free to change.
    """
    q = noise_m2_per_s3
    half, third = 0.5 * q * dt_s * dt_s, q * dt_s * dt_s * dt_s / 3.0
    p[0] += 2.0 * dt_s * p[2] + dt_s * dt_s * p[7] + third
    p[1] += dt_s * (p[3] + p[5]) + dt_s * dt_s * p[8]
    p[4] += 2.0 * dt_s * p[6] + dt_s * dt_s * p[9] + third
    p[2] += dt_s * p[7] + half
    p[3] += dt_s * p[8]
    p[5] += dt_s * p[8]
    p[6] += dt_s * p[9] + half
    p[7] += q * dt_s
    p[9] += q * dt_s
    if flying:
        qv = NOISE_VERTICAL_AIR_M2_PER_S3
        w[0] += 2.0 * dt_s * w[1] + dt_s * dt_s * w[2] + qv * dt_s * dt_s * dt_s / 3.0
        w[1] += dt_s * w[2] + 0.5 * qv * dt_s * dt_s
        w[2] += qv * dt_s


@compiled
def predict(tracks: Tracks, i: int, time_s: float, noise_m2_per_s3: float) -> None:
    """Bring track i to a later time; a time that is not later changes nothing."""
    dt_s = time_s - tracks.time_s[i]
    if dt_s <= 0.0:
        return
    velocity = tracks.velocity_m_per_s[i]
    # The covariance grows before the turn: it is still in the axes that the velocity is in.
    flying = tracks.domain[i] == _AIR
    spread(tracks.covariance[i], tracks.vertical[i], dt_s, noise_m2_per_s3, flying)
    slide(tracks, i, velocity[0] * dt_s, velocity[1] * dt_s, velocity[2] * dt_s)
    tracks.time_s[i] = time_s


@compiled
def predict_all(tracks: Tracks, rows: int, time_s: float, noise: Noise) -> None:
    """Bring every track to a later time."""
    for i in range(rows):
        predict(tracks, i, time_s, noise_of(tracks, i, noise))
