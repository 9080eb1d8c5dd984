"""Three opinions of how an aircraft moves: straight on, turning left, turning right.

The interacting multiple model filter (Blom and Bar-Shalom, *The interacting multiple model algorithm for
systems with Markovian switching coefficients*, IEEE Transactions on Automatic Control 33, 1988), in four
steps per report: the modes' states are mixed by the chance of a change, each is predicted by its own
motion, each is corrected by the report, and how well each foresaw it weighs them anew. The moments of the
mixture are the track's state, which is all that the rest of the engine sees.

A mode is 14 numbers: east and north from the track's position, speeds, and their covariance as in the
track table. Turning right has the rate of turning left, negative.
"""

from math import cos, exp, sin
from typing import Final

from contracts.columns import FloatArray
from fusion.compiled import compiled
from fusion.frames import slide, turn
from fusion.noise import Noise
from fusion.tracks import Tracks

STRAIGHT: Final = 0
LEFT: Final = 1
RIGHT: Final = 2
MODES: Final = 3
_WEIGHT_LEAST: Final = 1e-6
"""No mode is ever given up for good."""


@compiled
def begin_modes(tracks: Tracks, i: int) -> None:
    """Let track i have three modes from now on, all of its present state."""
    tracks.modal[i] = True
    weight, mode = tracks.mode_weight[i], tracks.mode[i]
    weight[STRAIGHT], weight[LEFT], weight[RIGHT] = 0.9, 0.05, 0.05
    for m in range(MODES):
        mode[m, 0] = mode[m, 1] = 0.0
        mode[m, 2], mode[m, 3] = tracks.velocity_m_per_s[i, 0], tracks.velocity_m_per_s[i, 1]
        mode[m, 4:] = tracks.covariance[i]


@compiled
def blend(a: FloatArray, b: FloatArray, share: float, out: FloatArray) -> None:
    """Write the moments of a mixture of two modes; ``out`` may be one of them.

    Args:
        share: of ``a``, 0 to 1; the rest is of ``b``.
    """
    rest = 1.0 - share
    de, dn, du, dv = a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]
    both = share * rest
    out[4] = share * a[4] + rest * b[4] + both * de * de
    out[5] = share * a[5] + rest * b[5] + both * de * dn
    out[6] = share * a[6] + rest * b[6] + both * de * du
    out[7] = share * a[7] + rest * b[7] + both * de * dv
    out[8] = share * a[8] + rest * b[8] + both * dn * dn
    out[9] = share * a[9] + rest * b[9] + both * dn * du
    out[10] = share * a[10] + rest * b[10] + both * dn * dv
    out[11] = share * a[11] + rest * b[11] + both * du * du
    out[12] = share * a[12] + rest * b[12] + both * du * dv
    out[13] = share * a[13] + rest * b[13] + both * dv * dv
    out[0], out[1] = b[0] + share * de, b[1] + share * dn
    out[2], out[3] = b[2] + share * du, b[3] + share * dv


@compiled
def mix(weight: FloatArray, mode: FloatArray, leave: float, back: float, room: FloatArray) -> None:
    """Mix the modes by the chance that the aircraft has begun or ended a turn.

    A left turn becomes a right one by way of straight flight only.

    Args:
        weight: (3,) changed in place.
        mode: (3, 14) changed in place.
        leave: chance that straight flight has ended.
        back: chance that a turn has ended.
        room: (14,) overwritten.
    """
    straight, left, right = weight[STRAIGHT], weight[LEFT], weight[RIGHT]
    turning = left + right
    blend(mode[LEFT], mode[RIGHT], left / turning, room)
    to_straight = straight * (1.0 - leave) + turning * back
    blend(room, mode[STRAIGHT], turning * back / to_straight, room)
    to_left = 0.5 * straight * leave + left * (1.0 - back)
    blend(mode[STRAIGHT], mode[LEFT], 0.5 * straight * leave / to_left, mode[LEFT])
    to_right = 0.5 * straight * leave + right * (1.0 - back)
    blend(mode[STRAIGHT], mode[RIGHT], 0.5 * straight * leave / to_right, mode[RIGHT])
    mode[STRAIGHT] = room
    weight[STRAIGHT], weight[LEFT], weight[RIGHT] = to_straight, to_left, to_right


@compiled
def fly_straight(x: FloatArray, dt_s: float, q: float) -> None:
    """Predict a mode, (14,), at constant velocity; the noise as in :func:`fusion.motion.spread`."""
    x[0] += dt_s * x[2]
    x[1] += dt_s * x[3]
    x[4] += 2.0 * dt_s * x[6] + dt_s * dt_s * x[11] + q * dt_s * dt_s * dt_s / 3.0
    x[5] += dt_s * (x[7] + x[9]) + dt_s * dt_s * x[12]
    x[8] += 2.0 * dt_s * x[10] + dt_s * dt_s * x[13] + q * dt_s * dt_s * dt_s / 3.0
    x[6] += dt_s * x[11] + 0.5 * q * dt_s * dt_s
    x[7] += dt_s * x[12]
    x[9] += dt_s * x[12]
    x[10] += dt_s * x[13] + 0.5 * q * dt_s * dt_s
    x[11] += q * dt_s
    x[13] += q * dt_s


@compiled
def fly_round(x: FloatArray, dt_s: float, q: float, rate: float, c: float, s: float) -> None:
    """Predict a mode, (14,), in a coordinated turn.

    Bar-Shalom, Li, Kirubarajan, *Estimation with Applications to Tracking and Navigation*, 2001,
    section 11.7.1, with the rate known.

    Args:
        rate: rad/s, positive to the left.
        c: cosine of the angle turned by.
        s: its sine.
    """
    a, b = s / rate, (1.0 - c) / rate
    u, v = x[2], x[3]
    x[0] += a * u - b * v
    x[1] += b * u + a * v
    x[2], x[3] = c * u - s * v, s * u + c * v
    m00, m01 = a * x[11] - b * x[12], a * x[12] - b * x[13]
    m10, m11 = b * x[11] + a * x[12], b * x[12] + a * x[13]
    third = q * dt_s * dt_s * dt_s / 3.0
    x[4] += 2.0 * (a * x[6] - b * x[7]) + a * m00 - b * m01 + third
    x[5] += b * x[6] + a * x[7] + a * x[9] - b * x[10] + b * m00 + a * m01
    x[8] += 2.0 * (b * x[9] + a * x[10]) + b * m10 + a * m11 + third
    n00, n01, n10, n11 = x[6] + m00, x[7] + m01, x[9] + m10, x[10] + m11
    half = 0.5 * q * dt_s * dt_s
    x[6], x[7] = c * n00 - s * n01 + half, s * n00 + c * n01
    x[9], x[10] = c * n10 - s * n11, s * n10 + c * n11 + half
    uu, uv, vv = x[11], x[12], x[13]
    x[11] = c * c * uu - 2.0 * c * s * uv + s * s * vv + q * dt_s
    x[12] = c * s * (uu - vv) + (c * c - s * s) * uv
    x[13] = s * s * uu + 2.0 * c * s * uv + c * c * vv + q * dt_s


@compiled
def predict_modes(tracks: Tracks, i: int, dt_s: float, noise: Noise, room: FloatArray) -> None:
    """Mix and predict the modes of track i and move it to where they are together.

    Args:
        room: (14,) overwritten.
    """
    weight, mode = tracks.mode_weight[i], tracks.mode[i]
    leave, back = 1.0 - exp(-dt_s / noise.straight_s), 1.0 - exp(-dt_s / noise.turn_s)
    mix(weight, mode, leave, back, room)
    straight = noise.steady if tracks.claimed_id[i] != 0 else noise.agile
    fly_straight(mode[STRAIGHT], dt_s, straight)
    rate = noise.turn_rate_rad_per_s
    c, s = cos(rate * dt_s), sin(rate * dt_s)
    fly_round(mode[LEFT], dt_s, noise.turning, rate, c, s)
    fly_round(mode[RIGHT], dt_s, noise.turning, -rate, c, -s)
    gather(tracks, i, room)


@compiled
def gather(tracks: Tracks, i: int, room: FloatArray) -> None:
    """Make the moments of the modes the state of track i, and lay its frame there.

    Args:
        room: (14,) overwritten.
    """
    weight, mode = tracks.mode_weight[i], tracks.mode[i]
    turning = weight[LEFT] + weight[RIGHT]
    blend(mode[LEFT], mode[RIGHT], weight[LEFT] / turning, room)
    blend(mode[STRAIGHT], room, weight[STRAIGHT] / (weight[STRAIGHT] + turning), room)
    velocity = tracks.velocity_m_per_s[i]
    velocity[0], velocity[1] = room[2], room[3]
    tracks.covariance[i] = room[4:]
    c, s = slide(tracks, i, room[0], room[1], 0.0)
    for m in range(MODES):
        x = mode[m]
        e, n, u, v = x[0] - room[0], x[1] - room[1], x[2], x[3]
        if s == 0.0:
            x[0], x[1] = e, n
        else:
            x[0], x[1], x[2], x[3] = c * e + s * n, c * n - s * e, c * u + s * v, c * v - s * u
            turn(x[4:], c, s)


@compiled
def weigh_modes(weight: FloatArray, log_likelihood: FloatArray) -> None:
    """Weigh the modes by how well each foresaw a report.

    Args:
        weight: (3,) changed in place.
        log_likelihood: (3,) of the report.
    """
    best = max(log_likelihood[STRAIGHT], log_likelihood[LEFT], log_likelihood[RIGHT])
    total = 0.0
    for m in range(MODES):
        weight[m] = max(weight[m] * exp(log_likelihood[m] - best), _WEIGHT_LEAST)
        total += weight[m]
    for m in range(MODES):
        weight[m] /= total
