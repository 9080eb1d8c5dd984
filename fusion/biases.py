"""What each radar errs by throughout: its range and azimuth biases, estimated for all radars together.

One Kalman filter over all radars of a scope, two states each. A plot and another sensor's word on the
same object differ by the biases of the two and by noise, and to first order that is linear; so what is
known of one radar helps to know the next (Dana, "Registration: a prerequisite for multiple sensor
tracking", in Bar-Shalom, *Multitarget-Multisensor Tracking: Advanced Applications*, 1990, chapter 5; Lin,
Bar-Shalom, Kirubarajan, "Exact multisensor dynamic bias estimation with local tracks", IEEE T-AES 40(2),
2004). Where we differ: measurements are compared, not tracks, so that nothing is counted twice.

Biases wander back to zero (a Gauss-Markov process), so that a radar of which nobody else says anything
is left at zero, and not believed for ever because of what was once seen.
"""

from math import exp
from typing import Final, NamedTuple

import numpy as np

from contracts.columns import FloatArray
from fusion.compiled import compiled

RADARS_MAX: Final = 32
"""Radars whose biases are estimated; those heard of later are taken to have none."""

RANGE_SIGMA_M: Final = 200.0
"""Spread of range biases before anything is known; assumed."""

AZIMUTH_SIGMA_RAD: Final = 0.012
"""Spread of azimuth biases before anything is known, 0.7 degrees: a north mark badly set; assumed."""

MEMORY_S: Final = 259_200.0
"""Time in which a bias forgets itself, three days: it wanders by 0.05 degrees in ten minutes; assumed."""

GATE2: Final = 16.0
"""Squared distance beyond which a difference is not one of biases: another object, a lie."""

STEP_S: Final = 1.0
"""The filter moves in time at most so often; a second's wandering is nothing."""


class Biases(NamedTuple):
    """The filter's state for R radars; its arrays are changed in place.

    Attributes:
        at_s: (1,) exercise time of the state.
        mean: (2 R,) range bias m, azimuth bias rad, radar by radar.
        covariance: (2 R, 2 R) theirs.
    """

    at_s: FloatArray
    mean: FloatArray
    covariance: FloatArray


def no_biases(radars: int = 0) -> Biases:
    """Return what is known before anything is: no bias, with the spread assumed."""
    return Biases(np.zeros(1), np.zeros(2 * radars), np.diag(_spread2(radars)))


def with_one_more(biases: Biases) -> Biases:
    """Return the state with a radar more, of which nothing is known."""
    more = no_biases(len(biases.mean) // 2 + 1)
    size = len(biases.mean)
    more.at_s[:] = biases.at_s
    more.mean[:size] = biases.mean
    more.covariance[:size, :size] = biases.covariance
    return more


def _spread2(radars: int) -> FloatArray:
    return np.tile(np.array([RANGE_SIGMA_M**2, AZIMUTH_SIGMA_RAD**2]), radars)


@compiled
def move_on(biases: Biases, to_s: float) -> None:
    """Let the biases wander up to a time."""
    since_s = to_s - biases.at_s[0]
    if biases.at_s[0] == 0.0:
        biases.at_s[0] = to_s
        return
    if since_s < STEP_S:
        return
    kept = exp(-since_s / MEMORY_S)
    size = biases.mean.size
    for a in range(size):
        biases.mean[a] *= kept
        for b in range(size):
            biases.covariance[a, b] *= kept * kept
        spread = RANGE_SIGMA_M if a % 2 == 0 else AZIMUTH_SIGMA_RAD
        biases.covariance[a, a] += (1.0 - kept * kept) * spread * spread
    biases.at_s[0] = to_s


@compiled
def learn_difference(
    biases: Biases, radar: int, other: int, turn: FloatArray, off: FloatArray, noise: FloatArray
) -> bool:
    """Take in how a plot differs from where another sensor has the object; return whether it was used.

    Args:
        radar: whose plot.
        other: the other radar; -1 for a sensor without bias.
        turn: (2, 2) what a bias of the other looks like to this radar.
        off: (2,) plot minus the other's position as this radar would see it, range m and azimuth rad,
            both as measured.
        noise: (3,) covariance of that difference: range-range, range-azimuth, azimuth-azimuth.
    """
    p, mean = biases.covariance, biases.mean
    a, b, size = 2 * radar, 2 * other, biases.mean.size
    # P H' for the two differences; H is the identity at this radar and minus the turn at the other.
    ph = np.empty((size, 2))
    off0, off1 = off[0] - mean[a], off[1] - mean[a + 1]
    for row in range(size):
        ph[row, 0], ph[row, 1] = p[row, a], p[row, a + 1]
        if other >= 0:
            ph[row, 0] -= p[row, b] * turn[0, 0] + p[row, b + 1] * turn[0, 1]
            ph[row, 1] -= p[row, b] * turn[1, 0] + p[row, b + 1] * turn[1, 1]
    s00, s01, s11 = ph[a, 0] + noise[0], ph[a, 1] + noise[1], ph[a + 1, 1] + noise[2]
    if other >= 0:
        off0 += turn[0, 0] * mean[b] + turn[0, 1] * mean[b + 1]
        off1 += turn[1, 0] * mean[b] + turn[1, 1] * mean[b + 1]
        s00 -= turn[0, 0] * ph[b, 0] + turn[0, 1] * ph[b + 1, 0]
        s01 -= turn[0, 0] * ph[b, 1] + turn[0, 1] * ph[b + 1, 1]
        s11 -= turn[1, 0] * ph[b, 1] + turn[1, 1] * ph[b + 1, 1]
    determinant = s00 * s11 - s01 * s01
    u, v = (s11 * off0 - s01 * off1) / determinant, (s00 * off1 - s01 * off0) / determinant
    if not u * off0 + v * off1 < GATE2:
        return False
    for row in range(size):
        mean[row] += ph[row, 0] * u + ph[row, 1] * v
        g0 = (s11 * ph[row, 0] - s01 * ph[row, 1]) / determinant
        g1 = (s00 * ph[row, 1] - s01 * ph[row, 0]) / determinant
        for col in range(row + 1):
            p[row, col] -= g0 * ph[col, 0] + g1 * ph[col, 1]
            p[col, row] = p[row, col]
    return True


@compiled
def settle_on(
    biases: Biases,
    radar: int,
    range_m: float,
    azimuth_rad: float,
    range_sigma_m: float,
    azimuth_sigma_rad: float,
) -> None:
    """Forget what was thought of a radar's biases and take these, as found in another way."""
    a = 2 * radar
    for row in range(biases.mean.size):
        for col in range(a, a + 2):
            biases.covariance[row, col] = biases.covariance[col, row] = 0.0
    biases.mean[a], biases.mean[a + 1] = range_m, azimuth_rad
    biases.covariance[a, a], biases.covariance[a + 1, a + 1] = range_sigma_m**2, azimuth_sigma_rad**2
