"""AIS from CSV files in the columns of NOAA (MarineCadastre) or of the Solent recording."""

import csv
import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from producers.sighting import (
    COURSE_UNKNOWN_DEG,
    SPEED_UNKNOWN_KN,
    RecordingError,
    Sighting,
    below,
    platform_of,
)

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


def csv_sightings(file: Path, left_out: Counter[str]) -> Iterator[Sighting]:
    """Yield the rows of a file that can be read.

    Args:
        file: the recording.
        left_out: counts the rows that cannot.

    Raises:
        RecordingError: the file cannot be read or has other columns.
    """
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
    return value if math.isfinite(value) else None
