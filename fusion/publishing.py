"""What goes out: one bounded line of messages, and the newest retained ones to say again."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Final

from contracts.broker import Session

OUT_MAX: Final = 1000
"""Messages that wait to be sent while the broker is away; at the bound the oldest goes, and is counted."""


class Outgoing:
    """A line of messages to the broker that outlives its sessions."""

    def __init__(self) -> None:
        self._line: deque[tuple[str, bytes, bool]] = deque()
        self._retained: dict[str, bytes] = {}
        self._wake = asyncio.Event()
        self._gone = asyncio.Event()
        self.dropped = 0

    def put(self, topic: str, payload: bytes, *, retain: bool) -> None:
        """Add a message to the line."""
        if len(self._line) >= OUT_MAX:
            self._line.popleft()
            self.dropped += 1
        if retain:
            self._retained[topic] = payload
        self._line.append((topic, payload, retain))
        self._gone.clear()
        self._wake.set()

    async def let_go(self, wait_s: float) -> None:
        """Return when the line has gone, or after a while: work that follows must not hold it up."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._gone.wait()

    def forget(self) -> None:
        """Drop all that waits and all that was retained: another run begins."""
        self._line.clear()
        self._retained.clear()

    async def send(self, session: Session) -> None:
        """Send the line over a session, for as long as it lives; retained messages are said again first."""
        waiting = {topic for topic, _, retain in self._line if retain}
        for topic, payload in list(self._retained.items()):
            if topic not in waiting:
                await session.publish(topic, payload, retain=True)
        while True:
            while self._line:
                topic, payload, retain = self._line[0]
                await session.publish(topic, payload, retain=retain)
                # Only now: a message that was under way when the broker went is sent again.
                if self._line and self._line[0][1] is payload:
                    self._line.popleft()
            self._gone.set()
            self._wake.clear()
            await self._wake.wait()
