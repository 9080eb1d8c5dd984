"""Children are started again when they fall over, and none is left when the supervisor is."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from triptych import supervisor as module
from triptych.supervisor import ChildSpec, GaveUp, Supervisor

PATIENCE_S = 20.0

SAY_AND_WAIT = "import os, signal; print('ready', os.getpid(), flush=True); signal.pause()"
SAY_AND_IGNORE = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\n"
    "while True: signal.pause()"
)
FALL_OVER = "import sys; sys.exit(3)"


def python(code: str, name: str = "child") -> ChildSpec:
    return ChildSpec(name, (sys.executable, "-c", code))


class Heard:
    """What children and supervisor said, and a way to wait for it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.news: list[str] = []
        self._changed = asyncio.Event()

    def line(self, _name: str, line: str) -> None:
        self.lines.append(line)
        self._changed.set()

    def say(self, news: str) -> None:
        self.news.append(news)
        self._changed.set()

    async def wait_for_lines(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.lines) < count:
                await self._changed.wait()
                self._changed.clear()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BACKOFF_FIRST_S", 0.01)
    monkeypatch.setattr(module, "BACKOFF_LAST_S", 0.02)
    monkeypatch.setattr(module, "STOP_S", 0.3)


async def test_what_a_child_says_is_passed_on_with_its_name() -> None:
    said: list[tuple[str, str]] = []
    heard = Heard()

    def on_line(name: str, line: str) -> None:
        said.append((name, line))
        heard.line(name, line)

    async with Supervisor(on_line, heard.say) as children:
        await children.start(python(SAY_AND_WAIT, "fusion"))
        await heard.wait_for_lines(1)

    assert said[0][0] == "fusion"
    assert said[0][1].startswith("ready")


async def test_a_line_that_is_expected_is_not_passed_on() -> None:
    heard = Heard()
    code = "print('known noise'); " + SAY_AND_WAIT

    async with Supervisor(heard.line, heard.say) as children:
        spec = python(code)
        await children.start(ChildSpec(spec.name, spec.command, expected=("noise",)))
        await heard.wait_for_lines(1)

    assert [line.split()[0] for line in heard.lines] == ["ready"]


async def test_a_line_without_an_end_is_cut() -> None:
    heard = Heard()

    async with Supervisor(heard.line, heard.say) as children:
        await children.start(python("print('x' * 1_000_000); import signal; signal.pause()"))
        await heard.wait_for_lines(1)

    assert len(heard.lines[0]) == module.LINE_BYTES_MAX


async def test_leaving_ends_every_child() -> None:
    heard = Heard()

    async with Supervisor(heard.line, heard.say) as children:
        await children.start(python(SAY_AND_WAIT, "first"))
        await children.start(python(SAY_AND_WAIT, "second"))
        await heard.wait_for_lines(2)
        pids = children.pids()

    assert not any(is_running(pid) for pid in pids.values())
    assert heard.news == []


@pytest.mark.usefixtures("impatient")
async def test_a_child_that_does_not_listen_is_killed() -> None:
    heard = Heard()

    async with Supervisor(heard.line, heard.say) as children:
        await children.start(python(SAY_AND_IGNORE))
        await heard.wait_for_lines(1)
        pid = children.pids()["child"]

    assert not is_running(pid)


@pytest.mark.usefixtures("impatient")
async def test_a_killed_child_is_started_again_and_it_is_said() -> None:
    heard = Heard()

    async with Supervisor(heard.line, heard.say) as children:
        await children.start(python(SAY_AND_WAIT))
        await heard.wait_for_lines(1)
        os.kill(children.pids()["child"], signal.SIGKILL)
        await heard.wait_for_lines(2)
        restarts = children.restarts

    assert restarts == {"child": 1}
    assert heard.news == ["child was ended by SIGKILL; starting it again in 0.01 s"]


@pytest.mark.usefixtures("impatient")
async def test_a_child_that_keeps_falling_over_ends_the_supervisor_and_the_others() -> None:
    heard = Heard()
    pids: dict[str, int] = {}

    async def keep_one_that_falls_over() -> None:
        async with Supervisor(heard.line, heard.say) as children:
            await children.start(python(SAY_AND_WAIT, "first"))
            await heard.wait_for_lines(1)
            pids.update(children.pids())
            await children.start(python(FALL_OVER, "second"))
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.Event().wait()

    with pytest.raises(GaveUp, match="second ended with exit code 3 and was started again 5 times"):
        await keep_one_that_falls_over()

    assert len(heard.news) == module.RESTARTS_MAX
    assert not is_running(pids["first"])


async def test_an_error_inside_ends_every_child_and_is_raised() -> None:
    heard = Heard()
    pids: dict[str, int] = {}

    async def fail_inside() -> None:
        async with Supervisor(heard.line, heard.say) as children:
            await children.start(python(SAY_AND_WAIT))
            await heard.wait_for_lines(1)
            pids.update(children.pids())
            raise LookupError("inside")

    with pytest.raises(LookupError, match="inside"):
        await fail_inside()

    assert not is_running(pids["child"])


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
async def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    # given a process that supervises a child, which is one of our commands
    script = tmp_path / "supervising.py"
    script.write_text(
        "import asyncio, sys\n"
        "from triptych.supervisor import ChildSpec, Supervisor\n"
        "code = 'from triptych.lifetime import die_with_parent; die_with_parent();' + sys.argv[1]\n"
        "async def main():\n"
        "    async with Supervisor(lambda name, line: print(line, flush=True), print) as children:\n"
        "        await children.start(ChildSpec('child', (sys.executable, '-c', code)))\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n",
        encoding="utf-8",
    )
    supervising = await asyncio.create_subprocess_exec(
        sys.executable, str(script), SAY_AND_WAIT, stdout=asyncio.subprocess.PIPE
    )
    assert supervising.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        pid = int((await supervising.stdout.readline()).split()[1])
    pidfd = os.pidfd_open(pid)

    # when it is killed without a chance to say goodbye
    supervising.kill()
    await supervising.wait()

    # then the child ends, too
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(pidfd, ended.set)
    async with asyncio.timeout(PATIENCE_S):
        await ended.wait()
    asyncio.get_running_loop().remove_reader(pidfd)
    os.close(pidfd)
