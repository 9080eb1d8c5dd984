"""How well a plot fits a track that has modes: by each mode, not by what they are together.

The moments of three modes are one wide or one narrow ellipse, and where an aircraft has begun to turn they
are the narrow one: the plot that the turning mode foresaw lies five sigma from it. So a plot is gated by the
mode that it fits best, and its likelihood is the modes' sum (Blom and Bar-Shalom, 1988).
"""

from math import exp, log, sqrt

from fusion.compiled import compiled
from fusion.modes import LEFT, RIGHT, STRAIGHT, mode_of
from fusion.radar import Line, Look, innovation, ratio_of, sight
from fusion.sweep import Plot, Scene
from fusion.tracks import Tracks


@compiled
def fit(tracks: Tracks, i: int, scene: Scene, plot: Plot, q: float) -> tuple[float, float]:
    """Compare a plot with track i.

    Args:
        q: acceleration noise density of what moves.

    Returns:
        The squared distance, of the mode that fits best where there are modes, and the log-likelihood ratio
        against a false plot.
    """
    line = sight(tracks, i, plot.time_s - tracks.time_s[i], scene)
    look = innovation(tracks, i, scene, plot, line, q)
    ratio = ratio_of(tracks, i, scene, plot, line, look, q)
    if not tracks.modal[i]:
        return look.distance2, ratio
    return by_modes(tracks, i, scene, plot, line, look, ratio)


@compiled
def by_modes(
    tracks: Tracks, i: int, scene: Scene, plot: Plot, line: Line, look: Look, ratio: float
) -> tuple[float, float]:
    """Put the modes in the place of their moments in a squared distance and a log-likelihood ratio.

    Height and range rate, where measured, stay as they were: the modes share the one and nearly the other.

    Args:
        look: the plot less the moments.
        ratio: of the moments.
    """
    determinant = look.s_aa * look.s_cc - look.s_ac * look.s_ac
    together = _distance2(look.along, look.across, look.s_aa, look.s_ac, look.s_cc, determinant)
    d_straight, s_straight = _from_mode(tracks, i, STRAIGHT, scene, plot, line, look)
    d_left, s_left = _from_mode(tracks, i, LEFT, scene, plot, line, look)
    d_right, s_right = _from_mode(tracks, i, RIGHT, scene, plot, line, look)
    least, weight = min(d_straight, d_left, d_right), tracks.mode_weight
    density = weight[i, STRAIGHT] * exp(-0.5 * (d_straight - least)) / sqrt(s_straight)
    density += weight[i, LEFT] * exp(-0.5 * (d_left - least)) / sqrt(s_left)
    density += weight[i, RIGHT] * exp(-0.5 * (d_right - least)) / sqrt(s_right)
    ratio += 0.5 * together - 0.5 * least + log(density * sqrt(determinant))
    return look.distance2 - together + least, ratio


@compiled
def _from_mode(
    tracks: Tracks, i: int, m: int, scene: Scene, plot: Plot, line: Line, look: Look
) -> tuple[float, float]:
    """Return a plot's squared distance from mode m, and the determinant of the innovation's covariance."""
    x, velocity, dt_s = mode_of(tracks, i, m), tracks.velocity_m_per_s, plot.time_s - tracks.time_s[i]
    lag_s = max(dt_s, 0.0)
    e_m, n_m = x.e + dt_s * (x.u - velocity[i, 0]), x.n + dt_s * (x.v - velocity[i, 1])
    ee = x.ee + 2.0 * lag_s * x.eu + dt_s * dt_s * x.uu
    en = x.en + lag_s * (x.ev + x.nu) + dt_s * dt_s * x.uv
    nn = x.nn + 2.0 * lag_s * x.nv + dt_s * dt_s * x.vv
    le, ln, ce, cn = line.le, line.ln, line.ce, line.cn
    s_aa = le * le * ee + 2.0 * le * ln * en + ln * ln * nn
    s_ac = le * ce * ee + (le * cn + ln * ce) * en + ln * cn * nn
    s_cc = ce * ce * ee + 2.0 * ce * cn * en + cn * cn * nn
    if scene.positions:
        s_aa, s_ac, s_cc = s_aa + plot.r_ee, s_ac + plot.r_en, s_cc + plot.r_nn
    else:
        s_aa += line.lu * line.lu * tracks.vertical[i, 0] + plot.range_sigma_m**2
        s_cc += (line.ground_m * plot.azimuth_sigma_rad) ** 2
    determinant = s_aa * s_cc - s_ac * s_ac
    along, across = look.along - le * e_m - ln * n_m, look.across - ce * e_m - cn * n_m
    return _distance2(along, across, s_aa, s_ac, s_cc, determinant), determinant


@compiled
def _distance2(
    along: float, across: float, s_aa: float, s_ac: float, s_cc: float, determinant: float
) -> float:
    return (s_cc * along * along - 2.0 * s_ac * along * across + s_aa * across * across) / determinant
