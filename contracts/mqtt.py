"""The broker door over MQTT: aiomqtt inside, and nowhere else.

aiomqtt's own bounded queue silently drops messages it has acknowledged, so its queue is left
unbounded and emptied in a tight loop into a bounded inbox of ours, which counts what it drops. A
client is never used again after its connection broke: every session makes a new one.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal
from urllib.parse import urlsplit

import aiomqtt

from contracts.broker import INBOX_MAX, BrokerLost, Delivery, Session, Will
from contracts.topics import matches

_TIMEOUT_S: Final = 10.0
_KEEPALIVE_S: Final = 15


class BadBrokerUrl(ValueError):
    """A broker address that is not ``mqtt://host:port``."""

    def __init__(self, url: str) -> None:
        super().__init__(f"--broker must be mqtt://[user:password@]host[:port], got {url!r}")


class MqttBroker:
    """A broker at ``mqtt://[user:password@]host[:port]``."""

    def __init__(self, url: str, *, inbox_max: int = INBOX_MAX) -> None:
        """Remember where the broker is; nothing is connected yet.

        Raises:
            BadBrokerUrl: the address cannot be read.
        """
        parts = urlsplit(url)
        try:
            port = parts.port or 1883
        except ValueError as error:
            raise BadBrokerUrl(url) from error
        if parts.scheme != "mqtt" or not parts.hostname:
            raise BadBrokerUrl(url)
        self.url = url
        self._host, self._port = parts.hostname, port
        self._username, self._password = parts.username, parts.password
        self._inbox_max = inbox_max

    @asynccontextmanager
    async def connect(self, client_id: str, *, will: Will | None = None) -> AsyncGenerator[Session]:
        """Open a session, as :class:`contracts.broker.Broker` says."""
        client = aiomqtt.Client(
            self._host,
            self._port,
            username=self._username,
            password=self._password,
            identifier=client_id,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True) if will else None,
            timeout=_TIMEOUT_S,
            keepalive=_KEEPALIVE_S,
            max_inflight_messages=200,
        )
        # Many sensors share a connection and wait for their acknowledgements side by side: that is
        # how it is meant, and no reason to warn from the eleventh on.
        client.pending_calls_threshold = self._inbox_max
        try:
            async with client:
                session = MqttSession(client, self._inbox_max)
                reader = asyncio.create_task(session.read(), name=f"mqtt-read-{client_id}")
                try:
                    yield session
                except (asyncio.CancelledError, GeneratorExit):
                    raise
                except BaseException:
                    # aiomqtt takes leave politely even of a service that fails; then nobody would hear of it.
                    await _publish_will(client, will)
                    raise
                finally:
                    reader.cancel()
                    await asyncio.gather(reader, return_exceptions=True)
        except aiomqtt.MqttError as error:
            raise BrokerLost(f"{self._host}:{self._port}: {error}") from error


async def _publish_will(client: aiomqtt.Client, will: Will | None) -> None:
    if will is not None:
        with contextlib.suppress(aiomqtt.MqttError):
            await client.publish(will.topic, will.payload, qos=0, retain=True)


class MqttSession:
    """One MQTT connection."""

    def __init__(self, client: aiomqtt.Client, inbox_max: int) -> None:
        self._client = client
        self._inbox: asyncio.Queue[Delivery | BrokerLost] = asyncio.Queue()
        self._inbox_max = inbox_max
        self._patterns: list[str] = []
        self.dropped = 0

    async def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, qos: Literal[0, 1] = 1
    ) -> None:
        """Hand a message to the broker; with QoS 1 return when the broker has it."""
        try:
            await self._client.publish(topic, payload, qos=qos, retain=retain)
        except aiomqtt.MqttError as error:
            raise BrokerLost(str(error)) from error

    async def subscribe(self, *patterns: str) -> None:
        """Ask for messages; retained ones come at once."""
        self._patterns.extend(patterns)
        try:
            await self._client.subscribe([(pattern, 1) for pattern in patterns])
        except aiomqtt.MqttError as error:
            raise BrokerLost(str(error)) from error

    async def messages(self) -> AsyncIterator[Delivery]:
        """Yield messages as they come."""
        while True:
            item = await self._inbox.get()
            if isinstance(item, BrokerLost):
                raise item
            yield item

    async def read(self) -> None:
        """Empty aiomqtt's queue into the inbox until the connection breaks."""
        try:
            async for message in self._client.messages:
                topic, payload = str(message.topic), message.payload
                # amqtt tells whoever connects what is retained for anyone else, too.
                if not any(matches(pattern, topic) for pattern in self._patterns):
                    continue
                if self._inbox.qsize() >= self._inbox_max:
                    self.dropped += 1
                    continue
                self._inbox.put_nowait(Delivery(topic, payload, bool(message.retain)))
        except aiomqtt.MqttError as error:
            self._inbox.put_nowait(BrokerLost(str(error)))
