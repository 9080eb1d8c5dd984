"""What each type of platform looks like to sensors and how it handles: round figures, assumed.

They are of the right order for the kind of platform and describe no real one. Radar cross-sections
follow the orders of magnitude of Skolnik, Introduction to Radar Systems, 3rd ed., table 2.2.
"""

from dataclasses import dataclass
from typing import Final

from contracts.platforms import PLATFORM_TYPES, Domain
from contracts.units import KNOT_M_PER_S


@dataclass(frozen=True, slots=True)
class Signature:
    """One type's signature.

    Attributes:
        cross_section_m2: mean radar cross-section; it fluctuates from scan to scan (Swerling 1).
        mast_m: how far above its own position it can be seen and heard from: bridge, mast, antenna.
        turn_m_per_s2: lateral acceleration it turns with.
        turn_radius_min_m: tightest turn, for ships, which turn by rudder and not by bank.
        reports: whether such a platform, when neutral, reports its own position (AIS, ADS-B).
    """

    cross_section_m2: float
    mast_m: float
    turn_m_per_s2: float
    turn_radius_min_m: float
    reports: bool

    def turn_radius_m(self, speed_m_per_s: float) -> float:
        """Return the radius of its usual turn at a speed."""
        return max(self.turn_radius_min_m, speed_m_per_s * speed_m_per_s / self.turn_m_per_s2)


_SHIP_TURN_M_PER_S2: Final = 0.1
_DEFAULT: Final = Signature(10.0, 5.0, 3.0, 0.0, reports=False)

SIGNATURES: Final[dict[str, Signature]] = {
    "fighter": Signature(3.0, 0.0, 25.0, 0.0, reports=False),
    "patrol-aircraft": Signature(30.0, 0.0, 4.0, 0.0, reports=False),
    "early-warning-aircraft": Signature(40.0, 0.0, 3.0, 0.0, reports=False),
    "helicopter": Signature(5.0, 0.0, 4.0, 0.0, reports=False),
    "drone": Signature(0.5, 0.0, 4.0, 0.0, reports=False),
    "missile": Signature(0.1, 0.0, 40.0, 0.0, reports=False),
    "airliner": Signature(40.0, 0.0, 3.0, 0.0, reports=True),
    "destroyer": Signature(3_000.0, 25.0, _SHIP_TURN_M_PER_S2, 400.0, reports=False),
    "frigate": Signature(2_000.0, 20.0, _SHIP_TURN_M_PER_S2, 350.0, reports=False),
    "corvette": Signature(800.0, 15.0, _SHIP_TURN_M_PER_S2, 250.0, reports=False),
    "amphibious-ship": Signature(8_000.0, 25.0, _SHIP_TURN_M_PER_S2, 600.0, reports=False),
    "patrol-boat": Signature(100.0, 8.0, 0.5, 100.0, reports=False),
    "cargo-ship": Signature(10_000.0, 30.0, _SHIP_TURN_M_PER_S2, 800.0, reports=True),
    "tanker": Signature(12_000.0, 25.0, _SHIP_TURN_M_PER_S2, 900.0, reports=True),
    "ferry": Signature(2_000.0, 20.0, _SHIP_TURN_M_PER_S2, 300.0, reports=True),
    "fishing-vessel": Signature(80.0, 6.0, 0.3, 80.0, reports=True),
    "submarine": Signature(20.0, 4.0, _SHIP_TURN_M_PER_S2, 400.0, reports=False),
}

DEEP_M: Final = -60.0
"""Height of a submarine that is not at the surface; nothing above the water sees it there."""

AIRCRAFT_REPORT_EVERY_S: Final = 5.0
"""Interval of aircraft self-reports: the twice a second of ADS-B, thinned tenfold, as networks do."""


def signature_of(platform: str) -> Signature:
    """Return a type's signature; a plain middling one for types that have none."""
    return SIGNATURES.get(platform, _DEFAULT)


def report_every_s(code: int, speed_m_per_s: float) -> float:
    """Return how often a platform reports itself (ITU-R M.1371-5, table 1, class A)."""
    if PLATFORM_TYPES[code].domain is Domain.AIR:
        return AIRCRAFT_REPORT_EVERY_S
    speed_kn = speed_m_per_s / KNOT_M_PER_S
    if speed_kn < 0.1:
        return 180.0
    if speed_kn <= 14.0:
        return 10.0
    return 6.0 if speed_kn <= 23.0 else 2.0
