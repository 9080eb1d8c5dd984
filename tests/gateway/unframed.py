"""Reads frames as docs/reference/stream.md says, and keeps a picture as a browser does: a second opinion."""

import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gateway.messages import FrameHeader


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame taken apart."""

    header: FrameHeader
    columns: dict[str, NDArray[Any]]
    header_bytes: int

    def words(self, column: str, table: tuple[Any, ...]) -> list[Any]:
        """Return an index column's words."""
        return [table[place] for place in self.columns[column].tolist()]


def read_frame(message: bytes) -> Frame:
    """Take a frame apart."""
    magic, header_bytes = struct.unpack_from("<II", message)
    assert message[:4] == b"TRP1", magic
    header = FrameHeader.model_validate_json(message[8 : 8 + header_bytes])
    columns = {}
    for column in header.columns:
        values = np.frombuffer(message, f"<{column.dtype}", column.length, column.offset)
        columns[column.name] = values.reshape(-1, column.width) if column.width > 1 else values
    return Frame(header, columns, header_bytes)


class Screen:
    """What a browser shows: tracks by number, each as one tuple of its values in words."""

    def __init__(self) -> None:
        self.tracks: dict[int, tuple[Any, ...]] = {}
        self.seq = 0
        self.cycle = -1

    def apply(self, frame: Frame) -> None:
        """Apply a frame."""
        header = frame.header
        if header.type == "snapshot":
            self.tracks = {}
        else:
            assert header.base_seq == self.seq, "a delta to a frame that is not on the screen"
        for number in frame.columns["removed"].tolist():
            del self.tracks[number]
        own = [name for name in frame.columns if not name.startswith("lob_") and name != "removed"]
        tables = {"sidc": header.sidcs, "name": header.names, "caveats": header.caveat_sets}
        values = {
            name: frame.words(name, tables[name]) if name in tables else frame.columns[name].tolist()
            for name in own
        }
        for row, number in enumerate(values["track_number"]):
            self.tracks[number] = tuple(json.dumps(values[name][row]) for name in own)
        self.seq, self.cycle = header.seq, header.cycle
        assert len(self.tracks) == header.tracks
