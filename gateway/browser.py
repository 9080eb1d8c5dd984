"""A browser's websocket as :class:`gateway.session.Socket`, and the server's protocol that makes it whole.

ASGI tells an app neither when a sent message has left the process nor lets it break a connection
off. Both are needed: the first so that the newest picture is chosen when the browser is ready for
it, not before; the second because closing politely would wait for ever for a browser that takes
nothing. So our server's protocol adds its two functions to the scope's extensions.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from gateway.session import BrowserGone

EXTENSION: Final = "triptych.transport"


class StreamProtocol(WebSocketsSansIOProtocol):
    """uvicorn's websocket protocol, with ``drained`` and ``abort`` in the scope's extensions."""

    async def run_asgi(self) -> None:
        """Serve one connection."""
        extensions: dict[str, Any] = self.scope.get("extensions") or {}
        extensions[EXTENSION] = {"drained": self.writable.wait, "abort": self.transport.abort}
        self.scope["extensions"] = extensions
        await super().run_asgi()


class BrowserSocket:
    """One accepted websocket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        transport: dict[str, Any] = websocket.scope.get("extensions", {}).get(EXTENSION, {})
        self._drained: Callable[[], Awaitable[object]] | None = transport.get("drained")
        self._abort: Callable[[], None] | None = transport.get("abort")

    async def send(self, message: str | bytes) -> None:
        """Hand over a message; waits while an earlier one has not left."""
        try:
            if isinstance(message, str):
                await self._websocket.send_text(message)
            else:
                await self._websocket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise BrowserGone(str(error)) from error

    async def drained(self) -> None:
        """Wait until what was sent has left this process, all but the last 64 KiB."""
        if self._drained is not None:
            await self._drained()

    async def receive(self) -> str | bytes:
        """Return the next message."""
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise BrowserGone(f"closed with code {message.get('code')}")
        text: str | None = message.get("text")
        if text is not None:
            return text
        raw: bytes = message.get("bytes") or b""
        return raw

    def abort(self) -> None:
        """Break the connection off and forget what was not sent."""
        if self._abort is not None:
            self._abort()
