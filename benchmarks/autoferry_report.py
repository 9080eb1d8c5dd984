"""The autoferry part of ``triptych bench fusion``: its numbers for the file, and rows for screen and page."""

from dataclasses import asdict
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.autoferry_bench import ALONE, FUSED, AutoferryResult
from benchmarks.quality_report import number
from benchmarks.results import Json

HEADINGS: Final = (
    "run", "sensors", "GOSPA m", "to radar alone", "localisation", "missed", "false", "RMSE m",
    "boats missed", "false tracks",
)  # fmt: skip


def autoferry_found(result: AutoferryResult) -> Json:
    """Return the numbers, for the file."""
    return {
        "runs": {
            run: {name: asdict(score) for name, score in mixes.items()}
            for run, mixes in result.scores.items()
        },
        "gains_m": result.gains_m,
        "good": result.good,
    }


def autoferry_rows(found: Json) -> list[tuple[str, ...]]:
    """Return a row for each run and mix of sensors, in the order of ``HEADINGS``."""
    rows = [
        (str(run), name, mixes[ALONE]["gospa_m"], score)
        for run, mixes in found["runs"].items()
        for name, score in mixes.items()
    ]
    return [
        (
            run,
            name,
            number(score["gospa_m"], 2),
            "" if name == ALONE else f"{score['gospa_m'] - alone_m:+.2f}",
            *[number(score[f"gospa_{part}_share"], 2) for part in ("localisation", "missed", "false")],
            number(score["rmse_m"], 1),
            number(score["missed"], 2),
            number(score["false"], 2),
        )
        for run, name, alone_m, score in rows
    ]


def autoferry_verdict(found: Json) -> str:
    """Return whether bearings help, in a sentence."""
    gains_m = found["gains_m"]
    each = ", ".join(f"{-gain_m:+.2f} m on run {run}" for run, gain_m in gains_m.items())
    mean_m = -sum(gains_m.values()) / len(gains_m)
    return (
        f"GOSPA of {FUSED} to that of radar alone: {each}; {mean_m:+.2f} m on average "
        f"(wanted: no more on any, less on average). {'Met' if found['good'] else 'MISSED'}."
    )


def print_autoferry(console: Console, found: Json) -> None:
    """Print a row for each run and mix of sensors, and the verdict."""
    table = Table(title="Means over the radar's scans", title_justify="left")
    for place, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if place > 1 else "left", no_wrap=place < 2)
    for row in autoferry_rows(found):
        table.add_row(*row, style="bold" if row[1] in {ALONE, FUSED} else None)
    console.print(table)
    console.print(autoferry_verdict(found))
