"""A conflating mailbox: what waits to be sent to one browser, bounded however slow it is.

Of pictures and clocks only the newest waits; a newer one replaces it. Short messages wait in a
bounded row; at the bound the oldest goes, and is counted. Nobody who puts something in ever waits.
"""

import asyncio
from collections import deque
from typing import Final

from contracts.control import ClockState
from gateway.messages import ServerMessage
from gateway.shown import ShownPicture

WORDS_MAX: Final = 64


class Mailbox:
    """One browser's mailbox; one task takes, any number put."""

    def __init__(self) -> None:
        self._picture: ShownPicture | None = None
        self._clock: ClockState | None = None
        self._words: deque[ServerMessage] = deque(maxlen=WORDS_MAX)
        self._filled = asyncio.Event()
        self.pictures_replaced = 0
        self.words_dropped = 0

    def put_picture(self, picture: ShownPicture) -> None:
        """Leave the newest picture; one that still waits is replaced."""
        self.pictures_replaced += self._picture is not None
        self._picture = picture
        self._filled.set()

    def put_clock(self, clock: ClockState) -> None:
        """Leave the exercise clock as it is now."""
        self._clock = clock
        self._filled.set()

    def put_word(self, message: ServerMessage) -> None:
        """Leave a short message."""
        self.words_dropped += len(self._words) == WORDS_MAX
        self._words.append(message)
        self._filled.set()

    async def wait(self) -> None:
        """Wait until there is something to take."""
        await self._filled.wait()

    def take_words(self) -> list[ServerMessage]:
        """Take the short messages, oldest first."""
        words = list(self._words)
        self._words.clear()
        self._settle()
        return words

    def take_clock(self) -> ClockState | None:
        """Take the clock, if it changed."""
        clock, self._clock = self._clock, None
        self._settle()
        return clock

    def take_picture(self) -> ShownPicture | None:
        """Take the newest picture, if there is one that was not taken."""
        picture, self._picture = self._picture, None
        self._settle()
        return picture

    def _settle(self) -> None:
        if self._picture is None and self._clock is None and not self._words:
            self._filled.clear()
