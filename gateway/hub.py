"""The hub: everything from the broker, the newest only, handed to whoever watches.

One task empties the broker's inbox; pictures go into one slot per scope, where a newer one
replaces an older one that was not decoded yet, and another task decodes them. So a large picture
never holds up an inject's answer, and a burst of pictures costs one decoding.
"""

import asyncio
import uuid
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final, Literal, TypeVar

from pydantic import BaseModel

from contracts import topics
from contracts.broker import Broker, BrokerLost, Delivery, Session, Will, stay_connected
from contracts.clock import WallClock
from contracts.codec import MalformedMessage, Reason, decode, encode
from contracts.control import (
    ClockCommand,
    ClockState,
    DeadLetter,
    Inject,
    InjectAck,
    InjectList,
    InjectRequest,
    Presented,
    SensorStatus,
    ServiceStatus,
    Watermark,
)
from contracts.labels import SCOPES, Scope
from contracts.provenance import ProvenanceAnswer, ProvenanceQuestion
from gateway.access import scope_named
from gateway.feeds import Heard
from gateway.held import take
from gateway.inquiries import Inquiries
from gateway.lag import LagBook
from gateway.mailbox import Mailbox
from gateway.messages import StreamBye, StreamInject
from gateway.scope_state import ScopeState, era_of
from gateway.settings import GatewaySettings
from gateway.shown import ShownPicture
from gateway.tally import Tally

THREAD_BYTES_MIN: Final = 1_000_000
"""A picture from this size on (some 3,000 tracks, 5 ms) is decoded off the event loop."""

PRESENTED_MAX: Final = 2000
"""Presented frames that wait to be published; at the bound the oldest goes."""

_GOODBYE_S: Final = 1.0

M = TypeVar("M", bound=BaseModel)


class BrokerAway(ConnectionError):
    """The broker is not there at the moment, so nothing can be asked of anyone."""

    def __init__(self) -> None:
        super().__init__("the broker is not connected; try again when /api/v1/health says it is")


class Hub:
    """The newest of everything, and the way back to the broker."""

    def __init__(self, settings: GatewaySettings, clock: WallClock) -> None:
        """Start with nothing heard.

        Args:
            settings: of the gateway.
            clock: wall time.
        """
        self.settings = settings
        self.wall = clock
        self.started_at_s = clock.now_s()
        self.scopes: dict[Scope, ScopeState] = {
            scope: ScopeState(LagBook(settings.lag_samples_max)) for scope in SCOPES
        }
        self.heard = Heard()
        self.clock: ClockState | None = None
        self.injects: tuple[Inject, ...] = ()
        self.connections = 0
        self.tally = Tally()
        self._session: Session | None = None
        self._incoming: dict[Scope, tuple[Delivery, float]] = {}
        self._arrived = asyncio.Event()
        self._outgoing: deque[Presented] = deque(maxlen=PRESENTED_MAX)
        self._to_publish = asyncio.Event()
        self._asked: dict[str, asyncio.Future[InjectAck]] = {}
        self._inquiries = Inquiries(settings)

    async def run(self, broker: Broker) -> None:
        """Stay connected to the broker, for ever."""
        client_id = f"{self.settings.exercise}-{self.settings.instance}-{uuid.uuid4().hex[:8]}"
        await stay_connected(broker, client_id, self._serve, will=self._will)

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._session is not None

    @property
    def inbox_dropped(self) -> int:
        """Messages that the broker door dropped because we did not read fast enough."""
        return self._session.dropped if self._session is not None else 0

    @property
    def presented_waiting(self) -> int:
        """Presented frames that wait to be published."""
        return len(self._outgoing)

    def waiting(self, scope: Scope) -> int:
        """Return how many pictures of a scope wait to be decoded: none or one."""
        return int(scope in self._incoming)

    @contextmanager
    def watching(self, scope: Scope, mailbox: Mailbox) -> Generator[None]:
        """Fill a mailbox with what a scope sees, from what is known now on."""
        state = self.scopes[scope]
        state.mailboxes.add(mailbox)
        if self.clock is not None:
            mailbox.put_clock(self.clock)
        if state.picture is not None:
            mailbox.put_picture(state.picture)
        try:
            yield
        finally:
            state.mailboxes.discard(mailbox)

    def present(self, presented: Presented) -> None:
        """Have it published that a browser has shown a frame; never waits."""
        self.tally.presented_dropped += len(self._outgoing) == PRESENTED_MAX
        self._outgoing.append(presented)
        self._to_publish.set()

    async def ask(self, request: InjectRequest) -> InjectAck:
        """Put an inject to the desk and return its answer.

        Raises:
            BrokerAway: there is no broker.
            BrokerLost: it went while we asked.
            TimeoutError: no answer in time.
        """
        if self._session is None:
            raise BrokerAway
        answer = self._asked.get(request.request_id)
        if answer is None:
            answer = asyncio.get_running_loop().create_future()
            self._asked[request.request_id] = answer
        try:
            async with asyncio.timeout(self.settings.inject_timeout_s):
                topic = topics.inject_requests(self.settings.exercise)
                await self._session.publish(topic, encode(request, "json"))
                return await asyncio.shield(answer)
        finally:
            self._asked.pop(request.request_id, None)

    async def ask_why(self, question: ProvenanceQuestion) -> ProvenanceAnswer:
        """Ask the fusion of a scope what made a track.

        Raises:
            BrokerAway: there is no broker.
            BrokerLost: it went while we asked.
            TooManyQuestions: as many are open as may be.
            TimeoutError: no answer in time.
        """
        if self._session is None:
            raise BrokerAway
        return await self._inquiries.ask(self._session, question)

    async def command(self, command: ClockCommand) -> None:
        """Ask the exercise clock for something.

        Raises:
            BrokerAway: there is no broker.
            BrokerLost: it went while we asked.
        """
        if self._session is None:
            raise BrokerAway
        await self._session.publish(topics.clock_commands(self.settings.exercise), encode(command, "json"))

    def status(self, state: Literal["online", "offline"] = "online") -> ServiceStatus:
        """Return what the gateway says of itself."""
        return ServiceStatus(
            exercise=self.settings.exercise,
            service=self.settings.instance,
            state=state,
            at_s=self.wall.now_s(),
            started_at_s=self.started_at_s,
            counters=self._counters(),
        )

    def say_goodbye(self) -> None:
        """Tell every browser that the gateway closes; their sessions end when they have been told."""
        for state in self.scopes.values():
            for mailbox in state.mailboxes:
                mailbox.put_word(StreamBye(reason="shutdown"))

    def _counters(self) -> dict[str, float]:
        states = self.scopes.values()
        return {
            **self.tally.counters(),
            "pictures": sum(state.pictures for state in states),
            "pictures_refused": sum(sum(state.refused.values()) for state in states),
            "pictures_older": sum(state.older for state in states),
            "cycle_gaps": sum(state.gaps for state in states),
            "inbox_dropped": self.inbox_dropped,
        }

    def _will(self) -> Will:
        topic = topics.service_status(self.settings.exercise, self.settings.instance)
        return Will(topic, encode(self.status("offline"), "json"))

    async def _serve(self, session: Session) -> None:
        exercise = self.settings.exercise
        await session.subscribe(
            topics.clock(exercise),
            topics.injects(exercise),
            topics.inject_acks(exercise),
            topics.picture(exercise, "+"),
            topics.watermark(exercise, "+"),
            topics.service_status(exercise, "+"),
            topics.sensor_status(exercise, "+", "+", "+"),
            topics.deadletter(exercise),
            topics.presented(exercise),
            topics.provenance_answers(exercise, "+"),
        )
        self._session = session
        self.connections += 1
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(session), name="gateway-read")
                group.create_task(self._show(), name="gateway-show")
                group.create_task(self._publish(session), name="gateway-publish")
                group.create_task(self._report(session), name="gateway-report")
        except asyncio.CancelledError:
            # A clean end says itself what the will would have said.
            with suppress(BrokerLost, TimeoutError):
                async with asyncio.timeout(_GOODBYE_S):
                    await self._say(session, "offline")
            raise
        finally:
            self._session = None

    async def _read(self, session: Session) -> None:
        async for delivery in session.messages():
            self.hear(delivery)

    def hear(self, delivery: Delivery) -> None:
        """Take one message; what cannot be read is counted and changes nothing."""
        received_at_s = self.wall.now_s()
        leaf = delivery.topic.removeprefix(f"{topics.PREFIX}/{self.settings.exercise}/")
        try:
            self._sort(leaf, delivery, received_at_s)
        except MalformedMessage as error:
            word = "status" if leaf.endswith("/status") else leaf.partition("/")[0]
            self.heard.refused[f"{word}: {error.reason}"] += 1

    def _sort(self, leaf: str, delivery: Delivery, received_at_s: float) -> None:
        match leaf.split("/"):
            case ["picture", scope]:
                self._drop_in(scope, delivery, received_at_s)
            case ["clock"]:
                self._set_clock(self._decode(delivery, ClockState))
            case ["injects", *acks]:
                if acks:
                    self._answer(self._decode(delivery, InjectAck))
                else:
                    self._set_injects(self._decode(delivery, InjectList))
            case ["provenance", scope, "answers"]:
                self._tell(scope, self._decode(delivery, ProvenanceAnswer))
            case ["watermark", _]:
                self.heard.hear_watermark(self._decode(delivery, Watermark))
            case ["services", _, "status"]:
                self.heard.hear_service(self._decode(delivery, ServiceStatus), received_at_s)
            case ["deadletter"]:
                self.heard.hear_dead_letter(self._decode(delivery, DeadLetter))
            case ["presented"]:
                self.heard.hear_presented(self._decode(delivery, Presented))
            case _:
                self.heard.hear_sensor(self._decode(delivery, SensorStatus), received_at_s)

    def _decode(self, delivery: Delivery, wanted: type[M]) -> M:
        message = decode(delivery.payload, wanted)
        exercise = getattr(message, "exercise", None)
        if exercise != self.settings.exercise:
            raise MalformedMessage(
                Reason.OTHER_EXERCISE, "exercise", f"wanted {self.settings.exercise}, got {exercise}"
            )
        return message

    def _drop_in(self, scope: str, delivery: Delivery, received_at_s: float) -> None:
        known = scope_named(scope)
        if known is None:
            raise MalformedMessage(Reason.WRONG_TOPIC, "scope", f"wanted one of {SCOPES}, got {scope}")
        self.scopes[known].replaced += known in self._incoming
        self._incoming[known] = (delivery, received_at_s)
        self._arrived.set()

    def _set_clock(self, state: ClockState) -> None:
        held = self.clock
        if held is not None and era_of(state) == era_of(held) and state.revision < held.revision:
            return
        if state == held:
            return
        self.clock = state
        for scope in self.scopes.values():
            for mailbox in scope.mailboxes:
                mailbox.put_clock(state)

    def _set_injects(self, accepted: InjectList) -> None:
        known = {inject.inject_id for inject in self.injects}
        self.injects = accepted.injects
        for inject in accepted.injects:
            if inject.inject_id not in known:
                for mailbox in self.scopes["ALL"].mailboxes:
                    mailbox.put_word(StreamInject(inject=inject))

    def _answer(self, ack: InjectAck) -> None:
        answer = self._asked.get(ack.request_id)
        if answer is not None and not answer.done():
            answer.set_result(ack)

    def _tell(self, scope: str, said: ProvenanceAnswer) -> None:
        if said.scope != scope:
            raise MalformedMessage(Reason.WRONG_TOPIC, "scope", f"wanted {scope}, got {said.scope}")
        self._inquiries.hear(said)

    async def _show(self) -> None:
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            for scope in SCOPES:
                if (arrived := self._incoming.pop(scope, None)) is not None:
                    await self._show_one(scope, *arrived)

    async def _show_one(self, scope: Scope, delivery: Delivery, received_at_s: float) -> None:
        state = self.scopes[scope]
        prepare = partial(self._prepare, state, scope, delivery, received_at_s)
        try:
            large = len(delivery.payload) >= THREAD_BYTES_MIN
            shown = await asyncio.to_thread(prepare) if large else prepare()
        except MalformedMessage as error:
            state.refuse(error)
            return
        if shown is None:
            state.older += 1
        else:
            state.hold(shown, self.clock)

    def _prepare(
        self, state: ScopeState, scope: Scope, delivery: Delivery, received_at_s: float
    ) -> ShownPicture | None:
        """Return the picture ready to show; None when we hold a newer one."""
        exercise, watched = self.settings.exercise, bool(state.mailboxes)
        held = take(delivery.payload, exercise=exercise, scope=scope, received_at_s=received_at_s)
        if state.is_old(held, self.clock, self.wall.now_s()):
            return None
        shown = ShownPicture(held, state.picture, with_delta=watched, kept=delivery.retained)
        if watched:
            _ = shown.snapshot  # made here, off the event loop, where the picture is large
        return shown

    async def _publish(self, session: Session) -> None:
        topic = topics.presented(self.settings.exercise)
        while True:
            await self._to_publish.wait()
            self._to_publish.clear()
            while self._outgoing:
                await session.publish(topic, encode(self._outgoing.popleft()), qos=0)

    async def _report(self, session: Session) -> None:
        while True:
            await self._say(session, "online")
            await asyncio.sleep(self.settings.status_every_s)

    async def _say(self, session: Session, state: Literal["online", "offline"]) -> None:
        topic = topics.service_status(self.settings.exercise, self.settings.instance)
        await session.publish(topic, encode(self.status(state), "json"), retain=True)
