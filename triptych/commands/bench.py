"""``triptych bench``: measures ingest, fusion and lag, and keeps the numbers with the host's facts."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console

from triptych.options import CycleOption, ScenarioOption, read_scenario

_WIDTH: Final = 120

ScopeName = Literal["ALL", "USA", "JPN", "KOR"]

ResultsOption = Annotated[
    Path | None,
    typer.Option(
        "--results", show_default="benchmarks/results", help="Folder that the JSON file is written to."
    ),
]


def fusion(
    scenario: ScenarioOption,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.2, help="Exercise time that is played.")
    ] = 60.0,
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=100, help="Runs, one seed each.")] = 3,
    first_seed: Annotated[int, typer.Option("--first-seed", min=0, help="Seed of the first run.")] = 1,
    scope: Annotated[ScopeName, typer.Option("--scope", help="Whose picture is scored.")] = "ALL",
    cycle: CycleOption = 30.0,
    details: Annotated[
        bool, typer.Option("--details", help="Say, too, what was missed and what wrong tracks are made of.")
    ] = False,
    results: ResultsOption = None,
) -> None:
    """Score the pictures of a scenario against its truth, without a broker and faster than the clock.

    Exit code 1 when completeness or spuriousness misses its target.
    """
    from benchmarks.fusion_bench import FusionBench, run_fusion_bench
    from benchmarks.fusion_report import print_fusion
    from benchmarks.host import host_now
    from benchmarks.rehearsal import Cycle
    from benchmarks.results import save
    from benchmarks.scoring import CycleScore

    console, host = _console(), host_now()
    bench = FusionBench(
        scenario=read_scenario(scenario),
        seeds=tuple(range(first_seed, first_seed + seeds)),
        scope=scope,
        duration_s=60.0 * minutes,
        cycle_s=cycle,
    )
    with console.status("compiling the kernels") as status:

        def tell(seed: int, played: Cycle, score: CycleScore) -> None:
            done_min = (played.end_s - bench.scenario.startex_s) / 60.0
            status.update(
                f"seed {seed}: {done_min:.1f} of {minutes:g} min, {score.held} of {score.objects} shown"
            )

        result = run_fusion_bench(bench, tell)
    path = save("fusion", host, result.asked(), result.found(), _folder(results))
    console.print(f"{bench.scenario.title}. Scope {scope}, seeds {bench.seeds}, {minutes:g} min. Simulated.")
    print_fusion(console, result, details=details)
    console.print(f"Written to {path}")
    if not result.good:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command and its benches."""
    bench = typer.Typer(help="Measure ingest, fusion and lag on this machine.", no_args_is_help=True)
    bench.command("fusion")(fusion)
    app.add_typer(bench, name="bench")


def _console() -> Console:
    console = Console(highlight=False, soft_wrap=True)
    # Into a file or a pipe: wide enough for the tables, whatever COLUMNS says.
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=_WIDTH)


def _folder(results: Path | None) -> Path:
    """Return where results go: into the checkout, or beside what a run leaves behind when installed."""
    from benchmarks.results import RESULTS
    from triptych.places import data_folder, in_checkout

    return results or (RESULTS if in_checkout() else data_folder() / "benchmarks")
