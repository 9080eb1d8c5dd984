"""The gateway as a service: it listens, says where, and goes when it is told."""

import asyncio
import socket

import httpx
import pytest

from contracts.memory import MemoryBroker
from gateway.service import CannotListen, _listen
from gateway.settings import GatewaySettings
from tests.gateway.servers import a_gateway


async def test_port_zero_takes_a_free_port_and_tells_it() -> None:
    async with a_gateway() as one, a_gateway() as other:
        assert one.url != other.url
        assert (await one.get("/healthz")).status_code == 200


async def test_a_port_that_is_taken_is_a_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(CannotListen, match=f"wanted to listen on 127.0.0.1:{port}"):
            async with a_gateway(port=port):
                pass


async def test_after_cancellation_nothing_listens_any_more() -> None:
    async with a_gateway() as gateway:
        url = gateway.url

    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


def test_small_answers_are_sent_at_once() -> None:
    # asyncio only does that for listeners that name their protocol.
    with _listen(GatewaySettings(exercise="corridor")) as listener:
        assert listener.proto == socket.IPPROTO_TCP


async def test_cancellation_is_quick_even_with_browsers_that_do_not_listen() -> None:
    async with a_gateway() as gateway, gateway.browser():
        gateway.running.cancel()

        async with asyncio.timeout(5.0):
            await asyncio.gather(gateway.running, return_exceptions=True)

        assert gateway.running.cancelled()


async def test_a_gateway_starts_without_a_broker_and_serves_what_it_can() -> None:
    broker = MemoryBroker()
    broker.stop()
    async with a_gateway(broker) as gateway:
        health = (await gateway.get("/api/v1/health")).json()

    assert health["reasons"][0] == "broker: not connected"
