"""Runs the gateway: uvicorn around the application, until cancelled."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Generator
from typing import Final

import uvicorn
from fastapi import FastAPI

from contracts.broker import Broker
from gateway.app import create_app
from gateway.browser import StreamProtocol
from gateway.hub import Hub
from gateway.settings import GatewaySettings

WORD_BYTES_MAX: Final = 16 * 1024
"""Largest message taken from a browser."""

_BACKLOG: Final = 2048
_GOODBYE_S: Final = 1.0
_SHUTDOWN_S: Final = 3
_POLL_S: Final = 0.01


class CannotListen(OSError):
    """The address is taken, or is none of this machine's."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        self.host, self.port = host, port
        super().__init__(
            error.errno,
            f"wanted to listen on {host}:{port}, got: {error.strerror or error}; try another --port",
        )


async def run_gateway(
    broker: Broker, settings: GatewaySettings, on_ready: Callable[[str], None] | None = None
) -> None:
    """Serve browsers until cancelled, then tell them, and close.

    Args:
        broker: where pictures come from.
        settings: of the gateway.
        on_ready: called with the URL as soon as the gateway listens.

    Raises:
        CannotListen: the address cannot be had.
    """
    listener = _listen(settings)
    app = create_app(broker, settings)
    ready = on_ready or _say_nothing
    server = _Server(_config(app, settings), lambda: ready(_url(settings, listener)))
    with contextlib.closing(listener):
        async with app.router.lifespan_context(app):
            serving = asyncio.create_task(server.serve(sockets=[listener]), name="gateway-uvicorn")
            try:
                await asyncio.shield(serving)
            finally:
                await _close(app.state.hub, server, serving)


class _Server(uvicorn.Server):
    """uvicorn's server, told apart from its process: signals and the event loop are not its own."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the command line."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self._on_ready()


async def _close(hub: Hub, server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    """Tell browsers goodbye, then stop listening; those that do not listen do not hold us up."""
    hub.say_goodbye()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GOODBYE_S):
            while hub.tally.open.total():
                await asyncio.sleep(_POLL_S)
    server.should_exit = True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SHUTDOWN_S + _GOODBYE_S):
            await serving


def _config(app: FastAPI, settings: GatewaySettings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws=StreamProtocol,
        ws_per_message_deflate=False,  # costs 40 ms per MB and browser
        ws_max_size=WORD_BYTES_MAX,
        ws_ping_interval=settings.ping_s,
        ws_ping_timeout=max(settings.ping_s, settings.stall_s_min) * 3.0,  # a stalled browser is session.py's
        lifespan="off",
        access_log=False,
        log_level="warning",
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_SHUTDOWN_S,
    )


def _listen(settings: GatewaySettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named, and accepted sockets take it from their
    # listener: with socket.create_server(), which names none, each small answer is 40 ms late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(settings.host, settings.port, error) from error
    return listener


def _url(settings: GatewaySettings, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{port}"


def _say_nothing(_: str) -> None:
    """Nobody asked to be told."""
