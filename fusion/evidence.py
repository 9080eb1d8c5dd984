"""What each kind of evidence says of every side and platform type: the confusion matrices of the sources.

Rows of 63: side (friend, neutral, hostile) times platform type, type running fastest. All numbers are
assumed, none is measured on a scenario; each says what it is assumed from.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray
from contracts.emitters import EMITTERS
from contracts.platforms import PLATFORM_TYPES, Domain
from fusion.tracks import HYPOTHESES, SIDES

F4 = NDArray[np.float32]
TYPES: Final = len(PLATFORM_TYPES)

CIVIL_SHARE: Final = 0.6
"""Of what moves in the air and at sea of an exercise, before any evidence. On the corridor (seed 2) 0.75 made
tracks without evidence 76 % neutral, and 62 % were; this is the one number here that was fitted."""

SIDES_OF_CIVIL: Final = {
    "airliner": (0.003, 0.994, 0.003),
    "cargo-ship": (0.004, 0.992, 0.004),
    "tanker": (0.004, 0.992, 0.004),
    "ferry": (0.004, 0.992, 0.004),
    "fishing-vessel": (0.01, 0.96, 0.03),
}
"""Friend, neutral, hostile of each civil type: fishing boats are those most often used for something else."""

SIDES_OF_MILITARY: Final = (0.5, 0.1, 0.4)
"""The same of warships and military aircraft: of either side, or of a third party."""

_UNSPECIFIC: Final = ("unknown", "unknown-air", "unknown-surface", "radar-site")

CANNOT: Final = 0.002
"""Likelihood of an intercept from a platform that should not carry the emitter: the library errs."""

JAMMER_SIDES: Final = (0.1, 0.01, 1.0)
"""Relative likelihood that friend, neutral, hostile sends on the carrier of satellite navigation."""
GNSS_HZ: Final = 1_575.42e6
GNSS_BAND_HZ: Final = 20e6
"""The civil signal L1 and half of its band (IS-GPS-200, 3.3.1.1): whoever is heard there jams it."""

_OWN_TYPE: Final = 0.9
_OTHER_TYPE: Final = 0.1
"""An honest claim is of the right type; else of another one of its domain, or of none in particular."""
_OWN_TYPE_MILITARY: Final = 0.5
"""A warship or military aircraft that reports itself says what it is as often as just "some ship"."""
_DISGUISED: Final = {"friend": 0.05, "neutral": 0.0, "hostile": 0.6}
"""Share of claims of military platforms that are of a civil type."""
_DISGUISES: Final = {"fishing-vessel": 0.8, "cargo-ship": 0.1, "tanker": 0.05, "ferry": 0.05, "airliner": 1.0}
"""Which: who is looked at from afar passes for the small and many, hardly for a ship of 300 metres."""
_ASTRAY: Final = 1e-3
"""Likelihood of a claim of another domain."""

_SPEAKS_OBLIGED: Final = 0.97
"""Merchant ships and airliners must report themselves (SOLAS V/19, ICAO annex 6); some do not work."""
_SPEAKS_FISHING: Final = 0.75
"""Fishing boats only from some length on."""
_SPEAKS_DISGUISED: Final = 0.7
"""Civil types of a side."""
_SPEAKS_MILITARY: Final = (0.15, 0.15, 0.08)
"""Warships and military aircraft mostly keep silent, hostile ones more than others."""


def prior() -> F4:
    """Return (63,) the belief before any evidence; unspecific and fixed types share nothing."""
    joint = np.zeros((len(SIDES), TYPES))
    for domains in ((Domain.AIR,), (Domain.SURFACE, Domain.SUBSURFACE)):
        here = [t for t, kind in enumerate(PLATFORM_TYPES) if kind.domain in domains and _usable(t)]
        civil = [t for t in here if PLATFORM_TYPES[t].name in SIDES_OF_CIVIL]
        for t in here:
            share = CIVIL_SHARE / len(civil) if t in civil else (1.0 - CIVIL_SHARE) / (len(here) - len(civil))
            joint[:, t] = 0.5 * share * np.array(_sides_of(t))
    return (joint / joint.sum()).reshape(-1).astype(np.float32)


def emitter_support() -> FloatArray:
    """Return (E, 63) the likelihood of hearing each emitter from each side and type."""
    carried = np.array([
        side in emitter.sides and kind.name in emitter.carried_by
        for emitter in EMITTERS
        for side in SIDES
        for kind in PLATFORM_TYPES
    ]).reshape(len(EMITTERS), HYPOTHESES)  # fmt: skip
    each = np.maximum(carried.sum(axis=0), 1)
    support: FloatArray = np.where(carried, 1.0 / each, CANNOT)
    return support


def speaks() -> FloatArray:
    """Return (3, T) how probably each side and type reports itself at all."""
    likely = np.repeat(np.array(_SPEAKS_MILITARY)[:, None], TYPES, axis=1)
    for t, kind in enumerate(PLATFORM_TYPES):
        if kind.name in SIDES_OF_CIVIL:
            honest = _SPEAKS_FISHING if kind.name == "fishing-vessel" else _SPEAKS_OBLIGED
            likely[:, t] = (_SPEAKS_DISGUISED, honest, _SPEAKS_DISGUISED)
    return likely


def claims() -> FloatArray:
    """Return (T, 63) the likelihood of a self-report that claims each type."""
    said = np.full((TYPES, len(SIDES), TYPES), _ASTRAY)
    for t, kind in enumerate(PLATFORM_TYPES):
        kin = [c for c, other in enumerate(PLATFORM_TYPES) if c != t and _near(other.domain, kind.domain)]
        civil = kind.name in SIDES_OF_CIVIL
        # Who does not say what it is says nothing in particular, or another one of its own sort.
        instead = [c for c in kin if not _usable(c) or (PLATFORM_TYPES[c].name in SIDES_OF_CIVIL) == civil]
        own = _OWN_TYPE if civil else _OWN_TYPE_MILITARY
        for s, side in enumerate(SIDES):
            hidden = 0.0 if civil else _DISGUISED[side]
            said[instead, s, t] += (1.0 - hidden) * (1.0 - own) / max(len(instead), 1)
            said[t, s, t] += (1.0 - hidden) * own
            for c in kin:
                said[c, s, t] += hidden * _DISGUISES.get(PLATFORM_TYPES[c].name, 0.0)
    said *= speaks()[None, :, :]
    return said.reshape(TYPES, HYPOTHESES)


def jammer() -> FloatArray:
    """Return (63,) the relative likelihood that each side and type jams satellite navigation."""
    return np.repeat(JAMMER_SIDES, TYPES)


def _sides_of(place: int) -> tuple[float, float, float]:
    return SIDES_OF_CIVIL.get(PLATFORM_TYPES[place].name, SIDES_OF_MILITARY)


def _usable(place: int) -> bool:
    return PLATFORM_TYPES[place].name not in _UNSPECIFIC


def _near(claimed: Domain, true: Domain) -> bool:
    """Return whether a claim of a domain is one of the true one; a surfaced submarine is a ship."""
    at_sea = (Domain.SURFACE, Domain.SUBSURFACE)
    return claimed in (true, Domain.UNKNOWN) or (claimed in at_sea and true in at_sea)
