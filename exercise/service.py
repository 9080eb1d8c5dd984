"""The exercise service: keeps the clock and answers the white cell.

A thin shell around :mod:`exercise.clockwork` and :mod:`exercise.desk`. What must not be forgotten,
the clock and the accepted injects, it keeps retained on the broker: a service that starts again
takes it up from there, and a broker that has lost it gets it again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
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
    Message,
    SensorStatus,
    ServiceStatus,
    TruthStates,
)
from exercise.clockwork import UnfitCommand, begin, turn
from exercise.desk import Known, decide
from exercise.settings import ExerciseSettings

SERVICE: Final = "exercise"
SENSORS_MAX: Final = 1000
"""Most sensors remembered; what a further one says is counted and let go."""

_PAYLOAD_SHOWN_BYTES: Final = 512
_GOODBYE_S: Final = 1.0

M = TypeVar("M", bound=Message)

_log = logging.getLogger(__name__)


async def run_exercise(broker: Broker, clock: WallClock, settings: ExerciseSettings) -> None:
    """Run the exercise service until it is cancelled."""
    service = _Service(clock, settings)
    await stay_connected(broker, f"{SERVICE}-{settings.exercise}", service.serve, will=service.will)


class _Service:
    """What the service knows; it outlives its sessions with the broker."""

    def __init__(self, clock: WallClock, settings: ExerciseSettings) -> None:
        self._clock = clock
        self._settings = settings
        self._started_at_s = clock.now_s()
        self._state = begin(settings, clock.now_s())
        self._began = False
        self._injects: tuple[Inject, ...] = ()
        self._sensors: dict[str, SensorStatus] = {}
        self._platforms: frozenset[str] = frozenset()
        self._counters: dict[str, float] = dict.fromkeys(
            (
                "clock_commands",
                "clock_commands_refused",
                "injects_accepted",
                "injects_refused",
                "malformed",
                "sensors_over_limit",
                "inbox_dropped",
            ),
            0.0,
        )

    def will(self) -> Will:
        """Return what the broker says when this service is lost."""
        return Will(
            topics.service_status(self._settings.exercise, SERVICE), encode(self._status("offline"), "json")
        )

    async def serve(self, session: Session) -> None:
        """Serve one session until it breaks or the service is cancelled."""
        exercise = self._settings.exercise
        await session.subscribe(
            topics.clock(exercise),
            topics.injects(exercise),
            topics.clock_commands(exercise),
            topics.inject_requests(exercise),
            topics.sensor_status(exercise, "+", "+", "+"),
            topics.truth_states(exercise),
        )
        waiting = [] if self._began else await self._take_up(session)
        await self._publish_world(session)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(session, waiting), name="exercise-read")
                group.create_task(self._report(session), name="exercise-status")
        except asyncio.CancelledError:
            await self._say_goodbye(session)
            raise

    async def _take_up(self, session: Session) -> list[Delivery]:
        """Take up the clock and the injects that the broker has kept; without a clock, begin.

        Returns:
            What came meanwhile and waits to be handled.
        """
        kept: ClockState | None = None
        injects: tuple[Inject, ...] = ()
        waiting: list[Delivery] = []
        try:
            async with asyncio.timeout(self._settings.take_up_s):
                async for delivery in session.messages():
                    if delivery.topic == topics.clock(self._settings.exercise):
                        kept = self._kept(delivery, ClockState) or kept
                    elif delivery.topic == topics.injects(self._settings.exercise):
                        found = self._kept(delivery, InjectList)
                        injects = found.injects if found else injects
                    else:
                        waiting.append(delivery)
        except TimeoutError:
            pass
        self._go_on(kept, injects)
        self._began = True
        return waiting

    def _kept(self, delivery: Delivery, wanted: type[M]) -> M | None:
        try:
            return self._decode(delivery.payload, wanted)
        except MalformedMessage as error:
            self._counters["malformed"] += 1
            _log.warning("what the broker kept is let go topic=%s reason=%s", delivery.topic, error)
            return None

    def _go_on(self, kept: ClockState | None, injects: tuple[Inject, ...]) -> None:
        exercise, startex_s = self._settings.exercise, self._settings.startex_s
        if kept is None:
            self._state = begin(self._settings, self._clock.now_s())
            _log.info("exercise begins exercise=%s running=%s", exercise, self._state.running)
        elif kept.startex_s != startex_s:
            self._state = begin(self._settings, self._clock.now_s(), revision=kept.revision + 1)
            _log.warning(
                "exercise begins anew, the kept clock is another scenario's exercise=%s startex_s=%s kept=%s",
                exercise,
                startex_s,
                kept.startex_s,
            )
        else:
            self._state, self._injects = kept, injects
            _log.info("exercise taken up exercise=%s injects=%d", exercise, len(injects))

    async def _read(self, session: Session, waiting: list[Delivery]) -> None:
        for delivery in waiting:
            await self._hear(session, delivery)
        async for delivery in session.messages():
            await self._hear(session, delivery)

    async def _hear(self, session: Session, delivery: Delivery) -> None:
        """Handle one message; a malformed one is answered, counted, and disturbs nothing else."""
        exercise = self._settings.exercise
        handlers: dict[str, Callable[[Session, bytes], Awaitable[None]]] = {
            topics.clock_commands(exercise): self._turn_clock,
            topics.inject_requests(exercise): self._answer,
            topics.truth_states(exercise): self._learn_platforms,
        }
        handle = handlers.get(delivery.topic)
        if handle is None and topics.sensor_topic(delivery.topic):
            handle = self._learn_sensor
        if handle is None:
            return
        try:
            await handle(session, delivery.payload)
        except MalformedMessage as error:
            self._counters["malformed"] += 1
            await self._refuse(session, delivery, error)

    async def _turn_clock(self, session: Session, payload: bytes) -> None:
        command = self._decode(payload, ClockCommand)
        try:
            state = turn(self._state, command, self._clock.now_s())
        except UnfitCommand as error:
            self._counters["clock_commands_refused"] += 1
            field, _, detail = str(error).partition(": ")
            raise MalformedMessage(Reason.INVALID_FIELD, field, detail) from error
        self._counters["clock_commands"] += 1
        if state is not self._state:
            self._state = state
            _log.info(
                "clock turned command=%s exercise_at_s=%.3f rate=%g running=%s",
                command.command,
                state.exercise_at_s,
                state.rate,
                state.running,
            )
        # Told again even when nothing changed: the asker waits for an answer.
        await self._publish(session, topics.clock(self._settings.exercise), self._state, retain=True)

    async def _answer(self, session: Session, payload: bytes) -> None:
        request = self._decode(payload, InjectRequest)
        known = Known(
            clock=self._state,
            wall_s=self._clock.now_s(),
            sensors=self._sensors,
            platforms=self._platforms,
            injects=self._injects,
        )
        ack = decide(request, known, self._settings.lead_s)
        if ack.inject is None:
            self._counters["injects_refused"] += 1
        elif ack.inject not in self._injects:
            self._injects = (*self._injects, ack.inject)
            self._counters["injects_accepted"] += 1
            _log.info("inject accepted id=%s action=%s", ack.inject.inject_id, request.action)
            await self._publish_injects(session)
        await self._publish(session, topics.inject_acks(self._settings.exercise), ack)

    async def _learn_platforms(self, _session: Session, payload: bytes) -> None:
        truth = self._decode(payload, TruthStates)
        self._platforms = frozenset(truth.name)

    async def _learn_sensor(self, _session: Session, payload: bytes) -> None:
        status = self._decode(payload, SensorStatus)
        if status.sensor not in self._sensors and len(self._sensors) >= SENSORS_MAX:
            self._counters["sensors_over_limit"] += 1
            return
        self._sensors[status.sensor] = status

    async def _refuse(self, session: Session, delivery: Delivery, error: MalformedMessage) -> None:
        exercise = self._settings.exercise
        letter = DeadLetter(
            exercise=exercise,
            topic=delivery.topic,
            reason=error.reason,
            field=error.field[:120],
            detail=error.detail[:400],
            received_at_s=self._clock.now_s(),
            size_bytes=len(delivery.payload),
            payload_hex=delivery.payload[:_PAYLOAD_SHOWN_BYTES].hex(),
        )
        await self._publish(session, topics.deadletter(exercise), letter)
        if delivery.topic == topics.inject_requests(exercise):
            ack = InjectAck(
                exercise=exercise,
                request_id=_request_id(delivery.payload),
                accepted=False,
                reason=str(error)[:1000],
            )
            await self._publish(session, topics.inject_acks(exercise), ack)

    async def _report(self, session: Session) -> None:
        """Publish the status at a steady pace."""
        while True:
            self._counters["inbox_dropped"] = session.dropped
            await self._publish_status(session, "online")
            await asyncio.sleep(self._settings.status_every_s)

    async def _say_goodbye(self, session: Session) -> None:
        try:
            async with asyncio.timeout(_GOODBYE_S):
                await self._publish_status(session, "offline")
        except (BrokerLost, TimeoutError):
            _log.info("could not say goodbye to the broker")

    async def _publish_world(self, session: Session) -> None:
        await self._publish(session, topics.clock(self._settings.exercise), self._state, retain=True)
        await self._publish_injects(session)

    async def _publish_injects(self, session: Session) -> None:
        exercise = self._settings.exercise
        await self._publish(
            session,
            topics.injects(exercise),
            InjectList(exercise=exercise, injects=self._injects),
            retain=True,
        )

    async def _publish_status(self, session: Session, state: str) -> None:
        await self._publish(
            session,
            topics.service_status(self._settings.exercise, SERVICE),
            self._status(state),
            retain=True,
        )

    async def _publish(
        self, session: Session, topic: str, message: BaseModel, *, retain: bool = False
    ) -> None:
        # JSON, because people read these topics with mosquitto_sub; there are few of them.
        await session.publish(topic, encode(message, "json"), retain=retain)

    def _status(self, state: str) -> ServiceStatus:
        return ServiceStatus(
            exercise=self._settings.exercise,
            service=SERVICE,
            state="online" if state == "online" else "offline",
            at_s=self._clock.now_s(),
            started_at_s=self._started_at_s,
            counters=self._counters | {"injects": float(len(self._injects))},
        )

    def _decode(self, payload: bytes, wanted: type[M]) -> M:
        message = decode(payload, wanted)
        if message.exercise != self._settings.exercise:
            raise MalformedMessage(
                Reason.OTHER_EXERCISE,
                "exercise",
                f"wanted {self._settings.exercise!r}, got {message.exercise!r}",
            )
        return message


def _request_id(payload: bytes) -> str:
    """Return the request id of a request that could not be taken, as far as it can be read."""
    try:
        fields = msgspec.json.decode(payload) if payload[:1] == b"{" else msgspec.msgpack.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    found = fields.get("request_id", "") if isinstance(fields, dict) else ""
    return found[:64] if isinstance(found, str) else ""
