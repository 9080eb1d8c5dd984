"""What a group of lines may be: on a known track, somewhere else, or in a direction and no more.

Each explanation is weighed by what was likely before (how many emit in reach and are no track; what
the tracks may carry) and by its evidence; so a track that just lies in the direction must beat all
others that do, and the chance that it is none of them, look after look.
"""

from math import inf, log, pi
from typing import Final, NamedTuple

import numpy as np

from contracts.columns import FloatArray, IntArray
from fusion.carriers import evidence_on_tracks
from fusion.identity import DOMAIN_OF_TYPE, PRIOR
from fusion.lines import Lines
from fusion.locating import Fit, Prior, fit_anywhere
from fusion.looks import gathered, log_evidence_of_direction
from fusion.noise import Noise
from fusion.tracks import Tracks

UNTRACKED: Final = 2.0
UNTRACKED_SHARE: Final = 0.2
"""Platforms in a site's reach that emit and are no track: two of any kind, and one for every five tracks
that could send the same; assumed."""

POSSIBLE: Final = 0.05
"""Probability from which it has to be reckoned with that an emitter flies, or that it sails."""

LOCATED_M: Final = 60_000.0
"""A fit worse than this has no place, only a direction."""

_AIR, _SURFACE = 1, 2


class Motion(NamedTuple):
    """A way in which an emitter may move of which nothing is known yet.

    Attributes:
        domain: where it moves so.
        speed_sigma_m_per_s: spread of each component of its velocity.
        noise_m2_per_s3: how much it changes its mind.
    """

    domain: int
    speed_sigma_m_per_s: float
    noise_m2_per_s3: float


SAILING: Final = Motion(_SURFACE, 8.0, 0.02)
FLYING: Final = Motion(_AIR, 150.0, 300.0)
"""Assumed. Aircraft turn: the noise stands for a turn of two degrees a second, now and then, at 200 m/s."""


class Place(NamedTuple):
    """Where an emitter is if it moves in one of these ways; without a fit it is out of reach."""

    log_weight: float
    share: float
    fit: Fit | None
    domain: int


class Explanation(NamedTuple):
    """What one group of lines may be.

    Attributes:
        log_weight: log of how likely the group is to have made its lines, all explanations together.
        nothing: probability that there is no more than a direction.
        elsewhere: probability of being at a place where no track is.
        fit: that place, as little known as any motion that is possible leaves it; None where there is none.
        log_area: log of the area of its ellipse, m2 up to a factor; 0 where there is none.
        domain: of what is there.
        rows: (C,) tracks that it may be on.
        on_track: (C,) their probabilities.
    """

    log_weight: float
    nothing: float
    elsewhere: float
    fit: Fit | None
    log_area: float
    domain: int
    rows: IntArray
    on_track: FloatArray


def prior_anywhere(reach_m: float, motion: Motion) -> Prior:
    """Return what is believed of an emitter in reach of a site before its bearings are looked at."""
    sigma = motion.speed_sigma_m_per_s
    # A thousand kilometres of doubt about the place: no information, but no singular matrix either.
    information = np.diag([1e-12, 1e-12, sigma**-2, sigma**-2])
    return Prior(
        ecef_m=np.zeros(3), axes=np.eye(3), velocity_m_per_s=np.zeros(2), information=information,
        log_density=-log(pi * reach_m**2) - log(2.0 * pi * sigma**2), noise_m2_per_s3=motion.noise_m2_per_s3,
    )  # fmt: skip


def explain(
    lines: Lines,
    members: IntArray,
    tracks: Tracks,
    rows: IntArray,
    chance: FloatArray,
    everywhere: float,
    noise: Noise,
    now_s: float,
) -> Explanation:
    """Weigh what a group of lines may be.

    Args:
        members: (M,) the lines.
        rows: (C,) tracks in the direction of all of them.
        chance: (C,) how likely each is to carry what is heard, in units of what is so likely anywhere.
        everywhere: the sum of that over all tracks in reach.
        noise: of the tracks' motion.
        now_s: exercise time.
    """
    looks, sites, axes = gathered(lines, members)
    reach_m = float(lines.range_max_m[members[0]])
    logs, places = [-inf, -inf], list[Place]()
    one_site = len(members) == 1
    untracked = 0.5 * (UNTRACKED + UNTRACKED_SHARE * everywhere)
    if one_site:
        logs[0] = log(untracked) + log_evidence_of_direction(looks, now_s)
    flying = _flying(lines, members)
    for motion, share in ((SAILING, 1.0 - flying), (FLYING, flying)):
        if share < 1e-6:
            continue
        found = fit_anywhere(looks, sites, axes, prior_anywhere(reach_m, motion), now_s)
        weighed = log(untracked * share) + found.log_evidence
        in_reach = _in_reach(found, sites, looks)
        if not (in_reach or one_site) or weighed == -inf:
            continue
        known = in_reach and _axis_m(found) < LOCATED_M
        # What has no place in one motion may well move so: then what the other motions say is in doubt.
        logs[known] = float(np.logaddexp(logs[known], weighed))
        places.append(Place(weighed, share, found if in_reach else None, motion.domain))
    where, domain = _known_least(places, one_site=one_site)
    on_track = evidence_on_tracks(tracks, rows, looks, sites, axes, noise) + np.log(np.maximum(chance, 1e-12))
    every = np.concatenate([logs, on_track])
    top = float(every.max())
    if top == -inf:
        return Explanation(-inf, 1.0, 0.0, None, 0.0, domain, rows, np.zeros(len(rows)))
    weight = np.exp(every - top)
    weight /= weight.sum()
    total = top + log(float(np.exp(every - top).sum()))
    log_area = 0.0 if where is None else float(0.5 * np.linalg.slogdet(spread_of(where))[1])
    return Explanation(total, float(weight[0]), float(weight[1]), where, log_area, domain, rows, weight[2:])


def _known_least(places: list[Place], *, one_site: bool) -> tuple[Fit | None, int]:
    """Return the place with the longest ellipse, of all motions in the domains that are possible.

    How far an emitter can have come between looks is a guess. To one site alone the bearings cannot tell
    which: a ship near by and an aircraft far away pass alike. There evidence rules no domain out.
    """
    top = max((place.log_weight for place in places), default=-inf)
    possible = {
        place.domain
        for place in places
        if place.log_weight > top + log(POSSIBLE) or (one_site and place.share >= POSSIBLE)
    }
    fits = [(place.fit, place.domain) for place in places if place.domain in possible]
    if not fits:
        return None, _SURFACE
    return max(fits, key=lambda found: inf if found[0] is None else _axis_m(found[0]))


def _flying(lines: Lines, members: IntArray) -> float:
    """Return the probability that what is heard flies."""
    likelihood = np.exp(lines.log_likelihood[members].mean(axis=0))
    weighed = (PRIOR * likelihood).reshape(-1, len(DOMAIN_OF_TYPE)).sum(axis=0)
    return float(weighed[DOMAIN_OF_TYPE == _AIR].sum() / weighed.sum())


def _in_reach(found: Fit, sites: FloatArray, looks: FloatArray) -> bool:
    """Return whether a fit is in reach of all its sites."""
    away_m = np.sqrt(((sites - found.ecef_m) ** 2).sum(axis=1))
    return bool(np.isfinite(found.log_evidence) and (away_m <= 1.05 * looks[:, 5]).all())


def spread_of(found: Fit) -> FloatArray:
    """Return the (2, 2) covariance of a place."""
    return np.linalg.inv(found.information)[:2, :2].astype(np.float64)


def _axis_m(found: Fit) -> float:
    """Return one sigma of the long axis of a place."""
    return float(np.sqrt(np.linalg.eigvalsh(spread_of(found))[-1]))
