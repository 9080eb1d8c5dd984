"""The wall clock of a running event loop, and a sleep that keeps its phase.

The clock is the loop's monotonic clock plus a fixed offset: it never jumps, and under a
virtual-time loop it is virtual time, so services are the same in tests and in life.
"""

import asyncio
import time
from typing import Final

from contracts.clock import WallClock

_FINE_S: Final = 0.002
_SHARE: Final = 0.98


class LoopClock:
    """Wall time from the running loop's clock."""

    def __init__(self, epoch_s: float | None = None) -> None:
        """Start the clock; inside a running loop.

        Args:
            epoch_s: wall time now; the machine's by default, a fixed one in tests.
        """
        self._loop = asyncio.get_running_loop()
        self._offset_s = (time.time() if epoch_s is None else epoch_s) - self._loop.time()

    def now_s(self) -> float:
        """Return wall time, seconds since the epoch, UTC."""
        return self._offset_s + self._loop.time()


async def sleep_until(clock: WallClock, wall_s: float) -> float:
    """Sleep until a wall time and return how late that was, in seconds.

    One long sleep fires late by a thousandth of its length (the kernel's timer slack grows with
    it). Sleeping most of what is left, again and again, is late by well under a millisecond.
    """
    while (left_s := wall_s - clock.now_s()) > 0.0:
        await asyncio.sleep(left_s * _SHARE if left_s > _FINE_S else left_s)
    return clock.now_s() - wall_s
