"""Three opinions of how an aircraft moves: straight on, turning left, turning right.

The interacting multiple model filter (Blom and Bar-Shalom, *The interacting multiple model algorithm for
systems with Markovian switching coefficients*, IEEE Transactions on Automatic Control 33, 1988), in four
steps per report: the modes' states are mixed by the chance of a change, each is predicted by its own
motion, each is corrected by the report, and how well each foresaw it weighs them anew. The moments of the
mixture are the track's state, which is all that the rest of the engine sees.

How often an aircraft begins a turn, each track learns for itself: the turns that it has probably begun and
the time that it has probably flown straight are counted, and with a gamma prior of half a turn the expected
rate is one over the other (Gelman et al., *Bayesian Data Analysis*, 2013, section 2.6). So an airliner is
soon taken for one, and a fighter is not.
"""

from math import cos, exp, sin, sqrt
from typing import Final, NamedTuple

from fusion.compiled import compiled
from fusion.frames import put_state
from fusion.noise import Noise
from fusion.states import State, blend, fly_round, fly_straight, turned
from fusion.tracks import Tracks

STRAIGHT: Final = 0
LEFT: Final = 1
RIGHT: Final = 2
MODES: Final = 3
_WEIGHT_LEAST: Final = 1e-6
"""No mode is ever given up for good."""

PRIOR_TURNS: Final = 0.5
"""How many turns the prior rate is worth; Jeffreys' choice for a rate."""

_MEMORY: Final = 20.0
"""Straight flight is remembered for this many mean times between turns: pilots change their mind."""


class Modes(NamedTuple):
    """The three modes and their probabilities."""

    straight: State
    left: State
    right: State
    w_straight: float
    w_left: float
    w_right: float


class Stride(NamedTuple):
    """What a step in time means for every turn alike.

    Attributes:
        dt_s: the step.
        back: chance that a turn ends within it.
        cosine: of the angle turned by.
        sine: of the angle turned by to the left.
    """

    dt_s: float
    back: float
    cosine: float
    sine: float


@compiled
def stride_of(dt_s: float, noise: Noise) -> Stride:
    """Return what a step in time means for turns."""
    angle = noise.turn_rate_rad_per_s * dt_s
    return Stride(dt_s, 1.0 - exp(-dt_s / noise.turn_s), cos(angle), sin(angle))


@compiled
def mode_of(tracks: Tracks, i: int, m: int) -> State:
    """Return a mode of track i."""
    x = tracks.mode
    return State(
        x[i, m, 0], x[i, m, 1], x[i, m, 2], x[i, m, 3], x[i, m, 4], x[i, m, 5], x[i, m, 6], x[i, m, 7],
        x[i, m, 8], x[i, m, 9], x[i, m, 10], x[i, m, 11], x[i, m, 12], x[i, m, 13],
    )  # fmt: skip


@compiled
def put_mode(tracks: Tracks, i: int, m: int, state: State) -> None:
    """Make a state a mode of track i."""
    x = tracks.mode
    x[i, m, 0], x[i, m, 1], x[i, m, 2], x[i, m, 3] = state.e, state.n, state.u, state.v
    x[i, m, 4], x[i, m, 5], x[i, m, 6], x[i, m, 7] = state.ee, state.en, state.eu, state.ev
    x[i, m, 8], x[i, m, 9], x[i, m, 10] = state.nn, state.nu, state.nv
    x[i, m, 11], x[i, m, 12], x[i, m, 13] = state.uu, state.uv, state.vv


@compiled
def modes_of(tracks: Tracks, i: int) -> Modes:
    """Return the modes of track i."""
    weight = tracks.mode_weight
    return Modes(
        mode_of(tracks, i, STRAIGHT), mode_of(tracks, i, LEFT), mode_of(tracks, i, RIGHT),
        weight[i, STRAIGHT], weight[i, LEFT], weight[i, RIGHT],
    )  # fmt: skip


@compiled
def mixture(modes: Modes) -> State:
    """Return the moments of the modes together."""
    turning = modes.w_left + modes.w_right
    round_ = blend(modes.left, modes.right, modes.w_left / turning)
    return blend(modes.straight, round_, modes.w_straight / (modes.w_straight + turning))


@compiled
def put_modes(tracks: Tracks, i: int, modes: Modes) -> None:
    """Move track i to where its modes are together, and make their moments its state there."""
    whole = mixture(modes)
    c, s = put_state(tracks, i, whole, 0.0)
    weight = tracks.mode_weight
    weight[i, STRAIGHT], weight[i, LEFT], weight[i, RIGHT] = modes.w_straight, modes.w_left, modes.w_right
    put_mode(tracks, i, STRAIGHT, _seen_from(modes.straight, whole, c, s))
    put_mode(tracks, i, LEFT, _seen_from(modes.left, whole, c, s))
    put_mode(tracks, i, RIGHT, _seen_from(modes.right, whole, c, s))


@compiled
def _seen_from(x: State, origin: State, c: float, s: float) -> State:
    near = State(
        x.e - origin.e, x.n - origin.n, x.u, x.v, x.ee, x.en, x.eu, x.ev, x.nn, x.nu, x.nv, x.uu, x.uv, x.vv
    )
    return near if s == 0.0 else turned(near, c, s)


@compiled
def begin_modes(tracks: Tracks, i: int) -> None:
    """Let track i have three modes from now on, all of its present state."""
    tracks.modal[i] = True
    tracks.turns[i] = tracks.straight_s[i] = tracks.turned_lately[i] = 0.0
    weight, mode, velocity = tracks.mode_weight, tracks.mode, tracks.velocity_m_per_s
    weight[i, STRAIGHT], weight[i, LEFT], weight[i, RIGHT] = 0.9, 0.05, 0.05
    for m in range(MODES):
        mode[i, m, 0] = mode[i, m, 1] = 0.0
        mode[i, m, 2], mode[i, m, 3] = velocity[i, 0], velocity[i, 1]
        for k in range(10):
            mode[i, m, 4 + k] = tracks.covariance[i, k]


@compiled
def mix(modes: Modes, leave: float, back: float) -> Modes:
    """Mix the modes by the chance that the aircraft has begun or ended a turn.

    A left turn becomes a right one by way of straight flight only.

    Args:
        leave: chance that straight flight has ended.
        back: chance that a turn has ended.
    """
    begun = 0.5 * modes.w_straight * leave
    ended = (modes.w_left + modes.w_right) * back
    round_ = blend(modes.left, modes.right, modes.w_left / (modes.w_left + modes.w_right))
    to_straight = modes.w_straight * (1.0 - leave) + ended
    to_left = begun + modes.w_left * (1.0 - back)
    to_right = begun + modes.w_right * (1.0 - back)
    return Modes(
        blend(round_, modes.straight, ended / to_straight),
        blend(modes.straight, modes.left, begun / to_left),
        blend(modes.straight, modes.right, begun / to_right),
        to_straight,
        to_left,
        to_right,
    )


@compiled
def turn_rate_of(tracks: Tracks, i: int, noise: Noise) -> float:
    """Return how often track i begins a turn while it flies straight, per second."""
    return (PRIOR_TURNS + tracks.turns[i]) / (PRIOR_TURNS * noise.straight_s + tracks.straight_s[i])


@compiled
def predict_modes(tracks: Tracks, i: int, stride: Stride, noise: Noise) -> None:
    """Mix and predict the modes of track i and move it to where they are together."""
    leave = 1.0 - exp(-stride.dt_s * turn_rate_of(tracks, i, noise))
    before = modes_of(tracks, i)
    modes = mix(before, leave, stride.back)
    old = 1.0 - before.w_straight * leave / (modes.w_left + modes.w_right)
    tracks.turned_lately[i] = 1.0 - (1.0 - tracks.turned_lately[i]) * old
    _note_straight(tracks, i, modes.w_straight * stride.dt_s, noise)
    q = noise.steady if tracks.claimed_id[i] != 0 else noise.agile
    rate, c, s = noise.turn_rate_rad_per_s, stride.cosine, stride.sine
    predicted = Modes(
        fly_straight(modes.straight, stride.dt_s, q),
        fly_round(modes.left, stride.dt_s, noise.turning, rate, c, s),
        fly_round(modes.right, stride.dt_s, noise.turning, -rate, c, -s),
        modes.w_straight,
        modes.w_left,
        modes.w_right,
    )
    put_modes(tracks, i, predicted)


@compiled
def _note_straight(tracks: Tracks, i: int, flown_s: float, noise: Noise) -> None:
    """Count time flown straight; beyond what is remembered, turns and time fade alike."""
    total_s, most_s = tracks.straight_s[i] + flown_s, _MEMORY * noise.straight_s
    if total_s > most_s:
        tracks.turns[i] *= most_s / total_s
        total_s = most_s
    tracks.straight_s[i] = total_s


@compiled
def put_corrected(
    tracks: Tracks,
    i: int,
    straight: State,
    left: State,
    right: State,
    likelihood: tuple[float, float, float],
) -> None:
    """Weigh the corrected modes of track i by how well each foresaw a report, and make them the track.

    Args:
        likelihood: of the report in each mode, straight, left, right, to a common factor.
    """
    weight = tracks.mode_weight
    most = max(likelihood[STRAIGHT], likelihood[LEFT], likelihood[RIGHT])
    # Where no mode foresaw it at all, they have all been wrong alike.
    scale = 1.0 / most if most > 0.0 else 0.0
    w_straight = max(weight[i, STRAIGHT] * likelihood[STRAIGHT] * scale, _WEIGHT_LEAST)
    w_left = max(weight[i, LEFT] * likelihood[LEFT] * scale, _WEIGHT_LEAST)
    w_right = max(weight[i, RIGHT] * likelihood[RIGHT] * scale, _WEIGHT_LEAST)
    total = w_straight + w_left + w_right
    modes = Modes(straight, left, right, w_straight / total, w_left / total, w_right / total)
    tracks.turns[i] += (modes.w_left + modes.w_right) * tracks.turned_lately[i]
    tracks.turned_lately[i] = 0.0
    put_modes(tracks, i, modes)


@compiled
def likelihoods(
    distance2: tuple[float, float, float], spread2: tuple[float, float, float]
) -> tuple[float, float, float]:
    """Return three normal likelihoods to a common factor: the best fit's distance taken off all.

    Args:
        distance2: squared normalised innovations.
        spread2: determinants of their covariances.
    """
    least = min(distance2[0], distance2[1], distance2[2])
    return (
        exp(-0.5 * (distance2[0] - least)) / sqrt(spread2[0]),
        exp(-0.5 * (distance2[1] - least)) / sqrt(spread2[1]),
        exp(-0.5 * (distance2[2] - least)) / sqrt(spread2[2]),
    )
