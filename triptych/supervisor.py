"""Child processes: started, watched, started again when they fall over, and stopped without a trace.

Each child leads its own process group, so that Ctrl-C reaches only the supervisor, which then stops
them in order. On Linux the kernel ends them should the supervisor itself be killed
(:func:`triptych.lifetime.die_with_parent`).
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Self

from triptych.lifetime import PARENT_VARIABLE

BACKOFF_FIRST_S: Final = 0.5
BACKOFF_LAST_S: Final = 8.0
RESTARTS_MAX: Final = 5
"""Restarts in a row before the supervisor gives up; a child that then ran for a while starts from none."""
STEADY_S: Final = 60.0
"""A child that has run for so long has recovered."""
STOP_S: Final = 6.0
"""A child that has been asked to end and has not after so long is killed."""
LINE_BYTES_MAX: Final = 4096

_CHUNK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What to run.

    Attributes:
        name: one word for people and logs.
        command: program and arguments.
        environment: variables on top of the supervisor's own.
        expected: parts of lines that are no news and are not passed on.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    expected: tuple[str, ...] = ()


@dataclass(slots=True)
class Child:
    """One child: its running process, and how often it had to be started again."""

    spec: ChildSpec
    process: asyncio.subprocess.Process
    restarts: int = 0


class GaveUp(RuntimeError):
    """A child fell over too often."""

    def __init__(self, name: str, restarts: int, how: str) -> None:
        self.name = name
        super().__init__(f"{name} {how} and was started again {restarts} times: giving up")


class Supervisor:
    """Runs children until it is left; then none of them is.

    Use it as ``async with``: inside, :meth:`start` starts one child after another; leaving stops
    them, the first one last. A child that falls over too often cancels what runs inside, and then
    :class:`GaveUp` is raised.
    """

    def __init__(self, on_line: Callable[[str, str], None], on_news: Callable[[str], None]) -> None:
        """Make a supervisor of no children.

        Args:
            on_line: called with a child's name and each line it writes.
            on_news: called with what the supervisor has to say: a child fell over, was started again.
        """
        self._on_line = on_line
        self._on_news = on_news
        self._children: dict[str, Child] = {}
        self._group = asyncio.TaskGroup()
        self._stopping = asyncio.Event()

    @property
    def restarts(self) -> dict[str, int]:
        """How often each child was started again."""
        return {name: child.restarts for name, child in self._children.items()}

    def pids(self) -> dict[str, int]:
        """Return the process of each child."""
        return {name: child.process.pid for name, child in self._children.items()}

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            await self._stop_all()
        finally:
            await self._leave_group(error)

    async def _leave_group(self, error: BaseException | None) -> None:
        try:
            await self._group.__aexit__(type(error) if error else None, error, None)
        except BaseExceptionGroup as group:
            if (gave_up := group.subgroup(GaveUp)) is not None:
                raise gave_up.exceptions[0] from None
            # What went wrong inside leaves as it is, not wrapped as one of several.
            if group.exceptions != (error,):
                raise

    async def start(self, spec: ChildSpec) -> None:
        """Start a child and watch it from then on."""
        child = Child(spec, await _spawn(spec))
        self._children[spec.name] = child
        self._group.create_task(self._watch(child), name=f"watch-{spec.name}")

    async def _watch(self, child: Child) -> None:
        in_a_row = 0
        while True:
            loop = asyncio.get_running_loop()
            started_s = loop.time()
            await self._pass_on_lines(child)
            how = _how_it_ended(await child.process.wait())
            in_a_row = 0 if loop.time() - started_s > STEADY_S else in_a_row
            if self._stopping.is_set():
                return
            if in_a_row >= RESTARTS_MAX:
                raise GaveUp(child.spec.name, in_a_row, how)
            backoff_s = min(BACKOFF_LAST_S, BACKOFF_FIRST_S * 2.0**in_a_row)
            in_a_row += 1
            self._on_news(f"{child.spec.name} {how}; starting it again in {backoff_s:g} s")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(backoff_s):
                    await self._stopping.wait()
                    return
            child.process = await _spawn(child.spec)
            child.restarts += 1
            if self._stopping.is_set():
                _signal(child, signal.SIGTERM)

    async def _pass_on_lines(self, child: Child) -> None:
        assert child.process.stdout is not None  # noqa: S101 - it was asked for
        async for line in _lines(child.process.stdout):
            if not any(part in line for part in child.spec.expected):
                self._on_line(child.spec.name, line)

    async def _stop_all(self) -> None:
        """Stop every child, the first one last; when cancelled meanwhile, kill them."""
        self._stopping.set()
        try:
            children = list(self._children.values())
            # The first child is the broker: the others want to say goodbye to it.
            await _stop(children[1:])
            await _stop(children[:1])
        except asyncio.CancelledError:
            for child in self._children.values():
                _signal(child, signal.SIGKILL)
            raise


async def _spawn(spec: ChildSpec) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *spec.command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **spec.environment, PARENT_VARIABLE: str(os.getpid())},
        start_new_session=True,
    )


async def _stop(children: list[Child]) -> None:
    for child in children:
        _signal(child, signal.SIGTERM)
    running = {
        asyncio.create_task(child.process.wait(), name=f"stop-{child.spec.name}") for child in children
    }
    if not running:
        return
    _, late = await asyncio.wait(running, timeout=STOP_S)
    if late:
        for child in children:
            _signal(child, signal.SIGKILL)
        await asyncio.wait(late)


def _signal(child: Child, number: signal.Signals) -> None:
    """Send a signal to the child's whole group, while the child still leads it."""
    if child.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, number)


def _how_it_ended(returncode: int) -> str:
    if returncode < 0:
        return f"was ended by {signal.Signals(-returncode).name}"
    return f"ended with exit code {returncode}"


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Yield the lines of a stream; one that is too long is cut."""
    rest = b""
    while chunk := await stream.read(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line[:LINE_BYTES_MAX].decode(errors="replace")
        rest = rest[: LINE_BYTES_MAX + 1]
    if rest:
        yield rest[:LINE_BYTES_MAX].decode(errors="replace")
