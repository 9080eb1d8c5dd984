"""Lag of the whole chain, for real: every part a process of its own, a real broker, a real browser.

The parts are started by the demo's own commands. The bench only listens, on the broker and, where
there is no browser, as a browser's stand-in on the gateway's stream.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.carrier import EMBEDDED, answers
from benchmarks.chromium import Tab, a_page
from benchmarks.host import first_line
from benchmarks.lag_recorder import Recorder
from benchmarks.lag_stages import STAGES, FrameSeen, Seen, samples, table
from benchmarks.results import Json
from benchmarks.spread import Spread, spread_of
from benchmarks.stream_client import watch
from benchmarks.synthetic_file import write_scenario
from contracts.broker import stay_connected
from contracts.columns import FloatArray
from contracts.mqtt import MqttBroker
from contracts.wall import LoopClock
from producers.synthetic import synthetic_scenario
from triptych.chain import ChainSettings, broker_process, service_processes
from triptych.embedded import Kind, choose, free_port
from triptych.observer import Observer
from triptych.observer import Seen as Present
from triptych.supervisor import Supervisor

PUBLISHED_WANTED_S: Final = 0.1
PRESENTED_WANTED_S: Final = 0.5
WARM_UP: Final = 2
"""Cycles that are not counted: the first is short and founds the tracks, the second fills every cache."""

_READY_S: Final = 180.0
_FIRST_FRAME_S: Final = 120.0
_EXERCISE: Final = "bench-lag"


@dataclass(frozen=True, slots=True)
class LagBench:
    """What is asked for.

    Attributes:
        tracks: synthetic platforms, each of which becomes a track.
        cycles: pictures that are measured, after those that warm up.
        browser: Chromium's path; none: the stream is decoded by the bench itself.
        broker: an address, or ``embedded``.
        folder: for the chain's files.
    """

    folder: Path
    tracks: int = 10_000
    cycles: int = 10
    cycle_s: float = 30.0
    seed: int = 1
    browser: str | None = None
    broker: str = EMBEDDED
    kind: Kind = "auto"


@dataclass(frozen=True, slots=True)
class LagResult:
    """What was found.

    Attributes:
        broker: which one it was.
        page: what the page says of itself: surface, software, costs; empty without a browser.
        cpu: CPU seconds per wall second of each process, while it was measured.
    """

    bench: LagBench
    seen: Seen
    cycles: tuple[int, ...]
    broker: str
    page: Json
    cpu: dict[str, float]

    @property
    def samples(self) -> dict[str, FloatArray]:
        """Every stage's samples, s."""
        return samples(self.seen, self.cycles)

    def table(self) -> dict[str, Spread]:
        """Return the stage table, s."""
        return table(self.samples)

    @property
    def measured_frames(self) -> list[FrameSeen]:
        """The frames of the measured cycles."""
        return [self.seen.frames[cycle] for cycle in self.cycles if cycle in self.seen.frames]

    @property
    def how(self) -> str:
        """How the end of the way was measured."""
        if self.bench.browser is None:
            return "decoded by a websocket client; no browser, so nothing was presented"
        estimated = sum(frame.estimated for frame in self.measured_frames)
        return (
            f"presented by Chromium, measured by element timing, {estimated} of {len(self.measured_frames)} "
            "estimated"
        )

    @property
    def good(self) -> bool:
        """Whether the targets are met, so far as they were measured."""
        found = self.table()
        end = found["tick_to_presented" if self.bench.browser else "tick_to_decoded"]
        return found["tick_to_published"].p50 <= PUBLISHED_WANTED_S and end.p50 <= PRESENTED_WANTED_S

    def asked(self) -> Json:
        """Return what was asked for, for the file."""
        bench = self.bench
        return {
            "tracks": bench.tracks,
            "cycles": bench.cycles,
            "cycle_s": bench.cycle_s,
            "seed": bench.seed,
            "browser": first_line(bench.browser, "--version") if bench.browser else "none",
            "broker": self.broker,
        }

    def found(self) -> Json:
        """Return the numbers, for the file."""
        frames, found = self.measured_frames, self.samples
        return {
            "wanted": {"tick_to_published_s": PUBLISHED_WANTED_S, "tick_to_presented_s": PRESENTED_WANTED_S},
            "good": self.good,
            "how": self.how,
            "stages": {
                stage.name: {
                    "meaning": stage.meaning,
                    "sample": stage.sample,
                    **asdict(spread_of(found[stage.name])),
                }
                for stage in STAGES
            },
            "samples_s": {
                name: found[name].tolist()
                for name in ("tick_to_published", "tick_to_decoded", "tick_to_presented")
            },
            "cycles": list(self.cycles),
            "missing_frames": len(self.cycles) - len(frames),
            "tracks": asdict(spread_of([float(frame.tracks) for frame in frames])),
            "picture_bytes": asdict(
                spread_of([
                    float(self.seen.pictures[cycle].bytes)
                    for cycle in self.cycles
                    if cycle in self.seen.pictures
                ])
            ),
            "clock_error_s": asdict(spread_of([frame.clock_error_s for frame in frames])),
            "page": self.page,
            "cpu_share": self.cpu,
        }  # fmt: skip


async def run_lag_bench(bench: LagBench, say: Callable[[str], None]) -> LagResult:
    """Start everything, measure, and leave no process behind.

    Args:
        bench: what is asked for.
        say: called with each step, for people.
    """
    async with AsyncExitStack() as stack:
        supervisor = await stack.enter_async_context(
            Supervisor(lambda name, line: say(f"{name}: {line}"), say)
        )
        chain, broker = await _start_broker(bench, supervisor)
        recorder = Recorder(_EXERCISE)
        say(f"broker: {broker}")
        await _start_services(chain, supervisor, say)
        await stack.enter_async_context(
            _task(
                stay_connected(MqttBroker(chain.broker), "bench-recorder", recorder.listen), "bench-recorder"
            )
        )
        tab = await _watch(bench, chain, recorder, stack)
        await supervisor.start(service_processes(chain)[-1])
        say("the exercise begins")
        cycles, cpu = await _measure(bench, recorder, supervisor, say)
        page = await _ask(tab)
    return LagResult(bench, recorder.seen(), cycles, broker, page, cpu)


async def _start_broker(bench: LagBench, supervisor: Supervisor) -> tuple[ChainSettings, str]:
    """Start the broker or find it; return what the chain's parts must agree on."""
    scenario = bench.folder / "synthetic.toml"
    write_scenario(synthetic_scenario(bench.tracks, bench.seed), scenario)
    port = free_port()
    embedded = bench.broker == EMBEDDED
    if embedded:
        await supervisor.start(broker_process(port, bench.folder, bench.kind))
    address = f"mqtt://127.0.0.1:{port}" if embedded else bench.broker
    await answers(address)
    chain = ChainSettings(
        broker=address,
        exercise=_EXERCISE,
        scenario=scenario,
        recording=None,
        seed=bench.seed,
        cycle_s=bench.cycle_s,
        rate=1.0,
        port=free_port(),
        data=bench.folder,
    )
    return chain, choose(bench.kind) if embedded else "given"


async def _start_services(chain: ChainSettings, supervisor: Supervisor, say: Callable[[str], None]) -> None:
    """Start the services but the last, the exercise; return when each has said that it is there."""
    observer, since_s = Observer(chain.exercise), time.time() - 1.0
    specs = service_processes(chain)[:-1]

    def everyone(present: Present) -> bool:
        return all(present.is_online(spec.name, since_s) for spec in specs)

    async with _task(
        observer.run(MqttBroker(chain.broker), f"bench-observer-{os.getpid()}"), "bench-observer"
    ):
        for spec in specs:
            await supervisor.start(spec)
        async with asyncio.timeout(_READY_S):
            await observer.wait_until(everyone)
    say(f"{len(specs)} services are there")


async def _watch(
    bench: LagBench, chain: ChainSettings, recorder: Recorder, stack: AsyncExitStack
) -> Tab | None:
    """Open the map, or be its stand-in, before the first picture comes."""
    if bench.browser is not None:
        url = f"http://127.0.0.1:{chain.port}/"
        return await stack.enter_async_context(a_page(bench.browser, url, bench.folder / "profile"))
    stream = f"ws://127.0.0.1:{chain.port}/api/v1/stream"
    await stack.enter_async_context(_task(watch(stream, LoopClock(), recorder.frame), "bench-stream"))
    return None


async def _measure(
    bench: LagBench, recorder: Recorder, supervisor: Supervisor, say: Callable[[str], None]
) -> tuple[tuple[int, ...], dict[str, float]]:
    """Wait for the frames; return the cycles that count and each process's share of a core meanwhile."""
    async with asyncio.timeout(_FIRST_FRAME_S + bench.cycle_s):
        await recorder.wait_for_frame(WARM_UP - 1)
    first = recorder.newest_cycle() + 1
    cycles = tuple(range(first, first + bench.cycles))
    say(f"warm; measuring {bench.cycles} cycles of {bench.cycle_s:g} s")
    before, began_s = _cpu_s(supervisor), time.monotonic()
    for cycle in cycles:
        async with asyncio.timeout(2.0 * bench.cycle_s + _FIRST_FRAME_S):
            await recorder.wait_for_frame(cycle)
        say(f"cycle {cycle} is shown")
    took_s, after = time.monotonic() - began_s, _cpu_s(supervisor)
    return cycles, {name: (after[name] - before.get(name, 0.0)) / took_s for name in after}


def _cpu_s(supervisor: Supervisor) -> dict[str, float]:
    """Return CPU seconds used so far by each part, by the bench and by the browser's processes."""
    used = {name: _used_s(psutil.Process(pid)) for name, pid in supervisor.pids().items()}
    parts = set(supervisor.pids().values())
    mine = psutil.Process()
    others = [child for child in mine.children(recursive=True) if child.pid not in parts]
    return used | {"browser": sum(map(_used_s, others)), "bench": _used_s(mine)}


def _used_s(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)


async def _ask(tab: Tab | None) -> Json:
    """Return what the page says of how it draws."""
    if tab is None:
        return {}
    said: Any = await tab.ask(
        "(({surface, software, costs, tracks, malformed}) => ({surface, software, costs, tracks, malformed}))"
        "(window.__triptych)"
    )
    return dict(said)


@asynccontextmanager
async def _task(running: Any, name: str) -> AsyncGenerator[None]:
    """Run something beside what is inside; if it fails, so does that."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(running, name=name)
        yield
        task.cancel()
