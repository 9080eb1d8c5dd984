"""The outbox: what has been sent and is not yet known to be safe.

"Acknowledged" means that the consumer's watermark has passed it, never that the broker took it. A
parcel goes again when it has waited too long, each time twice as long; as soon as the watermark moves,
or a broker is back, the consumer is alive and what is left goes again soon. At a bound the oldest
parcel goes for good, and is counted.
"""

from collections import deque
from dataclasses import dataclass, field
from math import inf
from typing import Final

from contracts.control import SourceMark

RESEND_DOUBLINGS_MAX: Final = 4
"""A parcel that nobody acknowledges is sent again after 1, 2, 4, 8, 16, 16, … times the wait."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One encoded batch on its way."""

    source: str
    epoch: int
    sequence: int
    topic: str
    payload: bytes


@dataclass(slots=True)
class _Waiting:
    parcel: Parcel
    sent_at_s: float
    again_at_s: float
    times: int = 1


@dataclass(slots=True)
class _Lane:
    """The parcels of one source, oldest first."""

    waiting: deque[_Waiting] = field(default_factory=deque)
    dropped: int = 0
    resent: int = 0
    patient: bool = False
    """Whether some parcel has gone more than once and waits longer now."""


class Outbox:
    """Parcels that wait for the watermark, per source."""

    def __init__(self, resend_after_s: float, parcels_max: int, bytes_max: int) -> None:
        """Start empty.

        Args:
            resend_after_s: wall time that a parcel waits before it goes again for the first time.
            parcels_max: bound per source.
            bytes_max: bound of all payloads together.
        """
        self._resend_after_s = resend_after_s
        self._parcels_max = parcels_max
        self._bytes_max = bytes_max
        self._bytes = 0
        self._lanes: dict[str, _Lane] = {}
        # Nothing is due before this; kept so that forty thousand parcels are not looked at every second.
        self._next_at_s = inf

    def put(self, parcel: Parcel, wall_s: float) -> None:
        """Keep a parcel that is sent now."""
        lane = self._lanes.setdefault(parcel.source, _Lane())
        lane.waiting.append(_Waiting(parcel, wall_s, wall_s + self._resend_after_s))
        self._next_at_s = min(self._next_at_s, wall_s + self._resend_after_s)
        self._bytes += len(parcel.payload)
        if len(lane.waiting) > self._parcels_max:
            self._drop(lane)
        while self._bytes > self._bytes_max:
            self._drop(max(self._lanes.values(), key=lambda full: len(full.waiting)))

    def acknowledge(self, source: str, mark: SourceMark) -> int:
        """Let go of what a watermark has passed; return how many parcels that were."""
        lane = self._lanes.get(source)
        if lane is None:
            return 0
        count = 0
        while lane.waiting and _passed(lane.waiting[0].parcel, mark):
            self._bytes -= len(lane.waiting.popleft().parcel.payload)
            count += 1
        if count and lane.patient:
            self._hurry(lane)
        return count

    def due(self, wall_s: float, limit: int) -> list[Parcel]:
        """Return parcels to send again now, the oldest of each source first, and count them as sent."""
        found: list[Parcel] = []
        if wall_s < self._next_at_s:
            return found
        self._next_at_s = inf
        for lane in self._lanes.values():
            for waiting in lane.waiting:
                if waiting.again_at_s <= wall_s and len(found) < limit:
                    found.append(waiting.parcel)
                    self._sent_again(lane, waiting, wall_s)
                self._next_at_s = min(self._next_at_s, waiting.again_at_s)
        return found

    def next_at_s(self) -> float | None:
        """Return the wall time before which nothing is due to be sent again; None when nothing waits."""
        return None if self._next_at_s == inf else self._next_at_s

    def all_again(self, wall_s: float) -> None:
        """Make everything due: the broker is new and may have lost what it was given."""
        for lane in self._lanes.values():
            for waiting in lane.waiting:
                waiting.again_at_s, waiting.times = wall_s, 0
        self._next_at_s = wall_s

    def forget(self) -> None:
        """Let everything go: another run has begun, and nobody wants this one's batches any more."""
        for lane in self._lanes.values():
            lane.waiting.clear()
        self._bytes, self._next_at_s = 0, inf

    def waiting(self, source: str | None = None) -> int:
        """Return how many parcels wait, of one source or of all."""
        lanes = self._lanes.values() if source is None else [self._lanes.get(source, _Lane())]
        return sum(len(lane.waiting) for lane in lanes)

    def dropped(self, source: str | None = None) -> int:
        """Return how many have been let go unacknowledged, of one source or of all."""
        lanes = self._lanes.values() if source is None else [self._lanes.get(source, _Lane())]
        return sum(lane.dropped for lane in lanes)

    def resent(self, source: str | None = None) -> int:
        """Return how many have been sent again, of one source or of all."""
        lanes = self._lanes.values() if source is None else [self._lanes.get(source, _Lane())]
        return sum(lane.resent for lane in lanes)

    @property
    def bytes_kept(self) -> int:
        """Payload bytes of all parcels that wait."""
        return self._bytes

    def _drop(self, lane: _Lane) -> None:
        self._bytes -= len(lane.waiting.popleft().parcel.payload)
        lane.dropped += 1

    def _sent_again(self, lane: _Lane, waiting: _Waiting, wall_s: float) -> None:
        wait_s = self._resend_after_s * 2.0 ** min(waiting.times, RESEND_DOUBLINGS_MAX)
        waiting.sent_at_s, waiting.again_at_s = wall_s, wall_s + wait_s
        waiting.times += 1
        lane.resent += 1
        lane.patient = True

    def _hurry(self, lane: _Lane) -> None:
        """Undo the long waits: whoever acknowledges is alive."""
        lane.patient = False
        for waiting in lane.waiting:
            waiting.times = 1
            waiting.again_at_s = min(waiting.again_at_s, waiting.sent_at_s + self._resend_after_s)
            self._next_at_s = min(self._next_at_s, waiting.again_at_s)


def _passed(parcel: Parcel, mark: SourceMark) -> bool:
    return (parcel.epoch, parcel.sequence) <= (mark.epoch, mark.sequence)
