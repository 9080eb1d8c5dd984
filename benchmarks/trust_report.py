"""How the corridor's attacks are told, on the screen and on the page: from the numbers in the file."""

from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.quality_report import number
from benchmarks.results import Json

Rows = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]
"""Headings and rows, names first."""

_SPOOFED: Final = {
    "pictures": ("pictures", 0),
    "shown_share": ("shown", 3),
    "within_aou_share": ("truth within AOU", 3),
    "claimed_share": ("claim shown", 3),
    "worst_aou": ("worst, AOU", 2),
    "worst_m": ("worst, m", 0),
}
_ATTACKED: Final = {
    "tracks": ("tracks fed", 0),
    "outside_before_share": ("outside AOU before", 3),
    "outside_share": ("outside AOU since", 3),
    "dragged_tracks": ("tracks dragged", 0),
    "dragged_pictures": ("dragged, track-pictures", 0),
    "worst_aou": ("worst, AOU", 1),
    "worst_m": ("worst, m", 0),
    "forged_pictures": ("forged, track-pictures", 0),
    "undragged_after_s": ("no more dragged than before, after s", 0),
    "doubted_after_s": ("doubted after, s", 0),
    "event_after_s": ("told of after, s", 0),
    "closed_after_s": ("no more told of, s after its end", 0),
    "trusted_after_s": ("trusted again, s after its end", 0),
}


def spoofed_rows(found: Json) -> Rows:
    """Return what became of platforms whose self-reports are falsified."""
    return _rows(found["spoofed"], "spoofed platform", "platform", _SPOOFED)


def attacked_rows(found: Json) -> Rows:
    """Return what became of radars whose data are attacked, and of their tracks."""
    return _rows(found["attacked"], "attacked radar", "sensor", _ATTACKED)


def doubled_rows(found: Json) -> Rows:
    """Return double tracks by the radars that feed them."""
    doubled = found["doubled"]
    rows = [
        (
            kind,
            f"{count:,}",
            f"{doubled['doubles'][kind]:,}",
            number(doubled["double_share"][kind], 4),
        )
        for kind, count in doubled["tracks"].items()
    ]
    either = number(doubled["ship_or_coast_double_share"], 4)
    across = f"{doubled['ship_and_coast_doubles']:,}"
    return (
        ("radar", "tracks times pictures", "double", "share"),
        [*rows, ("ship or coast", "", "", either), ("one of each", "", across, "")],
    )


def print_trust(console: Console, found: Json) -> None:
    """Print what spoofing and attacks did, and the doubles."""
    for title, (headings, rows) in (
        ("Falsified self-reports: the true track (AOU: 95 %)", spoofed_rows(found)),
        ("Attacked radars: the tracks that they feed", attacked_rows(found)),
        ("Double tracks by the radars that feed them", doubled_rows(found)),
    ):
        table = Table(title=title, title_justify="left")
        for place, heading in enumerate(headings):
            table.add_column(heading, justify="right" if place else "left")
        for row in rows:
            table.add_row(*row)
        if rows:
            console.print(table)


def _rows(of_seeds: Json, what: str, name: str, measures: dict[str, tuple[str, int]]) -> Rows:
    """Return a row for each measure and a column for each seed and asset."""
    assets = [(seed, one) for seed, found in of_seeds.items() for one in found]
    return (
        (what, *[f"{one[name]}, seed {seed}" for seed, one in assets]),
        [
            (heading, *[number(one[key], digits) for _, one in assets])
            for key, (heading, digits) in measures.items()
        ]
        if assets
        else [],
    )
