"""A recording of AIS as columns, whatever file it came from; unknown is NaN and never plotted as 91 degrees.

Read are CSV files in the columns of NOAA (MarineCadastre) or of the Solent recording, told apart by
their header, and files of NMEA sentences.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from contracts.columns import FloatArray, IntArray
from contracts.platforms import CODE_OF_PLATFORM
from contracts.units import KNOT_M_PER_S
from producers.ais_csv import csv_sightings
from producers.sighting import RecordingError, Sighting, unfit

ROWS_MAX: Final = 5_000_000
"""Longest recording; about 400 MB in memory."""


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
    return collect(file, csv_sightings(file, left_out), left_out)


def collect(file: Path, sightings: Iterable[Sighting], left_out: Counter[str]) -> Recording:
    """Return the sightings that have a position, as columns in the order of time."""
    rows: list[Sighting] = []
    for sighting in sightings:
        reason = unfit(sighting)
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


def _plain(name: str) -> str:
    """Return a name as the contract takes it: printable, without AIS's padding, at most 40 characters."""
    return "".join(letter for letter in name.split("@", maxsplit=1)[0] if letter.isprintable()).strip()[:40]
