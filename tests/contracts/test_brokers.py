"""The broker door, the same behind it: each test runs on the twin in memory and on a real Mosquitto."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import pytest

from contracts.broker import Broker, BrokerLost, Delivery, Session, Will
from tests.contracts.conftest import INBOX_SMALL

PATIENCE_S: Final = 10.0
QUIET_S: Final = 0.15
"""How long nothing must come for us to believe that nothing comes."""


async def take(messages: AsyncIterator[Delivery], count: int) -> list[Delivery]:
    """Return so many messages."""
    async with asyncio.timeout(PATIENCE_S):
        return [await anext(messages) for _ in range(count)]


async def nothing_comes(messages: AsyncIterator[Delivery]) -> bool:
    """Return whether it stays quiet."""
    try:
        await asyncio.wait_for(anext(messages), QUIET_S)
    except TimeoutError:
        return True
    return False


async def everything(session: Session, prefix: str) -> AsyncIterator[Delivery]:
    await session.subscribe(f"{prefix}/#")
    return aiter(session.messages())


async def be_pushed_out(broker: Broker, client_id: str, will: Will) -> None:
    async with (
        broker.connect(client_id, will=will) as first,
        broker.connect(client_id),
        asyncio.timeout(PATIENCE_S),
    ):
        await anext(aiter(first.messages()))


async def test_a_message_reaches_who_asked_for_it(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as sender, broker.connect(f"{prefix}-b") as receiver:
        messages = await everything(receiver, prefix)
        await sender.publish(f"{prefix}/x", b"hello")

        assert await take(messages, 1) == [Delivery(f"{prefix}/x", b"hello", retained=False)]


async def test_a_message_does_not_reach_who_asked_for_something_else(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as session:
        await session.subscribe(f"{prefix}/+/status")
        messages = aiter(session.messages())
        await session.publish(f"{prefix}/x/reports", b"no")
        await session.publish(f"{prefix}/x/y/status", b"no")
        await session.publish(f"{prefix}/x/status", b"yes")

        assert [delivery.payload for delivery in await take(messages, 1)] == [b"yes"]


async def test_messages_of_one_sender_come_in_their_order(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as sender, broker.connect(f"{prefix}-b") as receiver:
        messages = await everything(receiver, prefix)
        for number in range(INBOX_SMALL):
            await sender.publish(f"{prefix}/{number % 3}", bytes([number]))

        assert [d.payload[0] for d in await take(messages, INBOX_SMALL)] == list(range(INBOX_SMALL))


async def test_who_comes_later_gets_what_was_retained_and_is_told_so(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as sender:
        await sender.publish(f"{prefix}/kept", b"old", retain=True)
        await sender.publish(f"{prefix}/kept", b"new", retain=True)
        await sender.publish(f"{prefix}/gone", b"live only")

    async with broker.connect(f"{prefix}-b") as receiver:
        messages = await everything(receiver, prefix)

        assert await take(messages, 1) == [Delivery(f"{prefix}/kept", b"new", retained=True)]
        assert await nothing_comes(messages)


async def test_who_is_there_already_gets_a_retained_message_as_a_live_one(
    broker: Broker, prefix: str
) -> None:
    async with broker.connect(f"{prefix}-a") as session:
        messages = await everything(session, prefix)
        await session.publish(f"{prefix}/kept", b"now", retain=True)

        assert await take(messages, 1) == [Delivery(f"{prefix}/kept", b"now", retained=False)]


async def test_an_empty_retained_message_forgets_the_topic(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as session:
        await session.publish(f"{prefix}/kept", b"x", retain=True)
        await session.publish(f"{prefix}/kept", b"", retain=True)
        messages = await everything(session, prefix)

        assert await nothing_comes(messages)


async def test_qos_zero_reaches_too(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as session:
        messages = await everything(session, prefix)
        await session.publish(f"{prefix}/x", b"light", qos=0)

        assert (await take(messages, 1))[0].payload == b"light"


async def test_a_large_picture_passes_whole(broker: Broker, prefix: str) -> None:
    payload = bytes(range(256)) * 40_000
    async with broker.connect(f"{prefix}-a") as session:
        messages = await everything(session, prefix)
        await session.publish(f"{prefix}/picture", payload, retain=True)

        assert (await take(messages, 1))[0].payload == payload


async def test_who_leaves_politely_leaves_no_will(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as watcher:
        messages = await everything(watcher, prefix)
        async with broker.connect(f"{prefix}-b", will=Will(f"{prefix}/status", b"offline")):
            pass

        assert await nothing_comes(messages)


async def test_who_fails_inside_leaves_its_will(broker: Broker, prefix: str) -> None:
    async def fail() -> None:
        async with broker.connect(f"{prefix}-b", will=Will(f"{prefix}/status", b"offline")):
            raise ZeroDivisionError

    async with broker.connect(f"{prefix}-a") as watcher:
        messages = await everything(watcher, prefix)
        with pytest.raises(ZeroDivisionError):
            await fail()

        assert [delivery.payload for delivery in await take(messages, 1)] == [b"offline"]


async def test_who_is_cancelled_leaves_politely(broker: Broker, prefix: str) -> None:
    async def serve(session: Session) -> None:
        async for _ in session.messages():
            pass

    async def connected() -> None:
        async with broker.connect(f"{prefix}-b", will=Will(f"{prefix}/status", b"offline")) as session:
            await session.publish(f"{prefix}/status", b"online", retain=True)
            await serve(session)

    async with broker.connect(f"{prefix}-a") as watcher:
        messages = await everything(watcher, prefix)
        task = asyncio.create_task(connected())
        assert (await take(messages, 1))[0].payload == b"online"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

        assert await nothing_comes(messages)


async def test_a_client_that_another_pushes_out_is_lost_and_leaves_its_will(
    broker: Broker, prefix: str
) -> None:
    async with broker.connect(f"{prefix}-a") as watcher:
        messages = await everything(watcher, prefix)
        with pytest.raises(BrokerLost):
            await be_pushed_out(broker, f"{prefix}-b", Will(f"{prefix}/status", b"offline"))

        assert (await take(messages, 1))[0].payload == b"offline"

    async with broker.connect(f"{prefix}-c") as later:
        assert (await take(await everything(later, prefix), 1))[0].retained


async def test_a_full_inbox_drops_what_comes_and_counts_it(broker: Broker, prefix: str) -> None:
    async with broker.connect(f"{prefix}-a") as sender, broker.connect(f"{prefix}-b") as receiver:
        messages = await everything(receiver, prefix)
        for number in range(INBOX_SMALL + 5):
            await sender.publish(f"{prefix}/x", bytes([number]))
        async with asyncio.timeout(PATIENCE_S):
            while receiver.dropped < 5:
                await asyncio.sleep(0.005)

        assert [d.payload[0] for d in await take(messages, INBOX_SMALL)] == list(range(INBOX_SMALL))
        assert await nothing_comes(messages)
        assert receiver.dropped == 5
