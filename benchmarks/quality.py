"""Scores trackers on made-up skies: a quick look for whoever changes the engine.

``python -m benchmarks.quality --case dense --seeds 1-5 --contender triptych`` prints one table; what the
peers did is kept under ``var/`` and not computed again. ``triptych bench fusion`` gives the whole report.
"""

from typing import Annotated

import typer
from rich.console import Console

from benchmarks.peers import NAMES, players
from benchmarks.quality_bench import kept_folder, run_case
from benchmarks.quality_report import found_of, print_case
from benchmarks.sky_cases import CASES, QUALITY_CASES, case_named
from benchmarks.stonesoup_tracker import installed


def main(
    case: Annotated[list[str] | None, typer.Option(help=f"Among {', '.join(CASES)}.")] = None,
    seeds: Annotated[str, typer.Option(help="Such as 1-5 or 1,4.")] = "1-5",
    contender: Annotated[list[str] | None, typer.Option(help=f"Among {', '.join(NAMES)}.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run the peers again, too.")] = False,
) -> None:
    """Print how well trackers do on made-up skies."""
    console = Console(highlight=False)
    folder = None if fresh else kept_folder()
    for one in [case_named(name) for name in case] if case else QUALITY_CASES:
        with console.status(one.name) as status:
            names = contender or players(one, stonesoup=installed())
            result = run_case(one, names, seeds_of(seeds), folder=folder, tell=status.update)
        print_case(console, found_of(result))


def seeds_of(text: str) -> tuple[int, ...]:
    """Return the seeds of ``3``, ``1-5`` or ``1,4,7-9``.

    Raises:
        ValueError: it is none of these.
    """
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        seeds += range(int(first), int(last) + 1) if dash else [int(first)]
    if not seeds:
        raise ValueError(f"wanted seeds such as 1-5, got {text!r}")
    return tuple(seeds)


if __name__ == "__main__":
    typer.run(main)
