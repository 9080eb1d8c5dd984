"""What ``triptych bench lag`` prints."""

import math

from rich.console import Console
from rich.table import Table

from benchmarks.lag_bench import PRESENTED_WANTED_S, PUBLISHED_WANTED_S, LagResult
from benchmarks.lag_stages import STAGES


def print_lag(console: Console, result: LagResult) -> None:
    """Print the stage table, each process's share of a core, and whether the targets are met."""
    found = result.table()
    frames = result.measured_frames
    table = Table(
        title=f"{len(frames)} of {len(result.cycles)} pictures of {_tracks(result)} tracks, ms",
        title_justify="left",
    )
    for name in ("stage", "from; to"):
        table.add_column(name)
    for name in ("p50", "p95", "p99", "max", "count"):
        table.add_column(name, justify="right")
    table.add_column("one sample is")
    for stage in STAGES:
        spread = found[stage.name]
        table.add_row(
            stage.name,
            stage.meaning,
            *[_ms(value) for value in (spread.p50, spread.p95, spread.p99, spread.most)],
            str(spread.count),
            stage.sample,
            style="bold" if stage.name.startswith("tick_to_p") else None,
        )
    console.print(table)
    console.print(f"The end of the way: {result.how}.")
    shares = ", ".join(
        f"{name} {share:.2f}" for name, share in sorted(result.cpu.items(), key=lambda s: -s[1])
    )
    console.print(f"CPU, cores: {shares}.")
    end = "tick_to_presented" if result.bench.browser else "tick_to_decoded"
    published, shown = _ms(found["tick_to_published"].p50), _ms(found[end].p50)
    console.print(
        f"Targets {'met' if result.good else 'MISSED'}, medians: tick to published {published} ms "
        f"(wanted <= {PUBLISHED_WANTED_S * 1e3:.0f}), {end.replace('_', ' ')} {shown} ms "
        f"(wanted <= {PRESENTED_WANTED_S * 1e3:.0f})."
    )


def _tracks(result: LagResult) -> str:
    counts = sorted(frame.tracks for frame in result.measured_frames)
    return f"{counts[0]} to {counts[-1]}" if counts else "no"


def _ms(seconds: float) -> str:
    return "-" if math.isnan(seconds) else f"{1e3 * seconds:,.1f}"
