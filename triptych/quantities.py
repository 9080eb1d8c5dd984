"""Speeds, lengths and positions as people type them, with their unit: ``24kn``, ``20NM``, ``34.1,128.9``.

A number without a unit is refused: whether 24 means knots or metres a second, nobody should guess.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from contracts.units import FOOT_M, KNOT_M_PER_S, NAUTICAL_MILE_M

_SPEEDS_M_PER_S: Final = MappingProxyType(
    {"kn": KNOT_M_PER_S, "kt": KNOT_M_PER_S, "m/s": 1.0, "km/h": 1.0 / 3.6}
)
_LENGTHS_M: Final = MappingProxyType(
    {"nm": NAUTICAL_MILE_M, "nmi": NAUTICAL_MILE_M, "km": 1000.0, "m": 1.0, "ft": FOOT_M}
)
_TIMES_S: Final = MappingProxyType({"ms": 0.001, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0})
_QUANTITY: Final = re.compile(r"^\s*(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>[a-z/]*)\s*$", re.IGNORECASE)
_ANGLE: Final = re.compile(r"^\s*(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<half>[NSEW]?)\s*$", re.IGNORECASE)


class BadQuantity(ValueError):
    """A quantity that cannot be read; it says what was wanted and what came."""

    def __init__(self, wanted: str, text: str) -> None:
        super().__init__(f"wanted {wanted}; got {text!r}")


def speed_m_per_s(text: str) -> float:
    """Return a speed in m/s: ``24kn``, ``12.3m/s``, ``80km/h``."""
    return _quantity(text, _SPEEDS_M_PER_S, "a speed such as 24kn, 12m/s or 80km/h")


def length_m(text: str) -> float:
    """Return a length in m: ``20NM``, ``5km``, ``300m``, ``30000ft``. ``nm`` is the nautical mile."""
    return _quantity(text, _LENGTHS_M, "a length such as 20NM, 5km, 300m or 30000ft")


def time_s(text: str) -> float:
    """Return a time in s: ``90s``, ``10min``, ``1h``; ``m`` is the minute."""
    return _quantity(text, _TIMES_S, "a time such as 90s, 10min or 1h")


@dataclass(frozen=True, slots=True)
class Position:
    """A place on Earth, WGS84."""

    lat_deg: float
    lon_deg: float


def position(text: str) -> Position:
    """Return a place given by latitude and longitude in degrees: ``34.1,128.9`` or ``34.1N,128.9E``."""
    wanted = "latitude and longitude in degrees such as 34.1,128.9 or 34.1N,128.9E"
    parts = text.split(",")
    if len(parts) != 2:
        raise BadQuantity(wanted, text)
    latitude_deg = _angle_deg(parts[0], "NS", 90.0)
    longitude_deg = _angle_deg(parts[1], "EW", 180.0)
    if latitude_deg is None or longitude_deg is None:
        raise BadQuantity(wanted, text)
    return Position(latitude_deg, longitude_deg)


def _quantity(text: str, units: Mapping[str, float], wanted: str) -> float:
    match = _QUANTITY.match(text)
    unit = units.get(match["unit"].lower()) if match else None
    if match is None or unit is None:
        raise BadQuantity(wanted, text)
    return float(match["number"]) * unit


def _angle_deg(text: str, halves: str, limit_deg: float) -> float | None:
    """Return degrees, north and east positive; None where the text is no such angle."""
    match = _ANGLE.match(text)
    if match is None or match["half"].upper() not in ("", *halves):
        return None
    if match["half"] and match["number"][0] in "+-":
        return None
    angle_deg = float(match["number"])
    if match["half"].upper() == halves[1]:
        angle_deg = -angle_deg
    return angle_deg if abs(angle_deg) <= limit_deg else None
