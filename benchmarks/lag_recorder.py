"""Listens to a running chain for the lag bench: batches, pictures and presented frames, with little work.

The bench shares the machine with what it measures. So nothing is decoded that is not needed, and
pictures are decoded only after their frame has been presented.
"""

import asyncio
from typing import Any, Final

import msgspec
import numpy as np

from benchmarks.lag_stages import BatchSeen, FrameSeen, PictureSeen, Seen
from contracts import topics
from contracts.broker import Session
from contracts.codec import decode
from contracts.columns import FloatArray
from contracts.control import ClockState, Presented
from contracts.picture import Picture, PublishedPicture

WAITING_MAX: Final = 4
"""Pictures kept undecoded; those that nobody presents go, oldest first."""


class _Envelope(msgspec.Struct):
    """What the bench reads of a report batch; the other columns are skipped."""

    sensor: str
    measured_to_s: float
    produced_at_s: float
    measured_at_s: bytes = b""


_ENVELOPE: Final = msgspec.msgpack.Decoder(_Envelope)


class Recorder:
    """Records one exercise."""

    def __init__(self, exercise: str) -> None:
        """Record nothing yet."""
        self._exercise = exercise
        self._waiting: dict[int, bytes] = {}
        self._changed = asyncio.Condition()
        self._clock: ClockState | None = None
        self._batches: list[BatchSeen] = []
        self._pictures: dict[int, PictureSeen] = {}
        self._frames: dict[int, FrameSeen] = {}

    def seen(self) -> Seen:
        """Return what has been recorded.

        Raises:
            RuntimeError: no exercise clock has come.
        """
        if self._clock is None:
            raise RuntimeError("wanted an exercise clock on the broker, none has come")
        return Seen(self._clock, self._batches, self._pictures, self._frames)

    async def listen(self, session: Session) -> None:
        """Listen to one session until it breaks."""
        await session.subscribe(
            topics.clock(self._exercise),
            topics.reports(self._exercise, "+", "+", "+"),
            topics.picture(self._exercise, "ALL"),
            topics.presented(self._exercise),
        )
        async for delivery in session.messages():
            self._take(delivery.topic, delivery.payload, retained=delivery.retained)
            async with self._changed:
                self._changed.notify_all()

    async def wait_for_frame(self, cycle: int) -> None:
        """Return when a frame of a cycle, or of a later one, has been seen; put a timeout around it."""
        async with self._changed:
            await self._changed.wait_for(lambda: any(seen >= cycle for seen in self._frames))

    async def frame(self, frame: FrameSeen) -> None:
        """Take a frame that did not come over the broker."""
        self._note(frame)
        async with self._changed:
            self._changed.notify_all()

    def newest_cycle(self) -> int:
        """Return the newest cycle a frame of which has been seen; -1 for none."""
        return max(self._frames, default=-1)

    def _take(self, topic: str, payload: bytes, *, retained: bool) -> None:
        if topic == topics.clock(self._exercise):
            self._clock = decode(payload, ClockState)
        elif topic == topics.presented(self._exercise):
            self._present(decode(payload, Presented))
        elif topics.sensor_topic(topic):
            self._batch(_ENVELOPE.decode(payload))
        elif not retained:
            published = decode(payload, PublishedPicture)
            if published.cycle in self._frames:
                # The frame was quicker than the bench's own copy of the picture.
                self._pictures.setdefault(published.cycle, _picture(payload))
                return
            self._waiting[published.cycle] = payload
            while len(self._waiting) > WAITING_MAX:
                del self._waiting[min(self._waiting)]

    def _batch(self, batch: _Envelope) -> None:
        measured_s = np.frombuffer(batch.measured_at_s, "<f8")
        if measured_s.size:
            self._batches.append(
                BatchSeen(batch.sensor, float(measured_s.mean()), batch.measured_to_s, batch.produced_at_s)
            )

    def _present(self, shown: Presented) -> None:
        if shown.scope == "ALL":
            self._note(
                FrameSeen(
                    cycle=shown.cycle,
                    received_at_s=shown.received_at_s,
                    sent_at_s=shown.sent_at_s,
                    decoded_at_s=shown.decoded_at_s,
                    drawn_at_s=shown.drawn_at_s,
                    presented_at_s=shown.presented_at_s,
                    estimated=shown.estimated,
                    clock_error_s=shown.clock_error_s,
                    tracks=shown.tracks,
                )
            )

    def _note(self, frame: FrameSeen) -> None:
        # A picture may be sent again, after a resync; its lag is that of the first time.
        self._frames.setdefault(frame.cycle, frame)
        payload = self._waiting.pop(frame.cycle, None)
        if payload is not None:
            self._pictures[frame.cycle] = _picture(payload)


def _picture(payload: bytes) -> PictureSeen:
    published = decode(payload, PublishedPicture)
    picture = decode(published.picture, Picture)
    return PictureSeen(
        cycle=published.cycle,
        valid_from_s=picture.valid_from_s,
        valid_at_s=picture.valid_at_s,
        due_at_s=published.due_at_s,
        closed_at_s=published.closed_at_s,
        published_at_s=published.published_at_s,
        caught_up=published.caught_up,
        arrivals=published.arrivals,
        bytes=len(payload),
        tracks=picture.tracks,
        contributed_s=contributed_s(picture),
    )


def contributed_s(picture: Picture) -> FloatArray:
    """Return (M,) exercise times of the newest contributions that came in the picture's own cycle."""
    latest_s = picture.last_contribution_s
    fresh: np.ndarray[Any, np.dtype[np.bool_]] = latest_s > picture.valid_from_s  # NaN is not greater
    found: FloatArray = latest_s[fresh]
    return found
