"""The producers' shell: follows the exercise clock, sends what is due, sends again what is not safe.

One MQTT session serves all sensors of a process, so its last will is the service's own status. The
sensors' statuses say ``offline`` after a clean stop; after a kill the service's will says it for them.
"""

import asyncio
import logging
from contextlib import suppress
from typing import Final, TypeVar

from contracts import topics
from contracts.broker import Broker, BrokerLost, Delivery, Session, Will, stay_connected
from contracts.clock import WallClock, exercise_time_s, wall_time_s
from contracts.codec import MalformedMessage, decode, encode
from contracts.control import ClockState, Inject, InjectList, Message, ServiceStatus, SourceMark, Watermark
from producers.feed import Dispatch, Feed
from producers.outbox import Parcel
from producers.plan import Plan, ScenarioPlan
from producers.settings import ProducerSettings

_GOODBYE_S: Final = 2.0
"""Longest time to say goodbye in."""
_IDLE_S: Final = 1.0
"""Longest sleep of any task: what changed meanwhile is seen by then."""
_SHORTEST_S: Final = 0.0005

M = TypeVar("M", bound=Message)

_log = logging.getLogger(__name__)


async def run_producers(broker: Broker, clock: WallClock, settings: ProducerSettings) -> None:
    """Play a scenario until cancelled."""
    await run_plan(broker, Shell(clock, ScenarioPlan(settings)))


async def run_plan(broker: Broker, shell: "Shell") -> None:
    """Serve one session with the broker after another until cancelled."""
    await stay_connected(
        broker,
        shell.client_id,
        shell.serve,
        will=lambda: Will(shell.status_topic, encode(shell.status(online=False))),
    )


class Shell:
    """What a producer process holds over its sessions with the broker."""

    def __init__(self, clock: WallClock, plan: Plan, clock_wait_s: float | None = None) -> None:
        """Hold nothing yet.

        Args:
            clock: wall time.
            plan: what is played.
            clock_wait_s: wall time after which the plan's own clock is published as the exercise's, if
                the broker has none; None to wait for ever.
        """
        self._clock = clock
        self._plan = plan
        self._clock_wait_s = clock_wait_s
        self._own_clock: ClockState | None = None
        self._state: ClockState | None = None
        self._injects: tuple[Inject, ...] = ()
        self._watermark: Watermark | None = None
        self._feed: Feed | None = None
        self._run: tuple[int, float] | None = None
        self._played: tuple[Inject, ...] = ()
        self._introduced = asyncio.Event()
        self._changed = asyncio.Event()
        self._refused = 0
        self._started_at_s = clock.now_s()
        self.client_id = f"triptych-{plan.exercise}-{plan.instance}"
        self.status_topic = topics.service_status(plan.exercise, plan.instance)

    async def serve(self, session: Session) -> None:
        """Serve one session until it breaks or we are cancelled."""
        self._introduced.clear()
        exercise = self._plan.exercise
        await session.subscribe(
            topics.clock(exercise),
            topics.injects(exercise),
            topics.watermark(exercise, self._plan.dispatch.consumer),
        )
        if self._feed is not None:
            self._feed.outbox.all_again(self._clock.now_s())
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(session), name="listen")
                tasks.create_task(self._dispatch(session), name="dispatch")
                tasks.create_task(self._report(session), name="report")
                tasks.create_task(self._tell_truth(session), name="truth")
        except asyncio.CancelledError:
            with suppress(BrokerLost, TimeoutError):
                async with asyncio.timeout(_GOODBYE_S):
                    await self._introduce(session, online=False)
            raise

    def status(self, *, online: bool) -> ServiceStatus:
        """Return this process's status as Health shows it."""
        counters: dict[str, float] = {} if self._feed is None else self._feed.counters(self._now_s())
        return ServiceStatus(
            exercise=self._plan.exercise,
            service=self._plan.instance,
            state="online" if online else "offline",
            at_s=self._clock.now_s(),
            started_at_s=self._started_at_s,
            counters=counters
            | {"messages_refused": float(self._refused), "injects_ignored": float(self._plan.ignored())},
        )

    async def _listen(self, session: Session) -> None:
        """Take in clock, injects and watermark; what cannot be read is counted and left out."""
        async for delivery in session.messages():
            try:
                self._take(delivery)
            except MalformedMessage as error:
                if self._refused == 0:
                    _log.warning("message refused topic=%s reason=%s", delivery.topic, error)
                self._refused += 1

    def _take(self, delivery: Delivery) -> None:
        exercise = self._plan.exercise
        if not delivery.payload:
            return
        if delivery.topic == topics.clock(exercise):
            state = self._own(decode(delivery.payload, ClockState))
            if state is not None and not _is_older(state, self._state):
                self._state = state
                self._changed.set()
        elif delivery.topic == topics.injects(exercise):
            listed = self._own(decode(delivery.payload, InjectList))
            if listed is not None and listed.injects != self._injects:
                self._injects = listed.injects
                self._changed.set()
        else:
            self._watermark = self._own(decode(delivery.payload, Watermark)) or self._watermark
            if self._feed is not None:
                self._feed.acknowledge(self._marks())

    def _own(self, message: M) -> M | None:
        """Return the message if it is of this exercise; count it otherwise."""
        if message.exercise == self._plan.exercise:
            return message
        self._refused += 1
        return None

    async def _dispatch(self, session: Session) -> None:
        """Send what is due on the exercise clock, and again what the watermark has not passed in time."""
        await asyncio.sleep(self._plan.dispatch.take_up_s)  # what the broker has kept comes first
        while True:
            state = await self._known_clock(session)
            self._changed.clear()
            feed = await self._current_feed(session, state)
            await self._send(session, feed, exercise_time_s(state, self._clock.now_s()))
            await self._pause(state, feed)

    async def _known_clock(self, session: Session) -> ClockState:
        """Return the exercise clock, once there is one."""
        waits_until_s = self._clock.now_s() + (self._clock_wait_s or 0.0)
        if self._own_clock is not None and self._state == self._own_clock:
            await session.publish(topics.clock(self._plan.exercise), encode(self._own_clock), retain=True)
        while (state := self._state) is None:
            self._changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_S):
                    await self._changed.wait()
            if not self._changed.is_set() and self._clock_wait_s and self._clock.now_s() >= waits_until_s:
                self._own_clock = self._state = self._plan.own_clock(self._clock.now_s())
                await session.publish(topics.clock(self._plan.exercise), encode(self._own_clock), retain=True)
                _log.info("exercise clock started exercise=%s", self._plan.exercise)
        return state

    async def _current_feed(self, session: Session, state: ClockState) -> Feed:
        """Return the feed of this run in the world as it is now; sensors introduce themselves first."""
        run = (state.run, state.startex_s)
        if self._feed is None or run != self._run:
            sources = self._plan.sources(state.startex_s, self._injects)
            self._run, self._played = run, self._injects
            self._feed = Feed(sources, self._marks(), self._now_s(), self._plan.dispatch, self._plan.encoding)
            self._introduced.clear()
        elif self._injects != self._played:
            self._played = self._injects
            self._feed.replace(self._plan.sources(state.startex_s, self._injects))
        if not self._introduced.is_set():
            await self._introduce(session, online=True)
            self._introduced.set()
        return self._feed

    async def _send(self, session: Session, feed: Feed, exercise_now_s: float) -> None:
        """Publish what is due and what is due again, in order but without waiting for each."""
        async with asyncio.TaskGroup() as sending:
            for parcel in feed.outbox.due(self._clock.now_s(), self._plan.dispatch.resend_max):
                sending.create_task(_publish(session, parcel), name="resend")
            for _ in range(self._plan.dispatch.at_once_max):
                dispatch = feed.take_due(exercise_now_s, self._clock.now_s())
                if dispatch is None:
                    break
                sending.create_task(self._publish_new(session, dispatch), name="send")
                await asyncio.sleep(0)  # each leaves as soon as it is made

    async def _publish_new(self, session: Session, dispatch: Dispatch) -> None:
        await _publish(session, dispatch.parcel)
        if dispatch.attribution is not None:
            await session.publish(topics.truth_attributions(self._plan.exercise), dispatch.attribution)

    async def _pause(self, state: ClockState, feed: Feed) -> None:
        """Sleep until the next batch or resend is due, or something has changed."""
        now_s = self._clock.now_s()
        until_s = now_s + _IDLE_S
        due_s = feed.next_due_s()
        due_at_s = None if due_s is None else wall_time_s(state, due_s)
        again_at_s = feed.outbox.next_at_s()
        for at_s in (due_at_s, again_at_s):
            until_s = until_s if at_s is None else min(until_s, at_s)
        if until_s <= now_s:
            await asyncio.sleep(0)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(max(until_s - now_s, _SHORTEST_S)):
                await self._changed.wait()

    async def _report(self, session: Session) -> None:
        """Publish every status every few seconds, once the sensors have introduced themselves."""
        while True:
            if self._introduced.is_set():
                await self._introduce(session, online=True)
            else:
                await session.publish(self.status_topic, encode(self.status(online=True)), retain=True)
            await asyncio.sleep(self._plan.dispatch.status_every_s)

    async def _introduce(self, session: Session, *, online: bool) -> None:
        """Publish the status of every sensor and of the service."""
        now_s = self._clock.now_s()
        statuses = [] if self._feed is None else self._feed.statuses(self._now_s(), now_s)
        async with asyncio.TaskGroup() as saying:
            for status in statuses:
                told = status if online else status.model_copy(update={"state": "offline"})
                topic = topics.sensor_status(status.exercise, status.nation, status.discipline, status.sensor)
                saying.create_task(session.publish(topic, encode(told), retain=True), name="status")
            own = encode(self.status(online=online))
            saying.create_task(session.publish(self.status_topic, own, retain=True), name="status")

    async def _tell_truth(self, session: Session) -> None:
        """Publish the truth on its grid of exercise time; a moment that is missed is not made up for."""
        every_s = self._plan.dispatch.truth_every_s
        told_s: float | None = None
        while True:
            await self._introduced.wait()
            state = self._state
            if state is None:
                await asyncio.sleep(_IDLE_S)
                continue
            newest_s = state.startex_s + (self._now_s() - state.startex_s + 1e-4) // every_s * every_s
            if newest_s != told_s and newest_s >= state.startex_s:
                truth = self._plan.truth(newest_s)
                if truth is None:
                    return
                payload = encode(truth, self._plan.encoding)
                await session.publish(topics.truth_states(self._plan.exercise), payload, retain=True)
                told_s = newest_s
            next_at_s = wall_time_s(state, newest_s + every_s)
            left_s = _IDLE_S if next_at_s is None else next_at_s - self._clock.now_s()
            await asyncio.sleep(min(max(left_s, _SHORTEST_S), _IDLE_S))

    def _marks(self) -> dict[str, SourceMark]:
        """Return the watermark's marks, if it is of this run."""
        held, run = self._watermark, self._run
        return {} if held is None or run is None or held.run != run[0] else held.marks

    def _now_s(self) -> float:
        """Return exercise time now; 0 while no clock is known."""
        return 0.0 if self._state is None else exercise_time_s(self._state, self._clock.now_s())


async def _publish(session: Session, parcel: Parcel) -> None:
    await session.publish(parcel.topic, parcel.payload)


def _is_older(state: ClockState, held: ClockState | None) -> bool:
    """Return whether a clock message was overtaken by the one that is held."""
    return held is not None and state.run == held.run and state.revision < held.revision
