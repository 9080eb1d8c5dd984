"""What ``triptych bench ingest`` prints."""

from rich.console import Console
from rich.table import Table

from benchmarks.ingest_bench import WANTED_PLOTS_PER_S, WAYS, IngestResult
from benchmarks.spread import Spread


def print_ingest(console: Console, result: IngestResult) -> None:
    """Print the pace of both ways, and what each step costs by itself."""
    bench = result.bench
    table = Table(
        title=f"{bench.repetitions} repetitions of {bench.batches} batches of {bench.plots} plots",
        title_justify="left",
    )
    table.add_column("way")
    for name in ("plots/s, median (least to most)", "MB/s", "CPU ns/plot", "sender's CPU ns/plot"):
        table.add_column(name, justify="right")
    for way in WAYS:
        pace = result.plots_per_s(way)
        table.add_row(
            way,
            f"{pace.p50:,.0f} ({pace.least:,.0f} to {pace.most:,.0f})",
            _number(result.megabytes_per_s(way), 1),
            _number(result.cpu_ns_per_plot(way), 0),
            _number(result.source_cpu_ns_per_plot(way), 0),
        )
    console.print(table)
    steps = Table(title="Each step by itself, in memory", title_justify="left")
    steps.add_column("step")
    steps.add_column("CPU ns/plot", justify="right")
    for one in result.alone:
        steps.add_row(one.step, f"{one.ns_per_plot:.1f}")
    console.print(steps)
    verdict = "met" if result.good else "MISSED"
    console.print(f"Target {verdict}: {WANTED_PLOTS_PER_S:,.0f} plots/s committed by one process.")


def _number(spread: Spread, digits: int) -> str:
    return f"{spread.p50:.{digits}f} ({spread.least:.{digits}f} to {spread.most:.{digits}f})"
