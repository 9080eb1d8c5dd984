"""The page about fusion's results: made from the newest result of each part, never by hand.

What was missed and why is in ``benchmarks/fusion_remarks.md``, written by people, and is taken over as it is.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from benchmarks.autoferry_report import HEADINGS as AUTOFERRY_HEADINGS
from benchmarks.autoferry_report import autoferry_rows, autoferry_verdict
from benchmarks.drawings import draw_autoferry, draw_gospa, draw_reliability, draw_scans, draw_speed
from benchmarks.peers import DEFAULT, FLOOR, OWN
from benchmarks.quality_report import NAMED, estimate, number, rows_of, verdict_of
from benchmarks.results import RESULTS, Json
from benchmarks.speed_report import HEADINGS, speed_rows, speed_verdict
from benchmarks.trust_report import attacked_rows, doubled_rows, spoofed_rows

PARTS: Final = ("corridor", "quality", "speed", "autoferry")
DOCS: Final = Path(__file__).parent.parent / "docs"
"""Where the documents lie in a checkout."""
REMARKS: Final = Path(__file__).parent / "fusion_remarks.md"

_OPENING: Final = """\
# How fusion does

Made by `triptych bench fusion --page` from the results in `benchmarks/results/`; only the remarks are
written by people. Every number is defined in [metrics](../reference/metrics.md). All but the last part is
simulated.

There are four parts, and whoever plays one plays on the same reports. **Quality**: made-up skies, against
Stone Soup 1.9.1 with its defaults and tuned on other seeds
([why](../adr/0019-stone-soup-is-measured-against.md)), and against an *oracle* that is told which report is
whose. **Speed**: the cost of a scan by the number of targets. **The corridor**: this project's own exercise,
where nobody else can play. **Autoferry**: two real boats, recorded by radar, lidar and cameras.
"""


def newest(folder: Path, part: str) -> Json | None:
    """Return the newest result of a part, or none."""
    files = sorted(folder.glob(f"fusion-{part}-*.json"))
    return json.loads(files[-1].read_text(encoding="utf-8")) if files else None


def write_page(results: Path, docs: Path) -> Path:
    """Write the page and its pictures from the newest results, and return its file.

    Args:
        results: folder of the results.
        docs: folder of the documents.

    Raises:
        FileNotFoundError: there is no result of any part.
    """
    found = {part: newest(results, part) for part in PARTS}
    if not any(found.values()):
        raise FileNotFoundError(f"wanted a result of fusion in {results}, found none")
    pictures = docs / "pictures"
    sections: list[str] = [_OPENING]
    write: dict[str, Callable[[Json, Path], str]] = {
        "quality": _quality,
        "speed": _speed,
        "corridor": _corridor,
        "autoferry": _autoferry,
    }
    for part, section in write.items():
        result = found[part]
        sections.append(section(result, pictures) if result else f"## {part.title()}\n\nNot measured yet.\n")
    if REMARKS.is_file():
        sections.append(REMARKS.read_text(encoding="utf-8"))
    page = docs / "explanation" / "fusion-results.md"
    page.write_text("\n".join(sections), encoding="utf-8")
    return page


def _quality(result: Json, pictures: Path) -> str:
    cases = result["found"]["cases"]
    draw_gospa(cases, pictures / "fusion-gospa.svg")
    draw_scans(cases, pictures / "fusion-scans.svg")
    rows = [
        (
            name,
            number(_best_default(found), 1),
            *[number(_gospa(found, tracker), 1) for tracker in (found["best_tuned"], OWN, FLOOR)],
            estimate(found["gospa_ratio"]),
            _at("<=", found["wanted"]["gospa_ratio_max"]),
            estimate(found["gap_closed"]),
            estimate(found["switch_ratio"]),
            _anees(found),
            "met" if found["good"] else "**missed**",
        )
        for name, found in cases.items()
    ]
    headings = (
        "case", "best default Stone Soup, m", "best tuned, m", "Triptych, m", "oracle, m", "to tuned (95 %)",
        "wanted", "gap closed (wanted >= 0.5)", "switches, to tuned", "ANEES (honest: 95 %)", "",
    )  # fmt: skip
    sections = [
        "## Quality on made-up skies\n",
        _on(result),
        "GOSPA per target: the lower the better. Intervals are what resampling the seeds gives.\n",
        _table(headings, rows),
        "![GOSPA per target and its parts, by case and tracker](../pictures/fusion-gospa.svg)\n",
        "Bars are parted as the sum of squares is; black lines reach from the least seed to the most.\n",
        "![GOSPA per target, scan by scan](../pictures/fusion-scans.svg)\n",
    ]
    return "\n".join([*sections, *[_case(found) for found in cases.values()]])


def _case(found: Json) -> str:
    case, trackers = found["case"], found["trackers"]
    density = ", ".join(number(value, 3) for value in found["density_per_km2"])
    what = (
        f"{case['targets']:,} targets, {case['scans']} scans. Targets per km2 around a target at the first, "
        f"the middle and the last scan: {density}. {verdict_of(found)}\n"
    )
    columns = [rows_of(one) for one in trackers.values()]
    rows = [(row[0][0], *[text for _, text in row]) for row in zip(*columns, strict=True)]
    table = _table(("", *[NAMED[tracker] for tracker in trackers]), rows)
    return f"### {case['name']}\n\n{what}\n{table}"


def _speed(result: Json, pictures: Path) -> str:
    found = result["found"]
    draw_speed(found, pictures / "fusion-speed.svg")
    what = (
        "CPU time of the whole process for each scan, from the columns of the reports to those of the "
        f"tracks. {speed_verdict(found)}\n"
    )
    sections = [
        "## Speed\n",
        _on(result),
        what,
        _table(HEADINGS, speed_rows(found)),
        "![CPU time of a scan by the number of targets](../pictures/fusion-speed.svg)\n",
    ]
    return "\n".join(sections)


def _corridor(result: Json, pictures: Path) -> str:
    found, asked = result["found"], result["asked"]
    draw_reliability(found["calibration"], pictures / "fusion-reliability.svg")
    likeliest = found["calibration"]["likeliest"]
    sides = ", ".join(
        f"{side} {number(one['expected_calibration_error'], 3)}"
        for side, one in found["calibration"]["sides"].items()
    )
    digits = {"switches": 0, "cycles": 0, "objects": 0, "tracks": 0}
    scores = [(f"`{name}`", number(value, digits.get(name, 4))) for name, value in found["totals"].items()]
    bins = [
        (
            f"{one['from_probability']:.2f} to {one['to_probability']:.2f}",
            f"{one['count']:,}",
            number(one["stated"], 3),
            number(one["right"], 3),
        )
        for one in likeliest["bins"]
        if one["count"]
    ]
    error = number(likeliest["expected_calibration_error"], 3)
    sections = [
        "## The corridor\n",
        _on(result),
        f"Scope {asked['scope']}, {asked['exercise_s'] / 60.0:g} minutes a seed.\n",
        _table(("score", "all seeds"), scores),
        "### Are stated sides as sure as they say?\n",
        f"Expected calibration error of the likeliest side {error}; of each side by itself: {sides}.\n",
        _table(("stated", "tracks times pictures", "mean stated", "right"), bins),
        "![Reliability of stated sides](../pictures/fusion-reliability.svg)\n",
        *_trust(found),
    ]
    return "\n".join(sections)


def _trust(found: Json) -> list[str]:
    """Return what spoofing and attacks did; nothing of a result from before that was measured."""
    if "attacked" not in found:
        return []
    return [
        "### Under attack\n",
        (
            "AOU: the area of uncertainty that the map draws, 95 %. A track is *dragged* when it is farther "
            "than two radii of its AOU from the object behind the radar's plot.\n"
        ),
        *[_table(*rows(found)) for rows in (spoofed_rows, attacked_rows, doubled_rows)],
    ]


def _autoferry(result: Json, pictures: Path) -> str:
    found, asked = result["found"], result["asked"]
    draw_autoferry(found, pictures / "fusion-autoferry.svg")
    rule = asked["rule"]
    what = (
        f"GOSPA with c {rule['cutoff_m']:g} m and p {rule['order']:g}, mean over the radar's scans; parts "
        f"are shares of the sum of squares. {autoferry_verdict(found)}\n"
    )
    sections = [
        "## Autoferry: a radar, a lidar and two cameras\n",
        _on(result),
        what,
        _table(AUTOFERRY_HEADINGS, autoferry_rows(found)),
        "![GOSPA and its parts, by run and mix of sensors](../pictures/fusion-autoferry.svg)\n",
    ]
    return "\n".join(sections)


def _on(result: Json) -> str:
    """Return what a result was measured on."""
    host, asked = result["host"], result["asked"]
    what = "Seeds" if "seeds" in asked else "Runs"
    numbers = ", ".join(str(one) for one in asked[what.lower()])
    return (
        f"{what} {numbers}. Measured {host['measured_at'][:16].replace('T', ' ')} UTC on {host['cpu']} "
        f"({host['cpus']} processors, load before the run {host['load_1min']:.1f}), Python {host['python']}, "
        f"numpy {host['packages']['numpy']}, numba {host['packages']['numba']}, "
        f"commit {host['commit'] or 'none'}.\n"
    )


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table: names to the left, numbers to the right."""
    lines = [
        f"| {' | '.join(headings)} |",
        f"|---|{'---:|' * (len(headings) - 1)}",
        *[f"| {' | '.join(row)} |" for row in rows],
    ]
    return "\n".join(lines) + "\n"


def _gospa(found: Json, tracker: str | None) -> float | None:
    return found["trackers"][tracker]["all"]["gospa_per_target_m"] if tracker in found["trackers"] else None


def _best_default(found: Json) -> float | None:
    """Return the least GOSPA of Stone Soup with its defaults."""
    known = [one for name in DEFAULT if (one := _gospa(found, name)) is not None]
    return min(known, default=None)


def _anees(found: Json) -> str:
    """Return this engine's ANEES of position, and where 95 of 100 honest ones lie."""
    if OWN not in found["trackers"]:
        return "-"
    got = found["trackers"][OWN]["all"]
    low, high = got["anees_position_band"]
    return f"{number(got['anees_position'], 2)} ({number(low, 2)} to {number(high, 2)})"


def _at(sign: str, value: float | None) -> str:
    return "" if value is None else f"{sign} {value:g}"


if __name__ == "__main__":
    print(write_page(RESULTS, DOCS))
