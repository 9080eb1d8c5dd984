"""The broker door: the one small interface through which every service speaks MQTT.

Two implementations: :class:`contracts.mqtt.MqttBroker` over aiomqtt, and
:class:`contracts.memory.MemoryBroker` in memory, for tests in virtual time. Only MQTT 3.1.1
semantics are used: retained messages, last wills, QoS 0 and 1, ``+`` and ``#``.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Literal, Protocol

INBOX_MAX: Final = 20_000
"""Messages that wait unread in a session; at the bound new ones are dropped and counted. Nothing is
lost by that: reports are sent again until the watermark passes them, everything else is retained."""

_BACKOFF_FIRST_S: Final = 0.2
_BACKOFF_LAST_S: Final = 5.0

_log = logging.getLogger(__name__)


class BrokerLost(ConnectionError):
    """The broker cannot be reached, or the connection to it broke."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that came in."""

    topic: str
    payload: bytes
    retained: bool


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes, retained, when this client is lost."""

    topic: str
    payload: bytes


class Session(Protocol):
    """One connection to the broker."""

    @property
    def dropped(self) -> int:
        """Messages dropped because the inbox was full."""
        ...

    async def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, qos: Literal[0, 1] = 1
    ) -> None:
        """Hand a message to the broker; with QoS 1 return when the broker has it.

        Raises:
            BrokerLost: the connection broke before that.
        """
        ...

    async def subscribe(self, *patterns: str) -> None:
        """Ask for messages; retained ones come at once."""
        ...

    def messages(self) -> AsyncIterator[Delivery]:
        """Yield messages as they come, until the connection breaks (then :class:`BrokerLost`)."""
        ...


class Broker(Protocol):
    """Something that sessions can be opened on."""

    def connect(self, client_id: str, *, will: Will | None = None) -> AbstractAsyncContextManager[Session]:
        """Open a session; leaving it disconnects cleanly, and then the will is not published.

        Raises:
            BrokerLost: on entering, when the broker cannot be reached.
        """
        ...


async def stay_connected(
    broker: Broker,
    client_id: str,
    serve: Callable[[Session], Awaitable[None]],
    *,
    will: Callable[[], Will] | None = None,
) -> None:
    """Serve one session after another, for ever: a lost broker is normal and waited for.

    Args:
        broker: where to connect.
        client_id: unique on the broker.
        serve: what to do with a session; when it returns, so does this.
        will: makes the last will of each new session.
    """
    backoff_s = _BACKOFF_FIRST_S
    lost = False
    while True:
        try:
            async with broker.connect(client_id, will=will() if will else None) as session:
                if lost:
                    _log.info("broker is back client_id=%s", client_id)
                lost, backoff_s = False, _BACKOFF_FIRST_S
                await _serve_apart(serve, session)
                return
        except BrokerLost as error:
            if not lost:
                _log.warning("broker lost client_id=%s reason=%s", client_id, error)
            lost = True
        except BaseExceptionGroup as group:
            # A session is served by several tasks; when the broker goes, some of them notice together.
            _, other = group.split(BrokerLost)
            if other is not None:
                raise
            if not lost:
                _log.warning("broker lost client_id=%s reason=%s", client_id, group.exceptions[0])
            lost = True
        await asyncio.sleep(backoff_s)
        backoff_s = min(_BACKOFF_LAST_S, 2.0 * backoff_s)


async def _serve_apart(serve: Callable[[Session], Awaitable[None]], session: Session) -> None:
    """Serve a session in a task of its own, so that a cancellation is never mistaken for a lost broker.

    Before Python 3.13 a task group that is cancelled in the moment in which its children fail raises
    their errors and forgets the cancellation. Here the cancellation meets this task, which has no
    children to fail.
    """

    async def serving() -> None:
        await serve(session)

    task = asyncio.create_task(serving(), name="serve")
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
    task.result()
