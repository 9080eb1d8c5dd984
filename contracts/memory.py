"""An MQTT broker in memory, with faults to order: the twin of the real one for tests in virtual time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from contracts.broker import INBOX_MAX, BrokerLost, Delivery, Session, Will
from contracts.topics import matches


class MemoryBroker:
    """Retained messages, wills, wildcards and QoS as the real broker has them; delivery in order."""

    def __init__(self, *, inbox_max: int = INBOX_MAX) -> None:
        """Start a broker that no one is connected to."""
        self._inbox_max = inbox_max
        self._retained: dict[str, bytes] = {}
        self._sessions: dict[str, MemorySession] = {}
        self._up = True

    @asynccontextmanager
    async def connect(self, client_id: str, *, will: Will | None = None) -> AsyncGenerator[Session]:
        """Open a session, as :class:`contracts.broker.Broker` says."""
        if not self._up:
            raise BrokerLost("the broker in memory is down")
        if client_id in self._sessions:
            self._sessions[client_id].break_off("another client took the id")
        session = MemorySession(self, will, self._inbox_max)
        self._sessions[client_id] = session
        clean = False
        try:
            yield session
            clean = True
        except (asyncio.CancelledError, GeneratorExit):
            clean = True
            raise
        finally:
            if self._sessions.get(client_id) is session:
                del self._sessions[client_id]
            if not clean and will is not None and self._up:
                self.deliver(will.topic, will.payload, retain=True)

    def deliver(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Hand a message to everyone who asked for it."""
        if retain:
            if payload:
                self._retained[topic] = payload
            else:
                self._retained.pop(topic, None)
        for session in list(self._sessions.values()):
            session.offer(Delivery(topic, payload, retained=False))

    def retained(self, pattern: str) -> list[Delivery]:
        """Return the retained messages that a pattern asks for."""
        return [
            Delivery(topic, payload, retained=True)
            for topic, payload in self._retained.items()
            if matches(pattern, topic)
        ]

    def stop(self, *, forget: bool = True) -> None:
        """Die: every session breaks, and without persistence retained messages are gone."""
        self._up = False
        if forget:
            self._retained.clear()
        for session in list(self._sessions.values()):
            session.break_off("the broker in memory was stopped")

    def start(self) -> None:
        """Come back."""
        self._up = True

    @property
    def up(self) -> bool:
        """Whether the broker runs."""
        return self._up


class MemorySession:
    """One connection to a :class:`MemoryBroker`."""

    def __init__(self, broker: MemoryBroker, will: Will | None, inbox_max: int) -> None:
        self._broker = broker
        self.will = will
        self._patterns: list[str] = []
        self._inbox: asyncio.Queue[Delivery | None] = asyncio.Queue()
        self._inbox_max = inbox_max
        self._broken: str | None = None
        self.dropped = 0

    async def publish(
        self, topic: str, payload: bytes, *, retain: bool = False, qos: Literal[0, 1] = 1
    ) -> None:
        """Deliver at once."""
        del qos
        if self._broken is not None or not self._broker.up:
            raise BrokerLost(self._broken or "the broker in memory is down")
        self._broker.deliver(topic, payload, retain=retain)
        await asyncio.sleep(0)

    async def subscribe(self, *patterns: str) -> None:
        """Ask for messages; retained ones come at once."""
        for pattern in patterns:
            self._patterns.append(pattern)
            for delivery in self._broker.retained(pattern):
                self._put(delivery)

    async def messages(self) -> AsyncIterator[Delivery]:
        """Yield messages as they come."""
        while True:
            delivery = await self._inbox.get()
            if delivery is None:
                raise BrokerLost(self._broken or "the session was closed")
            yield delivery

    def offer(self, delivery: Delivery) -> None:
        """Take a message if it was asked for."""
        if any(matches(pattern, delivery.topic) for pattern in self._patterns):
            self._put(delivery)

    def break_off(self, reason: str) -> None:
        """Break the connection."""
        self._broken = reason
        self._inbox.put_nowait(None)

    def _put(self, delivery: Delivery) -> None:
        if self._inbox.qsize() >= self._inbox_max:
            self.dropped += 1
            return
        self._inbox.put_nowait(delivery)
