"""The first plot of what may be an object: its place, and a velocity known only along the line of sight."""

from math import sqrt
from typing import Final

import numpy as np

from fusion.compiled import compiled
from fusion.frames import Moving, on_plane, put_at
from fusion.radar import plot_position
from fusion.sweep import Plot, Scene

_AIR, _SURFACE, _SUBSURFACE = 1, 2, 3
HEIGHT_SIGMA_M: Final = 3000.0
SURFACE_HEIGHT_SIGMA_M: Final = 5.0


@compiled
def found_from_plot(
    moving: Moving, i: int, scene: Scene, plot: Plot, speed_sigma_surface: float, speed_sigma_air: float
) -> None:
    """Found row i on a plot. Its domain, when it is not known yet, may come of the plot.

    Args:
        speed_sigma_surface: spread of a ship's unknown velocity, m/s.
        speed_sigma_air: of an aircraft's.
    """
    moving.time_s[i] = plot.time_s
    moving.velocity_m_per_s[i] = 0.0
    moving.covariance[i] = 0.0
    moving.vertical[i] = 0.0
    if scene.positions:
        _found_on_position(moving, i, scene, plot, speed_sigma_surface, speed_sigma_air)
    else:
        _found_on_echo(moving, i, scene, plot, speed_sigma_surface, speed_sigma_air)


@compiled
def _found_on_position(
    moving: Moving, i: int, scene: Scene, plot: Plot, speed_sigma_surface: float, speed_sigma_air: float
) -> None:
    p, w = moving.covariance[i], moving.vertical[i]
    known_height = not np.isnan(plot.height_m)
    height_m = plot.height_m if known_height else 0.0
    put_at(moving, i, plot.x_m, plot.y_m, plot.z_m, height_m, scene.flat)
    p[0], p[1], p[4] = plot.r_ee, plot.r_en, plot.r_nn
    air = moving.domain[i] == _AIR
    p[7] = p[9] = (speed_sigma_air if air else speed_sigma_surface) ** 2
    if known_height:
        w[0], w[2] = scene.height_sigma_m**2, 100.0
    elif air:
        w[0], w[2] = HEIGHT_SIGMA_M**2, 100.0
    else:
        w[0] = SURFACE_HEIGHT_SIGMA_M**2


@compiled
def _found_on_echo(
    moving: Moving, i: int, scene: Scene, plot: Plot, speed_sigma_surface: float, speed_sigma_air: float
) -> None:
    x, y, z = plot_position(scene, plot, 0.0)
    three_d = not np.isnan(plot.elevation_rad)
    known_height = three_d or not np.isnan(plot.height_m)
    put_at(moving, i, x, y, z, 0.0, scene.flat)
    axes = moving.axes[i]
    up_m = (
        axes[2, 0] * (x - moving.ecef_m[i, 0])
        + axes[2, 1] * (y - moving.ecef_m[i, 1])
        + axes[2, 2] * (z - moving.ecef_m[i, 2])
    )
    dx, dy, dz = x - scene.ecef_m[0], y - scene.ecef_m[1], z - scene.ecef_m[2]
    range_m = max(plot.range_m, 1.0)
    le = (axes[0, 0] * dx + axes[0, 1] * dy + axes[0, 2] * dz) / range_m
    ln = (axes[1, 0] * dx + axes[1, 1] * dy + axes[1, 2] * dz) / range_m
    level = max(sqrt(le * le + ln * ln), 1e-6)
    le, ln = le / level, ln / level
    along2 = plot.range_sigma_m**2
    across2 = (range_m * plot.azimuth_sigma_rad) ** 2
    p, w = moving.covariance[i], moving.vertical[i]
    p[0] = le * le * along2 + ln * ln * across2
    p[1] = le * ln * (along2 - across2)
    p[4] = ln * ln * along2 + le * le * across2
    rate = plot.range_rate_m_per_s
    fast = (
        moving.domain[i] == _AIR or three_d or (not np.isnan(rate) and abs(rate) > 3.0 * speed_sigma_surface)
    )
    speed2 = (speed_sigma_air if fast else speed_sigma_surface) ** 2
    p[7], p[8], p[9] = speed2, 0.0, speed2
    if not np.isnan(rate):
        known2 = scene.range_rate_sigma_m_per_s**2 + 1.0
        p[7] = le * le * known2 + ln * ln * speed2
        p[8] = le * ln * (known2 - speed2)
        p[9] = ln * ln * known2 + le * le * speed2
        moving.velocity_m_per_s[i, 0], moving.velocity_m_per_s[i, 1] = rate * le, rate * ln
    if three_d:
        w[0], w[2] = (range_m * scene.elevation_sigma_rad) ** 2, 100.0
    elif known_height:
        w[0], w[2] = scene.height_sigma_m**2, 100.0
    elif fast:
        w[0], w[2] = HEIGHT_SIGMA_M**2, 100.0
    else:
        w[0] = SURFACE_HEIGHT_SIGMA_M**2
    if known_height and not scene.flat:
        put_at(moving, i, x, y, z, up_m, False)
    if fast:
        moving.domain[i] = _AIR


@compiled
def know_domain(moving: Moving, i: int, hits: int) -> None:
    """Tell aircraft from ships by height and speed where nothing better is known."""
    if moving.domain[i] in (_SURFACE, _SUBSURFACE):
        return
    velocity, p, w = moving.velocity_m_per_s[i], moving.covariance[i], moving.vertical[i]
    speed = sqrt(velocity[0] ** 2 + velocity[1] ** 2)
    doubt = sqrt(max(p[7], p[9]))
    if moving.domain[i] == 0 and (
        speed - 3.0 * doubt > 35.0 or moving.height_m[i] - 3.0 * sqrt(w[0]) > 200.0
    ):
        moving.domain[i] = _AIR
        w[0], w[2] = max(w[0], HEIGHT_SIGMA_M**2 if w[0] < 100.0 else w[0]), max(w[2], 25.0)
    elif hits >= 4 and speed + 3.0 * doubt < 30.0 and moving.height_m[i] < 150.0 + 3.0 * sqrt(w[0]):
        moving.domain[i] = _SURFACE
        set_at_sea(moving, i)


@compiled
def set_at_sea(moving: Moving, i: int) -> None:
    """Ships do not climb: fix height at the sea and forget vertical speed."""
    ecef = moving.ecef_m[i]
    put_at(moving, i, ecef[0], ecef[1], ecef[2], 0.0, on_plane(moving, i))
    moving.velocity_m_per_s[i, 2] = 0.0
    w = moving.vertical[i]
    w[0], w[1], w[2] = SURFACE_HEIGHT_SIGMA_M**2, 0.0, 0.0
