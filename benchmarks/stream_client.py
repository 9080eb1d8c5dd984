"""A browser's stand-in where there is no browser: takes the stream, decodes every frame, draws nothing."""

import asyncio
import json
import struct
from collections.abc import Awaitable, Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import connect

from benchmarks.lag_stages import FrameSeen
from contracts.clock import WallClock

FRAME_BYTES_MAX: Final = 64 * 1024 * 1024
MAGIC: Final = 0x31505254
"""``TRP1``, read as a little-endian number: docs/reference/stream.md."""


class BadFrame(ValueError):
    """A binary message that is no picture frame."""


async def watch(url: str, clock: WallClock, on_frame: Callable[[FrameSeen], Awaitable[None]]) -> None:
    """Take frames until cancelled.

    Args:
        url: of the stream, ``ws://…/api/v1/stream``.
        clock: the machine's wall clock, which is the gateway's, too: there is nothing to align.
        on_frame: called with each frame once it is decoded.
    """
    async with connect(f"{url}?scope=ALL", max_size=FRAME_BYTES_MAX, compression=None) as socket:
        async for message in socket:
            if isinstance(message, bytes):
                header, _ = decode_frame(message)
                await on_frame(
                    FrameSeen(
                        cycle=header["cycle"],
                        received_at_s=header["received_at_s"],
                        sent_at_s=header["sent_at_s"],
                        decoded_at_s=clock.now_s(),
                        tracks=header["tracks"],
                    )
                )
            # Frames that pile up while we decode are taken in turn: let the others run, too.
            await asyncio.sleep(0)


def decode_frame(message: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return a frame's header and columns; columns are views of the message.

    Raises:
        BadFrame: it is none.
    """
    if len(message) < 8:
        raise BadFrame(f"wanted at least 8 bytes, got {len(message)}")
    magic, size = struct.unpack_from("<II", message)
    if magic != MAGIC:
        raise BadFrame(f"wanted a frame that begins with {MAGIC:#x}, got {magic:#x}")
    header = json.loads(message[8 : 8 + size])
    columns = {
        column["name"]: np.frombuffer(
            message, f"<{column['dtype']}", count=column["length"], offset=column["offset"]
        )
        for column in header["columns"]
    }
    return header, columns
