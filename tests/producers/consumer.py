"""A stand-in for the fusion: takes batches, commits them at once and says so with its watermark."""

import asyncio
from dataclasses import dataclass, field

from contracts import topics
from contracts.broker import Broker, Delivery, Session, stay_connected
from contracts.codec import decode_any, encode
from contracts.control import SourceMark, Watermark
from contracts.reports import REPORT_MODELS, Batch


@dataclass
class Consumer:
    """What has come.

    Attributes:
        deaf: takes nothing and says nothing while true.
        batches: (source, sequence) to the batch that came first.
        payloads: how often each came.
    """

    exercise: str
    run: int
    deaf: bool = False
    silent: bool = False
    batches: dict[tuple[str, int], Batch] = field(default_factory=dict)
    times: dict[tuple[str, int], int] = field(default_factory=dict)

    async def serve(self, broker: Broker) -> None:
        await stay_connected(broker, f"consumer-{id(self)}", self._read)

    def numbers(self, source: str) -> list[int]:
        return sorted(number for name, number in self.batches if name == source)

    async def _read(self, session: Session) -> None:
        await session.subscribe(topics.reports(self.exercise, "+", "+", "+"))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._take(session), name="take")
            tasks.create_task(self._mark(session), name="mark")

    async def _take(self, session: Session) -> None:
        async for delivery in session.messages():
            if not self.deaf:
                self._note(delivery)

    def _note(self, delivery: Delivery) -> None:
        batch = decode_any(delivery.payload, REPORT_MODELS)
        assert isinstance(batch, Batch)
        key = (batch.source, batch.sequence)
        self.batches.setdefault(key, batch)
        self.times[key] = self.times.get(key, 0) + 1

    async def _mark(self, session: Session) -> None:
        while True:
            await asyncio.sleep(0.1)
            if self.deaf or self.silent or not self.batches:
                continue
            watermark = Watermark(exercise=self.exercise, consumer="fusion", run=self.run, marks=self.marks())
            await session.publish(topics.watermark(self.exercise, "fusion"), encode(watermark), retain=True)

    def marks(self) -> dict[str, SourceMark]:
        return {
            source: SourceMark(epoch=0, sequence=_without_gap(self.numbers(source)))
            for source in {name for name, _ in self.batches}
        }


def _without_gap(numbers: list[int]) -> int:
    """The last number before the first gap, counted from 0."""
    last = -1
    for number in numbers:
        if number != last + 1:
            break
        last = number
    return last
