"""How many plots one process takes in through a real broker, and where its time goes.

Two ways, both of them the product's own code: *received* is read from the broker, decoded,
validated and checked at the fusion's edge; *committed* is the fusion service itself, which also
writes every batch to the ledger on disk, synchronised, before it is acknowledged. A process of its
own sends. Nothing is folded: what is folded later is measured by the fusion bench.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from benchmarks import plots
from benchmarks.results import Json
from benchmarks.spread import Spread, spread_of
from contracts import topics
from contracts.broker import Broker, Delivery, Session, stay_connected
from contracts.codec import encode
from contracts.mqtt import MqttBroker
from contracts.reports import RadarScan
from contracts.wall import LoopClock
from fusion.intake import Admitted, Intake
from fusion.ledger import DiskLedger, Entry
from fusion.service import FusionService
from fusion.settings import FusionSettings

WANTED_PLOTS_PER_S: Final = 1_000_000.0
BATCHES_MAX: Final = 9_000
"""Fewer than the fusion's line of received messages holds, so that a slow disk loses none."""

Way = Literal["received", "committed"]
WAYS: Final[tuple[Way, ...]] = ("received", "committed")

_POLL_S: Final = 0.02
"""Asking the service how far it is costs a tenth of a millisecond."""
_WAIT_S: Final = 120.0
_ALONE_BATCHES: Final = 200
_COMMIT_BATCHES: Final = 10


@dataclass(frozen=True, slots=True)
class IngestBench:
    """What is asked for.

    Attributes:
        broker: address, ``mqtt://…``.
        plots: in each batch.
        batches: in each repetition.
        repetitions: of each way; the first one more is not counted, it warms up.
        folder: where the ledgers are written; the disk that is measured.
    """

    broker: str
    folder: Path
    plots: int = 1_000
    batches: int = 2_000
    repetitions: int = 5
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """One repetition: all batches, from the word to send to the last one taken in."""

    way: Way
    took_s: float
    cpu_s: float
    source_cpu_s: float
    source_s: float


@dataclass(frozen=True, slots=True)
class Alone:
    """One step of the way by itself, in memory, CPU nanoseconds per plot."""

    step: str
    ns_per_plot: float


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What was found."""

    bench: IngestBench
    payload_bytes: int
    turns: tuple[Turn, ...]
    alone: tuple[Alone, ...]

    def plots_per_s(self, way: Way) -> Spread:
        """Return the pace of a way."""
        return spread_of([self._plots / turn.took_s for turn in self._of(way)])

    def cpu_ns_per_plot(self, way: Way) -> Spread:
        """Return the receiving process's CPU time per plot, all of its threads."""
        return spread_of([1e9 * turn.cpu_s / self._plots for turn in self._of(way)])

    def megabytes_per_s(self, way: Way) -> Spread:
        """Return the pace in bytes."""
        return spread_of([self.payload_bytes / 1e6 / turn.took_s for turn in self._of(way)])

    def source_cpu_ns_per_plot(self, way: Way) -> Spread:
        """Return the sending process's CPU time per plot."""
        return spread_of([1e9 * turn.source_cpu_s / self._plots for turn in self._of(way)])

    @property
    def good(self) -> bool:
        """Whether the pace that is wanted is reached, committed."""
        return self.plots_per_s("committed").p50 >= WANTED_PLOTS_PER_S

    def asked(self) -> Json:
        """Return what was asked for, for the file."""
        bench = self.bench
        return {
            "plots": bench.plots,
            "batches": bench.batches,
            "repetitions": bench.repetitions,
            "seed": bench.seed,
            "batch_bytes": self.payload_bytes / bench.batches,
        }

    def found(self) -> Json:
        """Return the numbers, for the file."""
        return {
            "wanted_plots_per_s": WANTED_PLOTS_PER_S,
            "good": self.good,
            "ways": {
                way: {
                    "plots_per_s": asdict(self.plots_per_s(way)),
                    "cpu_ns_per_plot": asdict(self.cpu_ns_per_plot(way)),
                    "megabytes_per_s": asdict(self.megabytes_per_s(way)),
                    "source_cpu_ns_per_plot": asdict(self.source_cpu_ns_per_plot(way)),
                }
                for way in WAYS
            },
            "alone_cpu_ns_per_plot": {one.step: one.ns_per_plot for one in self.alone},
            "turns": [asdict(turn) for turn in self.turns],
        }

    @property
    def _plots(self) -> int:
        return self.bench.plots * self.bench.batches

    def _of(self, way: Way) -> list[Turn]:
        return [turn for turn in self.turns if turn.way == way]


async def run_ingest_bench(bench: IngestBench, on_turn: Callable[[Turn], None]) -> IngestResult:
    """Run both ways, one repetition of each after the other, so that a busy machine disturbs both alike."""
    alone = measure_alone(bench)
    broker = MqttBroker(bench.broker)
    turns: list[Turn] = []
    async with _source(bench) as (process, payload_bytes):
        for repetition in range(bench.repetitions + 1):
            for way in WAYS:
                taker = _receive if way == "received" else _commit
                turn = await taker(bench, broker, process, run=repetition + 1)
                if repetition:
                    turns.append(turn)
                    on_turn(turn)
    return IngestResult(bench, payload_bytes, tuple(turns), alone)


@asynccontextmanager
async def _source(bench: IngestBench) -> AsyncGenerator[tuple[asyncio.subprocess.Process, int]]:
    """Run the sending process; it is ready when this enters."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.plot_source", "--broker", bench.broker,
        "--batches", str(bench.batches), "--plots", str(bench.plots), "--seed", str(bench.seed),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    try:
        async with asyncio.timeout(_WAIT_S):
            words = await _words(process)
        yield process, int(words[1])
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _words(process: asyncio.subprocess.Process) -> list[str]:
    assert process.stdout is not None  # noqa: S101 - it was asked for
    line = await process.stdout.readline()
    if not line:
        raise RuntimeError("the sending process ended; it has said why on standard error")
    return line.decode().split()


async def _tell(process: asyncio.subprocess.Process) -> None:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    process.stdin.write(b"go\n")
    await process.stdin.drain()


async def _receive(bench: IngestBench, broker: Broker, process: asyncio.subprocess.Process, run: int) -> Turn:
    """Take all batches in at the fusion's edge, and no farther."""
    del run
    intake = Intake(FusionSettings(exercise=plots.EXERCISE))
    intake.introduce(Delivery(_status_topic(), encode(plots.status()), retained=True))
    now_s = plots.clock(1, bench.batches).exercise_at_s
    async with asyncio.timeout(_WAIT_S), broker.connect("bench-receive") as session:
        await session.subscribe(topics.reports(plots.EXERCISE, "+", "+", "+"))
        await _tell(process)
        cpu_s, began_s = time.process_time(), time.monotonic()
        left = bench.batches
        async for delivery in session.messages():
            outcome = intake.admit(delivery, began_s, now_s)
            if not isinstance(outcome, Admitted):
                raise TypeError(f"wanted a batch that is taken, got {outcome}")
            intake.committed([outcome])
            left -= 1
            if not left:
                break
        took_s, used_s = time.monotonic() - began_s, time.process_time() - cpu_s
        _, source_cpu_s, source_s = await _words(process)
    return Turn("received", took_s, used_s, float(source_cpu_s), float(source_s))


async def _commit(bench: IngestBench, broker: Broker, process: asyncio.subprocess.Process, run: int) -> Turn:
    """Take all batches in through the fusion service, each on disk before it counts."""
    async with asyncio.timeout(_WAIT_S), _service(bench, broker, run) as service:
        await _tell(process)
        cpu_s, began_s = time.process_time(), time.monotonic()
        while _committed(service) < bench.batches:
            await asyncio.sleep(_POLL_S)
        took_s, used_s = time.monotonic() - began_s, time.process_time() - cpu_s
        _, source_cpu_s, source_s = await _words(process)
    return Turn("committed", took_s, used_s, float(source_cpu_s), float(source_s))


@asynccontextmanager
async def _service(bench: IngestBench, broker: Broker, run: int) -> AsyncGenerator[FusionService]:
    """Run the fusion service without its folding, on a ledger of its own; it listens when this enters."""
    with tempfile.TemporaryDirectory(dir=bench.folder, prefix="ledger-") as folder:
        settings = FusionSettings(exercise=plots.EXERCISE, ledger_folder=Path(folder))
        service = FusionService(LoopClock(), settings)
        tasks = [
            asyncio.create_task(stay_connected(broker, "bench-fusion", service.serve), name="bench-serve"),
            asyncio.create_task(service.commit(), name="bench-commit"),
        ]
        try:
            async with broker.connect("bench-introduce") as session:
                await _introduce(session, run, bench.batches)
            while service.status(online=True).counters["sensors"] < 1.0 or "cycle" not in _counters(service):
                await asyncio.sleep(_POLL_S)
            yield service
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            service.close()
            async with broker.connect("bench-introduce") as session:
                # Otherwise the next repetition would begin with this one's clock.
                await session.publish(topics.clock(plots.EXERCISE), b"", retain=True)
                await session.publish(_status_topic(), b"", retain=True)


async def _introduce(session: Session, run: int, batches: int) -> None:
    await session.publish(_status_topic(), encode(plots.status()), retain=True)
    await session.publish(topics.clock(plots.EXERCISE), encode(plots.clock(run, batches)), retain=True)


def _counters(service: FusionService) -> dict[str, float]:
    return service.status(online=True).counters


def _committed(service: FusionService) -> float:
    counters = _counters(service)
    refused = {name: n for name, n in counters.items() if ("dropped" in name or "refused" in name) and n}
    if refused:
        raise RuntimeError(f"wanted every batch to be taken, got {refused}")
    return counters["committed_batches"]


def _status_topic() -> str:
    return topics.sensor_status(plots.EXERCISE, "JPN", "radar", plots.SENSOR)


def measure_alone(bench: IngestBench) -> tuple[Alone, ...]:
    """Measure each step by itself, in memory and without a broker: where the time goes."""
    batches = min(bench.batches, _ALONE_BATCHES)
    made = list(plots.payloads(batches, bench.plots, bench.seed))
    topic = topics.reports(plots.EXERCISE, "JPN", "radar", plots.SENSOR)
    deliveries = [Delivery(topic, payload, retained=False) for payload in made]
    unpacked = [msgspec.msgpack.decode(payload) for payload in made]
    intake = Intake(FusionSettings(exercise=plots.EXERCISE))
    intake.introduce(Delivery(_status_topic(), encode(plots.status()), retained=True))
    now_s = plots.clock(1, batches).exercise_at_s
    entries = [
        Entry(plots.STARTEX_S + number, plots.SENSOR, 0, number, 0.0, topic, payload)
        for number, payload in enumerate(made)
    ]
    with tempfile.TemporaryDirectory(dir=bench.folder, prefix="ledger-") as folder:
        ledger = DiskLedger(Path(folder) / "alone.ledger")
        groups = [
            entries[first : first + _COMMIT_BATCHES] for first in range(0, len(entries), _COMMIT_BATCHES)
        ]
        steps: tuple[tuple[str, Callable[[], object]], ...] = (
            ("unpack MessagePack", lambda: [msgspec.msgpack.decode(payload) for payload in made]),
            ("validate the model", lambda: [RadarScan.model_validate(fields) for fields in unpacked]),
            ("edge: unpack, validate, check", lambda: [intake.admit(d, 0.0, now_s) for d in deliveries]),
            (
                f"ledger: {_COMMIT_BATCHES} batches a commit, synchronised",
                lambda: _append_all(ledger, groups),
            ),
        )
        found = tuple(Alone(name, _cpu_ns(step) / (batches * bench.plots)) for name, step in steps)
        ledger.close()
    return found


def _append_all(ledger: DiskLedger, groups: list[list[Entry]]) -> None:
    for group in groups:
        ledger.append(group)


def _cpu_ns(step: Callable[[], object]) -> int:
    began_ns = time.process_time_ns()
    step()
    return time.process_time_ns() - began_ns
