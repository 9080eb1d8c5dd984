"""The white cell's desk without a broker: messages in, messages out. Pure.

It holds the clock, the accepted injects and their traces, and what it has heard of sensors and
platforms. :mod:`exercise.service` carries the messages.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

import msgspec
from pydantic import BaseModel

from contracts import topics
from contracts.broker import Delivery
from contracts.codec import MalformedMessage, Reason, decode, decode_any
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
    Trace,
    TruthAttribution,
    TruthStates,
)
from contracts.picture import PublishedPicture
from contracts.reports import CyberEvents
from exercise.clockwork import UnfitCommand, begin, turn
from exercise.desk import Known, decide
from exercise.recorder import Recorder
from exercise.settings import ExerciseSettings

SERVICE: Final = "exercise"

SENSORS_MAX: Final = 1000
"""Most sensors remembered; what a further one says is counted and let go."""

_PAYLOAD_SHOWN_BYTES: Final = 512

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Said:
    """A message to publish.

    Attributes:
        message: what is said; None takes back what was retained on the topic.
        retain: whether the broker keeps it.
        news: a change of state worth a line in the log.
    """

    topic: str
    message: BaseModel | None
    retain: bool = False
    news: str = ""


class WhiteCell:
    """Hears messages and says what follows from them."""

    def __init__(self, settings: ExerciseSettings, wall_s: float) -> None:
        self._settings = settings
        self._started_at_s = wall_s
        self._state = begin(settings, wall_s)
        self._injects: tuple[Inject, ...] = ()
        self._outlived: list[str] = []
        self._sensors: dict[str, SensorStatus] = {}
        self._platforms: frozenset[str] = frozenset()
        self._recorder = Recorder(settings.traces_max, settings.trace_open_s)
        self._recorder.know_sensors(self._sensors)
        self.counters: dict[str, float] = dict.fromkeys(
            (
                "clock_commands",
                "clock_commands_refused",
                "injects_accepted",
                "injects_refused",
                "malformed",
                "sensors_over_limit",
            ),
            0.0,
        )
        exercise = settings.exercise
        self._handlers: dict[str, Callable[[bytes, float], list[Said]]] = {
            topics.clock_commands(exercise): self._turn_clock,
            topics.inject_requests(exercise): self._answer,
            topics.truth_states(exercise): self._hear_truth,
            topics.truth_attributions(exercise): self._hear_attribution,
            topics.presented(exercise): self._see_presented,
        }
        self._own = frozenset({topics.clock(exercise), topics.injects(exercise)})
        self._traces = topics.trace(exercise, "")

    def subscriptions(self) -> tuple[str, ...]:
        """Return what it wants to hear."""
        exercise = self._settings.exercise
        return (
            topics.clock(exercise),
            topics.injects(exercise),
            topics.trace(exercise, "+"),
            topics.sensor_status(exercise, "+", "+", "+"),
            topics.reports(exercise, "+", "cyber", "+"),
            topics.picture(exercise, "+"),
            *self._handlers,
        )

    def is_own(self, topic: str) -> bool:
        """Return whether a topic is one that only the white cell itself speaks on."""
        return topic in self._own or topic.startswith(self._traces)

    def take_up(self, kept: Iterable[Delivery], wall_s: float) -> str:
        """Go on with what the broker has kept of an earlier run; without a clock, begin.

        Returns:
            What was done, for the log.
        """
        clock: ClockState | None = None
        injects: tuple[Inject, ...] = ()
        traces: list[Trace] = []
        for delivery in kept:
            try:
                message = decode_any(delivery.payload, (ClockState, InjectList, Trace))
                self._check_exercise(message)
            except MalformedMessage:
                self.counters["malformed"] += 1
                continue
            if isinstance(message, ClockState):
                clock = message
            elif isinstance(message, InjectList):
                injects = message.injects
            elif isinstance(message, Trace):
                traces.append(message)
        if clock is None or clock.startex_s != self._settings.startex_s:
            self._outlived = [trace.inject_id for trace in traces]
        if clock is None:
            self._state = begin(self._settings, wall_s)
            return "the exercise begins"
        if clock.startex_s != self._settings.startex_s:
            self._state = begin(self._settings, wall_s, revision=clock.revision + 1)
            return f"the exercise begins anew: the kept clock has another STARTEX ({clock.startex_s})"
        self._state, self._injects = clock, injects
        self._recorder.take_up(traces, injects, clock)
        return f"the exercise goes on with {len(injects)} injects"

    def everything(self) -> list[Said]:
        """Return all that is retained, for a broker that may have lost it, and take back what is outlived."""
        exercise = self._settings.exercise
        traces = self._recorder.all_traces()
        outlived, self._outlived = self._outlived, []
        return [
            self._say_clock(),
            self._say_injects(),
            *(Said(topics.trace(exercise, inject_id), None, retain=True) for inject_id in outlived),
            *(Said(topics.trace(exercise, trace.inject_id), trace, retain=True) for trace in traces),
        ]

    def status(self, *, online: bool, wall_s: float) -> Said:
        """Return the service's status."""
        exercise = self._settings.exercise
        status = ServiceStatus(
            exercise=exercise,
            service=SERVICE,
            state="online" if online else "offline",
            at_s=wall_s,
            started_at_s=self._started_at_s,
            counters=self.counters
            | {"injects": float(len(self._injects)), "traces_open": float(self._recorder.open_count)},
        )
        return Said(topics.service_status(exercise, SERVICE), status, retain=True)

    def tick(self, wall_s: float) -> list[Said]:
        """Let time pass for the traces."""
        self._recorder.pass_time(self._state, wall_s)
        return self._say_traces()

    def hear(self, delivery: Delivery, wall_s: float) -> list[Said]:
        """Take in one message; a malformed one is answered, counted, and disturbs nothing else."""
        handle = self._handlers.get(delivery.topic) or self._by_kind(delivery.topic)
        if handle is None:
            return []
        try:
            said = handle(delivery.payload, wall_s)
        except MalformedMessage as error:
            self.counters["malformed"] += 1
            return self._refuse(delivery, error, wall_s)
        return said + self._say_traces()

    def _by_kind(self, topic: str) -> Callable[[bytes, float], list[Said]] | None:
        sensor = topics.sensor_topic(topic)
        if sensor is not None:
            return self._hear_sensor if sensor.leaf == "status" else self._hear_cyber
        if topic.startswith(topics.picture(self._settings.exercise, "ALL")[:-3]):
            return self._see_picture
        return None

    def _turn_clock(self, payload: bytes, wall_s: float) -> list[Said]:
        command = self._decode(payload, ClockCommand)
        try:
            state = turn(self._state, command, wall_s)
        except UnfitCommand as error:
            self.counters["clock_commands_refused"] += 1
            field, _, detail = str(error).partition(": ")
            raise MalformedMessage(Reason.INVALID_FIELD, field, detail) from error
        self.counters["clock_commands"] += 1
        self._recorder.pass_time(self._state, wall_s)
        turned = state is not self._state
        self._state = state
        news = f"clock {command.command}: running={state.running} rate={state.rate:g}" if turned else ""
        # Said again even when nothing changed: the asker waits for an answer.
        return [self._say_clock(news)]

    def _answer(self, payload: bytes, wall_s: float) -> list[Said]:
        request = self._decode(payload, InjectRequest)
        known = Known(
            clock=self._state,
            wall_s=wall_s,
            sensors=self._sensors,
            platforms=self._platforms,
            injects=self._injects,
        )
        ack = decide(request, known, self._settings.lead_s)
        answer = Said(topics.inject_acks(self._settings.exercise), ack)
        if ack.inject is None:
            self.counters["injects_refused"] += 1
            return [answer]
        if ack.inject in self._injects:
            return [answer]
        self.counters["injects_accepted"] += 1
        self._injects = (*self._injects, ack.inject)
        self._recorder.begin(ack.inject, self._state, wall_s)
        # The list first: who has the acknowledgement finds the inject in the list.
        return [self._say_injects(f"inject {ack.inject.inject_id} accepted: {request.action}"), answer]

    def _hear_truth(self, payload: bytes, wall_s: float) -> list[Said]:
        truth = self._decode(payload, TruthStates)
        self._platforms = frozenset(truth.name)
        self._recorder.pass_time(self._state, wall_s)
        self._recorder.hear_truth(truth, self._state)
        return []

    def _hear_attribution(self, payload: bytes, wall_s: float) -> list[Said]:
        self._recorder.hear_attribution(self._decode(payload, TruthAttribution), self._state, wall_s)
        return []

    def _hear_sensor(self, payload: bytes, _wall_s: float) -> list[Said]:
        status = self._decode(payload, SensorStatus)
        if status.sensor not in self._sensors and len(self._sensors) >= SENSORS_MAX:
            self.counters["sensors_over_limit"] += 1
        else:
            self._sensors[status.sensor] = status
        return []

    def _hear_cyber(self, payload: bytes, _wall_s: float) -> list[Said]:
        self._recorder.hear_cyber(self._decode(payload, CyberEvents), self._state)
        return []

    def _see_picture(self, payload: bytes, _wall_s: float) -> list[Said]:
        self._recorder.see_picture(self._decode(payload, PublishedPicture), self._state)
        return []

    def _see_presented(self, payload: bytes, _wall_s: float) -> list[Said]:
        self._recorder.see_presented(self._decode(payload, Presented), self._state)
        return []

    def _refuse(self, delivery: Delivery, error: MalformedMessage, wall_s: float) -> list[Said]:
        """Answer what was asked of the white cell; what others are to answer for is only counted."""
        exercise = self._settings.exercise
        asked = delivery.topic == topics.inject_requests(exercise)
        if not asked and delivery.topic != topics.clock_commands(exercise):
            return []
        letter = DeadLetter(
            exercise=exercise,
            topic=delivery.topic,
            reason=error.reason,
            field=error.field[:120],
            detail=error.detail[:400],
            received_at_s=wall_s,
            size_bytes=len(delivery.payload),
            payload_hex=delivery.payload[:_PAYLOAD_SHOWN_BYTES].hex(),
        )
        said = [Said(topics.deadletter(exercise), letter)]
        if asked:
            request_id = _request_id(delivery.payload)
            ack = InjectAck(
                exercise=exercise, request_id=request_id, accepted=False, reason=str(error)[:1000]
            )
            said.append(Said(topics.inject_acks(exercise), ack))
        return said

    def _say_clock(self, news: str = "") -> Said:
        return Said(topics.clock(self._settings.exercise), self._state, retain=True, news=news)

    def _say_injects(self, news: str = "") -> Said:
        exercise = self._settings.exercise
        injects = InjectList(exercise=exercise, injects=self._injects)
        return Said(topics.injects(exercise), injects, retain=True, news=news)

    def _say_traces(self) -> list[Said]:
        exercise = self._settings.exercise
        return [
            Said(topics.trace(exercise, inject_id), trace, retain=True)
            for inject_id, trace in self._recorder.take_changed().items()
        ]

    def _decode(self, payload: bytes, wanted: type[M]) -> M:
        message = decode(payload, wanted)
        self._check_exercise(message)
        return message

    def _check_exercise(self, message: BaseModel) -> None:
        exercise = getattr(message, "exercise", None)
        if exercise != self._settings.exercise:
            raise MalformedMessage(
                Reason.OTHER_EXERCISE, "exercise", f"wanted {self._settings.exercise!r}, got {exercise!r}"
            )


def _request_id(payload: bytes) -> str:
    """Return the request id of a request that could not be taken, as far as it can be read."""
    try:
        fields = msgspec.json.decode(payload) if payload[:1] == b"{" else msgspec.msgpack.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    found = fields.get("request_id", "") if isinstance(fields, dict) else ""
    return found[:64] if isinstance(found, str) else ""
