"""Staying connected: a lost broker is waited for with patience that grows, and announced once."""

import asyncio
import logging
from itertools import pairwise

import pytest

from contracts.broker import BrokerLost, Session, Will, stay_connected
from contracts.memory import MemoryBroker
from tests.virtual_time import in_virtual_time, virtual_clock


async def listen(session: Session) -> None:
    async for _ in session.messages():
        pass


@in_virtual_time
async def test_each_session_is_served_until_the_broker_goes_and_then_the_next() -> None:
    broker, served = MemoryBroker(), []

    async def serve(session: Session) -> None:
        served.append(session)
        await listen(session)

    task = asyncio.create_task(stay_connected(broker, "client", serve))
    for _ in range(3):
        await asyncio.sleep(10.0)
        broker.stop()
        await asyncio.sleep(10.0)
        broker.start()
    await asyncio.sleep(10.0)
    task.cancel()

    assert len(served) == 4


@in_virtual_time
async def test_patience_grows_up_to_five_seconds() -> None:
    broker, tries_s = MemoryBroker(), []
    clock = virtual_clock(0.0)

    def will() -> Will:
        tries_s.append(clock.now_s())
        return Will("status", b"offline")

    broker.stop()
    task = asyncio.create_task(stay_connected(broker, "client", listen, will=will))
    await asyncio.sleep(30.0)
    task.cancel()

    waits_s = [round(later - earlier, 3) for earlier, later in pairwise(tries_s)]
    assert waits_s == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 5.0]


@in_virtual_time
async def test_a_loss_is_logged_once_and_so_is_the_return(caplog: pytest.LogCaptureFixture) -> None:
    broker = MemoryBroker()
    broker.stop()
    with caplog.at_level(logging.INFO, "contracts.broker"):
        task = asyncio.create_task(stay_connected(broker, "client", listen))
        await asyncio.sleep(60.0)
        broker.start()
        await asyncio.sleep(60.0)
        task.cancel()

    lines = [record.getMessage() for record in caplog.records]
    assert [line.split(" client_id")[0] for line in lines] == ["broker lost", "broker is back"]


@in_virtual_time
async def test_several_tasks_that_notice_the_loss_together_are_one_loss() -> None:
    broker, sessions = MemoryBroker(), 0

    async def serve(session: Session) -> None:
        nonlocal sessions
        sessions += 1
        async with asyncio.TaskGroup() as group:
            group.create_task(listen(session))
            group.create_task(publish_for_ever(session))

    async def publish_for_ever(session: Session) -> None:
        while True:
            await session.publish("x", b"")
            await asyncio.sleep(0.1)

    task = asyncio.create_task(stay_connected(broker, "client", serve))
    await asyncio.sleep(1.0)
    broker.stop()
    broker.start()
    await asyncio.sleep(1.0)
    task.cancel()

    assert sessions == 2


@in_virtual_time
async def test_a_fault_of_ours_is_not_taken_for_a_lost_broker() -> None:
    async def serve(session: Session) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(listen(session))
            raise ZeroDivisionError

    with pytest.raises(ExceptionGroup) as caught:
        await stay_connected(MemoryBroker(), "client", serve)

    assert caught.group_contains(ZeroDivisionError)


@in_virtual_time
async def test_a_service_that_is_done_is_done() -> None:
    async def serve(session: Session) -> None:
        await session.publish("x", b"", retain=True)

    async with asyncio.timeout(1.0):
        await stay_connected(MemoryBroker(), "client", serve)


@in_virtual_time
async def test_a_stopped_broker_takes_nothing_and_forgets_what_was_retained() -> None:
    broker = MemoryBroker()
    async with broker.connect("a") as session:
        await session.publish("x", b"kept", retain=True)
        broker.stop()
        with pytest.raises(BrokerLost):
            await session.publish("x", b"more")
    with pytest.raises(BrokerLost):
        async with broker.connect("b"):
            pass

    broker.start()

    assert broker.retained("x") == []
