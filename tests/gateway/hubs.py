"""A hub on a broker in memory, in virtual time, and a browser's socket that obeys the test."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from contracts.labels import SCOPES, Scope
from contracts.memory import MemoryBroker
from gateway.hub import Hub
from gateway.session import BrowserGone, BrowserSession, Ending
from gateway.settings import GatewaySettings
from tests.gateway.pictures import EXERCISE, WALL_S
from tests.gateway.unframed import Frame, read_frame
from tests.virtual_time import virtual_clock

A_MOMENT_S = 0.001


async def a_moment() -> None:
    """Let everything happen that happens at once."""
    await asyncio.sleep(A_MOMENT_S)


@asynccontextmanager
async def a_hub(broker: MemoryBroker, **fields: Any) -> AsyncGenerator[Hub]:
    """Run a hub, connected; its clock reads WALL_S at the start."""
    hub = Hub(GatewaySettings.model_validate({"exercise": EXERCISE, **fields}), virtual_clock(WALL_S))
    task = asyncio.create_task(hub.run(broker))
    await a_moment()
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class FakeSocket:
    """A browser's socket. While ``slow`` one message fits its buffer, and nothing leaves."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.words: list[dict[str, Any]] = []
        self.aborted = False
        self.unsent = 0
        self._incoming: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._writable = asyncio.Event()
        self._writable.set()

    def slow(self) -> None:
        """Take nothing from now on."""
        self._writable.clear()

    def quick(self) -> None:
        """Take everything again."""
        self.unsent = 0
        self._writable.set()

    def say(self, **fields: Any) -> None:
        """Say something as the browser."""
        self._incoming.put_nowait(json.dumps(fields))

    def say_raw(self, message: str | bytes) -> None:
        """Say something that need not make sense."""
        self._incoming.put_nowait(message)

    def leave(self) -> None:
        """Close the page."""
        self._incoming.put_nowait(None)

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """Return the control messages of one type."""
        return [word for word in self.words if word["type"] == kind]

    async def send(self, message: str | bytes) -> None:
        await self.drained()
        self.unsent += not self._writable.is_set()
        if isinstance(message, bytes):
            self.frames.append(read_frame(message))
        else:
            self.words.append(json.loads(message))

    async def drained(self) -> None:
        if self.unsent:
            await self._writable.wait()

    async def receive(self) -> str | bytes:
        message = await self._incoming.get()
        if message is None:
            raise BrowserGone("closed")
        return message

    def abort(self) -> None:
        self.aborted = True


@asynccontextmanager
async def a_browser(
    hub: Hub, scope: Scope = "ALL"
) -> AsyncGenerator[tuple[FakeSocket, "asyncio.Task[Ending]"]]:
    """Open a session; leave it at the end."""
    socket = FakeSocket()
    task = asyncio.create_task(BrowserSession(hub, scope, SCOPES).serve(socket))
    await a_moment()
    try:
        yield socket, task
    finally:
        socket.leave()
        await asyncio.gather(task, return_exceptions=True)
