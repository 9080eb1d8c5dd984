"""Are stated probabilities right as often as they say? The reliability diagram of the sides of tracks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.scoring import Matched
from benchmarks.situation import SIDES, Objects, Shown
from contracts.columns import FloatArray, IntArray

BINS: Final = 20


@dataclass(frozen=True, slots=True)
class Stated:
    """What one picture stated of the sides of the objects that it showed.

    Attributes:
        probability: (P, 3) of friend, neutral and hostile, of each pair.
        side: (P,) the true one.
    """

    probability: FloatArray
    side: IntArray


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of about one probability.

    Attributes:
        from_probability: least of the bin.
        to_probability: most.
        count: statements.
        stated: their mean probability; NaN without any.
        right: share of them that came true.
    """

    from_probability: float
    to_probability: float
    count: int
    stated: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Statements against what was true.

    Attributes:
        bins: from 0 to 1.
        count: statements.
        expected_calibration_error: mean over statements of how far stated and right are apart in their bin.
        brier: mean squared difference of the probability and 1 for true, 0 for false.
    """

    bins: tuple[Bin, ...]
    count: int
    expected_calibration_error: float
    brier: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How calibrated the sides are.

    Attributes:
        likeliest: the statement "it is this side" of each pair's likeliest side.
        sides: the statement "it is a friend" (neutral, hostile) of every pair, likely or not.
    """

    likeliest: Reliability
    sides: dict[str, Reliability]


def stated(objects: Objects, shown: Shown, matched: Matched) -> Stated:
    """Return what is stated of each pair, and what is true."""
    return Stated(shown.side_probability[matched.track_row], objects.side[matched.object_row])


def calibration_of(parts: Sequence[Stated]) -> Calibration:
    """Sum up over pictures; one object counts once in every picture that shows it."""
    probability = np.concatenate([np.zeros((0, len(SIDES))), *(part.probability for part in parts)])
    side = np.concatenate([np.zeros(0, np.int64), *(part.side for part in parts)])
    likeliest = probability.argmax(axis=1)
    return Calibration(
        likeliest=reliability_of(probability[np.arange(len(side)), likeliest], likeliest == side),
        sides={name: reliability_of(probability[:, k], side == k) for k, name in enumerate(SIDES)},
    )


def reliability_of(probability: FloatArray, true: NDArray[np.bool_] | IntArray) -> Reliability:
    """Return how often statements come true.

    Args:
        probability: (P,) as stated.
        true: (P,) whether each is.
    """
    came_true = np.asarray(true, np.float64)
    place = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    said = np.bincount(place, probability, BINS)
    right = np.bincount(place, came_true, BINS)
    bins = tuple(
        Bin(
            from_probability=k / BINS,
            to_probability=(k + 1) / BINS,
            count=int(counts[k]),
            stated=_ratio(float(said[k]), int(counts[k])),
            right=_ratio(float(right[k]), int(counts[k])),
        )
        for k in range(BINS)
    )
    return Reliability(
        bins=bins,
        count=len(probability),
        expected_calibration_error=_ratio(float(np.abs(said - right).sum()), len(probability)),
        brier=_ratio(float(((probability - came_true) ** 2).sum()), len(probability)),
    )


def _ratio(part: float, whole: int) -> float:
    return part / whole if whole else float("nan")
