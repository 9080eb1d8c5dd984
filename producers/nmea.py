r"""AIS from files of NMEA sentences, decoded by pyais.

A sentence's time is that of its tag block (``\c:…``) or of the UNIX time that receivers append behind
the checksum, or else of the sentence before. A file without any is spread ten messages a second from
the year 2000 on.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pyais.exceptions import AISBaseException
from pyais.queue import NMEAQueue

from producers.sighting import (
    ACCURATE_SIGMA_M,
    COURSE_UNKNOWN_DEG,
    SPEED_UNKNOWN_KN,
    USUAL_SIGMA_M,
    RecordingError,
    Sighting,
    below,
    platform_of,
)

UNTIMED_FROM_S: Final = 946_684_800.0
"""2000-01-01T00:00:00Z: when a recording without times is said to begin."""
UNTIMED_STEP_S: Final = 0.1

_POSITIONS: Final = frozenset({1, 2, 3, 9, 18, 19, 27})
"""Position reports of ships and of search-and-rescue aircraft; stations and buoys (4, 21) do not move."""
_STATIC: Final = frozenset({5, 19, 24})
_AIRCRAFT: Final = 9
_SPEED_UNKNOWN_KN: Final = {9: 1023.0, 27: 63.0}
"""Aircraft and long-range reports have their own "not available" (ITU-R M.1371-5, tables 64 and 85)."""
_LINE_BYTES_MAX: Final = 1024
_HEAD_BYTES: Final = 64 * 1024
_SENTENCE: Final = re.compile(rb"^(\\[^\\]*\\)?\s*[!$][A-Z]{2}VD[MO],", re.MULTILINE)
_TAG_TIME: Final = re.compile(rb"\\[^\\]*\bc:(\d{9,13})")
_TRAILING_TIME: Final = re.compile(rb"\*[0-9A-Fa-f]{2}.*,(\d{9,10})\s*$")


def looks_like_nmea(file: Path) -> bool:
    """Return whether a file has AIS sentences near its beginning."""
    try:
        with file.open("rb") as stream:
            return _SENTENCE.search(stream.read(_HEAD_BYTES)) is not None
    except OSError as error:
        raise RecordingError(file, "a readable file", str(error)) from error


def nmea_sightings(file: Path, left_out: Counter[str]) -> Iterator[Sighting]:
    """Yield the position reports of a file, with names and types from its static messages.

    Args:
        file: the recording.
        left_out: counts what is not taken, by reason.
    """
    names: dict[int, str] = {}
    types: dict[int, str] = {}
    for at_s, message in _messages(file, left_out):
        kind, mmsi = int(message["msg_type"]), int(message["mmsi"])
        if kind in _STATIC:
            names[mmsi] = str(message.get("shipname") or names.get(mmsi, ""))
            if (ship_type := message.get("ship_type")) is not None:
                types[mmsi] = platform_of(int(ship_type))
        if kind not in _POSITIONS:
            left_out["no-position-report"] += 1
            continue
        yield Sighting(
            at_s=at_s,
            mmsi=mmsi,
            lat_deg=_number(message.get("lat")),
            lon_deg=_number(message.get("lon")),
            course_deg=below(_number(message.get("course")), COURSE_UNKNOWN_DEG),
            speed_kn=below(_number(message.get("speed")), _SPEED_UNKNOWN_KN.get(kind, SPEED_UNKNOWN_KN)),
            platform="unknown-air" if kind == _AIRCRAFT else types.get(mmsi, "unknown-surface"),
            name=names.get(mmsi, ""),
            sigma_m=ACCURATE_SIGMA_M if message.get("accuracy") else USUAL_SIGMA_M,
        )


def _messages(file: Path, left_out: Counter[str]) -> Iterator[tuple[float, dict[str, Any]]]:
    """Yield (time, fields) of every message that can be decoded."""
    queue = NMEAQueue()
    said_s = _first_time_s(file)
    count = 0
    with file.open("rb") as stream:
        for line in _lines(stream.readline, left_out):
            said_s = _time_s(line) or said_s
            try:
                queue.put_line(line)
                sentence = queue.get_or_none()
                if sentence is None:
                    continue
                fields: dict[str, Any] = sentence.decode().asdict()  # type: ignore[attr-defined]
            except (AISBaseException, ValueError, TypeError, LookupError, AttributeError):
                left_out["unreadable"] += 1
                continue
            at_s = UNTIMED_FROM_S + count * UNTIMED_STEP_S if said_s is None else said_s
            count += 1
            yield at_s, fields


def _first_time_s(file: Path) -> float | None:
    """Return the first time in a file; what stands before it is taken to be of that time, too."""
    with file.open("rb") as stream:
        return next((at_s for line in _lines(stream.readline, Counter()) if (at_s := _time_s(line))), None)


def _lines(read: Any, left_out: Counter[str]) -> Iterator[bytes]:
    """Yield lines that may be sentences; a line beyond all bounds is left out."""
    while line := read(_LINE_BYTES_MAX):
        if len(line) == _LINE_BYTES_MAX and not line.endswith(b"\n"):
            left_out["too-long"] += 1
            while line and not line.endswith(b"\n"):
                line = read(_LINE_BYTES_MAX)
            continue
        if line.lstrip()[:1] in (b"!", b"$", b"\\"):
            yield line.strip()


def _time_s(line: bytes) -> float | None:
    match = _TAG_TIME.search(line) or _TRAILING_TIME.search(line)
    if match is None:
        return None
    value = float(match.group(1))
    # Some receivers write milliseconds.
    return value / 1000.0 if value > 1e11 else value


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
