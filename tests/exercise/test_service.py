"""The exercise service over a broker in memory, in virtual time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import pytest
from pydantic import BaseModel

from contracts import topics
from contracts.broker import Session
from contracts.clock import exercise_time_s
from contracts.codec import decode, encode
from contracts.control import ClockState, DeadLetter, InjectAck, InjectList, ServiceStatus, Trace
from contracts.memory import MemoryBroker
from contracts.wall import LoopClock
from exercise.service import run_exercise
from exercise.settings import ExerciseSettings
from tests.exercise.builders import (
    EXERCISE,
    STARTEX_S,
    a_command,
    a_request,
    a_sensor,
    as_json,
    the_settings,
    the_truth,
)
from tests.exercise.pictures import a_frame, a_picture, an_attribution, published
from tests.virtual_time import EPOCH_S, in_virtual_time, virtual_clock

MILLISECOND = 1e-3
SECOND = 1.0
MINUTE_S = 60.0

M = TypeVar("M", bound=BaseModel)


class WhiteCell:
    """A tester at the broker: asks, and reads what is retained."""

    def __init__(self, broker: MemoryBroker, session: Session, clock: LoopClock) -> None:
        self.broker, self.session, self.clock = broker, session, clock

    def retained(self, topic: str, wanted: type[M]) -> M:
        (delivery,) = self.broker.retained(topic)
        return decode(delivery.payload, wanted)

    def clock_state(self) -> ClockState:
        return self.retained(topics.clock(EXERCISE), ClockState)

    def injects(self) -> InjectList:
        return self.retained(topics.injects(EXERCISE), InjectList)

    def status(self) -> ServiceStatus:
        return self.retained(topics.service_status(EXERCISE, "exercise"), ServiceStatus)

    async def tell_clock(self, command: str, rate: float | None = None) -> None:
        await self.session.publish(topics.clock_commands(EXERCISE), encode(a_command(command, rate), "json"))
        await asyncio.sleep(0.01)

    async def ask(self, payload: bytes) -> InjectAck:
        await self.session.publish(topics.inject_requests(EXERCISE), payload)
        return decode(await self.next_on(topics.inject_acks(EXERCISE)), InjectAck)

    async def next_on(self, topic: str) -> bytes:
        async with asyncio.timeout(5.0):
            async for delivery in self.session.messages():
                if delivery.topic == topic:
                    return delivery.payload
        raise AssertionError("unreachable")


@asynccontextmanager
async def a_white_cell(broker: MemoryBroker, clock: LoopClock) -> AsyncGenerator[WhiteCell]:
    async with broker.connect("tester") as session:
        await session.subscribe(topics.inject_acks(EXERCISE), topics.deadletter(EXERCISE))
        yield WhiteCell(broker, session, clock)


@asynccontextmanager
async def a_service(
    broker: MemoryBroker, clock: LoopClock, settings: ExerciseSettings | None = None
) -> AsyncGenerator["asyncio.Task[None]"]:
    task = asyncio.create_task(run_exercise(broker, clock, settings or the_settings()))
    await asyncio.sleep(1.0)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@in_virtual_time
async def test_the_clock_and_an_empty_list_of_injects_are_retained_from_the_start() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        assert cell.clock_state().running
        assert exercise_time_s(cell.clock_state(), EPOCH_S + 0.5) == pytest.approx(STARTEX_S, abs=MILLISECOND)
        assert cell.injects().injects == ()


@in_virtual_time
async def test_after_a_pause_of_thirty_minutes_an_inject_fires_a_second_later() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        await asyncio.sleep(9.5)
        await cell.tell_clock("pause")
        stood_s = exercise_time_s(cell.clock_state(), clock.now_s())
        await asyncio.sleep(30 * MINUTE_S)
        await cell.tell_clock("resume")

        ack = await cell.ask(encode(a_request()))

        assert ack.inject is not None
        assert ack.inject.effective_at_s == pytest.approx(stood_s + 1.0 * SECOND, abs=0.02)
        assert ack.inject.effective_at_s - STARTEX_S < 15 * SECOND


@in_virtual_time
async def test_an_accepted_inject_is_in_the_list_when_its_acknowledgement_comes() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        ack = await cell.ask(encode(a_request()))

        assert ack.accepted
        assert cell.injects().injects == (ack.inject,)


@in_virtual_time
async def test_sensors_and_platforms_are_known_from_what_they_say() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        await cell.session.publish(
            topics.sensor_status(EXERCISE, "KOR", "radar", "radar-jeju"), encode(a_sensor()), retain=True
        )
        await cell.session.publish(
            topics.truth_states(EXERCISE), encode(the_truth("Amber Star")), retain=True
        )

        sensor_off = await cell.ask(encode(a_request("sensor-off", subject="radar-jeju", request_id="a")))
        remove = await cell.ask(encode(a_request("remove", subject="Amber Star", request_id="b")))
        stranger = await cell.ask(encode(a_request("remove", subject="Nobody", request_id="c")))

        assert (sensor_off.accepted, remove.accepted, stranger.accepted) == (True, True, False)


@in_virtual_time
async def test_a_repeated_request_gets_the_same_acknowledgement() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        first = await cell.ask(encode(a_request()))
        await asyncio.sleep(100.0)

        again = await cell.ask(encode(a_request(requested_at_s=EPOCH_S + 99.0), "json"))

        assert again == first
        assert len(cell.injects().injects) == 1


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "unreadable"),
        (b"\x00\xff\x13", "unreadable"),
        (b'{"kind": "inject-requ', "unreadable"),
        (b"[1, 2]", "unreadable"),
        (as_json(kind="inject-request/2", request_id="r-9"), "unknown-schema: kind: wanted one of inject-"),
        (as_json(kind="clock-command/1", request_id="r-9"), "unknown-schema: kind"),
        (as_json(kind="inject-request/1", request_id="r-9"), "invalid-field: exercise: Field required"),
        (
            encode(a_request(), "json").replace(b"34.1", b"91"),
            "invalid-field: lat_deg: Input should be less than or equal to 90, got 91",
        ),
        (encode(a_request(), "json").replace(b"34.1", b"NaN"), "unreadable"),
        (
            encode(a_request(), "json").replace(b'"lat_deg"', b'"latitude_deg"'),
            "invalid-field: latitude_deg: Extra inputs are not permitted",
        ),
        (
            encode(a_request(exercise="anchor"), "json"),
            "other-exercise: exercise: wanted 'keel', got 'anchor'",
        ),
        (
            encode(a_request(), "json").replace(b"new-track", b"explode"),
            "invalid-field: action: Input should be",
        ),
    ],
)
@in_virtual_time
async def test_a_malformed_request_is_answered_and_disturbs_nothing(payload: bytes, reason: str) -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock) as service, a_white_cell(broker, clock) as cell:
        await cell.session.publish(topics.inject_requests(EXERCISE), payload)
        letter = decode(await cell.next_on(topics.deadletter(EXERCISE)), DeadLetter)
        refusal = decode(await cell.next_on(topics.inject_acks(EXERCISE)), InjectAck)
        good = await cell.ask(encode(a_request(request_id="good")))
        await asyncio.sleep(5.0)

        assert refusal.reason.startswith(reason)
        assert not refusal.accepted
        assert letter.topic == topics.inject_requests(EXERCISE)
        assert letter.size_bytes == len(payload)
        assert good.accepted
        assert cell.status().counters["malformed"] == 1
        assert not service.done()


@in_virtual_time
async def test_a_malformed_request_keeps_its_id_in_the_answer_where_it_can_be_read() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        ack = await cell.ask(as_json(kind="inject-request/1", request_id="r-9"))

        assert ack.request_id == "r-9"


@pytest.mark.parametrize(
    "payload",
    [
        b"pause",
        as_json(kind="clock-command/1", exercise=EXERCISE, command="rewind"),
        encode(a_command("rate")),
    ],
)
@in_virtual_time
async def test_a_malformed_clock_command_leaves_the_clock_alone(payload: bytes) -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        before = cell.clock_state()
        await cell.session.publish(topics.clock_commands(EXERCISE), payload)

        letter = decode(await cell.next_on(topics.deadletter(EXERCISE)), DeadLetter)

        assert letter.topic == topics.clock_commands(EXERCISE)
        assert cell.clock_state() == before


@in_virtual_time
async def test_someone_elses_truth_and_sensors_are_not_believed() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        await cell.session.publish(
            topics.truth_states(EXERCISE), encode(the_truth("Amber Star", exercise="anchor"))
        )
        ack = await cell.ask(encode(a_request("remove", subject="Amber Star")))

        assert not ack.accepted


async def _restart(
    broker: MemoryBroker, clock: LoopClock, between: Callable[[], Awaitable[None]]
) -> ClockState:
    """Run a service, ask for an inject and a rate, stop it, do something, run another; return its clock."""
    async with a_white_cell(broker, clock) as cell:
        async with a_service(broker, clock):
            await cell.tell_clock("rate", 2.0)
            await cell.ask(encode(a_request()))
        await between()
        async with a_service(broker, clock):
            return cell.clock_state()


@in_virtual_time
async def test_a_restarted_service_goes_on_where_the_clock_would_be() -> None:
    broker, clock = MemoryBroker(), virtual_clock()

    state = await _restart(broker, clock, lambda: asyncio.sleep(600.0))

    assert state.rate == 2.0
    assert state.run == round((EPOCH_S + 0.5) * 1000.0)
    assert exercise_time_s(state, clock.now_s()) > STARTEX_S + 1200.0
    (kept,) = broker.retained(topics.injects(EXERCISE))
    assert [inject.inject_id for inject in decode(kept.payload, InjectList).injects] == ["inj-0001"]


@in_virtual_time
async def test_a_restarted_service_numbers_injects_on_and_answers_old_requests_as_before() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    await _restart(broker, clock, lambda: asyncio.sleep(1.0))

    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        repeated = await cell.ask(encode(a_request()))
        further = await cell.ask(encode(a_request(request_id="r-2")))

        assert repeated.inject is not None
        assert repeated.inject.inject_id == "inj-0001"
        assert further.inject is not None
        assert further.inject.inject_id == "inj-0002"


@in_virtual_time
async def test_another_scenario_under_the_same_name_begins_anew() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_white_cell(broker, clock) as cell:
        async with a_service(broker, clock):
            await cell.ask(encode(a_request()))
            first = cell.clock_state()

        async with a_service(broker, clock, the_settings(startex_s=STARTEX_S + 86_400.0)):
            assert cell.clock_state().startex_s == STARTEX_S + 86_400.0
            assert cell.clock_state().revision > first.revision
            assert cell.clock_state().run != first.run
            assert cell.injects().injects == ()
            assert broker.retained(topics.trace(EXERCISE, "+")) == []


@in_virtual_time
async def test_a_broker_that_forgot_everything_is_told_again() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock):
        async with a_white_cell(broker, clock) as cell:
            await cell.ask(encode(a_request()))
            before = (cell.clock_state(), cell.injects())

        broker.stop(forget=True)
        await asyncio.sleep(60.0)
        broker.start()
        await asyncio.sleep(10.0)

        async with a_white_cell(broker, clock) as cell:
            assert (cell.clock_state(), cell.injects()) == before
            assert cell.status().state == "online"


@in_virtual_time
async def test_what_the_broker_kept_but_cannot_be_read_does_not_stop_the_exercise() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    broker.deliver(topics.clock(EXERCISE), b"rubbish", retain=True)

    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        assert cell.clock_state().running


@in_virtual_time
async def test_a_request_that_came_while_the_service_was_taking_up_is_answered() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_white_cell(broker, clock) as cell:
        service = asyncio.create_task(run_exercise(broker, clock, the_settings()))
        await asyncio.sleep(0.1)

        ack = await cell.ask(encode(a_request()))

        assert ack.accepted
        service.cancel()
        await asyncio.gather(service, return_exceptions=True)


@in_virtual_time
async def test_a_service_that_is_stopped_says_so() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_white_cell(broker, clock) as cell:
        async with a_service(broker, clock):
            assert cell.status().state == "online"

        assert cell.status().state == "offline"


@in_virtual_time
async def test_the_status_counts_and_comes_every_five_seconds() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        await cell.ask(encode(a_request()))
        await cell.ask(encode(a_request(request_id="r-2", lat_deg=None)))
        await asyncio.sleep(5.0)

        status = cell.status()

        assert clock.now_s() - status.at_s < 5.0
        assert status.counters["injects_accepted"] == 1
        assert status.counters["injects_refused"] == 1
        assert status.counters["injects"] == 1


@in_virtual_time
async def test_the_way_of_an_inject_is_retained_as_it_goes() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        await cell.ask(encode(a_request()))
        await asyncio.sleep(3.0)
        at_s = exercise_time_s(cell.clock_state(), clock.now_s())
        await cell.session.publish(topics.truth_states(EXERCISE), encode(the_truth("inj-0001", at_s=at_s)))
        await cell.session.publish(
            topics.truth_attributions(EXERCISE),
            encode(
                an_attribution(
                    sequence=7, rows={3: "inj-0001"}, measured_to_s=at_s, produced_at_s=clock.now_s()
                )
            ),
        )
        picture = a_picture({1042: [("radar-jeju", 7, 3)]}, valid_at_s=at_s + 1.0, cycle=3)
        await cell.session.publish(topics.picture(EXERCISE, "ALL"), encode(published(picture)), retain=True)
        await cell.session.publish(topics.presented(EXERCISE), encode(a_frame(cycle=3)))
        await asyncio.sleep(0.1)

        trace = cell.retained(topics.trace(EXERCISE, "inj-0001"), Trace)

        done = [stage.stage for stage in trace.stages if stage.state == "done"]
        assert done == [
            "requested",
            "accepted",
            "effective",
            "truth",
            "measured",
            "produced",
            "fused",
            "published",
            "presented",
        ]


@in_virtual_time
async def test_a_broker_that_forgot_the_traces_gets_them_again() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock):
        async with a_white_cell(broker, clock) as cell:
            await cell.ask(encode(a_request()))

        broker.stop(forget=True)
        await asyncio.sleep(2.0)
        broker.start()
        await asyncio.sleep(10.0)

        async with a_white_cell(broker, clock) as cell:
            assert cell.retained(topics.trace(EXERCISE, "inj-0001"), Trace).action == "new-track"


@in_virtual_time
async def test_a_restarted_service_goes_on_with_the_traces() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    await _restart(broker, clock, lambda: asyncio.sleep(1.0))

    async with a_service(broker, clock), a_white_cell(broker, clock) as cell:
        at_s = exercise_time_s(cell.clock_state(), clock.now_s())
        await cell.session.publish(topics.truth_states(EXERCISE), encode(the_truth("inj-0001", at_s=at_s)))
        await asyncio.sleep(0.1)

        trace = cell.retained(topics.trace(EXERCISE, "inj-0001"), Trace)
        assert "truth" in [stage.stage for stage in trace.stages if stage.state == "done"]


@pytest.mark.parametrize(
    "topic",
    [
        topics.truth_states(EXERCISE),
        topics.truth_attributions(EXERCISE),
        topics.presented(EXERCISE),
        topics.picture(EXERCISE, "ALL"),
        topics.sensor_status(EXERCISE, "KOR", "radar", "radar-jeju"),
        topics.reports(EXERCISE, "KOR", "cyber", "watch-seoul"),
    ],
)
@in_virtual_time
async def test_a_malformed_message_of_others_is_counted_and_left_to_them(topic: str) -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    async with a_service(broker, clock) as service, a_white_cell(broker, clock) as cell:
        await cell.session.publish(topic, b"\xc1rubbish")
        ack = await cell.ask(encode(a_request()))
        await asyncio.sleep(5.0)

        assert cell.status().counters["malformed"] == 1
        assert ack.accepted
        assert not service.done()
