"""One self-report of a recording, and what AIS's numbers mean; whatever file it came from."""

from pathlib import Path
from typing import Final, NamedTuple

ACCURATE_SIGMA_M: Final = 10.0
"""AIS high accuracy: better than 10 m (ITU-R M.1371-5, table 48)."""
USUAL_SIGMA_M: Final = 30.0
"""Where a recording does not say, or says low accuracy: satellite navigation without augmentation."""

LAT_UNKNOWN_DEG: Final = 91.0
LON_UNKNOWN_DEG: Final = 181.0
COURSE_UNKNOWN_DEG: Final = 360.0
SPEED_UNKNOWN_KN: Final = 102.3
"""AIS's "not available" (ITU-R M.1371-5, table 48)."""
_MMSI_MAX: Final = 999_999_999


class RecordingError(ValueError):
    """A recording that cannot be played."""

    def __init__(self, file: Path, wanted: str, got: str) -> None:
        self.file = file
        super().__init__(f"{file}: wanted {wanted}, got {got}")


class Sighting(NamedTuple):
    """One self-report of a recording, in the units of AIS; None is "not available"."""

    at_s: float
    mmsi: int
    lat_deg: float | None
    lon_deg: float | None
    course_deg: float | None
    speed_kn: float | None
    platform: str = "unknown-surface"
    name: str = ""
    sigma_m: float = USUAL_SIGMA_M


def platform_of(ship_type: int | None) -> str:
    """Return the type of platform of an AIS ship type (ITU-R M.1371-5, table 53)."""
    if ship_type is None:
        return "unknown-surface"
    if ship_type == 30:
        return "fishing-vessel"
    return {6: "ferry", 7: "cargo-ship", 8: "tanker"}.get(ship_type // 10, "unknown-surface")


def below(value: float | None, unknown: float) -> float | None:
    """Return a number; None where it is not available: AIS's sentinel for that, or beyond, or negative."""
    return None if value is None or not 0.0 <= value < unknown else value


def unfit(row: Sighting) -> str:
    """Return why a sighting cannot be played; empty when it can."""
    if not 0 < row.mmsi <= _MMSI_MAX:
        return "no-identity"
    if row.lat_deg is None or row.lon_deg is None:
        return "no-position"
    if row.lat_deg == LAT_UNKNOWN_DEG or row.lon_deg == LON_UNKNOWN_DEG:
        return "no-position"
    if not (-90.0 <= row.lat_deg <= 90.0 and -180.0 <= row.lon_deg <= 180.0):
        return "impossible-position"
    if not 0.0 <= row.at_s <= 1e11:
        return "impossible-time"
    return ""
