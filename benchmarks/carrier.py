"""The broker that a bench runs through: the embedded one on a free port, or one that is there already."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from contracts.broker import BrokerLost
from contracts.mqtt import MqttBroker
from triptych.chain import broker_process
from triptych.embedded import Kind, choose, free_port
from triptych.supervisor import Supervisor

EMBEDDED: Final = "embedded"
_WAIT_S: Final = 15.0
_PROBE_S: Final = 0.05


@asynccontextmanager
async def a_broker(wanted: str, folder: Path, kind: Kind = "auto") -> AsyncGenerator[tuple[str, str]]:
    """Yield (address, what it is); the embedded broker ends when this is left.

    Args:
        wanted: ``embedded``, or an address, ``mqtt://…``.
        folder: for the embedded broker's files.
        kind: which broker is embedded.
    """
    if wanted != EMBEDDED:
        await answers(wanted)
        yield wanted, "given"
        return
    port = free_port()
    address = f"mqtt://127.0.0.1:{port}"
    async with Supervisor(_say, _note) as supervisor:
        await supervisor.start(broker_process(port, folder, kind))
        await answers(address)
        yield address, choose(kind)


async def answers(url: str) -> None:
    """Return when a broker lets us in.

    Raises:
        TimeoutError: it does not in fifteen seconds.
    """
    async with asyncio.timeout(_WAIT_S):
        while True:
            try:
                async with MqttBroker(url).connect(f"bench-probe-{os.getpid()}"):
                    return
            except BrokerLost:
                await asyncio.sleep(_PROBE_S)


def _say(name: str, line: str) -> None:
    print(f"{name}: {line}")


def _note(news: str) -> None:
    print(news)
