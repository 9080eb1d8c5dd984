"""Asking the white cell over the broker, against the service itself, in virtual time."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from contracts import topics
from contracts.broker import BrokerLost
from contracts.codec import encode
from contracts.memory import MemoryBroker
from exercise.service import run_exercise
from tests.exercise.builders import EXERCISE, a_command, a_request, the_settings
from tests.virtual_time import EPOCH_S, in_virtual_time, virtual_clock
from triptych.white_cell import NoAnswer, Refusal, put_inject, read_clock, turn_clock, watch_trace


@asynccontextmanager
async def an_exercise(broker: MemoryBroker) -> AsyncGenerator[None]:
    task = asyncio.create_task(run_exercise(broker, virtual_clock(), the_settings()))
    await asyncio.sleep(1.0)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@in_virtual_time
async def test_an_inject_is_answered() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker):
        ack = await put_inject(broker, a_request(), "cli", 10.0)

        assert ack.accepted


@in_virtual_time
async def test_answers_to_others_are_not_taken_for_ours() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker), asyncio.TaskGroup() as group:
        theirs = group.create_task(put_inject(broker, a_request(request_id="a", lat_deg=None), "cli-a", 10.0))
        ours = group.create_task(put_inject(broker, a_request(request_id="b"), "cli-b", 10.0))

    assert not theirs.result().accepted
    assert ours.result().accepted


@in_virtual_time
async def test_a_request_that_nobody_heard_is_sent_again() -> None:
    broker = MemoryBroker()
    asking = asyncio.create_task(put_inject(broker, a_request(), "cli", 10.0))
    await asyncio.sleep(1.5)

    async with an_exercise(broker):
        ack = await asking

    assert ack.accepted


@in_virtual_time
async def test_without_an_exercise_service_the_asker_is_told_so() -> None:
    with pytest.raises(NoAnswer, match="within 10 s: is the exercise service of 'keel' running"):
        await put_inject(MemoryBroker(), a_request(), "cli", 10.0)


@in_virtual_time
async def test_without_a_broker_the_asker_is_told_so() -> None:
    broker = MemoryBroker()
    broker.stop()

    with pytest.raises(BrokerLost):
        await put_inject(broker, a_request(), "cli", 10.0)


@in_virtual_time
async def test_the_clock_answers_with_what_it_became() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker):
        paused = await turn_clock(broker, a_command("pause"), "cli", 5.0)
        faster = await turn_clock(broker, a_command("rate", 4.0), "cli", 5.0)
        resumed = await turn_clock(broker, a_command("resume"), "cli", 5.0)

    assert (paused.running, faster.rate, resumed.running) == (False, 4.0, True)


@in_virtual_time
async def test_a_command_that_changes_nothing_is_answered_too() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker):
        assert (await turn_clock(broker, a_command("start"), "cli", 5.0)).running


@in_virtual_time
async def test_a_clock_command_without_sense_is_refused_with_the_reason() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker):
        await turn_clock(broker, a_command("pause"), "cli", 5.0)

        with pytest.raises(Refusal, match=r"rate: wanted none with 'pause', got 2\.0"):
            await turn_clock(broker, a_command("pause", 2.0), "cli", 5.0)


@in_virtual_time
async def test_a_clock_that_nobody_keeps_is_not_waited_for_for_ever() -> None:
    with pytest.raises(NoAnswer):
        await read_clock(MemoryBroker(), EXERCISE, "cli", 5.0)


@in_virtual_time
async def test_the_clock_can_be_read() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker):
        state = await read_clock(broker, EXERCISE, "cli", 5.0)

    assert state.wall_at_s == pytest.approx(EPOCH_S, abs=1.0)


@in_virtual_time
async def test_a_trace_is_yielded_as_kept_and_as_it_goes_on() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker):
        await put_inject(broker, a_request(), "cli", 10.0)
        states: list[str] = []

        async for trace in watch_trace(broker, EXERCISE, "inj-0001", "cli"):
            states.append(next(stage.state for stage in trace.stages if stage.stage == "effective"))
            if states[-1] == "done":
                break

    assert states == ["waiting", "done"]


@in_virtual_time
async def test_rubbish_among_the_dead_letters_is_not_an_answer() -> None:
    broker = MemoryBroker()
    async with an_exercise(broker), asyncio.TaskGroup() as group:
        turning = group.create_task(turn_clock(broker, a_command("rate", 3.0), "cli", 5.0))
        broker.deliver(topics.deadletter(EXERCISE), b"rubbish", retain=False)
        broker.deliver(topics.deadletter(EXERCISE), encode(a_request()), retain=False)

    assert turning.result().rate == 3.0
