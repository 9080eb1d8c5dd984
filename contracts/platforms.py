"""The catalogue of platform types: what they are called, where they move, how they are drawn.

Types are generic ("frigate"), never a real class or unit. The symbol codes are those of
MIL-STD-2525D appendix A (symbol set and entity); speeds are round figures for the kind of platform,
assumed, used to refuse impossible scenarios and to weigh types by how fast a track moves.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from contracts.units import KNOT_M_PER_S


class Domain(IntEnum):
    """The medium in which a platform moves; the order is the wire code."""

    UNKNOWN = 0
    AIR = 1
    SURFACE = 2
    SUBSURFACE = 3
    LAND = 4
    CYBER = 5


class Affiliation(IntEnum):
    """Standard identity, MIL-STD-2525D table A-I; the order is the SIDC digit."""

    PENDING = 0
    UNKNOWN = 1
    ASSUMED_FRIEND = 2
    FRIEND = 3
    NEUTRAL = 4
    SUSPECT = 5
    HOSTILE = 6


@dataclass(frozen=True, slots=True)
class PlatformType:
    """One kind of platform."""

    name: str
    domain: Domain
    symbol_set: str
    entity: str
    speed_max_m_per_s: float


def _type(name: str, domain: Domain, symbol: str, speed_max_kn: float) -> PlatformType:
    return PlatformType(name, domain, symbol[:2], symbol[2:], speed_max_kn * KNOT_M_PER_S)


PLATFORM_TYPES: Final[tuple[PlatformType, ...]] = (
    _type("unknown", Domain.UNKNOWN, "30000000", 2000.0),
    _type("unknown-air", Domain.AIR, "01000000", 2000.0),
    _type("unknown-surface", Domain.SURFACE, "30000000", 60.0),
    _type("fighter", Domain.AIR, "01110104", 1300.0),
    _type("patrol-aircraft", Domain.AIR, "01110110", 450.0),
    _type("early-warning-aircraft", Domain.AIR, "01110116", 450.0),
    _type("helicopter", Domain.AIR, "01110200", 180.0),
    _type("drone", Domain.AIR, "01110300", 300.0),
    _type("missile", Domain.AIR, "02110000", 2000.0),
    _type("airliner", Domain.AIR, "01120100", 560.0),
    _type("destroyer", Domain.SURFACE, "30120203", 35.0),
    _type("frigate", Domain.SURFACE, "30120204", 32.0),
    _type("corvette", Domain.SURFACE, "30120205", 35.0),
    _type("amphibious-ship", Domain.SURFACE, "30120300", 25.0),
    _type("patrol-boat", Domain.SURFACE, "30120500", 45.0),
    _type("cargo-ship", Domain.SURFACE, "30140101", 26.0),
    _type("tanker", Domain.SURFACE, "30140109", 20.0),
    _type("ferry", Domain.SURFACE, "30140105", 40.0),
    _type("fishing-vessel", Domain.SURFACE, "30140200", 18.0),
    _type("submarine", Domain.SUBSURFACE, "35110100", 30.0),
    _type("radar-site", Domain.LAND, "10120000", 0.1),
)
"""Every type, its wire code being its place. New types are added at the end."""

CODE_OF_PLATFORM: Final = {kind.name: code for code, kind in enumerate(PLATFORM_TYPES)}
UNKNOWN_PLATFORM: Final = 0


def sidc(affiliation: Affiliation, platform: PlatformType) -> str:
    """Return the 20-digit symbol identification code, context *Simulation*.

    MIL-STD-2525D: version 10, context 2 (simulation), identity, symbol set, status present, no
    headquarters or task force, no amplifier, entity, no modifiers. The context is never *Exercise*:
    there, identities 5 and 6 mean Joker and Faker and are drawn as friends.
    """
    return f"102{int(affiliation)}{platform.symbol_set}0000{platform.entity}0000"
