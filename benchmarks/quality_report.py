"""The quality part of ``triptych bench fusion``: its numbers for the file, and rows for screen and page."""

from dataclasses import asdict
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.peers import FLOOR, OWN, STONESOUP, settings_of
from benchmarks.quality_bench import (
    WANTED_ANEES,
    WANTED_GAP_CLOSED,
    WANTED_RATIO,
    WANTED_SWITCHES,
    CaseResult,
    Scored,
)
from benchmarks.results import Json
from benchmarks.spread import spread_of

NAMED: Final = {OWN: "Triptych", FLOOR: "oracle"} | {
    name: name.replace("stonesoup-", "Stone Soup ").replace("kd-gnn", "KD-tree GNN")
    .replace("tpr-gnn", "TPR-tree GNN").replace("jpda", "JPDA").replace("-tuned", ", tuned")
    for name in STONESOUP
}  # fmt: skip
"""The trackers in words."""


def found_of(result: CaseResult) -> Json:
    """Return the numbers of a case, for the file."""
    case, name = result.case, result.case.name
    peer = result.best_tuned
    return {
        "case": asdict(case),
        "density_per_km2": result.density_per_km2,
        "trackers": {tracker: tracker_found(result, scored) for tracker, scored in result.scored.items()},
        "best_tuned": peer.tracker if peer else None,
        "gospa_ratio": result.gospa_ratio._asdict(),
        "gap_closed": result.gap_closed._asdict(),
        "switch_ratio": result.switch_ratio._asdict(),
        "wanted": {
            "gospa_ratio_max": WANTED_RATIO.get(name),
            "gap_closed_min": WANTED_GAP_CLOSED,
            "switch_ratio_max": WANTED_SWITCHES.get(name),
            "anees": None if case.turning_share else WANTED_ANEES,
        },
        "good": result.good,
    }


def tracker_found(result: CaseResult, scored: Scored) -> Json:
    """Return the numbers of a tracker on a case."""
    name, case = scored.tracker, result.case
    settings = settings_of(name, case) if name in STONESOUP else None
    return {
        "settings": asdict(settings) if settings else None,
        "scans": scored.scans,
        "all": asdict(scored.all),
        "of_seeds": {seed: asdict(one) for seed, one in zip(scored.seeds, scored.each, strict=True)},
        "gospa_per_target_m_by_scan": scored.by_scan_m.tolist(),
        "cpu_ms": asdict(spread_of(1e3 * scored.cpu_s)),
    }


def rows_of(found: Json) -> list[tuple[str, str]]:
    """Return what is shown of a tracker on a case: a name and a text each."""
    got, cpu_ms = found["all"], found["cpu_ms"]
    each = [one["gospa_per_target_m"] for one in found["of_seeds"].values()]
    low, high = got["anees_position_band"]
    shares = ("localisation", "missed", "false")
    return [
        ("GOSPA per target, m", number(got["gospa_per_target_m"], 1)),
        ("- least to most of a seed", f"{number(min(each), 1)} to {number(max(each), 1)}"),
        ("- root mean square, m", number(got["gospa_rms_per_target_m"], 1)),
        *[(f"- share of {part}", number(got[f"gospa_{part}_share"], 3)) for part in shares],
        ("OSPA, m", number(got["ospa_m"], 1)),
        ("completeness", number(got["completeness"], 4)),
        ("ambiguity", number(got["ambiguity"], 4)),
        ("spuriousness", number(got["spuriousness"], 4)),
        ("identity switches a run", number(got["switches"] / got["runs"], 1)),
        ("position RMSE, m", number(got["position_rmse_m"], 1)),
        ("speed RMSE, m/s", number(got["speed_rmse_m_per_s"], 1)),
        ("ANEES of position", number(got["anees_position"], 2)),
        ("- 95 % of honest ones", f"{number(low, 2)} to {number(high, 2)}"),
        ("- share of scans in their band", number(got["anees_scans_in_band"], 2)),
        ("ANEES of position and velocity", number(got["anees_state"], 2)),
        ("initiation latency, s: mean", number(got["latency_mean_s"], 1)),
        ("- 95th percentile", number(got["latency_p95_s"], 1)),
        ("- share never shown", number(got["never_shown_share"], 4)),
        ("CPU a scan, ms: median", number(cpu_ms["p50"], 3)),
        ("- 95th percentile", number(cpu_ms["p95"], 3)),
        ("- most", number(cpu_ms["most"], 3)),
        ("scans run, of each run", " ".join(str(scans) for scans in sorted(set(found["scans"])))),
    ]


def verdict_of(found: Json) -> str:
    """Return how this engine stands against the best tuned peer and the oracle, in a sentence."""
    if found["best_tuned"] is None or OWN not in found["trackers"]:
        return "No ratio: it needs this engine, the oracle and a tuned Stone Soup that ran all scans."
    wanted = found["wanted"]
    return (
        f"GOSPA {estimate(found['gospa_ratio'])} of {NAMED[found['best_tuned']]} "
        f"(wanted <= {number(wanted['gospa_ratio_max'], 2)}); "
        f"{estimate(found['gap_closed'])} of the gap to the oracle closed "
        f"(wanted >= {number(wanted['gap_closed_min'], 2)}); "
        f"identity switches {estimate(found['switch_ratio'])} of its"
        + (f" (wanted <= {number(wanted['switch_ratio_max'], 2)})" if wanted["switch_ratio_max"] else "")
        + f". {'Met' if found['good'] else 'MISSED'}."
    )


def print_case(console: Console, found: Json) -> None:
    """Print one case: a column for each tracker, and the verdict."""
    case, trackers = found["case"], found["trackers"]
    seeds = ", ".join(str(seed) for seed in next(iter(trackers.values()))["of_seeds"])
    table = Table(
        title=f"{case['name']}: {case['targets']} targets, {case['density_per_km2']:g}/km2, seeds {seeds}",
        title_justify="left",
    )
    table.add_column("")
    for name in trackers:
        table.add_column(NAMED[name], justify="right", style="bold" if name == OWN else None)
    for row in zip(*[rows_of(one) for one in trackers.values()], strict=True):
        table.add_row(row[0][0], *[text for _, text in row])
    console.print(table)
    console.print(verdict_of(found))


def estimate(found: Json) -> str:
    """Return a number with its interval."""
    return f"{number(found['value'], 2)} ({number(found['low'], 2)} to {number(found['high'], 2)})"


def number(value: float | None, digits: int) -> str:
    """Return a number as text; a dash where there is none."""
    return "-" if value is None or value != value else f"{value:,.{digits}f}"  # noqa: PLR0124 - NaN alone differs from itself
