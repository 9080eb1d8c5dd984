"""The speed part of ``triptych bench fusion``: its numbers for the file, and as rows for screen and page."""

from dataclasses import asdict
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.quality_report import NAMED, number
from benchmarks.results import Json
from benchmarks.speed_bench import WANTED_MEDIAN_MS, WANTED_RATIO, WANTED_WORST_MS, SpeedResult

HEADINGS: Final = (
    "tracker", "targets", "median ms", "wanted", "p95 ms", "most ms", "wanted", "settled median ms",
    "detections per CPU s", "bytes per track", "scans",
)  # fmt: skip


def speed_found(result: SpeedResult) -> Json:
    """Return the numbers, for the file."""
    return {
        "own": [asdict(pace) for pace in result.own],
        "peers": [asdict(pace) for pace in result.peers],
        "exponent": result.exponent,
        "ratio": result.ratio,
        "best_peer": result.best_peer.tracker if result.best_peer else None,
        "wanted": {
            "median_ms_max": WANTED_MEDIAN_MS,
            "worst_ms_max": WANTED_WORST_MS,
            "ratio_min": WANTED_RATIO,
        },
        "good": result.good,
    }


def speed_rows(found: Json) -> list[tuple[str, ...]]:
    """Return a row for each tracker and size, in the order of ``HEADINGS``."""
    return [
        _row(pace, own=own)
        for own, paces in ((True, found["own"]), (False, found["peers"]))
        for pace in paces
    ]


def speed_verdict(found: Json) -> str:
    """Return the exponent and the ratio, in a sentence."""
    text = f"The median scan grows with the targets to the power {number(found['exponent'], 2)}. "
    if found["best_peer"] is not None:
        text += (
            f"At 1,000 targets it is {number(found['ratio'], 0)} times faster than the fastest of Stone Soup "
            f"({NAMED[found['best_peer']]}; wanted >= {number(WANTED_RATIO, 0)}). "
        )
    return text + ("Met." if found["good"] else "MISSED.")


def print_speed(console: Console, found: Json) -> None:
    """Print the paces and the verdict."""
    table = Table(title="CPU time of a scan, start-up included", title_justify="left")
    for place, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if place else "left")
    for row in speed_rows(found):
        table.add_row(*row)
    console.print(table)
    console.print(speed_verdict(found))


def _row(pace: Json, *, own: bool) -> tuple[str, ...]:
    scan_ms, targets = pace["scan_ms"], pace["targets"]
    return (
        NAMED[pace["tracker"]],
        f"{targets:,}",
        number(scan_ms["p50"], 3),
        _wanted(WANTED_MEDIAN_MS.get(targets), own=own),
        number(scan_ms["p95"], 3),
        number(scan_ms["most"], 3),
        _wanted(WANTED_WORST_MS.get(targets), own=own),
        number(pace["settled_ms"]["p50"], 3),
        number(pace["detections_per_cpu_s"], 0),
        number(pace["bytes_per_track"], 0),
        f"{pace['scans']:,}",
    )


def _wanted(most_ms: float | None, *, own: bool) -> str:
    return f"<= {most_ms:,g}" if own and most_ms is not None else ""
