"""``triptych bench``: measures ingest, fusion and lag, and keeps the numbers with the host's facts."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console

from triptych.embedded import Kind
from triptych.options import CycleOption, ScenarioOption, SeedOption, read_scenario

_WIDTH: Final = 120

ScopeName = Literal["ALL", "USA", "JPN", "KOR"]

ResultsOption = Annotated[
    Path | None,
    typer.Option(
        "--results", show_default="benchmarks/results", help="Folder that the JSON file is written to."
    ),
]

BrokerOption = Annotated[
    str,
    typer.Option(
        "--broker",
        help="The broker: embedded (Mosquitto when it is here, else amqtt), or mqtt://host:port.",
    ),
]


def ingest(
    plots: Annotated[int, typer.Option("--plots", min=1, max=100_000, help="Plots in a batch.")] = 1_000,
    batches: Annotated[
        int, typer.Option("--batches", min=1, max=9_000, help="Batches in a repetition.")
    ] = 2_000,
    repetitions: Annotated[int, typer.Option("--repetitions", min=1, max=100)] = 5,
    broker: BrokerOption = "embedded",
    kind: Annotated[Kind, typer.Option("--kind", help="Which broker is embedded.")] = "auto",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the made-up plots.")] = 1,
    results: ResultsOption = None,
) -> None:
    """Measure how many plots a second one process takes in through a real broker, and onto the disk.

    Exit code 1 when fewer than a million are.
    """
    from benchmarks.carrier import a_broker
    from benchmarks.host import host_now
    from benchmarks.ingest_bench import IngestBench, Turn, run_ingest_bench
    from benchmarks.ingest_report import print_ingest
    from benchmarks.results import save

    console, host, folder = _console(), host_now(), _folder(results)
    folder.mkdir(parents=True, exist_ok=True)

    def tell(turn: Turn) -> None:
        console.print(f"· {turn.way}: {plots * batches / turn.took_s:,.0f} plots/s")

    async def measure() -> None:
        with tempfile.TemporaryDirectory(dir=folder, prefix="ingest-") as scratch:
            async with a_broker(broker, Path(scratch), kind) as (address, name):
                bench = IngestBench(
                    broker=address,
                    folder=Path(scratch),
                    plots=plots,
                    batches=batches,
                    repetitions=repetitions,
                    seed=seed,
                )
                result = await run_ingest_bench(bench, tell)
        path = save("ingest", host, result.asked() | {"broker": name}, result.found(), folder)
        console.print(f"Through {name}, into one process. Simulated data.")
        print_ingest(console, result)
        console.print(f"Written to {path}")
        if not result.good:
            raise typer.Exit(1)

    asyncio.run(measure())


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


def lag(
    cycles: Annotated[
        int, typer.Option("--cycles", min=1, max=1_000, help="Pictures that are measured.")
    ] = 10,
    cycle: CycleOption = 30.0,
    tracks: Annotated[
        int, typer.Option("--tracks", min=1, max=100_000, help="Synthetic platforms.")
    ] = 10_000,
    browser: Annotated[
        Literal["auto", "none"],
        typer.Option("--browser", help="auto: Chromium when it is here; none: to the decoded frame."),
    ] = "auto",
    broker: BrokerOption = "embedded",
    kind: Annotated[Kind, typer.Option("--kind", help="Which broker is embedded.")] = "auto",
    seed: SeedOption = 1,
    results: ResultsOption = None,
) -> None:
    """Run the whole chain with a real browser and print how long each stage took, from sensor to glass.

    Exit code 1 when the median from tick to published or to presented misses its target.
    """
    from benchmarks.chromium import find_chromium
    from benchmarks.host import host_now
    from benchmarks.lag_bench import LagBench, run_lag_bench
    from benchmarks.lag_report import print_lag
    from benchmarks.results import save

    console, host, folder = _console(), host_now(), _folder(results)
    if cycle < 1.0:
        raise typer.BadParameter("wanted a cycle of at least 1s", param_hint="--cycle")
    chromium = find_chromium() if browser == "auto" else None
    if browser == "auto" and chromium is None:
        console.print("No Chromium here: measuring to the decoded frame.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="triptych-lag-", ignore_cleanup_errors=True) as scratch:
        bench = LagBench(
            folder=Path(scratch),
            tracks=tracks,
            cycles=cycles,
            cycle_s=cycle,
            seed=seed,
            browser=chromium,
            broker=broker,
            kind=kind,
        )
        result = asyncio.run(run_lag_bench(bench, lambda text: console.print(f"· {text}", markup=False)))
    path = save("lag", host, result.asked(), result.found(), folder)
    print_lag(console, result)
    console.print(f"Simulated data. Written to {path}")
    if not result.good:
        raise typer.Exit(1)


def register(app: typer.Typer) -> None:
    """Add the command and its benches."""
    bench = typer.Typer(help="Measure ingest, fusion and lag on this machine.", no_args_is_help=True)
    bench.command("ingest")(ingest)
    bench.command("fusion")(fusion)
    bench.command("lag")(lag)
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
