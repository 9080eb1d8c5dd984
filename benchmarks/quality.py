"""Scores trackers on made-up skies: a quick look for whoever changes the engine.

``python -m benchmarks.quality --case dense --seeds 1-5 --contender triptych`` prints one table; what the
peers did is kept under ``var/`` and not computed again. ``triptych bench fusion`` gives the whole report.
"""

from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.peers import PLAYERS, played
from benchmarks.sky import make_sky
from benchmarks.sky_cases import CASES, QUALITY_CASES, SkyCase, case_named
from benchmarks.sky_quality import Quality, quality_of
from benchmarks.sky_scoring import score_run
from contracts.columns import FloatArray
from triptych.places import data_folder


class Scored(NamedTuple):
    """A tracker's runs on one case.

    Attributes:
        seeds: one run each.
        each: the score of each run.
        all: the score of all of them together.
        cpu_s: (K,) CPU time of each scan, of all runs.
    """

    seeds: tuple[int, ...]
    each: tuple[Quality, ...]
    all: Quality
    cpu_s: FloatArray


def kept_folder() -> Path:
    """Return where the peers' runs are kept."""
    return data_folder() / "benchmarks" / "skies"


def score(name: str, case: SkyCase, seeds: tuple[int, ...], folder: Path | None) -> Scored:
    """Let a tracker play a case with several seeds, and score it.

    Args:
        name: one of ``PLAYERS``.
        seeds: at least one.
        folder: where the peers' runs are kept; none makes them anew.
    """
    runs, cpu_s = [], []
    for seed in seeds:
        sky = make_sky(case, seed)
        run = played(name, sky, folder)
        runs.append(score_run(sky.truth, run.tracks, scans=len(run.cpu_s)))
        cpu_s.append(run.cpu_s)
    each = tuple(quality_of([run], case.period_s) for run in runs)
    return Scored(seeds, each, quality_of(runs, case.period_s), np.concatenate(cpu_s))


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


def main(
    case: Annotated[list[str] | None, typer.Option(help=f"Among {', '.join(CASES)}.")] = None,
    seeds: Annotated[str, typer.Option(help="Such as 1-5 or 1,4.")] = "1-5",
    contender: Annotated[list[str] | None, typer.Option(help=f"Among {', '.join(PLAYERS)}.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run the peers again, too.")] = False,
) -> None:
    """Print how well trackers do on made-up skies."""
    console = Console(highlight=False)
    for one in [case_named(name) for name in case] if case else QUALITY_CASES:
        names = contender or list(PLAYERS)
        found = [score(name, one, seeds_of(seeds), None if fresh else kept_folder()) for name in names]
        table = Table(title=f"{one.name}: seeds {seeds}, {one.targets} targets, {one.density_per_km2:g}/km2")
        for place, heading in enumerate(("", *names)):
            table.add_column(heading, justify="right" if place else "left")
        for row in zip(*[_column(scored) for scored in found], strict=True):
            table.add_row(row[0][0], *[text for _, text in row])
        console.print(table)


def _column(scored: Scored) -> list[tuple[str, str]]:
    got = scored.all
    p50, p95, most = (1e3 * np.quantile(scored.cpu_s, (0.5, 0.95, 1.0))).tolist()
    by_seed = sorted(one.gospa_per_target_m for one in scored.each)
    low, high = got.anees_position_band
    return [
        ("GOSPA per target, m", f"{got.gospa_per_target_m:.1f}"),
        ("  least to most of a seed", f"{by_seed[0]:.1f} to {by_seed[-1]:.1f}"),
        ("  root mean square over targets", f"{got.gospa_rms_per_target_m:.1f}"),
        ("  share of localisation", f"{got.gospa_localisation_share:.3f}"),
        ("  share of missed", f"{got.gospa_missed_share:.3f}"),
        ("  share of false", f"{got.gospa_false_share:.3f}"),
        ("OSPA, m", f"{got.ospa_m:.1f}"),
        ("completeness", f"{got.completeness:.4f}"),
        ("ambiguity", f"{got.ambiguity:.4f}"),
        ("spuriousness", f"{got.spuriousness:.4f}"),
        ("switches a run", f"{got.switches / got.runs:.1f}"),
        ("position RMSE, m", f"{got.position_rmse_m:.1f}"),
        ("speed RMSE, m/s", f"{got.speed_rmse_m_per_s:.1f}"),
        ("ANEES of position", f"{got.anees_position:.2f}"),
        (f"  95 % of honest: {low:.2f} to {high:.2f}, scans within", f"{got.anees_scans_in_band:.2f}"),
        ("ANEES of state", f"{got.anees_state:.2f}"),
        ("latency, s", f"{got.latency_mean_s:.1f}"),
        ("never shown", f"{got.never_shown_share:.4f}"),
        ("CPU a scan, ms: median", f"{p50:.3f}"),
        ("  p95", f"{p95:.3f}"),
        ("  most", f"{most:.3f}"),
    ]


if __name__ == "__main__":
    typer.run(main)
