"""A whole gateway, listening on a free port, with a broker in memory; and ways to speak to it."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from websockets.asyncio.client import ClientConnection, connect

from contracts.memory import MemoryBroker
from contracts.picture import Picture
from gateway.app import create_app
from gateway.service import run_gateway
from gateway.settings import GatewaySettings
from tests.gateway.pictures import EXERCISE
from tests.gateway.unframed import Frame, read_frame
from tests.gateway.words import publish

PATIENCE_S: Final = 10.0
"""Longest wait for anything; nothing waits this long unless it is broken."""

_POLL_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class Answering:
    """A gateway that answers."""

    broker: MemoryBroker
    http: httpx.AsyncClient

    async def get(self, path: str, **keywords: Any) -> httpx.Response:
        """GET a path."""
        return await self.http.get(path, **keywords)

    async def post(self, path: str, body: object, **keywords: Any) -> httpx.Response:
        """POST JSON to a path."""
        return await self.http.post(path, json=body, **keywords)

    async def show(self, picture: Picture) -> None:
        """Publish a picture, and wait until the gateway holds it."""
        publish(self.broker, picture, wall_s=time.time())
        path = f"/api/v1/health?scope={picture.scope}"
        await self.until(path, lambda told: told["pictures"][0]["cycle"] == picture.cycle)

    async def until(self, path: str, holds: Callable[[Any], bool]) -> Any:
        """Ask again and again until something holds, or patience ends."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds(answer := (await self.get(path)).json()):
                await asyncio.sleep(_POLL_S)
        return answer


@dataclass(frozen=True, slots=True)
class Served(Answering):
    """A gateway that listens."""

    url: str
    running: "asyncio.Task[None]"

    @asynccontextmanager
    async def browser(self, query: str = "", **keywords: Any) -> AsyncGenerator[ClientConnection]:
        """Open the picture stream."""
        address = f"{self.url.replace('http', 'ws', 1)}/api/v1/stream{query}"
        async with connect(address, max_size=None, proxy=None, compression=None, **keywords) as connection:
            yield connection


@asynccontextmanager
async def an_app(broker: MemoryBroker | None = None, **fields: Any) -> AsyncGenerator[Answering]:
    """Run the gateway's application without a server: for what needs no sockets."""
    broker = broker or MemoryBroker()
    app = create_app(broker, GatewaySettings.model_validate({"exercise": EXERCISE, **fields}))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(base_url="http://127.0.0.1", transport=httpx.ASGITransport(app)) as http,
    ):
        answering = Answering(broker, http)
        await answering.until("/healthz", lambda told: bool(told["ok"]))
        yield answering


@asynccontextmanager
async def a_gateway(broker: MemoryBroker | None = None, **fields: Any) -> AsyncGenerator[Served]:
    """Run a gateway, connected to its broker."""
    broker = broker or MemoryBroker()
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    settings = GatewaySettings.model_validate({"exercise": EXERCISE, **fields})
    running = asyncio.create_task(run_gateway(broker, settings, on_ready=ready.set_result))
    try:
        waited: set[asyncio.Future[Any]] = {ready, running}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE_S)
        if running.done():
            running.result()
        async with httpx.AsyncClient(base_url=ready.result(), trust_env=False) as http:
            served = Served(broker=broker, http=http, url=ready.result(), running=running)
            if broker.up:
                await served.until("/healthz", lambda told: bool(told["ok"]))
            yield served
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def word(connection: ClientConnection, kind: str) -> dict[str, Any]:
    """Return the next control message of a type, passing over everything else."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            message = await connection.recv()
            if isinstance(message, str) and (told := json.loads(message))["type"] == kind:
                answer: dict[str, Any] = told
                return answer


async def frame(connection: ClientConnection) -> Frame:
    """Return the next picture frame, passing over everything else."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            message = await connection.recv()
            if isinstance(message, bytes):
                return read_frame(message)
