"""Bearings of one look against the tracks, where many bearings are false and several fit.

A camera or a direction finder of a recording gives some bearings at each look; an object sends at most
one of them, and most may come from nothing that is tracked. To choose one would drag tracks after
clutter. So every bearing moves every track that it fits by the probability that it is its own (Bar-Shalom
and Tse, *Tracking in a cluttered environment with probabilistic data association*, Automatica 11, 1975;
shared among tracks as in Fitzgerald, *Development of practical PDA logic for multitarget tracking by
microprocessor*, American Control Conference 1986). Weighed together they do to a track what one bearing
of another error would do, so the filter sees one bearing for each track.
"""

from math import exp, pi, sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.belief import Belief
from fusion.compiled import compiled
from fusion.identity import DOMAIN_OF_TYPE
from fusion.intercepts import Bearings, attribute_factor, look, update_from_bearing
from fusion.motion import noise_of
from fusion.noise import Noise
from fusion.provenance import Stamp, credit_all
from fusion.radar import wrapped
from fusion.settings import EngineSettings
from fusion.tracks import Tracks

USED: Final = 0.1
"""Probability from which a bearing is named among those that a track is made of."""

HEARD: Final = 0.5
"""Probability that one of the bearings is its own from which a track counts as heard."""

LEFT_BY_SILENCE: Final = 1.0
"""How much above its end silence leaves the score of a track that was just seen: one more miss ends it."""

WORTH: Final = 0.02
"""A look that would shrink a track's doubt by less than this part is left alone."""

DOUBT_RAD_MAX: Final = 0.3
"""To a track whose direction is less sure than this, so near, a bearing is no straight line."""


class Fits(NamedTuple):
    """P plausible pairs of tracks and bearings, tracks running slowest.

    Attributes:
        track: (P,) row in the table.
        bearing: (P,) place in the look.
        off_rad: (P,) measured minus predicted.
        predicted_rad: (P,) where the track should be heard.
        doubt_rad2: (P,) variance of that.
        ratio: (P,) likelihood that it is the track's, against that it is false.
    """

    track: IntArray
    bearing: IntArray
    off_rad: FloatArray
    predicted_rad: FloatArray
    doubt_rad2: FloatArray
    ratio: FloatArray


class Weighed(NamedTuple):
    """What a look says to each of K tracks, as if it had one bearing.

    Attributes:
        track: (K,) row in the table.
        bearing: (K,) place in the look of its likeliest one.
        bearing_rad: (K,) of the one that stands for all.
        sigma_rad: (K,) its error; infinite where the look says nothing.
        chance: (K,) that one of them is its own.
        residual: (K,) normalised innovation of the likeliest.
    """

    track: IntArray
    bearing: IntArray
    bearing_rad: FloatArray
    sigma_rad: FloatArray
    chance: FloatArray
    residual: FloatArray


class Heard(NamedTuple):
    """What became of a look.

    Attributes:
        used: (U, 2) rows of tracks and places of the bearings that they are made of.
        track: (H,) rows of tracks that were probably heard.
        residual: (H,) their normalised innovations.
        before: (H,) those of when the sensor last heard them; NaN for never.
        before_s: (H,) when that was.
        false: (M,) probability that no track has sent a bearing.
    """

    used: IntArray
    track: IntArray
    residual: FloatArray
    before: FloatArray
    before_s: FloatArray
    false: FloatArray


def fold_bearings(
    belief: Belief,
    bearings: Bearings,
    detection_probability: float,
    false_per_rad: FloatArray,
    looks_per_error: float,
    should: IntArray,
    stamp: Stamp,
    settings: EngineSettings,
) -> Heard:
    """Correct the tracks that a look's bearings fit; the look is of one sensor at one place.

    Args:
        belief: changed in place.
        detection_probability: of an object in sight.
        false_per_rad: (M,) false bearings per radian to be expected in each bearing's direction.
        looks_per_error: looks in a row that share their error.
        should: (E,) rows of tracks that the sensor should hear.
    """
    tracks, noise, count = belief.tracks, settings.noise, len(bearings.time_s)
    fits = plausible(tracks, belief.rows, bearings, DOMAIN_OF_TYPE, noise, settings.gate_sigma, false_per_rad)
    chance = shares(fits, count, detection_probability)
    least = settings.confirm_score - settings.lost_score
    believe(tracks, fits, count, should, detection_probability, looks_per_error, least)
    weighed = weigh(fits, chance, bearings, looks_per_error)
    correct(tracks, weighed, bearings, noise)
    heard = np.flatnonzero(weighed.chance >= HEARD)
    track, bearing, residual = weighed.track[heard], weighed.bearing[heard], weighed.residual[heard]
    before, before_s = last_residuals(tracks, track, stamp.source)
    sigma = np.zeros(count)
    sigma[bearing] = residual
    credit_all(tracks, track, bearing, bearings.time_s, sigma, stamp)
    used = np.flatnonzero(chance >= USED)
    return Heard(
        used=np.stack([fits.track[used], fits.bearing[used]], axis=-1),
        track=track,
        residual=residual,
        before=before,
        before_s=before_s,
        false=1.0 - np.minimum(np.bincount(fits.bearing, weights=chance, minlength=count), 1.0),
    )


def last_residuals(tracks: Tracks, rows: IntArray, source: int) -> tuple[FloatArray, FloatArray]:
    """Return (H,) normalised innovations of the last reports of a source, and when; NaN for none."""
    of_source = tracks.source[rows] == source
    known, slot = of_source.any(axis=1), of_source.argmax(axis=1)
    sigma = np.where(known, tracks.source_sigma[rows, slot].astype(np.float64), np.nan)
    return sigma, np.where(known, tracks.source_at_s[rows, slot], np.nan)


@compiled
def plausible(
    tracks: Tracks,
    rows: int,
    bearings: Bearings,
    domain_of_type: NDArray[np.uint8],
    noise: Noise,
    gate_sigma: float,
    false_per_rad: FloatArray,
) -> Fits:
    """Return the pairs of believed tracks and bearings within the gate."""
    room = 4 * bearings.time_s.size + 16
    track, bearing = np.empty(room, np.int64), np.empty(room, np.int64)
    off_rad, predicted, doubt, ratio = np.empty(room), np.empty(room), np.empty(room), np.empty(room)
    line, count = np.empty(4), 0
    for i in range(rows):
        if tracks.status[i] == 0:
            continue
        q, p = noise_of(tracks, i, noise), tracks.covariance[i]
        for j in range(bearings.time_s.size):
            look(tracks, i, bearings, float(bearings.time_s[j]), line)
            if line[1] > bearings.range_max_m:
                continue
            dt_s = bearings.time_s[j] - tracks.time_s[i]
            across2 = (
                line[2] ** 2 * (p[0] + 2.0 * dt_s * p[2] + dt_s * dt_s * p[7])
                + 2.0 * line[2] * line[3] * (p[1] + dt_s * (p[3] + p[5]) + dt_s * dt_s * p[8])
                + line[3] ** 2 * (p[4] + 2.0 * dt_s * p[6] + dt_s * dt_s * p[9])
                + q * abs(dt_s) ** 3 / 3.0
            )
            doubt2 = across2 / line[1] ** 2
            s = doubt2 + bearings.sigma_rad[j] ** 2
            off = wrapped(bearings.bearing_rad[j] - line[0])
            if doubt2 > DOUBT_RAD_MAX * DOUBT_RAD_MAX or off * off > gate_sigma * gate_sigma * s:
                continue
            if count == room:
                track, bearing = np.append(track, np.empty_like(track)), np.append(bearing, track)
                off_rad, predicted = np.append(off_rad, off_rad), np.append(predicted, predicted)
                doubt, ratio = np.append(doubt, doubt), np.append(ratio, ratio)
                room *= 2
            track[count], bearing[count] = i, j
            off_rad[count], predicted[count], doubt[count] = off, line[0], doubt2
            likelihood = exp(-0.5 * off * off / s) / sqrt(2.0 * pi * s)
            likelihood *= attribute_factor(tracks, i, bearings, j, domain_of_type)
            ratio[count] = likelihood / false_per_rad[j]
            count += 1
    return Fits(
        track[:count], bearing[:count], off_rad[:count], predicted[:count], doubt[:count], ratio[:count]
    )


def shares(fits: Fits, count: int, detection_probability: float) -> FloatArray:
    """Return (P,) the probability that each bearing is its track's.

    A bearing is shared among the tracks that it fits, a track among the bearings that fit it; a track
    may also have sent none of them.
    """
    if not fits.track.size:
        return np.empty(0)
    ratio = detection_probability * fits.ratio
    _, place = np.unique(fits.track, return_inverse=True)
    of_track = np.bincount(place, weights=ratio)[place]
    of_bearing = np.bincount(fits.bearing, weights=ratio, minlength=count)[fits.bearing]
    return ratio / (1.0 - detection_probability + of_track + of_bearing - ratio)


def believe(
    tracks: Tracks,
    fits: Fits,
    count: int,
    should: IntArray,
    detection_probability: float,
    looks_per_error: float,
    least: float,
) -> None:
    """Let what a sensor heard, and what it should have heard and did not, count for and against tracks.

    A bearing does not say how far. So it keeps nothing alive that those who tell places have just missed;
    and its absence alone ends nothing that they have just seen.

    Args:
        least: score below which a track is dropped.
    """
    silence = 1.0 - detection_probability
    ratio = detection_probability * fits.ratio
    of_bearing = np.bincount(fits.bearing, weights=ratio, minlength=count)[fits.bearing]
    # With one bearing and two tracks that it fits alike this is the exact ratio of "both are there" and
    # "the other is": a bearing that another track explains is no evidence for this one.
    own = np.bincount(
        fits.track, weights=ratio * silence / (silence + of_bearing - ratio), minlength=len(tracks.score)
    )
    evidence = np.log(silence + own[should]) / looks_per_error
    score, missed = tracks.score[should], tracks.misses[should] > 0
    floor = np.where(missed, -np.inf, np.minimum(score, least + LEFT_BY_SILENCE))
    tracks.score[should] = np.maximum(score + np.where(missed, np.minimum(evidence, 0.0), evidence), floor)


@compiled
def weigh(fits: Fits, chance: FloatArray, bearings: Bearings, looks_per_error: float) -> Weighed:
    """Return for each track the one bearing that stands for all that may be its own.

    With the probabilities b of innovations v of variance S, probabilistic data association moves a track
    by its gain times the sum of b v, and takes from its covariance the part g of what a sure bearing
    would, g = sum of b - (sum of b v v - (sum of b v)^2) / S. One bearing with the innovation
    (sum of b v) / g and the variance S / g does the same.
    """
    room = fits.track.size
    track, best, bearing_rad = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room)
    sigma_rad, whole, residual = np.empty(room), np.empty(room), np.empty(room)
    count, k = 0, 0
    while k < room:
        first, total, mean, square, s = k, 0.0, 0.0, 0.0, 0.0
        likeliest = k
        while k < room and fits.track[k] == fits.track[first]:
            b, v = chance[k], fits.off_rad[k]
            total, mean, square = total + b, mean + b * v, square + b * v * v
            s += b * (fits.doubt_rad2[k] + bearings.sigma_rad[fits.bearing[k]] ** 2)
            if chance[k] > chance[likeliest]:
                likeliest = k
            k += 1
        track[count], best[count], whole[count] = fits.track[first], fits.bearing[likeliest], total
        doubt2 = fits.doubt_rad2[likeliest]
        s /= max(total, 1e-300)
        residual[count] = fits.off_rad[likeliest] / sqrt(s)
        part = total - (square - mean * mean) / s
        bearing_rad[count], sigma_rad[count] = fits.predicted_rad[likeliest], np.inf
        if part > WORTH:
            bearing_rad[count] += mean / part
            sigma_rad[count] = sqrt(max(s / part - doubt2, 0.0) * looks_per_error)
        count += 1
    return Weighed(
        track[:count], best[:count], bearing_rad[:count], sigma_rad[:count], whole[:count], residual[:count]
    )


@compiled
def correct(tracks: Tracks, weighed: Weighed, bearings: Bearings, noise: Noise) -> None:
    """Correct each track by what the look says to it; it remembers the emitter of a sure bearing."""
    count = weighed.track.size
    frequency, pri, time_s = np.full(count, np.nan), np.full(count, np.nan), np.empty(count)
    for k in range(count):
        time_s[k] = bearings.time_s[weighed.bearing[k]]
        if weighed.chance[k] >= HEARD:
            frequency[k] = bearings.frequency_hz[weighed.bearing[k]]
            pri[k] = bearings.pri_s[weighed.bearing[k]]
    one = Bearings(
        bearings.ecef_m, bearings.axes, bearings.range_max_m, time_s, weighed.bearing_rad,
        weighed.sigma_rad, frequency, bearings.frequency_sigma_hz[weighed.bearing], pri,
        bearings.pri_sigma_s[weighed.bearing], bearings.likelihood,
    )  # fmt: skip
    for k in range(count):
        if weighed.sigma_rad[k] < np.inf:
            update_from_bearing(tracks, weighed.track[k], one, k, noise)
