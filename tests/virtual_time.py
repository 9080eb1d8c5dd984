"""An event loop whose time is virtual: an hour of services in seconds, the same trace every time.

When nothing is ready, the loop does not wait for its next timer: it moves its clock there. So
``asyncio.sleep(30)`` costs nothing and is exact, and :class:`contracts.wall.LoopClock` on it is a
clock that only moves when everyone waits. Work in threads (``asyncio.to_thread``, a ledger's disk)
takes no virtual time: while such work is under way the clock stands and the loop really waits, so
the trace does not depend on how fast the machine is.

Not for sockets or subprocesses: a peer outside the loop lives in real time.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, Final, ParamSpec, TypeVar, TypeVarTuple

from contracts.wall import LoopClock

EPOCH_S: Final = 1_900_000_000.0
"""Wall time at which every virtual run begins: 2030-03-17T17:46:40Z."""

LIMIT_S: Final = 48 * 3600.0
"""Virtual time after which a run is taken to hang."""

_THREAD_S: Final = 120.0
"""Real time to wait for a thread's word before it is taken to hang."""

_STUCK_S: Final = 1.0
"""Real time to wait for a word from outside when nothing at all is scheduled."""

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class NothingScheduled(RuntimeError):
    """Every task waits and no timer is set: the run would hang for ever."""

    def __init__(self) -> None:
        super().__init__(
            "every task waits for another and no timer is set: in virtual time that is for ever "
            "(a queue nobody fills, an event nobody sets, or a real socket)"
        )


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that jumps to its next timer."""

    def __init__(self) -> None:
        self._now_s = 0.0
        self._threads_at_work = 0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        """Return virtual seconds since the loop was made."""
        return self._now_s

    def advance(self, seconds: float) -> None:
        """Move the clock; only the selector does."""
        self._now_s += seconds

    @property
    def threads_at_work(self) -> bool:
        """Whether something outside the loop's time is under way."""
        return self._threads_at_work > 0

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> "asyncio.Future[T]":
        """Run in a thread; the clock stands until that is done."""
        future = super().run_in_executor(executor, func, *args)
        self._threads_at_work += 1
        future.add_done_callback(self._thread_done)
        return future

    async def shutdown_default_executor(self, *args: Any, **keywords: Any) -> None:
        """Wait for the threads to end; the clock stands meanwhile."""
        self._threads_at_work += 1
        try:
            await super().shutdown_default_executor(*args, **keywords)
        finally:
            self._threads_at_work -= 1

    def _thread_done(self, _future: "asyncio.Future[Any]") -> None:
        self._threads_at_work -= 1


class _JumpingSelector(selectors.DefaultSelector):
    """Looks at the real files without waiting; where the loop would wait, it moves the clock."""

    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0.0)
        if ready or (timeout is not None and timeout <= 0.0):
            return ready
        if self._loop.threads_at_work or timeout is None:
            ready = super().select(_THREAD_S if self._loop.threads_at_work else _STUCK_S)
            if not ready:
                raise NothingScheduled
            return ready
        self._loop.advance(timeout)
        return []


def run_in_virtual_time(main: Coroutine[Any, Any, T], *, limit_s: float = LIMIT_S) -> T:
    """Run a coroutine to its end on a virtual loop of its own.

    Raises:
        TimeoutError: it was not done within ``limit_s`` of virtual time.
        NothingScheduled: it hangs.
    """

    async def within_limit() -> T:
        async with asyncio.timeout(limit_s):
            return await main

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(within_limit())


def in_virtual_time(test: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, T]:
    """Make an async test one that runs in virtual time; fixtures work as usual."""

    @functools.wraps(test)
    def run(*args: P.args, **keywords: P.kwargs) -> T:
        return run_in_virtual_time(test(*args, **keywords))

    return run


def virtual_clock(epoch_s: float = EPOCH_S) -> LoopClock:
    """Return the wall clock of the running virtual loop; it reads ``epoch_s`` now."""
    return LoopClock(epoch_s=epoch_s)
