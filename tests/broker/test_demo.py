"""``triptych demo`` from outside: what it prints, how it ends, and that it leaves nothing behind."""

import asyncio
import re
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

PATIENCE_S = 120.0
SERVICES = 7
"""Fusion, gateway, four feeds, exercise."""


@dataclass(frozen=True)
class Demo:
    """A demo that runs, and the lines it has written."""

    process: asyncio.subprocess.Process
    lines: list[str]

    async def read_until(self, pattern: str) -> re.Match[str]:
        """Read lines until one matches."""
        assert self.process.stdout is not None
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while line := (await self.process.stdout.readline()).decode():
                    self.lines.append(line)
                    if match := re.search(pattern, line):
                        return match
        raise AssertionError(f"nothing like {pattern!r} in:\n{''.join(self.lines)}")

    async def end(self) -> int:
        """Read to the end and return the exit code."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            async for line in self.process.stdout:
                self.lines.append(line.decode())
            return await self.process.wait()

    def family(self) -> list[psutil.Process]:
        """Return the processes that the demo has started."""
        return psutil.Process(self.process.pid).children(recursive=True)


@asynccontextmanager
async def a_demo(folder: Path, *options: str) -> AsyncGenerator[Demo]:
    """A demo of two-second cycles, without a browser, through amqtt, on a free port."""
    command = (
        "demo",
        "--no-browser",
        "--port",
        "0",
        "--cycle",
        "2s",
        "--embedded",
        "amqtt",
        "--data",
        str(folder),
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "triptych", *command, *options),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield Demo(process, [])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def gone(family: list[psutil.Process]) -> list[psutil.Process]:
    """Wait for processes to end, and return those that have not."""
    _, alive = await asyncio.to_thread(psutil.wait_procs, family, timeout=PATIENCE_S)
    return alive


async def test_a_demo_shows_the_map_and_ends_by_itself_with_a_summary(tmp_path: Path) -> None:
    async with a_demo(tmp_path, "--for", "8s") as demo:
        await demo.read_until(r"The map: http://127\.0\.0\.1:\d+/")
        family = demo.family()
        await demo.read_until(r"picture 0: \d+ tracks")
        code = await demo.end()

    text = "".join(demo.lines)
    assert code == 0, text
    assert len(family) == 1 + SERVICES
    assert await gone(family) == []
    assert re.search(r"pictures +cycles 0 to \d+, none missing", text), text
    assert re.search(r"dropped +nothing", text), text
    assert re.search(r"started again +nothing", text), text
    assert "simulated data" in text
    assert list((tmp_path / "ledger").iterdir()) != []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_demo_that_is_told_to_stop_stops_everything_even_before_it_is_up(
    tmp_path: Path, number: signal.Signals
) -> None:
    async with a_demo(tmp_path) as demo:
        await demo.read_until("starting the services")
        family = demo.family()
        demo.process.send_signal(number)
        code = await demo.end()

    assert code == 0, "".join(demo.lines)
    assert await gone(family) == []
    assert "Ran for" in "".join(demo.lines)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
async def test_a_child_that_falls_over_is_started_again_and_a_killed_demo_leaves_none_behind(
    tmp_path: Path,
) -> None:
    async with a_demo(tmp_path) as demo:
        await demo.read_until("The map")
        gateway = next(child for child in demo.family() if "gateway" in child.cmdline())
        gateway.kill()
        await demo.read_until(r"gateway was ended by SIGKILL; starting it again in 0\.5 s")
        await demo.read_until(r"picture \d+")
        family = demo.family()
        demo.process.kill()
        await demo.process.wait()

    assert len(family) == 1 + SERVICES
    assert await gone(family) == []
