"""Corrections of tracks: by a plot, by a height, by one number along a direction (Kalman's update)."""

from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.compiled import compiled
from fusion.credits import Credits, note_plot
from fusion.fitting import by_modes
from fusion.frames import Moving, put_state, state_of
from fusion.modes import likelihoods, modes_of, put_corrected
from fusion.motion import noise_of, predict, predict_straight
from fusion.noise import Noise
from fusion.provenance import Stamp, credit
from fusion.radar import Line, Look, has_rate, innovation, ratio_of, sight
from fusion.states import (
    Offset,
    State,
    moved_by_place,
    moved_by_speed,
    moved_by_two,
    place_variance,
    speed_variance,
)
from fusion.sweep import Plot, Scene, Sweep, plot_at
from fusion.tracks import Tracks


@compiled
def update_straight(moving: Moving, i: int, scene: Scene, plot: Plot, q: float, inflation: float) -> float:
    """Predict and correct row i by a plot with its one motion model.

    Args:
        inflation: factor on the plot's variances; above 1 where the source is trusted less.

    Returns:
        The squared normalised innovation per degree of freedom.
    """
    predict_straight(moving, i, plot.time_s, q)
    dt_s = plot.time_s - moving.time_s[i]
    line = sight(moving, i, dt_s, scene)
    look = innovation(moving, i, scene, plot, line, q)
    ratio = ratio_of(moving, i, scene, plot, line, look, q)
    off = offset_of(moving, i, scene, plot, line, look, inflation)
    x = state_of(moving, i)
    # What innovation() has added for a plot from before the track's time counts as the plot's.
    late_s = min(dt_s, 0.0)
    r_ee = late_s * late_s * x.uu + q * abs(late_s) * late_s * late_s / 3.0
    r_nn = late_s * late_s * x.vv + q * abs(late_s) * late_s * late_s / 3.0
    off = with_doubt(off, r_ee, late_s * late_s * x.uv, r_nn)
    x, _, _ = moved_by_two(x, off)
    up_m, freedom = 0.0, 2.0
    if look.up_variance_m2 < np.inf:
        up_m = update_height(moving, i, look.up_m, look.up_variance_m2 * inflation)
        freedom += 1.0
    if has_rate(scene, plot):
        rate, doubt = rate_of(moving, i, scene, plot, x, line, inflation)
        x = moved_by_speed(x, line.le, line.ln, rate, doubt)
        freedom += 1.0
    put_state(moving, i, x, up_m)
    moving.score[i] += ratio
    return look.distance2 / freedom


@compiled
def update_modal(tracks: Tracks, i: int, scene: Scene, plot: Plot, noise: Noise, inflation: float) -> float:
    """Predict and correct track i by a plot in each of its modes, and weigh them.

    Returns:
        The squared normalised innovation per degree of freedom, of the mode that fits best.
    """
    predict(tracks, i, plot.time_s, noise)
    q = noise_of(tracks, i, noise)
    dt_s = plot.time_s - tracks.time_s[i]
    line = sight(tracks, i, dt_s, scene)
    look = innovation(tracks, i, scene, plot, line, q)
    ratio = ratio_of(tracks, i, scene, plot, line, look, q)
    distance2, ratio = by_modes(tracks, i, scene, plot, line, look, ratio)
    off = offset_of(tracks, i, scene, plot, line, look, inflation)
    late_s, modes = min(dt_s, 0.0), modes_of(tracks, i)
    straight, d_straight, s_straight = _correct_mode(
        tracks, i, scene, plot, line, off, modes.straight, late_s
    )
    left, d_left, s_left = _correct_mode(tracks, i, scene, plot, line, off, modes.left, late_s)
    right, d_right, s_right = _correct_mode(tracks, i, scene, plot, line, off, modes.right, late_s)
    freedom = 2.0
    if has_rate(scene, plot):
        straight, d_straight, s_straight = _correct_rate(
            tracks, i, scene, plot, line, straight, inflation, d_straight, s_straight
        )
        left, d_left, s_left = _correct_rate(tracks, i, scene, plot, line, left, inflation, d_left, s_left)
        right, d_right, s_right = _correct_rate(
            tracks, i, scene, plot, line, right, inflation, d_right, s_right
        )
        freedom += 1.0
    if look.up_variance_m2 < np.inf:
        tracks.height_m[i] += update_height(tracks, i, look.up_m, look.up_variance_m2 * inflation)
        freedom += 1.0
    likelihood = likelihoods((d_straight, d_left, d_right), (s_straight, s_left, s_right))
    put_corrected(tracks, i, straight, left, right, likelihood)
    tracks.score[i] += ratio
    return distance2 / freedom


@compiled
def _correct_mode(
    tracks: Tracks, i: int, scene: Scene, plot: Plot, line: Line, off: Offset, x: State, late_s: float
) -> tuple[State, float, float]:
    """Correct one mode of track i by a plot; return it with its squared innovation and determinant.

    A plot from before the track's own time is carried forward, each mode at its own speed.

    Args:
        off: the plot less the modes' mixture.
    """
    velocity = tracks.velocity_m_per_s
    e_m, n_m = x.e + late_s * (x.u - velocity[i, 0]), x.n + late_s * (x.v - velocity[i, 1])
    along, across = off.along - off.le * e_m - off.ln * n_m, off.across - off.ce * e_m - off.cn * n_m
    own = Offset(along, across, off.le, off.ln, off.ce, off.cn, off.r_aa, off.r_ac, off.r_cc)
    late2 = late_s * late_s
    return moved_by_two(x, with_doubt(own, late2 * x.uu, late2 * x.uv, late2 * x.vv))


@compiled
def _correct_rate(
    tracks: Tracks,
    i: int,
    scene: Scene,
    plot: Plot,
    line: Line,
    x: State,
    inflation: float,
    distance2: float,
    spread2: float,
) -> tuple[State, float, float]:
    """Correct a state by the range rate of a plot; its innovation adds to what is known of the fit."""
    rate, doubt = rate_of(tracks, i, scene, plot, x, line, inflation)
    s = speed_variance(x, line.le, line.ln) + doubt
    corrected = moved_by_speed(x, line.le, line.ln, rate, doubt)
    return corrected, distance2 + rate * rate / s, spread2 * s


@compiled
def offset_of(
    moving: Moving, i: int, scene: Scene, plot: Plot, line: Line, look: Look, inflation: float
) -> Offset:
    """Return a plot less row i with the plot's own covariance, that of the height included."""
    if scene.positions:
        r_aa, r_ac, r_cc = plot.r_ee, plot.r_en, plot.r_nn
    else:
        r_aa, r_ac = plot.range_sigma_m**2, 0.0
        r_cc = (line.ground_m * plot.azimuth_sigma_rad) ** 2
    tilt = line.lu * line.lu * moving.vertical[i, 0]
    return Offset(
        look.along, look.across, line.le, line.ln, line.ce, line.cn,
        r_aa * inflation + tilt, r_ac * inflation, r_cc * inflation,
    )  # fmt: skip


@compiled
def with_doubt(off: Offset, ee: float, en: float, nn: float) -> Offset:
    """Return an offset whose measurement is as much less sure east and north, m2."""
    return Offset(
        off.along, off.across, off.le, off.ln, off.ce, off.cn,
        off.r_aa + off.le * off.le * ee + 2.0 * off.le * off.ln * en + off.ln * off.ln * nn,
        off.r_ac + off.le * off.ce * ee + (off.le * off.cn + off.ln * off.ce) * en + off.ln * off.cn * nn,
        off.r_cc + off.ce * off.ce * ee + 2.0 * off.ce * off.cn * en + off.cn * off.cn * nn,
    )  # fmt: skip


@compiled
def rate_of(
    moving: Moving, i: int, scene: Scene, plot: Plot, x: State, line: Line, inflation: float
) -> tuple[float, float]:
    """Return the range rate of a plot less a state's, m/s, and the variance that is not the state's own."""
    rate = plot.range_rate_m_per_s - x.u * line.le - x.v * line.ln
    rate -= moving.velocity_m_per_s[i, 2] * line.lu
    return rate, (line.lu * line.lu * moving.vertical[i, 2] + scene.range_rate_sigma_m_per_s**2 * inflation)


@compiled
def update_place(tracks: Tracks, i: int, east: float, north: float, off_m: float, variance_m2: float) -> None:
    """Correct track i by one number measured of its place along a horizontal direction, and move it.

    Args:
        east: the direction's part east.
        north: its part north.
        off_m: measured less foreseen.
        variance_m2: of the measurement.
    """
    if not tracks.modal[i]:
        put_state(tracks, i, moved_by_place(state_of(tracks, i), east, north, off_m, variance_m2), 0.0)
        return
    m = modes_of(tracks, i)
    a, b = off_m - east * m.straight.e - north * m.straight.n, off_m - east * m.left.e - north * m.left.n
    c = off_m - east * m.right.e - north * m.right.n
    s_a = place_variance(m.straight, east, north) + variance_m2
    s_b = place_variance(m.left, east, north) + variance_m2
    s_c = place_variance(m.right, east, north) + variance_m2
    put_corrected(
        tracks, i,
        moved_by_place(m.straight, east, north, a, variance_m2),
        moved_by_place(m.left, east, north, b, variance_m2),
        moved_by_place(m.right, east, north, c, variance_m2),
        likelihoods((a * a / s_a, b * b / s_b, c * c / s_c), (s_a, s_b, s_c)),
    )  # fmt: skip


@compiled
def update_speed(tracks: Tracks, i: int, east: float, north: float, off: float, variance: float) -> None:
    """Correct track i by one number measured of its velocity along a horizontal direction, m/s."""
    if not tracks.modal[i]:
        put_state(tracks, i, moved_by_speed(state_of(tracks, i), east, north, off, variance), 0.0)
        return
    m, u, v = modes_of(tracks, i), tracks.velocity_m_per_s[i, 0], tracks.velocity_m_per_s[i, 1]
    a = off - east * (m.straight.u - u) - north * (m.straight.v - v)
    b = off - east * (m.left.u - u) - north * (m.left.v - v)
    c = off - east * (m.right.u - u) - north * (m.right.v - v)
    s_a = speed_variance(m.straight, east, north) + variance
    s_b = speed_variance(m.left, east, north) + variance
    s_c = speed_variance(m.right, east, north) + variance
    put_corrected(
        tracks, i,
        moved_by_speed(m.straight, east, north, a, variance),
        moved_by_speed(m.left, east, north, b, variance),
        moved_by_speed(m.right, east, north, c, variance),
        likelihoods((a * a / s_a, b * b / s_b, c * c / s_c), (s_a, s_b, s_c)),
    )  # fmt: skip


@compiled
def correct(
    tracks: Tracks,
    rows: IntArray,
    plot_of: IntArray,
    expected: NDArray[np.bool_],
    sweep: Sweep,
    noise: Noise,
    free: NDArray[np.bool_],
    stamp: Stamp,
    into: Credits,
    filled: int,
) -> FloatArray:
    """Correct each track by its plot, or count the miss where one was expected.

    Args:
        rows: (K,) tracks.
        plot_of: (K,) their plots, -1 for none.
        expected: (K,) whether the radar should have seen the track.
        free: (M,) plots without a track; those used here are marked.
        into: where credits are noted; what does not fit any more is left out.
        filled: how many credits there are.

    Returns:
        (U,) squared normalised innovation per degree of freedom of every update.
    """
    scene, plots = sweep.scene, sweep.plots
    residuals, count = np.empty(rows.size), 0
    miss = log(max(1.0 - scene.detection_probability, 0.02))
    for k in range(rows.size):
        i, j = rows[k], plot_of[k]
        if j >= 0:
            free[j] = False
            plot = plot_at(plots, j)
            if tracks.modal[i]:
                residuals[count] = update_modal(tracks, i, scene, plot, noise, 1.0 / stamp.trust)
            else:
                q = noise_of(tracks, i, noise)
                residuals[count] = update_straight(tracks, i, scene, plot, q, 1.0 / stamp.trust)
            tracks.hits[i] += 1
            tracks.misses[i] = 0
            sigma = sqrt(residuals[count])
            credit(tracks, i, stamp, j, plot.time_s, sigma)
            note_plot(into, filled + count, tracks, i, scene, plot, j, sigma, stamp)
            count += 1
        elif expected[k]:
            tracks.score[i] += miss
            tracks.misses[i] += 1
    return residuals[:count]


@compiled
def update_height(tracks: Moving, i: int, innovation_m: float, variance_m2: float) -> float:
    """Correct height and vertical speed; return by how much the height must be moved."""
    w = tracks.vertical[i]
    s = w[0] + variance_m2
    gain_h, gain_v = w[0] / s, w[1] / s
    tracks.velocity_m_per_s[i, 2] += gain_v * innovation_m
    w[2] -= gain_v * w[1]
    w[1] -= gain_h * w[1]
    w[0] -= gain_h * w[0]
    return gain_h * innovation_m
