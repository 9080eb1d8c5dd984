"""Pictures to frames: the bytes of docs/reference/stream.md.

Everything that all browsers of a scope get alike is encoded once per picture: a *block*, whole or
as the difference to the picture before. A session only adds its own numbers to the header. Columns
are compared and gathered as arrays; there is no loop over tracks here.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat
from typing import Any, Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from contracts.picture import Picture
from contracts.platforms import PLATFORM_TYPES, UNKNOWN_PLATFORM, Affiliation, Domain, sidc
from gateway.held import HeldPicture

MAGIC: Final = 0x31505254
"""``TRP1``, read as a little-endian number."""

_ALIGNMENT: Final = 8
_OWN_BYTES_MAX: Final = 768
"""Room in the header for what differs between sessions: numbers, the sending time, the clock."""

_OFFSET_MAX: Final = 10**10

Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column of the stream: numpy type without byte order (always little), values per row."""

    name: str
    dtype: str
    width: int = 1


TRACK_COLUMNS: Final[tuple[ColumnShape, ...]] = (
    ColumnShape("track_number", "u4"),
    ColumnShape("status", "u1"),
    ColumnShape("lat_deg", "f8"),
    ColumnShape("lon_deg", "f8"),
    ColumnShape("height_m", "f4"),
    ColumnShape("height_sigma_m", "f4"),
    ColumnShape("v_east_m_per_s", "f4"),
    ColumnShape("v_north_m_per_s", "f4"),
    ColumnShape("v_up_m_per_s", "f4"),
    ColumnShape("covariance", "f4", 10),
    ColumnShape("affiliation", "u1"),
    ColumnShape("identity", "f4", 3),
    ColumnShape("domain", "u1"),
    ColumnShape("platform_candidate", "u1", 3),
    ColumnShape("platform_probability", "f4", 3),
    ColumnShape("quality", "f4"),
    ColumnShape("trust", "f4"),
    ColumnShape("trust_flags", "u1"),
    ColumnShape("founded_at_s", "f8"),
    ColumnShape("last_contribution_s", "f8", 4),
    ColumnShape("classification", "u1"),
    ColumnShape("releasable_mask", "u1"),
    ColumnShape("caveats", "u2"),
    ColumnShape("claimed_lat_deg", "f8"),
    ColumnShape("claimed_lon_deg", "f8"),
    ColumnShape("name", "u2"),
    ColumnShape("sidc", "u2"),
)
"""One row per track. All but ``sidc``, which is made here, are the picture's own columns."""

REMOVED_COLUMN: Final = ColumnShape("removed", "u4")

LOB_COLUMNS: Final[tuple[ColumnShape, ...]] = (
    ColumnShape("lob_source", "u2"),
    ColumnShape("lob_lat_deg", "f8"),
    ColumnShape("lob_lon_deg", "f8"),
    ColumnShape("lob_bearing_rad", "f4"),
    ColumnShape("lob_sigma_rad", "f4"),
    ColumnShape("lob_range_max_m", "f4"),
    ColumnShape("lob_frequency_hz", "f4"),
    ColumnShape("lob_measured_at_s", "f8"),
)
"""One row per line of bearing; complete in every frame."""


_SYMBOL_OF_UNKNOWN: Final = {
    Domain.AIR: "01000000",
    Domain.SURFACE: "30000000",
    Domain.SUBSURFACE: "35000000",
    Domain.LAND: "10000000",
}
"""Symbol set and unspecified entity (MIL-STD-2525D, appendix A) of a track whose type is not known."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A picture's tracks as the stream shows them.

    Attributes:
        columns: N rows each, in ascending track number.
        tables: the strings that the index columns ``sidc``, ``name`` and ``caveats`` point to.
    """

    columns: Mapping[str, Column]
    tables: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Block:
    """The part of a frame that all sessions share.

    Attributes:
        header: the header's fields but for the session's own, as JSON without the opening brace.
        header_bytes: room for the whole header; a multiple of 8.
        columns: the columns, each padded to a multiple of 8 bytes.
        rows: rows in the track columns.
    """

    kind: Literal["snapshot", "delta"]
    header: bytes
    header_bytes: int
    columns: bytes
    rows: int


def frame(block: Block, *, seq: int, base_seq: int, sent_at_s: float, clock: bytes) -> bytes:
    """Return one session's frame.

    Args:
        block: the picture, shared.
        seq: the frame's number in its session.
        base_seq: the frame that a delta applies to; 0 for a snapshot.
        sent_at_s: wall time now.
        clock: the exercise clock as JSON, or ``null``.
    """
    own = f'{{"type":"{block.kind}","seq":{seq},"base_seq":{base_seq},"sent_at_s":{sent_at_s!r},"clock":'
    header = b"".join((own.encode(), clock, b",", block.header))
    assert len(header) <= block.header_bytes, f"header of {len(header)} bytes in {block.header_bytes}"
    return b"".join(
        (struct.pack("<II", MAGIC, block.header_bytes), header.ljust(block.header_bytes), block.columns)
    )


def snapshot(held: HeldPicture, rows: Rows) -> Block:
    """Return everything in a picture."""
    return _block("snapshot", held, rows.columns, rows.tables, np.zeros(0, np.uint32))


def delta(held: HeldPicture, rows: Rows, base: Rows) -> Block:
    """Return the rows of a picture that differ from the rows before, and the tracks that are gone."""
    number, old_number = rows.columns["track_number"], base.columns["track_number"]
    place = np.searchsorted(old_number, number)
    known = np.zeros(number.size, bool)
    inside = place < old_number.size
    known[inside] = old_number[place[inside]] == number[inside]
    changed = ~known
    here, there = np.flatnonzero(known), place[known]
    moved = np.zeros(here.size, bool)
    for shape in TRACK_COLUMNS[1:]:
        new, old = rows.columns[shape.name], base.columns[shape.name]
        if shape.name in rows.tables:
            new, old = (
                new.astype(np.int64),
                _translated(old, base.tables[shape.name], rows.tables[shape.name]),
            )
        moved |= _differs(new.take(here, axis=0), old.take(there, axis=0))
        if moved.all():  # as at sea, where all that floats moves: nothing is left to find
            break
    changed[here] = moved
    removed = np.setdiff1d(old_number, number, assume_unique=True)
    chosen = np.flatnonzero(changed)
    columns = {name: column.take(chosen, axis=0) for name, column in rows.columns.items()}
    return _block("delta", held, *_compact(columns, rows.tables), removed)


def rows_of(picture: Picture) -> Rows:
    """Return the tracks of a picture as the stream shows them."""
    columns = {shape.name: getattr(picture, shape.name) for shape in TRACK_COLUMNS if shape.name != "sidc"}
    columns["sidc"], sidcs = _symbols(picture)
    return Rows(columns, {"sidc": sidcs, "name": picture.names, "caveats": picture.caveat_sets})


def symbol(affiliation: Affiliation, domain: Domain, platform: int) -> str:
    """Return a track's symbol code; one of unknown type is at least drawn in its domain.

    Args:
        affiliation: standard identity.
        domain: where it moves.
        platform: place in the catalogue.
    """
    code = sidc(affiliation, PLATFORM_TYPES[platform])
    unknown = _SYMBOL_OF_UNKNOWN.get(domain) if platform == UNKNOWN_PLATFORM else None
    return code if unknown is None else f"{code[:4]}{unknown[:2]}{code[6:10]}{unknown[2:]}{code[16:]}"


def _symbols(picture: Picture) -> tuple[Column, tuple[str, ...]]:
    """Return (N,) places in a table of symbol codes, and the table."""
    platform = picture.platform_candidate[:, 0].astype(np.uint32)
    key = (picture.affiliation.astype(np.uint32) * 8 + picture.domain) * 256 + platform
    kinds, place = np.unique(key, return_inverse=True)
    table = tuple(
        symbol(Affiliation(kind >> 11), Domain(kind >> 8 & 7), kind & 255) for kind in kinds.tolist()
    )
    return place.astype(np.uint16), table


def _differs(new: Column, old: Column) -> NDArray[np.bool_]:
    """Return which rows differ in any bit; so an unknown that stays unknown is no difference."""
    bits = f"u{new.dtype.itemsize}"
    differs: NDArray[np.bool_] = np.not_equal(
        np.ascontiguousarray(new).view(bits), np.ascontiguousarray(old).view(bits)
    )
    if differs.ndim == 1:
        return differs
    any_differs: NDArray[np.bool_] = np.logical_or.reduce(differs, axis=1)
    return any_differs


def _translated(place: Column, table: Sequence[Any], into: Sequence[Any]) -> Column:
    """Return places in one string table as places in another; what is not there becomes -1."""
    if table == into:
        return place.astype(np.int64)
    where = dict(zip(into, range(len(into)), strict=True))
    translation = np.fromiter(map(where.get, table, repeat(-1)), np.int64, len(table))
    return translation[place]


def _compact(
    columns: dict[str, Column], tables: Mapping[str, Sequence[Any]]
) -> tuple[dict[str, Column], dict[str, Sequence[Any]]]:
    """Return the columns with string tables that hold only what their rows use."""
    kept: dict[str, Sequence[Any]] = {}
    for name, table in tables.items():
        used = np.zeros(len(table), bool)
        used[columns[name]] = True
        columns[name] = (np.cumsum(used) - 1)[columns[name]].astype(np.uint16)
        kept[name] = tuple(compress(table, used.tolist()))
    return columns, kept


def _block(
    kind: Literal["snapshot", "delta"],
    held: HeldPicture,
    columns: Mapping[str, Column],
    tables: Mapping[str, Sequence[Any]],
    removed: Column,
) -> Block:
    shapes = (*TRACK_COLUMNS, REMOVED_COLUMN, *LOB_COLUMNS)
    arrays = [
        columns[shape.name]
        if shape.name in columns
        else removed
        if shape is REMOVED_COLUMN
        else getattr(held.picture, shape.name)
        for shape in shapes
    ]
    parts: list[bytes] = []
    places: list[dict[str, Any]] = []
    offset = 0
    for shape, array in zip(shapes, arrays, strict=True):
        part = np.ascontiguousarray(array, dtype=f"<{shape.dtype}").tobytes()
        places.append(
            {
                "name": shape.name,
                "dtype": shape.dtype,
                "width": shape.width,
                "offset": offset,
                "length": int(array.size),
            }
        )
        padding = -len(part) % _ALIGNMENT
        parts += (part, bytes(padding))
        offset += len(part) + padding
    rows = int(columns["track_number"].size)
    fields = {**_shared_fields(held), "rows": rows, **_table_fields(tables)}
    # Offsets count from the frame's first byte, so the header's room is settled before they are written.
    longest = len(_json(fields)) + len(_json([{**place, "offset": _OFFSET_MAX} for place in places]))
    header_bytes = _padded(longest + _OWN_BYTES_MAX)
    for place in places:
        place["offset"] += 8 + header_bytes
    header = _json({**fields, "columns": places})[1:]
    return Block(kind, header, header_bytes, b"".join(parts), rows)


def _shared_fields(held: HeldPicture) -> dict[str, Any]:
    published, picture = held.published, held.picture
    return {
        "simulated": True,
        "exercise": picture.exercise,
        "scope": picture.scope,
        "cycle": picture.cycle,
        "cycle_s": published.cycle_s,
        "valid_from_s": picture.valid_from_s,
        "valid_at_s": picture.valid_at_s,
        "due_at_s": published.due_at_s,
        "closed_at_s": published.closed_at_s,
        "published_at_s": published.published_at_s,
        "received_at_s": held.received_at_s,
        "next_due_at_s": published.next_due_at_s,
        "caught_up": published.caught_up,
        "label": picture.label.model_dump(mode="json"),
        "tracks": picture.tracks,
        "sources": picture.sources,
        "alerts": [alert.model_dump(mode="json") for alert in picture.alerts],
        "sensors": [sensor.model_dump(mode="json") for sensor in picture.sensors],
        "arrivals": published.arrivals,
    }


def _table_fields(tables: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    return {"sidcs": tables["sidc"], "names": tables["name"], "caveat_sets": tables["caveats"]}


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)


def _padded(size: int) -> int:
    return size + -size % _ALIGNMENT
