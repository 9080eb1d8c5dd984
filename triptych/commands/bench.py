"""``triptych bench``: measures ingest, fusion and lag, and keeps the numbers with the host's facts."""

import asyncio
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console

from triptych.embedded import Kind
from triptych.options import CycleOption, ScenarioOption, SeedOption, read_scenario

_WIDTH: Final = 120

_BENCH_GROUP: Final = "To install Stone Soup and matplotlib: pip install -e '.[bench]'"


class PartName(StrEnum):
    """The parts of the fusion bench; typer takes no list of literals."""

    CORRIDOR = "corridor"
    QUALITY = "quality"
    SPEED = "speed"
    AUTOFERRY = "autoferry"


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
    parts: Annotated[
        list[PartName] | None,
        typer.Argument(help="All of them where none is given, or with --page none.", show_default=False),
    ] = None,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.2, help="Exercise time of the corridor that is played.")
    ] = 60.0,
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=100, help="Runs, one seed each.")] = 5,
    first_seed: Annotated[int, typer.Option("--first-seed", min=0, help="Seed of the first run.")] = 1,
    scope: Annotated[
        ScopeName, typer.Option("--scope", help="Whose pictures of the corridor are scored.")
    ] = "ALL",
    cycle: CycleOption = 30.0,
    details: Annotated[
        bool,
        typer.Option(
            "--details", help="Say, too, what was missed in the corridor and what wrong tracks are made of."
        ),
    ] = False,
    case: Annotated[
        list[str] | None,
        typer.Option("--case", help="A case of quality; may be given again. All where none is given."),
    ] = None,
    largest: Annotated[
        int, typer.Option("--largest", min=1_000, help="Most targets of a sky that is timed.")
    ] = 1_000_000,
    peers: Annotated[
        Literal["auto", "none"],
        typer.Option("--peers", help="auto: Stone Soup, too, where it is installed; none: without it."),
    ] = "auto",
    peer_cap: Annotated[
        float,
        typer.Option("--peer-cap", min=1.0, help="CPU seconds after which Stone Soup begins no other scan."),
    ] = 900.0,
    reuse: Annotated[
        bool,
        typer.Option("--reuse", help="Take kept runs of Stone Soup and the oracle, for quality."),
    ] = False,
    page: Annotated[
        bool,
        typer.Option("--page", help="Then write docs/explanation/fusion-results.md from the newest results."),
    ] = False,
    recordings: Annotated[
        Path | None,
        typer.Option(
            "--recordings",
            show_default="../shared/data/autoferry",
            help="Folder of the Autoferry recordings; without them that part is left out.",
        ),
    ] = None,
    results: ResultsOption = None,
) -> None:
    """Score and time fusion: in the corridor, on made-up skies with peers, and on recordings.

    The part "corridor" scores a scenario's pictures against its truth, "quality" scores tracks on
    made-up skies against Stone Soup and an oracle, "speed" times a scan by the number of targets,
    "autoferry" scores tracks of two real boats from recordings, which are no part of Triptych.
    No broker, and faster than the clock.

    Exit code 1 when something misses its target.
    """
    from benchmarks import autoferry_runs, drawings, stonesoup_tracker
    from benchmarks.fusion_page import DOCS, write_page
    from benchmarks.fusion_parts import PARTS, Asked, Part, run_part
    from benchmarks.host import host_now
    from benchmarks.quality_bench import kept_folder
    from benchmarks.sky_cases import QUALITY_CASES, case_named
    from triptych.places import in_checkout

    console, folder = _console(), _folder(results)
    recordings = recordings or autoferry_runs.DEFAULT_FOLDER
    wanted = set(parts or ([] if page else PartName))
    if PartName.AUTOFERRY in wanted and not autoferry_runs.there(recordings):
        if parts:
            raise typer.BadParameter(
                f"wanted the folder of the Autoferry recordings, got {recordings}", param_hint="--recordings"
            )
        console.print(
            f"The Autoferry recordings are not at {recordings}: that part is left out.", markup=False
        )
        wanted.discard(PartName.AUTOFERRY)
    chosen: list[Part] = [part for part in PARTS if PartName(part) in wanted]
    if page and not (drawings.installed() and in_checkout()):
        raise typer.BadParameter(f"wanted a checkout with matplotlib: {_BENCH_GROUP}", param_hint="--page")
    stonesoup = peers == "auto" and stonesoup_tracker.installed()
    if peers == "auto" and not stonesoup and {"quality", "speed"} & set(chosen):
        console.print(f"Stone Soup is not here: it does not play. {_BENCH_GROUP}", markup=False)
    try:
        cases = tuple(case_named(name) for name in case) if case else QUALITY_CASES
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--case") from error
    asked = Asked(
        scenario=read_scenario(scenario),
        seeds=tuple(range(first_seed, first_seed + seeds)),
        duration_s=60.0 * minutes,
        cycle_s=cycle,
        scope=scope,
        details=details,
        cases=cases,
        largest=largest,
        stonesoup=stonesoup,
        peer_cap_s=peer_cap,
        kept=kept_folder() if reuse else None,
        recordings=recordings,
        host=host_now(),
        results=folder,
    )
    good = [run_part(part, asked, console) for part in chosen]
    if page:
        console.print(f"Written to {write_page(folder, DOCS)}")
    if not all(good):
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
