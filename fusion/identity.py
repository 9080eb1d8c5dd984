"""What a track probably is: Bayes over side (friend, neutral, hostile) and platform type together.

Evidence comes from emitters (who carries what), self-reports (what it says it is, usually true,
usually neutral) and speed (nothing sails at 300 knots). Repeated looks at one emitter are not
independent evidence, so each look counts for a part of itself; a claim repeated is the same claim
and counts once. No probability ever reaches 0.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray
from contracts.emitters import EMITTERS
from contracts.platforms import PLATFORM_TYPES, Affiliation, Domain
from fusion.extract import types_and_sides
from fusion.tracks import HYPOTHESES, SIDES

F4 = NDArray[np.float32]
TYPES: Final = len(PLATFORM_TYPES)

SIDE_PRIOR: Final = (0.15, 0.70, 0.15)
"""Of friend, neutral, hostile before any evidence; assumed: most that moves is neutral."""

FIRST_LOOK_WEIGHT: Final = 0.5
"""Share of the first look at an emitter of a track that counts as evidence: it may be another's; assumed."""

NEXT_LOOK_WEIGHT: Final = 0.08
"""The same for later looks at an emitter the track is known for: mostly the same evidence again."""

_UNSPECIFIC: Final = ("unknown", "unknown-air", "unknown-surface", "radar-site")
_FLOOR: Final = 1e-5
_CANNOT: Final = 0.002
"""Likelihood of an intercept from a platform that should not carry the emitter: the library errs."""


def _prior() -> F4:
    """Return (63,) the prior; unspecific and fixed types share nothing."""
    usable = np.array([kind.name not in _UNSPECIFIC for kind in PLATFORM_TYPES], np.float64)
    joint = np.outer(SIDE_PRIOR, usable / usable.sum())
    return joint.reshape(-1).astype(np.float32)


def _emitter_support() -> FloatArray:
    """Return (E, 63) the likelihood of hearing each emitter from each side and type."""
    carried = np.array([
        side in emitter.sides and kind.name in emitter.carried_by
        for emitter in EMITTERS
        for side in SIDES
        for kind in PLATFORM_TYPES
    ]).reshape(len(EMITTERS), HYPOTHESES)  # fmt: skip
    each = np.maximum(carried.sum(axis=0), 1)
    support: FloatArray = np.where(carried, 1.0 / each, _CANNOT)
    return support


PRIOR: Final = _prior()
EMITTER_SUPPORT: Final = _emitter_support()
SPEED_MAX_M_PER_S: Final = np.array([kind.speed_max_m_per_s for kind in PLATFORM_TYPES])
DOMAIN_OF_TYPE: Final = np.array([int(kind.domain) for kind in PLATFORM_TYPES], np.uint8)
_UNKNOWN_OF_DOMAIN: Final = {Domain.AIR: 1, Domain.SURFACE: 2}


def weigh(hypotheses: F4, likelihood: FloatArray, weight: FloatArray) -> F4:
    """Return (N, 63) probabilities after evidence of (N, 63) likelihoods, each counted in its (N,) part."""
    posterior = hypotheses * np.maximum(likelihood, 1e-9) ** weight[:, None]
    posterior /= np.maximum(posterior.sum(axis=-1, keepdims=True), 1e-30)
    posterior = np.maximum(posterior, _FLOOR * (PRIOR > 0))
    return (posterior / posterior.sum(axis=-1, keepdims=True)).astype(np.float32)


def intercept_likelihood(confidence: FloatArray) -> FloatArray:
    """Return (M, 63) the likelihood of intercepts given (M, E) confidences in library emitters.

    What the confidences leave open may be any emitter, and counts for every hypothesis alike.
    """
    rest = np.clip(1.0 - confidence.sum(axis=1, keepdims=True), 0.0, 1.0)
    likelihood: FloatArray = confidence @ EMITTER_SUPPORT + rest / len(EMITTERS)
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
    """Return (M, 63) the likelihood of self-reports that claim (M,) platform types.

    Confusion, assumed: a claim is right in 85 %, another type of the same domain in 13 %. Who
    reports itself is neutral four times as often as the rest; warships mostly keep silent.
    """
    claimed = DOMAIN_OF_TYPE[platform]
    same = np.arange(TYPES)[None, :] == platform[:, None]
    kin = (DOMAIN_OF_TYPE[None, :] == claimed[:, None]) & ~same
    # "Some ship" or "some aircraft" is a claim of the domain alone.
    unspecific = np.isin(platform, [0, 1, 2])[:, None]
    each_kin = np.where(unspecific, 0.5, 0.13 / np.maximum(kin.sum(axis=1, keepdims=True), 1))
    by_type = np.where(same, 0.85, np.where(kin, each_kin, 0.02 / TYPES))
    civil = np.array(
        [kind.entity.startswith(("12", "14")) and kind.name in _CIVIL for kind in PLATFORM_TYPES]
    )
    by_side = np.where(civil[platform][:, None], np.array([[0.1, 0.8, 0.1]]), np.array([[0.6, 0.2, 0.2]]))
    likelihood: FloatArray = (by_side[:, :, None] * by_type[:, None, :]).reshape(len(platform), HYPOTHESES)
    return likelihood


_CIVIL: Final = ("airliner", "cargo-ship", "tanker", "ferry", "fishing-vessel")


def describe(
    hypotheses: F4, domain: NDArray[np.uint8], speed_m_per_s: FloatArray
) -> tuple[NDArray[np.uint8], F4, NDArray[np.uint8], F4, NDArray[np.uint8]]:
    """Say what tracks are.

    Args:
        hypotheses: (N, 63) joint probabilities.
        domain: (N,) where they move.
        speed_m_per_s: (N,) how fast.

    Returns:
        (N,) affiliation; (N, 3) probabilities of the sides; (N, 3) best types, best first; (N, 3)
        their probabilities; (N,) the best type to draw, which is only "unknown" while nothing
        speaks for one.
    """
    sides, best, probability = types_and_sides(
        hypotheses, domain, speed_m_per_s, DOMAIN_OF_TYPE, SPEED_MAX_M_PER_S
    )
    drawn = best[:, 0].copy()
    unsure = probability[:, 0] < 0.5
    drawn[unsure] = np.array([0, 1, 2, 2, 0, 0], np.uint8)[domain[unsure]]
    return affiliation(sides), sides.astype(np.float32), best, probability.astype(np.float32), drawn


def affiliation(sides: FloatArray) -> NDArray[np.uint8]:
    """Return (N,) the standard identity of (N, 3) probabilities of friend, neutral, hostile.

    Limits, assumed: 0.9 is said outright, 0.6 is "assumed friend" or "suspect", else unknown.
    """
    friend, neutral, hostile = sides[:, 0], sides[:, 1], sides[:, 2]
    said = np.full(len(sides), int(Affiliation.UNKNOWN), np.uint8)
    said[neutral >= 0.8] = Affiliation.NEUTRAL
    said[friend >= 0.6] = Affiliation.ASSUMED_FRIEND
    said[friend >= 0.9] = Affiliation.FRIEND
    said[hostile >= 0.6] = Affiliation.SUSPECT
    said[hostile >= 0.9] = Affiliation.HOSTILE
    return said
