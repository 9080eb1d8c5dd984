"""The plots of the page about fusion's results, as SVG. The only module that imports matplotlib.

It comes with the optional group ``bench``; without it :func:`installed` is false. Colour never carries a
meaning alone: every series is named beside its line or has its own marker.
"""
# Not in the environment that is checked; nothing of it may be imported before it is known to be here.
# pyright: reportMissingImports=false
# ruff: noqa: PLC0415

import importlib.util
import math
from pathlib import Path
from typing import Any, Final

from benchmarks.peers import FLOOR, OWN
from benchmarks.quality_report import NAMED
from benchmarks.results import Json

_INK: Final = "#33332f"
_GRID: Final = "#dddcd6"
_OWN: Final = "#2a78d6"
_PEER: Final = "#d9622b"
_FLOOR: Final = "#77766f"
_PARTS: Final = (("localisation", "#2a78d6"), ("missed", "#e0a458"), ("false", "#a3465c"))


def installed() -> bool:
    """Return whether matplotlib is here."""
    return importlib.util.find_spec("matplotlib") is not None


def draw_gospa(cases: Json, path: Path) -> None:
    """Draw each tracker's GOSPA per target with its parts, a panel for each case.

    Args:
        cases: the quality part's cases, by name.
        path: of the file.
    """
    figure, axes = _panels(len(cases), width=11.0, height=0.6 + 2.6 * -(-len(cases) // 2))
    for axis, (name, found) in zip(axes, cases.items(), strict=False):
        trackers = found["trackers"]
        left = [0.0] * len(trackers)
        for part, colour in _PARTS:
            width = [
                one["all"]["gospa_per_target_m"] * one["all"][f"gospa_{part}_share"]
                for one in trackers.values()
            ]
            axis.barh(range(len(trackers)), width, left=left, color=colour, label=part, height=0.7)
            left = [before + more for before, more in zip(left, width, strict=True)]
        for row, (total, tracker) in enumerate(zip(left, trackers.values(), strict=True)):
            each = [one["gospa_per_target_m"] for one in tracker["of_seeds"].values()]
            axis.plot([min(each), max(each)], [row, row], color=_INK, linewidth=1.0)
            axis.annotate(f" {total:.0f}", (max(each), row), va="center", fontsize=8, color=_INK)
        axis.set_yticks(range(len(trackers)), [NAMED[tracker] for tracker in trackers])
        axis.invert_yaxis()
        axis.margins(x=0.12)
        axis.set_title(name, loc="left", fontsize=10, color=_INK)
        axis.set_xlabel("GOSPA per target, m")
    axes[0].legend(frameon=False, fontsize=8, loc="lower right")
    _save(figure, path)


def draw_scans(cases: Json, path: Path) -> None:
    """Draw GOSPA per target scan by scan: this engine, the best tuned peer and the floor."""
    figure, axes = _panels(len(cases), width=11.0, height=0.6 + 2.6 * -(-len(cases) // 2))
    for axis, (name, found) in zip(axes, cases.items(), strict=False):
        shown = ((OWN, _OWN, "-"), (found["best_tuned"], _PEER, "--"), (FLOOR, _FLOOR, ":"))
        for tracker, colour, style in shown:
            if tracker in found["trackers"]:
                series = found["trackers"][tracker]["gospa_per_target_m_by_scan"]
                axis.plot(range(1, len(series) + 1), series, style, color=colour, label=NAMED[tracker])
        axis.set_ylim(bottom=0.0)
        axis.set_title(name, loc="left", fontsize=10, color=_INK)
        axis.set_xlabel("scan")
        axis.set_ylabel("GOSPA per target, m")
        axis.legend(frameon=False, fontsize=8)
    _save(figure, path)


def draw_autoferry(found: Json, path: Path) -> None:
    """Draw GOSPA of each mix of sensors with its parts, a panel for each run of the recordings."""
    runs = found["runs"]
    figure, axes = _panels(len(runs), width=11.0, height=0.6 + 2.2 * -(-len(runs) // 2))
    for axis, (run, mixes) in zip(axes, runs.items(), strict=False):
        left = [0.0] * len(mixes)
        for part, colour in _PARTS:
            width = [one["gospa_m"] * one[f"gospa_{part}_share"] for one in mixes.values()]
            axis.barh(range(len(mixes)), width, left=left, color=colour, label=part, height=0.7)
            left = [before + more for before, more in zip(left, width, strict=True)]
        for row, total in enumerate(left):
            axis.annotate(f" {total:.1f}", (total, row), va="center", fontsize=8, color=_INK)
        axis.set_yticks(range(len(mixes)), list(mixes))
        axis.invert_yaxis()
        axis.margins(x=0.12)
        axis.set_title(f"run {run}", loc="left", fontsize=10, color=_INK)
        axis.set_xlabel("GOSPA, m")
    axes[0].legend(frameon=False, fontsize=8, loc="lower right")
    _save(figure, path)


def draw_speed(speed: Json, path: Path) -> None:
    """Draw the median and the worst scan over the number of targets, with what is wanted and the peers."""
    figure, (axis,) = _panels(1, width=7.5, height=4.6)
    own = speed["own"]
    sizes = [pace["targets"] for pace in own]
    axis.plot(sizes, [pace["scan_ms"]["p50"] for pace in own], "o-", color=_OWN, label="Triptych, median")
    axis.plot(sizes, [pace["scan_ms"]["most"] for pace in own], "^:", color=_OWN, label="Triptych, worst")
    for key, marker, word in (("median_ms_max", "_", "median"), ("worst_ms_max", "x", "worst")):
        wanted = {int(size): most for size, most in speed["wanted"][key].items()}
        axis.plot(
            list(wanted), list(wanted.values()), marker, color=_INK, markersize=11, linestyle="none",
            label=f"wanted of the {word}: below",
        )  # fmt: skip
    for pace in speed["peers"]:
        axis.plot(pace["targets"], pace["scan_ms"]["p50"], "s", color=_PEER, markersize=5)
    if speed["peers"]:
        axis.plot([], [], "s", color=_PEER, label="Stone Soup, medians")
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("targets")
    axis.set_ylabel("CPU time of a scan, ms")
    axis.legend(frameon=False, fontsize=8)
    _save(figure, path)


def draw_reliability(calibration: Json, path: Path) -> None:
    """Draw how often statements of a probability come true, above how many there were."""
    figure, axes = _panels(2, width=9.0, height=4.0)
    axis, counts = axes
    axis.plot([0.0, 1.0], [0.0, 1.0], color=_FLOOR, linewidth=1.0, linestyle=":")
    axis.annotate("as stated", (0.06, 0.1), rotation=40, fontsize=8, color=_FLOOR)
    sides = calibration["sides"].items()
    shown = [("likeliest side", calibration["likeliest"], "o", _OWN)]
    shown += [
        (side, found, marker, colour)
        for (side, found), marker, colour in zip(
            sides, ("s", "^", "v"), ("#3b8f6a", "#e0a458", "#a3465c"), strict=True
        )
    ]
    for label, found, marker, colour in shown:
        bins = [one for one in found["bins"] if one["count"]]
        # Large where there is much to go by.
        size = [8.0 + 14.0 * math.log10(one["count"]) for one in bins]
        axis.scatter(
            [one["stated"] for one in bins], [one["right"] for one in bins], s=size, marker=marker,
            color=colour, alpha=0.8, label=label,
        )  # fmt: skip
    axis.set_xlabel("stated probability")
    axis.set_ylabel("share that came true")
    axis.legend(frameon=False, fontsize=8)
    bins = [one for one in calibration["likeliest"]["bins"] if one["count"]]
    width = bins[0]["to_probability"] - bins[0]["from_probability"]
    counts.bar(
        [one["from_probability"] for one in bins], [one["count"] for one in bins],
        width=0.9 * width, align="edge", color=_OWN,
    )  # fmt: skip
    counts.set_xlim(0.0, 1.0)
    counts.set_yscale("log")
    counts.set_ylim(bottom=0.5)
    counts.set_xlabel("stated probability of the likeliest side")
    counts.set_ylabel("tracks times pictures")
    _save(figure, path)


def _panels(count: int, *, width: float, height: float) -> tuple[Any, list[Any]]:
    """Return a figure and its axes, two in a row."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
    columns = min(count, 2)
    axes = [figure.add_subplot(-(-count // columns), columns, place + 1) for place in range(count)]
    for axis in axes:
        axis.grid(visible=True, color=_GRID, linewidth=0.6)
        axis.set_axisbelow(True)
        axis.tick_params(colors=_INK, labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    import matplotlib as mpl

    path.parent.mkdir(parents=True, exist_ok=True)
    # The same numbers give the same bytes: no date, no random ids.
    with mpl.rc_context({"svg.hashsalt": path.name, "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    text = path.read_text(encoding="utf-8")
    path.write_text("\n".join(line.rstrip() for line in text.splitlines()) + "\n", encoding="utf-8")
