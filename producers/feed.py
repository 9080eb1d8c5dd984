"""Which batch of which source is due, from where on, and what waits in the outbox. Pure.

Batch n of a source covers a fixed interval of exercise time, so what is due follows from the clock
alone; after a restart it begins where the consumer's watermark stands.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from contracts import topics
from contracts.codec import Encoding, encode
from contracts.control import SensorStatus, SourceMark
from contracts.labels import Nation
from contracts.topics import Discipline
from producers.outbox import Outbox, Parcel
from producers.produced import Produced
from producers.settings import DispatchSettings

_EARLY_S = 1e-4
"""A batch may leave so much before its interval is over: clocks are read in floating point."""


class Source(Protocol):
    """Something that makes batches, each a pure function of its number."""

    @property
    def name(self) -> str:
        """Unique in the exercise."""
        ...

    @property
    def nation(self) -> Nation:
        """Whose it is."""
        ...

    @property
    def discipline(self) -> Discipline:
        """The feed that it belongs to."""
        ...

    @property
    def begin_s(self) -> float:
        """Exercise time at which batch 0 begins."""
        ...

    @property
    def step_s(self) -> float:
        """Exercise time that one batch covers."""
        ...

    @property
    def batches(self) -> int | None:
        """How many there are; None for a source that never ends."""
        ...

    def delay_s(self, at_s: float) -> float:
        """Return how long the batch that covers a time is held back beyond its end."""
        ...

    def produce(self, sequence: int, produced_at_s: float) -> Produced:
        """Return a batch."""
        ...

    def status(self, exercise_now_s: float, at_s: float) -> SensorStatus:
        """Return what the sensor says of itself, its counters still 0."""
        ...


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One batch to publish now, and its attribution for the white cell, both encoded."""

    parcel: Parcel
    attribution: bytes | None


@dataclass(slots=True)
class _Cursor:
    """How far one source has come."""

    source: Source
    next_sequence: int
    batches_sent: int = 0
    reports_sent: int = 0
    skipped: int = 0

    def due_s(self) -> float | None:
        """Return the exercise time at which the next batch may leave; None after the last one."""
        if self.source.batches is not None and self.next_sequence >= self.source.batches:
            return None
        begin_s = self.source.begin_s + self.next_sequence * self.source.step_s
        # A batch leaves after the one before it, so the order of numbers is kept through a delay.
        return begin_s + self.source.step_s + self.source.delay_s(begin_s)


class Feed:
    """The sources of one process in one run of the exercise."""

    def __init__(
        self,
        sources: Sequence[Source],
        marks: Mapping[str, SourceMark],
        exercise_now_s: float,
        settings: DispatchSettings,
        encoding: Encoding,
    ) -> None:
        """Begin where the watermark stands, but not too far back.

        Args:
            sources: what makes batches.
            marks: what the consumer has committed of each in this run.
            exercise_now_s: exercise time now.
            settings: bounds.
            encoding: how batches are written.
        """
        self._settings = settings
        self._encoding: Encoding = encoding
        self.outbox = Outbox(settings.resend_after_s, settings.outbox_parcels_max, settings.outbox_bytes_max)
        self._cursors: dict[str, _Cursor] = {}
        for source in sources:
            mark = marks.get(source.name)
            wanted = 0 if mark is None else mark.sequence + 1
            oldest = int((exercise_now_s - settings.back_s_max - source.begin_s) // source.step_s)
            first = max(wanted, oldest, 0)
            self._cursors[source.name] = _Cursor(source, first, skipped=first - wanted)
        self._heap: list[tuple[float, str]] = []
        self._schedule()

    def replace(self, sources: Sequence[Source]) -> None:
        """Go on with other sources of the same names: the world has changed, the numbering has not."""
        for source in sources:
            self._cursors[source.name].source = source
        self._schedule()

    def next_due_s(self) -> float | None:
        """Return the exercise time at which the next batch is due; None when all have ended."""
        return self._heap[0][0] if self._heap else None

    def take_due(self, exercise_now_s: float, wall_s: float) -> Dispatch | None:
        """Make the batch that has been due longest and put it into the outbox; None when none is due."""
        if not self._heap or self._heap[0][0] > exercise_now_s + _EARLY_S:
            return None
        _, name = heapq.heappop(self._heap)
        cursor = self._cursors[name]
        produced = cursor.source.produce(cursor.next_sequence, wall_s)
        batch = produced.batch
        parcel = Parcel(
            source=name,
            epoch=batch.epoch,
            sequence=batch.sequence,
            topic=topics.reports(batch.exercise, batch.nation, batch.discipline, name),
            payload=encode(batch, self._encoding),
        )
        self.outbox.put(parcel, wall_s)
        cursor.next_sequence += 1
        cursor.batches_sent += 1
        cursor.reports_sent += batch.rows
        self._push(name, cursor)
        attribution = None if produced.attribution is None else encode(produced.attribution, self._encoding)
        return Dispatch(parcel, attribution)

    def acknowledge(self, marks: Mapping[str, SourceMark]) -> None:
        """Let go of what the watermark has passed."""
        for name in self._cursors:
            if name in marks:
                self.outbox.acknowledge(name, marks[name])

    def statuses(self, exercise_now_s: float, wall_s: float) -> list[SensorStatus]:
        """Return every source's status, with its counters."""
        return [
            cursor.source.status(exercise_now_s, wall_s).model_copy(
                update={
                    "batches_sent": cursor.batches_sent,
                    "reports_sent": cursor.reports_sent,
                    "outbox": self.outbox.waiting(name),
                    "outbox_dropped": self.outbox.dropped(name) + cursor.skipped,
                    "resent": self.outbox.resent(name),
                }
            )
            for name, cursor in self._cursors.items()
        ]

    def counters(self, exercise_now_s: float) -> dict[str, float]:
        """Return the process's counters for Health."""
        next_due_s = self.next_due_s()
        return {
            "sources": float(len(self._cursors)),
            "batches_sent": float(sum(cursor.batches_sent for cursor in self._cursors.values())),
            "reports_sent": float(sum(cursor.reports_sent for cursor in self._cursors.values())),
            "batches_skipped": float(sum(cursor.skipped for cursor in self._cursors.values())),
            "outbox": float(self.outbox.waiting()),
            "outbox_parcels_max": float(self._settings.outbox_parcels_max),
            "outbox_bytes": float(self.outbox.bytes_kept),
            "outbox_bytes_max": float(self._settings.outbox_bytes_max),
            "outbox_dropped": float(self.outbox.dropped()),
            "resent": float(self.outbox.resent()),
            "behind_s": 0.0 if next_due_s is None else max(0.0, exercise_now_s - next_due_s),
        }

    def _schedule(self) -> None:
        self._heap = []
        for name, cursor in self._cursors.items():
            self._push(name, cursor)

    def _push(self, name: str, cursor: _Cursor) -> None:
        due_s = cursor.due_s()
        if due_s is not None:
            heapq.heappush(self._heap, (due_s, name))
