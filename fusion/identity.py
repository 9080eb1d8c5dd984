"""What a track probably is: Bayes over side (friend, neutral, hostile) and platform type together.

Evidence comes from emitters (who carries what), self-reports (what it says it is, usually true), silence
(what must report itself and does not) and speed (nothing sails at 300 knots); :mod:`fusion.evidence`
holds how likely each is. Repeated looks at one emitter are not independent evidence, so each look counts
for a part of itself; a claim repeated is the same claim and counts once. No probability ever reaches 0.
Evidence that contradicts what is believed is measured, and the track marked: a sum hides it.
"""

from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray
from contracts.emitters import EMITTERS
from contracts.platforms import PLATFORM_TYPES, Affiliation
from fusion import evidence
from fusion.evidence import F4, TYPES
from fusion.extract import types_and_sides
from fusion.tracks import HYPOTHESES, SIDES

FIRST_LOOK_WEIGHT: Final = 0.5
"""Share of the first look at an emitter of a track that counts as evidence: it may be another's; assumed."""

NEXT_LOOK_WEIGHT: Final = 0.08
"""The same for later looks at an emitter the track is known for: mostly the same evidence again."""

LOOKS_MOST: Final = 1.5
"""What all later looks together may count for: a hundred looks at one unit share that unit's own deviation
from the library and the chance that it is another's, so they never become a hundred pieces of evidence."""

CONFLICT: Final = log(2.0)
"""Conflict from which a track is marked: all evidence together is less than half as likely as if its parts
had nothing to do with each other. Above 0 is Jensen's own limit; this leaves room for one poor look."""

FITS_LEAST: Final = 0.02
"""Share of the belief that must fit how and where a track moves; below, the two contradict each other."""

CLAIM_LEAST: Final = 0.5
"""Probability below which what a merchant ship, fishing boat or airliner says of its type is not believed."""

SILENT_S: Final = 40.0
"""A track that is silent for so long, where others are heard, keeps silent by itself: aircraft report every
second, ships under way every two to ten."""

PRIOR: Final = evidence.prior()
EMITTER_SUPPORT: Final = evidence.emitter_support()
CLAIMS: Final = evidence.claims()
JAMMER: Final = evidence.jammer()
SILENCE: Final = 1.0 - evidence.speaks().reshape(HYPOTHESES)
SPEED_MAX_M_PER_S: Final = np.array([kind.speed_max_m_per_s for kind in PLATFORM_TYPES])
DOMAIN_OF_TYPE: Final = np.array([int(kind.domain) for kind in PLATFORM_TYPES], np.uint8)
CIVIL: Final = np.array([kind.name in evidence.SIDES_OF_CIVIL for kind in PLATFORM_TYPES])
_FLOOR: Final = 1e-5


def weigh(hypotheses: F4, likelihood: FloatArray, weight: FloatArray) -> F4:
    """Return (N, 63) probabilities after evidence of (N, 63) likelihoods, each counted in its (N,) part."""
    posterior = hypotheses * np.maximum(likelihood, 1e-9) ** weight[:, None]
    posterior /= np.maximum(posterior.sum(axis=-1, keepdims=True), 1e-30)
    posterior = np.maximum(posterior, _FLOOR * (PRIOR > 0))
    return (posterior / posterior.sum(axis=-1, keepdims=True)).astype(np.float32)


def intercept_likelihood(confidence: FloatArray, frequency_hz: FloatArray | None = None) -> FloatArray:
    """Return (M, 63) the likelihood of intercepts given (M, E) confidences in library emitters.

    What the confidences leave open may be any emitter, and counts for every hypothesis alike; but nobody
    who is heard on the carrier of satellite navigation, at (M,) frequencies, is there by chance.
    """
    rest = np.clip(1.0 - confidence.sum(axis=1, keepdims=True), 0.0, 1.0)
    likelihood: FloatArray = confidence @ EMITTER_SUPPORT + rest / len(EMITTERS)
    if frequency_hz is not None:
        jams = np.abs(frequency_hz - evidence.GNSS_HZ) < evidence.GNSS_BAND_HZ
        likelihood[jams] *= JAMMER
    return likelihood


def in_doubt(likelihood: FloatArray, chance: FloatArray) -> FloatArray:
    """Return (M, 63) what (M, 63) likelihoods say of tracks they belong to with (M,) probability only.

    With the rest of the probability they say nothing: every hypothesis as likely as before.
    """
    ratio = likelihood / (likelihood @ PRIOR.astype(np.float64))[:, None]
    return chance[:, None] * ratio + (1.0 - chance)[:, None]


def hostile_share(likelihood: FloatArray) -> FloatArray:
    """Return (M,) the hostile share of (M, 63) likelihoods, best type against best type."""
    best = likelihood.reshape(len(likelihood), len(SIDES), TYPES).max(axis=2)
    return best[:, 2] / best.sum(axis=1)


def self_report_likelihood(platform: NDArray[np.int16]) -> FloatArray:
    """Return (M, 63) the likelihood of self-reports that claim (M,) platform types."""
    return CLAIMS[platform]


def conflict(hypotheses: F4, likelihood: FloatArray) -> FloatArray:
    """Return (N,) how much (N, 63) evidence contradicts (N, 63) beliefs; negative where it agrees.

    Jensen's measure, log P(e) - log P(e | what came before), with P(e) from the prior alone. Summed over
    all evidence it is log of the product of P(e) over P(all of it): above 0, the parts do not belong to one
    object as the model knows it. F. V. Jensen, B. Chamberlain, T. Nordahl, F. Jensen, Analysis in HUGIN
    of data conflict, UAI 1990.
    """
    alone = likelihood @ PRIOR.astype(np.float64)
    expected = (hypotheses * likelihood).sum(axis=1)
    measure: FloatArray = np.log(np.maximum(alone, 1e-30)) - np.log(np.maximum(expected, 1e-30))
    return measure


def together(hypotheses: F4, others: F4) -> F4:
    """Return (N, 63) what two (N, 63) beliefs about one object each come to, from evidence of their own."""
    both = hypotheses.astype(np.float64) * others / np.maximum(PRIOR, 1e-12)
    both /= np.maximum(both.sum(axis=-1, keepdims=True), 1e-30)
    both = np.maximum(both, _FLOOR * (PRIOR > 0))
    return (both / both.sum(axis=-1, keepdims=True)).astype(np.float32)


def fitting(hypotheses: F4, domain: NDArray[np.uint8], speed_m_per_s: FloatArray) -> FloatArray:
    """Return (N,) the share of (N, 63) beliefs that fits where tracks move and how fast."""
    at_home = (
        (domain[:, None] == 0)
        | (DOMAIN_OF_TYPE[None, :] == domain[:, None])
        | ((domain[:, None] == 2) & (DOMAIN_OF_TYPE[None, :] == 3))
    )
    able = speed_m_per_s[:, None] < 1.15 * SPEED_MAX_M_PER_S[None, :] + 3.0
    by_type = hypotheses.reshape(len(hypotheses), len(SIDES), TYPES).sum(axis=1)
    share: FloatArray = (by_type * (at_home & able)).sum(axis=1).astype(np.float64)
    return share


def disbelieved(hypotheses: F4, claimed_type: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return (N,) whether all evidence together outweighs a civil type that a track says it is.

    A disguise is no conflict of the model, which knows of disguises; it is one that people want to see.
    """
    by_type = hypotheses.reshape(len(hypotheses), len(SIDES), TYPES).sum(axis=1)
    believed = by_type[np.arange(len(hypotheses)), claimed_type]
    return CIVIL[claimed_type] & (believed < CLAIM_LEAST)


def with_silence(hypotheses: F4, silent_s: NDArray[np.float32]) -> F4:
    """Return (N, 63) beliefs given for how long tracks were silent where others were heard.

    Not kept in the track: the first self-report takes it back.
    """
    rows = np.flatnonzero(silent_s >= SILENT_S)
    if not len(rows):
        return hypotheses
    told = hypotheses.copy()
    told[rows] = told[rows] * SILENCE
    told[rows] /= told[rows].sum(axis=1, keepdims=True)
    return told


def describe(
    hypotheses: F4,
    domain: NDArray[np.uint8],
    speed_m_per_s: FloatArray,
    silent_s: NDArray[np.float32] | None = None,
) -> tuple[NDArray[np.uint8], F4, NDArray[np.uint8], F4, NDArray[np.uint8]]:
    """Say what tracks are.

    Args:
        hypotheses: (N, 63) joint probabilities.
        domain: (N,) where they move.
        speed_m_per_s: (N,) how fast.
        silent_s: (N,) how long they were silent where others report themselves.

    Returns:
        (N,) affiliation; (N, 3) probabilities of the sides; (N, 3) best types, best first; (N, 3)
        their probabilities; (N,) the best type to draw, which is only "unknown" while nothing
        speaks for one.
    """
    told = hypotheses if silent_s is None else with_silence(hypotheses, silent_s)
    sides, best, probability = types_and_sides(told, domain, speed_m_per_s, DOMAIN_OF_TYPE, SPEED_MAX_M_PER_S)
    drawn = best[:, 0].copy()
    # A type is drawn when something speaks for it: that most of what flies are airliners is no evidence.
    unsure = (probability[:, 0] < 0.5) | (hypotheses == PRIOR).all(axis=1)
    drawn[unsure] = np.array([0, 1, 2, 2, 0, 0], np.uint8)[domain[unsure]]
    return affiliation(sides), sides.astype(np.float32), best, probability.astype(np.float32), drawn


def affiliation(sides: FloatArray) -> NDArray[np.uint8]:
    """Return (N,) the standard identity of (N, 3) probabilities of friend, neutral, hostile.

    Limits, assumed: 0.9 is said outright, 0.6 is "assumed friend" or "suspect", else unknown. There is no
    "assumed neutral".
    """
    friend, neutral, hostile = sides[:, 0], sides[:, 1], sides[:, 2]
    said = np.full(len(sides), int(Affiliation.UNKNOWN), np.uint8)
    said[neutral >= 0.9] = Affiliation.NEUTRAL
    said[friend >= 0.6] = Affiliation.ASSUMED_FRIEND
    said[friend >= 0.9] = Affiliation.FRIEND
    said[hostile >= 0.6] = Affiliation.SUSPECT
    said[hostile >= 0.9] = Affiliation.HOSTILE
    return said
