"""The fusion service: reads at once, commits, folds as reports arrive, publishes on the cycle's grid.

Three tasks share one event loop. *Reading* (while there is a broker) moves messages into a bounded
line. *Committing* checks them at the edge, writes them to the ledger together and only then moves
the watermark. *Folding* keeps up with the frontier, so that at a cycle's end almost nothing is left
to do, and publishes each scope's picture at the instant the grid asks for it.
"""

import asyncio
import gc
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from math import inf, nextafter
from typing import Final

import msgspec

from contracts import topics
from contracts.broker import Broker, BrokerLost, Delivery, Session, Will, stay_connected
from contracts.clock import WallClock, exercise_time_s, wall_time_s
from contracts.codec import MalformedMessage, Reason, decode, encode
from contracts.control import ClockState, DeadLetter, ServiceStatus, Watermark
from contracts.labels import Scope
from contracts.picture import PublishedPicture
from contracts.provenance import ProvenanceQuestion
from contracts.wall import sleep_until
from fusion.answering import answer
from fusion.counting import Counts, counters_of
from fusion.drawing import fingerprint
from fusion.frontier import Frontier
from fusion.intake import Admitted, Intake
from fusion.ledger import Checkpoint, DiskLedger, Entry
from fusion.pending import fold_at_s
from fusion.publishing import Outgoing
from fusion.run import Run, begin_run
from fusion.settings import FusionSettings

CONSUMER: Final = "fusion"
_STATUS_S: Final = 5.0
_YIELD_S: Final = 0.01
_WATERMARK_S: Final = 0.1

_log = logging.getLogger(__name__)


async def run_fusion(broker: Broker, clock: WallClock, settings: FusionSettings) -> None:
    """Run the fusion of one exercise until cancelled."""
    service = FusionService(clock, settings)
    will = Will(topics.service_status(settings.exercise, CONSUMER), encode(service.status(online=False)))
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(
                stay_connected(broker, f"{settings.exercise}-fusion", service.serve, will=lambda: will),
                name="fusion-broker",
            )
            tasks.create_task(service.commit(), name="fusion-commit")
            tasks.create_task(service.fold(), name="fusion-fold")
            tasks.create_task(service.answer_questions(), name="fusion-answer")
            tasks.create_task(service.report(), name="fusion-report")
    finally:
        service.close()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture that waits for its tick."""

    scope: Scope
    sources: tuple[str, ...]
    encoded: bytes
    sha256: str


class FusionService:
    """The shell around the pure engine."""

    def __init__(self, clock: WallClock, settings: FusionSettings) -> None:
        """Start with nothing known; the exercise clock begins a run."""
        self._clock = clock
        self._settings = settings
        self._intake = Intake(settings)
        self._frontier = Frontier(settings.hold_s, settings.settle_s)
        self._out = Outgoing()
        self._incoming: deque[tuple[Delivery, float]] = deque()
        self._arrived = asyncio.Event()
        self._committed = asyncio.Event()
        self._questions: asyncio.Queue[ProvenanceQuestion] = asyncio.Queue(settings.questions_max)
        self._run: Run | None = None
        self._begun = asyncio.Event()
        self._committing_from_s = inf
        self._started_at_s = clock.now_s()
        self._marked_at_s = -inf
        self._marks_moved = False
        self._folded_since_picture = False
        self._counts = Counts()

    async def serve(self, session: Session) -> None:
        """Read and send over one broker session; when it breaks, both stop and the next begins."""
        exercise = self._settings.exercise
        self._counts.broker_sessions += 1
        self._frontier.reconnected(self._clock.now_s())
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._out.send(session), name="fusion-send")
                await session.subscribe(
                    topics.clock(exercise),
                    topics.sensor_status(exercise, "+", "+", "+"),
                    topics.reports(exercise, "+", "+", "+"),
                    topics.provenance_questions(exercise, "+"),
                )
                async for delivery in session.messages():
                    self._counts.session_dropped = session.dropped
                    self._receive(delivery)
        except asyncio.CancelledError:
            # Leaving on purpose: the broker keeps the will to itself, so we say it.
            with suppress(BrokerLost, TimeoutError):
                async with asyncio.timeout(1.0):
                    topic = topics.service_status(exercise, CONSUMER)
                    await session.publish(topic, encode(self.status(online=False)), retain=True)
            raise
        finally:
            self._frontier.disconnected(self._clock.now_s())

    def _receive(self, delivery: Delivery) -> None:
        now_s = self._clock.now_s()
        place = topics.sensor_topic(delivery.topic)
        if place is None or place.leaf == "status":
            try:
                self._receive_control(delivery, now_s)
            except MalformedMessage as error:
                self._counts.malformed_control += 1
                _log.warning("control message refused topic=%s reason=%s", delivery.topic, error)
        elif len(self._incoming) >= self._settings.incoming_max:
            # Its source sends it again: the watermark has not passed it.
            self._counts.incoming_dropped += 1
        else:
            self._incoming.append((delivery, now_s))
            self._arrived.set()

    def _receive_control(self, delivery: Delivery, now_s: float) -> None:
        if delivery.topic == topics.clock(self._settings.exercise):
            self._turn(decode(delivery.payload, ClockState))
        elif topics.matches(topics.provenance_questions(self._settings.exercise, "+"), delivery.topic):
            self._ask(delivery, decode(delivery.payload, ProvenanceQuestion))
        elif self._intake.introduce(delivery):
            self._frontier.newcomer_at_s = now_s

    def _turn(self, state: ClockState) -> None:
        """Follow the exercise clock; a new run begins everything anew."""
        if self._run is not None and self._run.clock.run == state.run:
            if state.revision >= self._run.clock.revision:
                self._run.clock = state
            return
        self.close()
        wall_s = self._clock.now_s()
        self._run, marks, self._frontier = begin_run(state, self._settings, wall_s)
        self._intake = Intake(self._settings, marks=marks, sensors=self._intake.sensors)
        self._marks_moved = True
        # What lives now lives long; the collector need not look at it again.
        gc.collect()
        gc.freeze()
        _log.info(
            "run begins exercise=%s run=%d cycle=%d batches_taken_up=%d",
            self._settings.exercise, state.run, self._run.cycle, len(self._run.pending),
        )  # fmt: skip
        self._begun.set()

    def _ask(self, delivery: Delivery, question: ProvenanceQuestion) -> None:
        """Line up a question; who may ask on the topic of one scope is not answered from another's."""
        topic = topics.provenance_questions(self._settings.exercise, question.scope)
        if delivery.topic != topic:
            raise MalformedMessage(Reason.WRONG_TOPIC, "scope", f"wanted {topic}, got {delivery.topic}")
        if self._questions.full():
            self._counts.questions_dropped += 1
        else:
            self._questions.put_nowait(question)

    async def answer_questions(self) -> None:
        """Answer questions about provenance, one after another; for ever."""
        while True:
            question = await self._questions.get()
            if self._run is None or question.scope not in self._run.scopes.beliefs:
                continue
            said = answer(question, self._run.scopes.beliefs[question.scope])
            self._counts.questions_answered += 1
            topic = topics.provenance_answers(self._settings.exercise, question.scope)
            self._out.put(topic, encode(said), retain=False)
            # So that of the line of what goes out answers never take more than one place.
            await self._out.let_go(_STATUS_S)

    async def commit(self) -> None:
        """Check, commit together, then acknowledge; for ever."""
        await self._begun.wait()
        more = False
        while True:
            self._mark()
            if not self._incoming:
                self._arrived.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_WATERMARK_S if self._marks_moved else None):
                        await self._arrived.wait()
            # Waiting gathers a commit that is worth its sync to the disk; with a full one here already
            # it would only hold the line up.
            await asyncio.sleep(0.0 if more else self._settings.commit_s)
            more = False
            run = self._run
            if run is None or len(run.pending) > self._settings.pending_max:
                continue
            admitted = self._admit(run)
            if admitted:
                await self._commit(run, admitted)
                more = bool(self._incoming)

    def _admit(self, run: Run) -> list[Admitted]:
        """Check what has come, up to the bound of one commit."""
        admitted: list[Admitted] = []
        reports = 0
        while self._incoming and reports < self._settings.commit_reports:
            delivery, received_at_s = self._incoming.popleft()
            now_s = exercise_time_s(run.clock, self._clock.now_s())
            outcome = self._intake.admit(delivery, received_at_s, now_s)
            if isinstance(outcome, DeadLetter):
                self._out.put(topics.deadletter(self._settings.exercise), encode(outcome), retain=False)
                self._marks_moved = True
            elif outcome is not None:
                admitted.append(outcome)
                reports += outcome.batch.rows
            else:
                self._marks_moved = True
        return admitted

    async def _commit(self, run: Run, admitted: list[Admitted]) -> None:
        entries = [
            Entry(
                fold_at_s(one.batch, run.folded_to_s), one.batch.source, one.batch.epoch, one.batch.sequence,
                one.received_at_s, one.topic, one.payload,
            )
            for one in admitted
        ]  # fmt: skip
        # Folding may not pass what is on its way to the disk: its place in the fold is fixed already.
        self._committing_from_s = min(entry.fold_at_s for entry in entries)
        try:
            if isinstance(run.ledger, DiskLedger):
                await asyncio.to_thread(run.ledger.append, entries)
            else:
                run.ledger.append(entries)
        finally:
            self._committing_from_s = inf
        if run is not self._run:
            return
        committed_at_s = self._clock.now_s()
        self._intake.committed(admitted)
        for entry, one in zip(entries, admitted, strict=True):
            run.pending.put(entry.fold_at_s, one.batch)
            self._frontier.note(one.batch, self._intake.marks.mark(one.batch.source), committed_at_s)
            self._counts.late_batches += entry.fold_at_s > one.batch.measured_to_s
            self._counts.committed_batches += 1
            self._counts.committed_reports += one.batch.rows
            sums = run.arrivals.setdefault(one.batch.source, [0.0, 0.0, 0.0])
            sums[0] += 1.0
            sums[1] += one.received_at_s - one.batch.produced_at_s
            sums[2] += committed_at_s - one.received_at_s
        self._marks_moved = True
        self._committed.set()

    def _mark(self) -> None:
        """Publish the watermark when it has moved, at most ten times a second."""
        now_s = self._clock.now_s()
        if self._run is None or not self._marks_moved or now_s - self._marked_at_s < _WATERMARK_S:
            return
        self._intake.marks.give_up_gaps(now_s)
        message = Watermark(
            exercise=self._settings.exercise, consumer=CONSUMER, run=self._run.clock.run,
            marks=self._intake.marks.marks(),
        )  # fmt: skip
        self._out.put(topics.watermark(self._settings.exercise, CONSUMER), encode(message), retain=True)
        self._marked_at_s, self._marks_moved = now_s, False

    async def fold(self) -> None:
        """Keep up with the frontier and publish each cycle's pictures; for ever."""
        await self._begun.wait()
        while True:
            run = self._run
            if run is None:
                await asyncio.sleep(self._settings.fold_step_s)
                continue
            end_s = run.grid.end_s(run.cycle)
            now_s = self._clock.now_s()
            lateness_s = self._settings.allowed_lateness_s * run.clock.rate
            open_to_s = exercise_time_s(run.clock, now_s) - lateness_s
            to_s = self._frontier.at_s(now_s, open_to_s, end_s, self._intake.sensors)
            await self._fold_until(run, min(to_s, nextafter(self._committing_from_s, -inf), end_s))
            if run.folded_to_s >= end_s and run is self._run:
                await self._close_cycle(run, end_s)
                continue
            due_s = self._due_s(run, end_s)
            wake_s = self._clock.now_s() + self._settings.fold_step_s
            await self._until_committed(min(wake_s, due_s) if due_s > now_s else wake_s)

    async def _until_committed(self, wall_s: float) -> None:
        """Wait until something has been committed, but no longer than to a time, and then to its instant."""
        waiting = asyncio.create_task(sleep_until(self._clock, wall_s), name="fusion-fold-wait")
        committed = asyncio.create_task(self._committed.wait(), name="fusion-fold-committed")
        try:
            await asyncio.wait((waiting, committed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            committed.cancel()
        self._committed.clear()

    async def _fold_until(self, run: Run, to_s: float) -> None:
        """Fold what is due, letting others run now and then."""
        turn_ends_s = self._clock.now_s() + _YIELD_S
        while (batch := run.pending.take_until(to_s)) is not None:
            run.scopes.fold(batch)
            self._folded_since_picture = True
            if self._clock.now_s() > turn_ends_s:
                await asyncio.sleep(0)
                turn_ends_s = self._clock.now_s() + _YIELD_S
        run.folded_to_s = max(run.folded_to_s, to_s)

    async def _close_cycle(self, run: Run, end_s: float) -> None:
        """Draw every scope's picture of the cycle that has ended, and publish them when they are due."""
        changed = self._folded_since_picture or self._settings.cycle_s > 0.0
        if changed:
            await self._publish(run, end_s)
        if run is not self._run:
            return
        run.cycle += 1
        if self._settings.cycle_s > 0.0 and run.cycle % self._settings.checkpoint_cycles == 0:
            await self._save(run, end_s)
        await asyncio.sleep(0)

    async def _publish(self, run: Run, end_s: float) -> None:
        """Draw ahead of the tick, and at the tick let go of what is drawn; when late, of each at once."""
        self._folded_since_picture = False
        folded_at_s = self._clock.now_s()
        # Folded ahead of the tick, the cycle closes with the tick.
        closed_at_s = folded_at_s if folded_at_s >= self._due_s(run, end_s) else None
        drawn: list[Drawn] = []
        for scope in run.scopes.beliefs:
            picture = run.scopes.picture(scope, run.cycle, run.grid.from_s(run.cycle), end_s)
            encoded = encode(picture)
            drawn.append(Drawn(scope, picture.sources, encoded, fingerprint(encoded)))
            await asyncio.sleep(0)
            if self._clock.now_s() >= self._due_s(run, end_s):
                closed_at_s = self._let_go(run, end_s, drawn, closed_at_s)
                await self._out.let_go(self._settings.fold_step_s)
        await self._until_due(run, end_s)
        if run is self._run:
            self._let_go(run, end_s, drawn, closed_at_s)
            run.arrivals.clear()
            self._counts.pictures += 1

    async def _until_due(self, run: Run, end_s: float) -> None:
        """Wait for the tick of a cycle, wherever the exercise clock moves it to."""
        while run is self._run and (due_s := self._due_s(run, end_s)) > self._clock.now_s():
            await sleep_until(self._clock, min(due_s, self._clock.now_s() + self._settings.fold_step_s))

    def _let_go(self, run: Run, end_s: float, drawn: list[Drawn], closed_at_s: float | None) -> float:
        """Publish what is drawn; return when the cycle was closed, which all its pictures tell alike."""
        due_s, now_s = self._due_s(run, end_s), self._clock.now_s()
        if closed_at_s is None:
            closed_at_s = now_s
        caught_up = self._frontier.holding_since_s is None and closed_at_s - due_s < 1.0
        for one in drawn:
            if caught_up and one.scope == next(iter(run.scopes.beliefs)):
                self._counts.tick_late_s.append(closed_at_s - due_s)
            published = PublishedPicture(
                exercise=self._settings.exercise, scope=one.scope, cycle=run.cycle,
                cycle_s=self._settings.cycle_s,
                next_due_at_s=self._due_s(run, run.grid.end_s(run.cycle + 1)), due_at_s=due_s,
                closed_at_s=closed_at_s,
                published_at_s=self._clock.now_s(),
                exercise_now_s=exercise_time_s(run.clock, closed_at_s), caught_up=caught_up,
                arrivals={
                    name: (int(count), produced_s / count, received_s / count)
                    for name, (count, produced_s, received_s) in sorted(run.arrivals.items())
                    if name in one.sources
                },
                picture_sha256=one.sha256, picture=one.encoded,
            )  # fmt: skip
            self._out.put(topics.picture(self._settings.exercise, one.scope), encode(published), retain=True)
        drawn.clear()
        return closed_at_s

    async def _save(self, run: Run, end_s: float) -> None:
        """Keep a checkpoint: a restart loads it and folds what came after."""
        checkpoint = Checkpoint(
            run.cycle - 1, end_s, msgspec.msgpack.encode(self._intake.marks.dump()), run.scopes.dump()
        )
        if isinstance(run.ledger, DiskLedger):
            await asyncio.to_thread(run.ledger.save, checkpoint)
        else:
            run.ledger.save(checkpoint)

    def _due_s(self, run: Run, end_s: float) -> float:
        """Return the wall time at which a cycle that ends then is due; now-ish while the clock stands."""
        at_s = wall_time_s(run.clock, end_s)
        return self._clock.now_s() if at_s is None else at_s + self._settings.allowed_lateness_s

    async def report(self) -> None:
        """Publish status and counters every few seconds; for ever."""
        topic = topics.service_status(self._settings.exercise, CONSUMER)
        while True:
            self._out.put(topic, encode(self.status(online=True)), retain=True)
            await asyncio.sleep(_STATUS_S)

    def status(self, *, online: bool) -> ServiceStatus:
        """Return the service's status as Health shows it."""
        self._counts.incoming = len(self._incoming)
        self._counts.outgoing_dropped = self._out.dropped
        self._counts.holding = self._frontier.holding_since_s is not None
        return ServiceStatus(
            exercise=self._settings.exercise,
            service=CONSUMER,
            state="online" if online else "offline",
            at_s=self._clock.now_s(),
            started_at_s=self._started_at_s,
            counters=counters_of(self._counts, self._intake, self._run, self._settings),
        )

    def close(self) -> None:
        """Close the ledger of the run, if there is one."""
        if self._run is not None:
            self._run.ledger.close()
            self._run = None
            self._out.forget()
