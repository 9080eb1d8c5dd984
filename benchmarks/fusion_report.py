"""What ``triptych bench fusion`` prints."""

import math

from rich.console import Console
from rich.table import Table

from benchmarks.fusion_bench import COMPLETENESS_WANTED, SPURIOUSNESS_WANTED, FusionResult
from benchmarks.spread import Spread
from benchmarks.totals import Totals
from benchmarks.trust_report import print_trust


def print_fusion(console: Console, result: FusionResult, *, details: bool) -> None:
    """Print the scores, the kinds of objects, the cost, and with details what went wrong."""
    _print_scores(console, result)
    _print_kinds(console, result)
    _print_said(console, result)
    _print_calibration(console, result)
    print_trust(console, result.found())
    _print_cost(console, result)
    if details:
        _print_wrong(console, result)
    totals = result.totals
    verdict = "met" if result.good else "MISSED"
    console.print(
        f"Target {verdict}: completeness {totals.completeness:.4f} (wanted >= {COMPLETENESS_WANTED}), "
        f"spuriousness {totals.spuriousness:.4f} (wanted <= {SPURIOUSNESS_WANTED})."
    )


def _print_scores(console: Console, result: FusionResult) -> None:
    of_seeds = result.of_seeds()
    columns = [*of_seeds.values(), result.totals]
    table = Table(title="Scores (docs/reference/metrics.md defines each)", title_justify="left")
    table.add_column("metric")
    for seed in of_seeds:
        table.add_column(f"seed {seed}", justify="right")
    table.add_column("all", justify="right", style="bold")
    for name, digits in _SHOWN.items():
        table.add_row(name, *[_number(getattr(column, name), digits) for column in columns])
    console.print(table)


_SHOWN = {
    "cycles": 0,
    "objects": 0,
    "tracks": 0,
    "completeness": 4,
    "completeness_settled": 4,
    "ambiguity": 4,
    "spuriousness": 4,
    "doubles_per_picture": 2,
    "switches": 0,
    "switches_per_object_hour": 3,
    "position_rmse_m": 1,
    "position_median_m": 1,
    "position_p95_m": 1,
    "speed_rmse_m_per_s": 2,
    "nees_mean": 2,
    "nees_median": 2,
    "gospa_m": 0,
    "gospa_per_object_m": 0,
    "gospa_localisation_share": 3,
    "gospa_missed_share": 3,
    "gospa_false_share": 3,
}
"""Which scores are shown, with how many digits; every field of :class:`Totals` is."""

assert set(_SHOWN) == set(Totals.__dataclass_fields__)  # noqa: S101 - a new score is shown, too


def _print_kinds(console: Console, result: FusionResult) -> None:
    table = Table(title="Objects by type and side, while detectable", title_justify="left")
    for name in ("type", "side"):
        table.add_column(name)
    for name in ("object-pictures", "completeness", "switches", "median m", "p95 m"):
        table.add_column(name, justify="right")
    for row in result.kinds():
        error_m = row["error_m"]
        table.add_row(
            row["type"],
            row["side"],
            str(row["objects"]),
            f"{row['completeness']:.3f}",
            str(row["switches"]),
            _number(error_m["p50"], 0),
            _number(error_m["p95"], 0),
        )
    console.print(table)


def _print_said(console: Console, result: FusionResult) -> None:
    said = result.said
    table = Table(title="Declared side (columns) by true side (rows), track-pictures", title_justify="left")
    table.add_column("")
    for name in next(iter(said.confusion.values())):
        table.add_column(name, justify="right")
    for side, row in said.confusion.items():
        table.add_row(side, *[str(count) for count in row.values()])
    console.print(table)
    console.print(
        f"Side declared by {said.declared_share:.1%}, right in {said.side_accuracy:.1%} of those; "
        f"friend or neutral shown as hostile {said.friend_as_hostile:.2%}, "
        f"hostile shown as friend or neutral {said.hostile_as_friend:.1%}; "
        f"domain right {said.domain_accuracy:.1%}; "
        f"type named by {said.type_said_share:.1%}, right in {said.type_accuracy:.1%} of those."
    )


def _print_calibration(console: Console, result: FusionResult) -> None:
    likeliest = result.calibration.likeliest
    table = Table(title="Likeliest side: stated probability and how often it is right", title_justify="left")
    for name in ("stated", "track-pictures", "mean stated", "right"):
        table.add_column(name, justify="right")
    for one in likeliest.bins:
        if one.count:
            bounds = f"{one.from_probability:.2f} to {one.to_probability:.2f}"
            table.add_row(bounds, str(one.count), f"{one.stated:.3f}", f"{one.right:.3f}")
    console.print(table)
    each = ", ".join(
        f"{side} {found.expected_calibration_error:.3f}" for side, found in result.calibration.sides.items()
    )
    console.print(
        f"Expected calibration error {likeliest.expected_calibration_error:.3f} of the likeliest side; "
        f"of each side by itself: {each}."
    )


def _print_cost(console: Console, result: FusionResult) -> None:
    cost = result.cost
    table = Table(title="Cost of one scope, CPU", title_justify="left")
    table.add_column("what")
    for name in ("median", "p95", "p99", "max"):
        table.add_column(name, justify="right")
    for name, spread in (
        ("fold a batch, ms", cost.batch_ms),
        ("draw a picture, ms", cost.draw_ms),
        ("encode a picture, ms", cost.encode_ms),
        ("a picture, kB", cost.picture_kb),
    ):
        table.add_row(name, *_row(spread))
    console.print(table)
    console.print(
        f"{cost.cpu_s_per_exercise_s * 1e3:.2f} ms CPU per exercise second; an exercise hour in "
        f"{cost.cpu_s_per_exercise_hour:.1f} s; {cost.cpu_us_per_report:.1f} us per report "
        f"({cost.reports} reports in all)."
    )


def _print_wrong(console: Console, result: FusionResult) -> None:
    table = Table(title="Spurious tracks and doubles: what they are made of", title_justify="left")
    for name in ("what", "made of", "shown as"):
        table.add_column(name)
    for name in ("tracks", "track-pictures"):
        table.add_column(name, justify="right")
    for what, made_of, domain, tracks, pictures in result.wrong():
        table.add_row(what, made_of, domain, str(tracks), str(pictures))
    console.print(table)
    for run in result.runs:
        missed = ", ".join(
            f"{name} {count}/{run.diagnosis.seen[name]}"
            for name, count in run.diagnosis.missed.most_common(12)
        )
        switched = ", ".join(f"{name} {count}" for name, count in run.diagnosis.switches.most_common(12))
        console.print(f"Seed {run.seed}, most missed: {missed or 'none'}.")
        console.print(f"Seed {run.seed}, most switched: {switched or 'none'}.")


def _row(spread: Spread) -> list[str]:
    return [_number(value, 3) for value in (spread.p50, spread.p95, spread.p99, spread.most)]


def _number(value: float, digits: int) -> str:
    return "-" if math.isnan(value) else f"{value:.{digits}f}"
