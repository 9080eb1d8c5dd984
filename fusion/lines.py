"""Lines: what one site hears from one direction with the same attributes, look after look.

Intercepts of a site that agree in frequency, pulse repetition interval, pulse width and scan, and whose
bearings follow on each other, are taken to be of one emitter. A line is not a position: it is what the
positions are found from, with lines of other sites, or with itself from where a moving site was before.
"""

from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion import evidence, table
from fusion.compiled import compiled
from fusion.identity import EMITTER_SUPPORT
from fusion.table import Table
from fusion.tracks import HYPOTHESES

LINES_MAX: Final = 400
"""Lines kept; at the bound the one silent for longest makes room, and is counted."""

LOOKS: Final = 24
"""Looks remembered of each line; at the bound the oldest goes."""

LOOK_S: Final = 10.0
"""Intercepts within this time become one look: what a site can move in it does not matter."""

LINE_KEPT_S: Final = 180.0
"""A line that nobody has heard for so long is over."""

GATE2: Final = 16.0
"""Squared distance in bearing, and in each attribute, within which an intercept follows a line."""

CLEARLY2: Final = 6.0
"""By how much, in squared distance, an intercept must be nearer to its line than to any other: twentyfold."""

TURNING_RAD2_PER_S3: Final = 5e-8
"""How much a bearing's rate may change: an aircraft that listens turns about in a minute; assumed."""

RATE_SIGMA_RAD_PER_S: Final = 3e-3
"""Spread of bearing rates: 200 m/s at 70 km; assumed."""

SPREAD: Final = (0.005, 0.01, 0.04, 0.02)
"""How far units of one kind differ in frequency, interval, width and scan, relative; assumed."""

WHITE_SHARE: Final = 0.09
"""Part of a bearing's variance that no averaging takes away; assumed."""


CANNOT: Final = 1e-4
UNLISTED: Final = 1e-3
"""Likelihood of an emitter on a platform that should not carry it, and of one of no library; assumed."""


class Signals(NamedTuple):
    """What M intercepts say beside their direction.

    Attributes:
        site: (3,) latitude rad, longitude rad, height m of where they were heard.
        attribute: (M, 4) frequency Hz, interval s, pulse width s, scan period s; NaN for none.
        attribute_sigma: (M, 4) their errors.
        likelihood: (M, 63) of the emitter for each side and type, see :func:`carried_likelihood`.
        fix_range_m: (M,) distance over ground of the site's own fix; NaN for none.
        fix_range_sigma_m: (M,) its error along the bearing.
    """

    site: FloatArray
    attribute: FloatArray
    attribute_sigma: FloatArray
    likelihood: FloatArray
    fix_range_m: FloatArray
    fix_range_sigma_m: FloatArray


class Direction(NamedTuple):
    """Where a line points, and what it hears there.

    Attributes:
        source: the site.
        at_s: time of the bearing.
        bearing_rad: from true north.
        rate_rad_per_s: how it turns.
        frequency_hz: what is heard.
        frequency_sigma_hz: error of one intercept of it.
    """

    source: int
    at_s: float
    bearing_rad: float
    rate_rad_per_s: float
    frequency_hz: float
    frequency_sigma_hz: float


class Lines(Table):
    """Columns of the table of lines; L is the capacity.

    Attributes:
        founder: (L, 4) source, epoch, sequence, row of the first intercept.
        newest: (L, 3) epoch, sequence, row of the newest.
        heard: (L,) how many.
        first_s: (L,) time of the first.
        last_s: (L,) time of the newest.
        range_max_m: (L,) how far the site hears.
        attribute: (L, 4) frequency Hz, interval s, pulse width s, scan period s; NaN for none yet.
        attribute_weight: (L, 4) one over the variance of each.
        bearing: (L, 5) bearing rad, its rate, variance, covariance, variance of the rate.
        scatter: (L,) sum of the squared normalised innovations of its bearings.
        log_likelihood: (L, 63) mean log-likelihood of side and type.
        trust: (L,) of the newest.
        label: (L, 3) highest class, common nations, caveats: bit masks.
        looks: (L,) how many are in use, oldest first.
        look_s: (L, 24) mean time of each look.
        look_site: (L, 24, 3) mean latitude rad, longitude rad, height m of the site.
        look_bearing: (L, 24) mean bearing.
        look_variance: (L, 24) of one of its bearings.
        look_range_m: (L, 24) mean range, where the site measures it; NaN for none.
        look_range_variance: (L, 24) of one of them.
        look_heard: (L, 24) how many intercepts it is made of.
    """

    founder: IntArray
    newest: IntArray
    heard: IntArray
    first_s: FloatArray
    last_s: FloatArray
    range_max_m: FloatArray
    attribute: FloatArray
    attribute_weight: FloatArray
    bearing: FloatArray
    scatter: FloatArray
    log_likelihood: FloatArray
    trust: FloatArray
    label: IntArray
    looks: IntArray
    look_s: FloatArray
    look_site: FloatArray
    look_bearing: FloatArray
    look_variance: FloatArray
    look_range_m: FloatArray
    look_range_variance: FloatArray
    look_heard: IntArray


LINE: Final = table.layout({
    "founder": ("i8", (4,)), "newest": ("i8", (3,)), "heard": ("i8", ()), "first_s": ("f8", ()),
    "last_s": ("f8", ()), "range_max_m": ("f8", ()), "attribute": ("f8", (4,)),
    "attribute_weight": ("f8", (4,)), "bearing": ("f8", (5,)), "scatter": ("f8", ()),
    "log_likelihood": ("f8", (HYPOTHESES,)), "trust": ("f8", ()), "label": ("i8", (3,)),
    "looks": ("i8", ()), "look_s": ("f8", (LOOKS,)), "look_site": ("f8", (LOOKS, 3)),
    "look_bearing": ("f8", (LOOKS,)), "look_variance": ("f8", (LOOKS,)), "look_range_m": ("f8", (LOOKS,)),
    "look_range_variance": ("f8", (LOOKS,)), "look_heard": ("i8", (LOOKS,)),
})  # fmt: skip
"""Type of a row."""


def carried_likelihood(confidence: FloatArray) -> FloatArray:
    """Return (M, 63) how likely each side and type carries what is heard, of (M, E) confidences in emitters.

    Sharper than what one intercept says of a track's identity: whose it is, is weighed apart here.
    """
    support = np.where(EMITTER_SUPPORT > evidence.CANNOT, EMITTER_SUPPORT, CANNOT)
    rest = np.clip(1.0 - confidence.sum(axis=1, keepdims=True), 0.0, 1.0)
    likelihood: FloatArray = confidence @ support + UNLISTED * rest
    return likelihood


def empty_lines() -> Lines:
    """Return a table of unused rows."""
    return table.empty(Lines, LINE, LINES_MAX)


def direction_of(lines: Lines, line: int) -> Direction:
    """Return where a line points."""
    # One over the mean weight is the variance of one intercept.
    sigma_hz = sqrt(lines.heard[line] / max(lines.attribute_weight[line, 0], 1e-30))
    return Direction(
        int(lines.founder[line, 0]), float(lines.last_s[line]), float(lines.bearing[line, 0]),
        float(lines.bearing[line, 1]), float(lines.attribute[line, 0]), sigma_hz,
    )  # fmt: skip


def one_emitter(lines: Lines, members: IntArray) -> bool:
    """Return whether the bearings of each line scatter no more than those of one emitter do.

    Two emitters alike and almost in one direction make one line, whose middle is nobody's direction.
    """
    heard = lines.heard[members].astype(np.float64)
    most: NDArray[np.bool_] = lines.scatter[members] <= heard + 3.0 * np.sqrt(2.0 * heard)
    return bool(most.all())


@compiled
def same_kind(lines: Lines, a: int, b: int) -> float:
    """Return the log of how much likelier the attributes of two lines are of one unit than of two of a kind.

    Minus infinity where one of them cannot be of one unit, and where no attribute is common.
    """
    ratio, common = 0.0, False
    for k in range(4):
        if lines.attribute_weight[a, k] == 0.0 or lines.attribute_weight[b, k] == 0.0:
            continue
        common = True
        gap = lines.attribute[a, k] - lines.attribute[b, k]
        # Averaging many looks finds a mean that the sites' own errors do not share.
        floor = (0.1 * SPREAD[k] * lines.attribute[a, k]) ** 2
        one = 1.0 / lines.attribute_weight[a, k] + 1.0 / lines.attribute_weight[b, k] + floor
        two = one + 2.0 * (SPREAD[k] * lines.attribute[a, k]) ** 2
        if gap * gap > GATE2 * one:
            return -np.inf
        ratio += 0.5 * (gap * gap / two - gap * gap / one + np.log(two / one))
    return ratio if common else -np.inf
