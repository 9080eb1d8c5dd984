"""The fusion service on the broker in memory, fed by a tester's hand: for tests in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from contracts import topics
from contracts.codec import decode, encode
from contracts.control import ClockState, DeadLetter, SensorStatus, ServiceStatus, Watermark
from contracts.labels import Label
from contracts.memory import MemoryBroker
from contracts.picture import Picture, PublishedPicture
from contracts.reports import ReportBatch
from contracts.wall import LoopClock
from fusion.service import run_fusion
from fusion.settings import FusionSettings
from tests.fusion.sky import START_S
from tests.virtual_time import EPOCH_S

EXERCISE = "test"


@dataclass
class Listener:
    """What fusion has published, as it came."""

    pictures: dict[tuple[str, int], PublishedPicture] = field(default_factory=dict)
    order: list[tuple[str, int]] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)
    watermark: Watermark | None = None
    status: ServiceStatus | None = None

    def picture(self, scope: str, cycle: int) -> Picture:
        return decode(self.pictures[scope, cycle].picture, Picture)

    async def listen(self, broker: MemoryBroker) -> None:
        async with broker.connect("listener") as session:
            await session.subscribe(f"{topics.PREFIX}/{EXERCISE}/#")
            async for delivery in session.messages():
                self._hear(delivery.topic, delivery.payload)

    def _hear(self, topic: str, payload: bytes) -> None:
        if "/picture/" in topic:
            published = decode(payload, PublishedPicture)
            self.pictures[published.scope, published.cycle] = published
            self.order.append((published.scope, published.cycle))
        elif topic == topics.deadletter(EXERCISE):
            self.letters.append(decode(payload, DeadLetter))
        elif topic == topics.watermark(EXERCISE, "fusion"):
            self.watermark = decode(payload, Watermark)
        elif topic == topics.service_status(EXERCISE, "fusion"):
            self.status = decode(payload, ServiceStatus)


def a_clock(
    *, running: bool = True, run: int = 1, revision: int = 0, rate: float = 1.0, at_s: float = 0.0
) -> ClockState:
    """The exercise clock: STARTEX at START_S, at virtual time ``at_s`` after the epoch."""
    return ClockState(
        exercise=EXERCISE, startex_s=START_S, wall_at_s=EPOCH_S + at_s, exercise_at_s=START_S + at_s, rate=rate,
        running=running, revision=revision, run=run,
    )  # fmt: skip


def a_status(batch: ReportBatch) -> SensorStatus:
    return SensorStatus(
        exercise=EXERCISE, nation=batch.nation, discipline=batch.discipline, sensor=batch.sensor, sensor_kind="radar",
        state="online", at_s=EPOCH_S, label=Label(classification=3, releasable_to=("USA", "JPN", "KOR")),
    )  # fmt: skip


def topic_of(batch: ReportBatch) -> str:
    return topics.reports(EXERCISE, batch.nation, batch.discipline, batch.sensor)


async def introduce(
    broker: MemoryBroker, batches: Iterable[ReportBatch], clock: ClockState | None = None
) -> None:
    """Publish every sensor's status, and the clock."""
    async with broker.connect("introducer") as session:
        for batch in {b.sensor: b for b in batches}.values():
            topic = topics.sensor_status(EXERCISE, batch.nation, batch.discipline, batch.sensor)
            await session.publish(topic, encode(a_status(batch)), retain=True)
        await session.publish(topics.clock(EXERCISE), encode(clock or a_clock()), retain=True)


async def feed(broker: MemoryBroker, clock: LoopClock, batches: Iterable[tuple[float, ReportBatch]]) -> None:
    """Send each batch at its exercise time of sending."""
    async with broker.connect("feeder") as session:
        for send_at_s, batch in sorted(batches, key=lambda pair: pair[0]):
            await asyncio.sleep(max(0.0, EPOCH_S + send_at_s - START_S - clock.now_s()))
            await session.publish(topic_of(batch), encode(batch))


@asynccontextmanager
async def fusion_running(
    broker: MemoryBroker, clock: LoopClock, settings: FusionSettings
) -> AsyncIterator[Listener]:
    """Run the service and listen to it."""
    listener = Listener()
    listening = asyncio.create_task(listener.listen(broker))
    running = asyncio.create_task(run_fusion(broker, clock, settings))
    try:
        yield listener
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.sleep(0.01)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


def settings_for(folder: Path | None = None, **changed: object) -> FusionSettings:
    return FusionSettings.model_validate({"exercise": EXERCISE, "ledger_folder": folder, **changed})
