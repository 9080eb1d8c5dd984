"""The four parts of ``triptych bench fusion``: each runs, prints, and writes its own result."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from rich.console import Console

from benchmarks import autoferry_bench
from benchmarks.autoferry_bench import run_autoferry
from benchmarks.autoferry_report import autoferry_found, print_autoferry
from benchmarks.autoferry_runs import RUNS
from benchmarks.fusion_bench import FusionBench, run_fusion_bench
from benchmarks.fusion_report import print_fusion
from benchmarks.host import Host
from benchmarks.peers import players
from benchmarks.quality_bench import run_case
from benchmarks.quality_report import found_of, print_case
from benchmarks.rehearsal import Cycle
from benchmarks.results import Json, save
from benchmarks.scoring import CycleScore
from benchmarks.sky_cases import SkyCase
from benchmarks.sky_scoring import CUTOFF_M, ORDER
from benchmarks.speed_bench import run_speed_bench
from benchmarks.speed_report import print_speed, speed_found
from contracts.labels import Scope
from fusion.warm import warm
from fusion.warm_files import warm_files
from producers.scenario import Scenario

Part = Literal["corridor", "quality", "speed", "autoferry"]
PARTS: Final[tuple[Part, ...]] = ("corridor", "quality", "speed", "autoferry")

PACE_CAP_S: Final = 30.0
"""CPU time of a peer whose scans are timed: its median does not ask for more of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for.

    Attributes:
        seeds: one run each.
        duration_s: exercise time of a run of the corridor.
        cycle_s: of the corridor's pictures.
        scope: whose pictures of the corridor.
        details: whether to print what was missed there.
        cases: of quality.
        largest: most targets of a sky that is timed.
        stonesoup: whether Stone Soup plays, too.
        peer_cap_s: CPU time of one of its runs after which it begins no other scan.
        kept: folder of kept runs of peers; none makes them anew.
        recordings: folder of the Autoferry recordings.
        host: what it runs on.
        results: folder that results are written to.
    """

    scenario: Scenario
    seeds: tuple[int, ...]
    duration_s: float
    cycle_s: float
    scope: Scope
    details: bool
    cases: tuple[SkyCase, ...]
    largest: int
    stonesoup: bool
    peer_cap_s: float
    kept: Path | None
    recordings: Path
    host: Host
    results: Path


def run_part(part: Part, asked: Asked, console: Console) -> bool:
    """Run one part, print what was found, write it down, and return whether it meets its targets."""
    with console.status("compiling the kernels"):
        warm()
    match part:
        case "corridor":
            return _corridor(asked, console)
        case "quality":
            return _quality(asked, console)
        case "speed":
            return _speed(asked, console)
        case "autoferry":
            return _autoferry(asked, console)


def _corridor(asked: Asked, console: Console) -> bool:
    bench = FusionBench(asked.scenario, asked.seeds, asked.scope, asked.duration_s, asked.cycle_s)
    with console.status("the corridor") as status:

        def tell(seed: int, played: Cycle, score: CycleScore) -> None:
            done_min = (played.end_s - bench.scenario.startex_s) / 60.0
            status.update(f"seed {seed}, minute {done_min:.1f}: {score.held} of {score.objects} shown")

        result = run_fusion_bench(bench, tell)
    console.print(
        f"{bench.scenario.title}. Scope {asked.scope}, seeds {bench.seeds}, {asked.duration_s / 60.0:g} min. "
        "Simulated."
    )
    print_fusion(console, result, details=asked.details)
    _write("corridor", asked, result.asked(), result.found(), console)
    return result.good


def _quality(asked: Asked, console: Console) -> bool:
    cases: Json = {}
    console.print(f"Quality on made-up skies, GOSPA with c {CUTOFF_M:g} m and p {ORDER:g}. Simulated.")
    for case in asked.cases:
        with console.status(case.name) as status:
            result = run_case(
                case,
                players(case, stonesoup=asked.stonesoup),
                asked.seeds,
                folder=asked.kept,
                cap_s=asked.peer_cap_s,
                tell=status.update,
            )
        cases[case.name] = found_of(result)
        print_case(console, cases[case.name])
    said = {"seeds": asked.seeds, "cases": [asdict(case) for case in asked.cases]}
    rule = {"cutoff_m": CUTOFF_M, "order": ORDER}
    _write("quality", asked, said | _peers_asked(asked) | {"rule": rule}, {"cases": cases}, console)
    return all(bool(found["good"]) for found in cases.values())


def _speed(asked: Asked, console: Console) -> bool:
    console.print("Speed on made-up skies. Simulated.")
    with console.status("speed") as status:
        result = run_speed_bench(
            asked.seeds,
            asked.largest,
            min(asked.peer_cap_s, PACE_CAP_S),
            status.update,
            peers=asked.stonesoup,
        )
    found = speed_found(result)
    print_speed(console, found)
    _write(
        "speed", asked, {"seeds": asked.seeds, "largest": asked.largest} | _peers_asked(asked), found, console
    )
    return result.good


def _autoferry(asked: Asked, console: Console) -> bool:
    console.print("Fusion on the Autoferry recordings: real sensors, two boats, GNSS truth.")
    with console.status("autoferry") as status:
        warm_files()
        result = run_autoferry(asked.recordings, RUNS, status.update)
    found = autoferry_found(result)
    print_autoferry(console, found)
    rule = {"cutoff_m": autoferry_bench.CUTOFF_M, "order": autoferry_bench.ORDER}
    settings = tomllib.loads(autoferry_bench.SETTINGS.read_text(encoding="utf-8"))
    _write("autoferry", asked, {"runs": RUNS, "rule": rule, "settings": settings}, found, console)
    return result.good


def _peers_asked(asked: Asked) -> Json:
    return {
        "stonesoup": asked.stonesoup,
        "peer_cap_s": asked.peer_cap_s,
        "peers_kept": asked.kept is not None,
    }


def _write(part: Part, asked: Asked, said: Json, found: Json, console: Console) -> None:
    path = save(f"fusion-{part}", asked.host, said, found, asked.results)
    console.print(f"Written to {path}")
