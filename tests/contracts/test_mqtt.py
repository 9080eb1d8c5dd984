"""What only a real broker can do: addresses, dying and coming back."""

import asyncio

import pytest

from contracts.broker import BrokerLost, Session, Will, stay_connected
from contracts.mqtt import BadBrokerUrl, MqttBroker
from tests.contracts.mosquitto import Mosquitto
from triptych.embedded import free_port

PATIENCE_S = 15.0


async def publish_for_ever(session: Session) -> None:
    while True:
        await session.publish("test/killed/x", b"")


@pytest.mark.parametrize("url", ["mqtt://host", "mqtt://host:1884", "mqtt://u:p@host:1", "mqtt://[::1]:1883"])
def test_an_address_is_taken(url: str) -> None:
    assert MqttBroker(url).url == url


@pytest.mark.parametrize(
    "url", ["", "host:1883", "http://host", "mqtt://", "mqtt://host:port", "mqtt://host:99999"]
)
def test_an_address_that_is_none_is_refused_with_what_was_wanted(url: str) -> None:
    with pytest.raises(BadBrokerUrl, match=r"must be mqtt://\[user:password@\]host\[:port\], got"):
        MqttBroker(url)


async def test_a_broker_that_is_not_there_is_lost() -> None:
    with pytest.raises(BrokerLost, match=r"127\.0\.0\.1"):
        async with MqttBroker(f"mqtt://127.0.0.1:{free_port()}").connect("nobody"):
            pass


@pytest.mark.broker
async def test_a_killed_broker_is_noticed_waited_for_and_served_again(mosquitto: Mosquitto) -> None:
    sessions: asyncio.Queue[Session] = asyncio.Queue()

    async def serve(session: Session) -> None:
        await session.subscribe("test/killed/#")
        sessions.put_nowait(session)
        async for _ in session.messages():
            pass

    broker = MqttBroker(mosquitto.url)
    task = asyncio.create_task(
        stay_connected(broker, "survivor", serve, will=lambda: Will("test/killed/status", b"offline"))
    )
    async with asyncio.timeout(PATIENCE_S):
        first = await sessions.get()
        await asyncio.to_thread(mosquitto.stop)
        with pytest.raises(BrokerLost):
            await publish_for_ever(first)
        await asyncio.to_thread(mosquitto.start)
        second = await sessions.get()
        await second.publish("test/killed/x", b"")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert second is not first


@pytest.mark.broker
async def test_many_publishers_share_a_connection(mosquitto: Mosquitto) -> None:
    async with MqttBroker(mosquitto.url).connect("many") as session:
        await session.subscribe("test/many")
        messages = aiter(session.messages())
        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            for number in range(300):
                group.create_task(session.publish("test/many", number.to_bytes(2, "big")))
        async with asyncio.timeout(PATIENCE_S):
            came = {int.from_bytes((await anext(messages)).payload, "big") for _ in range(300)}

    assert came == set(range(300))
