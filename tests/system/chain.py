"""The whole chain on a broker in memory, in virtual time, with someone who writes everything down.

exercise, producers and fusion are the real services; what a test does to them (stop, kill, start
again, take the broker away) is done here.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from contracts import topics
from contracts.broker import Session, stay_connected
from contracts.clock import CycleGrid
from contracts.codec import decode, encode
from contracts.control import (
    ClockCommand,
    ClockState,
    DeadLetter,
    Inject,
    InjectAck,
    InjectRequest,
    ServiceStatus,
    Trace,
    Watermark,
)
from contracts.labels import SCOPES, Scope
from contracts.memory import MemoryBroker
from contracts.picture import Picture, PublishedPicture
from contracts.provenance import ProvenanceAnswer, ProvenanceQuestion
from contracts.wall import LoopClock
from exercise.service import run_exercise
from exercise.settings import ExerciseSettings
from fusion.service import run_fusion
from fusion.settings import FusionSettings
from producers.scenario import Scenario, load_scenario
from producers.service import run_producers
from producers.settings import ProducerSettings
from tests.virtual_time import virtual_clock

SCENARIOS: Final = Path(__file__).parents[2] / "scenarios"
Part = Literal["exercise", "producers", "fusion"]
PARTS: Final[tuple[Part, ...]] = ("exercise", "producers", "fusion")

PictureKey = tuple[Scope, int]


def the_scenario(name: str = "minimal") -> Scenario:
    """Return a scenario that comes with Triptych."""
    return load_scenario(SCENARIOS / f"{name}.toml")


@dataclass(slots=True)
class Witness:
    """What was published, in the order in which it came.

    Attributes:
        pictures: every publication of each (scope, cycle); more than one after a restart.
        came_at_s: virtual wall time at which each (scope, cycle) first came.
    """

    pictures: dict[PictureKey, list[PublishedPicture]] = field(default_factory=lambda: defaultdict(list))
    came_at_s: dict[PictureKey, float] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    acks: list[InjectAck] = field(default_factory=list)
    answers: dict[str, ProvenanceAnswer] = field(default_factory=dict)

    def fingerprints(self, *scopes: Scope) -> dict[PictureKey, str]:
        """Return the hash of every picture of these scopes, all by default.

        Raises:
            AssertionError: a picture was published twice and not the same.
        """
        prints: dict[PictureKey, str] = {}
        for key, published in sorted(self.pictures.items()):
            different = {one.picture_sha256 for one in published}
            assert len(different) == 1, f"picture {key} was published with different content"
            if key[0] in (scopes or SCOPES):
                prints[key] = published[0].picture_sha256
        return prints

    def cycles(self, scope: Scope = "ALL") -> list[int]:
        """Return the cycles that came, in the order in which they first came."""
        return [cycle for one, cycle in self.came_at_s if one == scope]

    def picture(self, cycle: int, scope: Scope = "ALL") -> Picture:
        """Return a picture."""
        return decode(self.pictures[scope, cycle][0].picture, Picture)


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """What runs.

    Attributes:
        ledger_folder: none keeps the ledger in memory.
        rate: exercise seconds per (virtual) wall second.
    """

    scenario: Scenario
    seed: int = 1
    cycle_s: float = 30.0
    ledger_folder: Path | None = None
    rate: float = 1.0
    encoding: Literal["msgpack", "json"] = "msgpack"


class Chain:
    """The running parts."""

    def __init__(self, broker: MemoryBroker, clock: LoopClock, settings: ChainSettings) -> None:
        self.broker, self.clock, self.settings = broker, clock, settings
        self.exercise = settings.scenario.exercise
        self.witness = Witness()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def start(self, *parts: Part) -> None:
        """Start parts, all by default."""
        for part in parts or PARTS:
            self._tasks[part] = asyncio.create_task(self._run(part), name=part)
        await asyncio.sleep(0)

    async def stop(self, *parts: str) -> None:
        """Stop parts cleanly, all by default."""
        for part in parts or tuple(self._tasks):
            task = self._tasks.pop(part)
            task.cancel()
            (outcome,) = await asyncio.gather(task, return_exceptions=True)
            assert outcome is None or isinstance(outcome, asyncio.CancelledError), repr(outcome)

    async def run_for(self, seconds: float) -> None:
        """Let virtual wall time pass; fail if a part died meanwhile."""
        await asyncio.sleep(seconds)
        for part, task in self._tasks.items():
            assert not task.done(), f"{part} ended by itself: {task}"

    async def run_to_cycle(self, cycle: int, *, limit_s: float = 7200.0) -> None:
        """Let time pass until every scope's picture of a cycle has come."""
        async with asyncio.timeout(limit_s):
            while not all((scope, cycle) in self.witness.pictures for scope in SCOPES):
                await self.run_for(0.5)

    async def inject(self, action: str, **fields: Any) -> Inject:
        """Ask for an inject as a tester does, and return it accepted."""
        request = InjectRequest.model_validate(
            {
                "exercise": self.exercise,
                "request_id": f"r-{len(self.witness.acks) + 1}",
                "action": action,
                "requested_at_s": self.clock.now_s(),
                **fields,
            }
        )
        await self.publish(topics.inject_requests(self.exercise), encode(request, "json"))
        async with asyncio.timeout(10.0):
            while not any(ack.request_id == request.request_id for ack in self.witness.acks):
                await asyncio.sleep(0.05)
        ack = next(ack for ack in self.witness.acks if ack.request_id == request.request_id)
        assert ack.inject is not None, ack.reason
        return ack.inject

    async def why(
        self, track_number: int, scope: Scope = "ALL", cycle: int | None = None
    ) -> ProvenanceAnswer:
        """Ask the fusion what made a track, and return its answer."""
        request_id = f"why-{len(self.witness.answers) + 1}"
        question = ProvenanceQuestion(
            exercise=self.exercise, request_id=request_id, scope=scope, track_number=track_number, cycle=cycle
        )
        await self.publish(topics.provenance_questions(self.exercise, scope), encode(question, "json"))
        async with asyncio.timeout(10.0):
            while request_id not in self.witness.answers:
                await asyncio.sleep(0.05)
        return self.witness.answers[request_id]

    async def turn_clock(
        self, command: Literal["start", "pause", "resume", "rate"], rate: float | None = None
    ) -> None:
        """Give the exercise clock a command."""
        order = ClockCommand(exercise=self.exercise, command=command, rate=rate)
        await self.publish(topics.clock_commands(self.exercise), encode(order, "json"))

    async def publish(self, topic: str, payload: bytes) -> None:
        """Publish something, as anyone at the broker may."""
        async with self.broker.connect("someone") as session:
            await session.publish(topic, payload)

    def retained(self, topic: str) -> bytes:
        """Return what the broker keeps on a topic."""
        (delivery,) = self.broker.retained(topic)
        return delivery.payload

    def clock_state(self) -> ClockState:
        """Return the exercise clock."""
        return decode(self.retained(topics.clock(self.exercise)), ClockState)

    def status(self, service: str) -> ServiceStatus:
        """Return a service's newest status."""
        return decode(self.retained(topics.service_status(self.exercise, service)), ServiceStatus)

    def watermark(self) -> Watermark:
        """Return what fusion has committed."""
        return decode(self.retained(topics.watermark(self.exercise, "fusion")), Watermark)

    def trace(self, inject: Inject) -> Trace:
        """Return the way an inject took."""
        return decode(self.retained(topics.trace(self.exercise, inject.inject_id)), Trace)

    def grid(self) -> CycleGrid:
        """Return the instants at which pictures are due."""
        return CycleGrid(self.settings.scenario.startex_s, self.settings.cycle_s)

    async def watch(self) -> None:
        """Write down what is published, over as many sessions as it takes."""
        await stay_connected(self.broker, "witness", self._watch)

    async def _watch(self, session: Session) -> None:
        await session.subscribe(
            topics.picture(self.exercise, "+"),
            topics.deadletter(self.exercise),
            topics.inject_acks(self.exercise),
            topics.provenance_answers(self.exercise, "+"),
        )
        async for delivery in session.messages():
            if delivery.topic == topics.deadletter(self.exercise):
                self.witness.letters.append(decode(delivery.payload, DeadLetter))
            elif delivery.topic == topics.inject_acks(self.exercise):
                self.witness.acks.append(decode(delivery.payload, InjectAck))
            elif topics.matches(topics.provenance_answers(self.exercise, "+"), delivery.topic):
                said = decode(delivery.payload, ProvenanceAnswer)
                self.witness.answers[said.request_id] = said
            else:
                published = decode(delivery.payload, PublishedPicture)
                key = (published.scope, published.cycle)
                self.witness.pictures[key].append(published)
                self.witness.came_at_s.setdefault(key, self.clock.now_s())

    def _run(self, part: Part) -> Any:
        settings = self.settings
        scenario = settings.scenario
        match part:
            case "exercise":
                return run_exercise(
                    self.broker,
                    self.clock,
                    ExerciseSettings(
                        exercise=scenario.exercise, startex_s=scenario.startex_s, rate=settings.rate
                    ),
                )
            case "producers":
                return run_producers(
                    self.broker,
                    self.clock,
                    ProducerSettings(
                        exercise=scenario.exercise,
                        scenario=scenario,
                        seed=settings.seed,
                        encoding=settings.encoding,
                    ),
                )
            case "fusion":
                return run_fusion(
                    self.broker,
                    self.clock,
                    FusionSettings(
                        exercise=scenario.exercise,
                        cycle_s=settings.cycle_s,
                        ledger_folder=settings.ledger_folder,
                    ),
                )


@asynccontextmanager
async def a_chain(
    scenario: Scenario | None = None, *, broker: MemoryBroker | None = None, **settings: Any
) -> AsyncGenerator[Chain]:
    """Run the whole chain, and stop it cleanly in the end."""
    chain = Chain(
        broker or MemoryBroker(),
        virtual_clock(),
        ChainSettings(scenario=scenario or the_scenario(), **settings),
    )
    watching = asyncio.create_task(chain.watch(), name="witness")
    await asyncio.sleep(0)
    await chain.start()
    try:
        yield chain
    finally:
        await chain.stop()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def pictures_to_cycle(
    cycle: int,
    scenario: Scenario | None = None,
    *,
    broker: MemoryBroker | None = None,
    then: Callable[[Chain], Awaitable[None]] | None = None,
    **settings: Any,
) -> Witness:
    """Run a chain until a cycle's pictures have come, with something done to it on the way."""
    async with a_chain(scenario, broker=broker, **settings) as chain:
        if then is not None:
            await then(chain)
        await chain.run_to_cycle(cycle)
        return chain.witness
