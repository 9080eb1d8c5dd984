"""The embedded brokers behave as the services need it: what is retained comes to who asked for it, and to no one else."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest

from contracts.broker import BrokerLost
from contracts.mqtt import MqttBroker
from tests.real_broker import a_mosquitto
from triptych.embedded import free_port
from triptych.embedded_amqtt import run_amqtt

PATIENCE_S = 30.0
CLIENTS = 20
PATTERNS = 20


@asynccontextmanager
async def an_amqtt() -> AsyncGenerator[str]:
    """Run amqtt in this very process and yield its address."""
    port = free_port()
    url = f"mqtt://127.0.0.1:{port}"
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        serving = group.create_task(run_amqtt("127.0.0.1", port))
        while not await _answers(url):
            await asyncio.sleep(0.01)
        yield url
        serving.cancel()


async def _answers(url: str) -> bool:
    try:
        async with MqttBroker(url).connect("probe"):
            return True
    except BrokerLost:
        return False


async def retain(url: str, *names: str, padding: int = 0) -> None:
    async with MqttBroker(url).connect("speaker") as session:
        for name in names:
            await session.publish(f"kept/{name}", name.encode() + bytes(padding), retain=True)


async def test_amqtt_tells_a_newcomer_nothing_that_only_others_asked_for() -> None:
    async with an_amqtt() as url:
        await retain(url, "truth", "clock")
        port = int(url.rpartition(":")[2])

        async with MqttBroker(url).connect("white-cell") as white_cell:
            await white_cell.subscribe("kept/#")
            # Not through our door, which would not let it in anyway.
            async with aiomqtt.Client("127.0.0.1", port, identifier="newcomer") as newcomer:
                await newcomer.subscribe([("kept/clock", 1), ("end", 1)])
                await newcomer.publish("end", b"", qos=1)
                heard = [str(message.topic) async for message in _until_end(newcomer)]

    assert set(heard) == {"kept/clock"}


async def _until_end(client: aiomqtt.Client) -> AsyncGenerator[aiomqtt.Message]:
    async for message in client.messages:
        if str(message.topic) == "end":
            return
        yield message


async def test_our_door_lets_in_only_what_was_asked_for() -> None:
    async with an_amqtt() as url:
        await retain(url, "truth", "clock")
        async with MqttBroker(url).connect("fusion") as session:
            await session.subscribe("kept/clock", "end")
            # As if the broker sent more than was asked for: the same connection, behind our door's back.
            await session._client.subscribe("kept/truth", qos=1)  # type: ignore[attr-defined]
            await session.publish("end", b"")
            heard: set[str] = set()
            async for delivery in session.messages():
                if delivery.topic == "end":
                    break
                heard.add(delivery.topic)

    assert heard == {"kept/clock"}


async def test_amqtt_takes_back_everyone_at_once() -> None:
    async with an_amqtt() as url:
        # So large that sending one takes a while, during which others come in.
        await retain(url, *(f"thing-{number}" for number in range(CLIENTS)), padding=300_000)

        async def come_back(number: int) -> int:
            async with MqttBroker(url).connect(f"client-{number}") as session:
                await session.subscribe(
                    f"kept/thing-{number}", *(f"nothing/{number}/{place}" for place in range(PATTERNS))
                )
                async for delivery in session.messages():
                    return int(delivery.payload.rstrip(b"\0").rpartition(b"-")[2])
            return -1

        async with MqttBroker(url).connect("white-cell") as white_cell:
            await white_cell.subscribe("kept/#")
            heard = await asyncio.gather(*(come_back(number) for number in range(CLIENTS)))

    assert heard == list(range(CLIENTS))


@pytest.mark.broker
async def test_mosquitto_as_we_set_it_up_carries_a_message_of_8_mb(tmp_path: Path) -> None:
    payload = bytes(8_000_000)

    with a_mosquitto(tmp_path) as url:
        async with asyncio.timeout(PATIENCE_S), MqttBroker(url).connect("big") as session:
            await session.subscribe("big")
            await session.publish("big", payload)
            delivery = await anext(aiter(session.messages()))

    assert delivery.payload == payload
