"""A recording of AIS as columns, whatever file it came from; unknown is NaN and never plotted as 91 degrees.

Read are CSV files in the columns of NOAA (MarineCadastre) or of the Solent recording, told apart by
their header, and files of NMEA sentences.
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from contracts.columns import FloatArray, IntArray
from contracts.platforms import CODE_OF_PLATFORM
from contracts.units import KNOT_M_PER_S

ROWS_MAX: Final = 5_000_000
"""Longest recording; about 400 MB in memory."""
ACCURATE_SIGMA_M: Final = 10.0
"""AIS high accuracy: better than 10 m (ITU-R M.1371-5, table 48)."""
USUAL_SIGMA_M: Final = 30.0
"""Where a recording does not say, or says low accuracy: satellite navigation without augmentation."""

_LAT_UNKNOWN_DEG: Final = 91.0
_LON_UNKNOWN_DEG: Final = 181.0
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


@dataclass(frozen=True, slots=True)
class Recording:
    """M self-reports in the order of time.

    Attributes:
        at_s: (M,) when, seconds since 1970, UTC.
        course_rad: (M,) NaN where not available; the same for ``speed_m_per_s``.
        platform: (M,) places in the catalogue of types.
        left_out: rows that were not taken, by reason.
    """

    at_s: FloatArray
    mmsi: IntArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    course_rad: FloatArray
    speed_m_per_s: FloatArray
    sigma_m: FloatArray
    platform: IntArray
    name: tuple[str, ...]
    left_out: dict[str, int] = field(default_factory=dict)


def read_recording(file: Path) -> Recording:
    """Read a recording.

    Raises:
        RecordingError: there is no such file, it is neither CSV with known columns nor NMEA, it is too
            long, or no row of it has a position.
    """
    try:
        stat = file.stat()
    except OSError as error:
        raise RecordingError(file, "a readable file", str(error)) from error
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=1)
def _read(file: Path, _changed_ns: int, _size_bytes: int) -> Recording:
    """Read it once, though its first time and its rows are asked for apart."""
    from producers.nmea import looks_like_nmea, nmea_sightings  # noqa: PLC0415 - pyais only where needed

    left_out: Counter[str] = Counter()
    if looks_like_nmea(file):
        return collect(file, nmea_sightings(file, left_out), left_out)
    return collect(file, _csv_sightings(file, left_out), left_out)


def collect(file: Path, sightings: Iterable[Sighting], left_out: Counter[str]) -> Recording:
    """Return the sightings that have a position, as columns in the order of time."""
    rows: list[Sighting] = []
    for sighting in sightings:
        reason = _unfit(sighting)
        if reason:
            left_out[reason] += 1
            continue
        rows.append(sighting)
        if len(rows) > ROWS_MAX:
            raise RecordingError(file, f"at most {ROWS_MAX} rows", "more")
    if not rows:
        raise RecordingError(file, "at least one self-report with a position", f"none ({dict(left_out)})")
    rows.sort(key=lambda row: row.at_s)
    return Recording(
        at_s=np.array([row.at_s for row in rows]),
        mmsi=np.array([row.mmsi for row in rows], dtype=np.int64),
        lat_deg=np.array([row.lat_deg for row in rows], dtype=np.float64),
        lon_deg=np.array([row.lon_deg for row in rows], dtype=np.float64),
        course_rad=np.radians(np.array([row.course_deg for row in rows], dtype=np.float64)),
        speed_m_per_s=np.array([row.speed_kn for row in rows], dtype=np.float64) * KNOT_M_PER_S,
        sigma_m=np.array([row.sigma_m for row in rows]),
        platform=np.array([CODE_OF_PLATFORM[row.platform] for row in rows], dtype=np.int64),
        name=tuple(_plain(row.name) for row in rows),
        left_out=dict(left_out),
    )


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


_NAMES: Final = {
    "mmsi": ("mmsi",),
    "time": ("basedatetime", "base_date_time", "time"),
    "lat": ("lat", "latitude", "latitude_degrees"),
    "lon": ("lon", "longitude", "longitude_degrees"),
    "course": ("cog", "cog_degrees"),
    "speed": ("sog", "sog_knots"),
    "type": ("vesseltype", "vessel_type"),
    "name": ("vesselname", "vessel_name"),
}
"""Column names of the layouts we know, in lower case."""
_NEEDED: Final = ("mmsi", "time", "lat", "lon")


def _csv_sightings(file: Path, left_out: Counter[str]) -> Iterator[Sighting]:
    try:
        with file.open(newline="", encoding="utf-8-sig", errors="replace") as stream:
            reader = csv.reader(stream)
            places = _columns(file, next(reader, []))
            for row in reader:
                sighting = _sighting(row, places)
                if sighting is None:
                    left_out["unreadable"] += 1
                else:
                    yield sighting
    except (OSError, csv.Error) as error:
        raise RecordingError(file, "readable CSV", str(error)) from error


def _columns(file: Path, header: list[str]) -> dict[str, int]:
    titles = [title.strip().lower() for title in header]
    places = {what: titles.index(name) for what, names in _NAMES.items() for name in names if name in titles}
    missing = [what for what in _NEEDED if what not in places]
    if missing:
        wanted = "columns as NOAA's (MMSI, BaseDateTime, LAT, LON, …) or the Solent's (Time, MMSI, "
        wanted += "Latitude_degrees, …), or NMEA sentences"
        raise RecordingError(
            file, wanted, f"{', '.join(header)[:120] or 'an empty file'} (no {', '.join(missing)})"
        )
    return places


def _sighting(row: list[str], places: dict[str, int]) -> Sighting | None:
    """Return one row; None when it cannot be read."""

    def cell(what: str) -> str:
        place = places.get(what)
        return row[place].strip() if place is not None and place < len(row) else ""

    try:
        ship_type = cell("type")
        return Sighting(
            at_s=_time_s(cell("time")),
            mmsi=int(cell("mmsi")),
            lat_deg=_number(cell("lat")),
            lon_deg=_number(cell("lon")),
            course_deg=below(_number(cell("course")), COURSE_UNKNOWN_DEG),
            speed_kn=below(_number(cell("speed")), SPEED_UNKNOWN_KN),
            platform=platform_of(int(float(ship_type)) if ship_type else None),
            name=cell("name"),
        )
    except (ValueError, OverflowError):
        return None


def _time_s(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(text: str) -> float | None:
    if not text:
        return None
    value = float(text)
    return value if np.isfinite(value) else None


def _unfit(row: Sighting) -> str:
    """Return why a sighting cannot be played; empty when it can."""
    if not 0 < row.mmsi <= _MMSI_MAX:
        return "no-identity"
    if row.lat_deg is None or row.lon_deg is None:
        return "no-position"
    if row.lat_deg == _LAT_UNKNOWN_DEG or row.lon_deg == _LON_UNKNOWN_DEG:
        return "no-position"
    if not (-90.0 <= row.lat_deg <= 90.0 and -180.0 <= row.lon_deg <= 180.0):
        return "impossible-position"
    if not 0.0 <= row.at_s <= 1e11:
        return "impossible-time"
    return ""


def _plain(name: str) -> str:
    """Return a name as the contract takes it: printable, without AIS's padding, at most 40 characters."""
    return "".join(letter for letter in name.split("@", maxsplit=1)[0] if letter.isprintable()).strip()[:40]
