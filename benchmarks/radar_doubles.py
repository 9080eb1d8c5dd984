"""Double tracks by the radars that feed them: do ship-borne and coastal radars see one ship twice?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np

from benchmarks.attacks import RECENT_S
from benchmarks.scoring import CycleScore
from benchmarks.situation import Objects, Shown
from contracts.picture import Picture
from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Domain
from producers.scenario import Scenario

Kind = Literal["ship", "coast", "airborne", "far"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Doubled:
    """Tracks and doubles of one picture.

    Attributes:
        tracks: by the kind of radar that feeds them; a track of two kinds counts in both.
        doubles: the same of those that show an object again.
        ship_and_coast: doubles where of the two tracks one is fed by a ship-borne and the other by a
            coastal radar.
    """

    tracks: Counter[str]
    doubles: Counter[str]
    ship_and_coast: int


@dataclass(frozen=True, slots=True)
class DoubledTotals:
    """The same over many pictures.

    Attributes:
        tracks: tracks times pictures, by kind.
        doubles: of them double, by kind.
        double_share: doubles / tracks, by kind.
        ship_or_coast_double_share: the same of tracks that a ship-borne or a coastal radar feeds.
        ship_and_coast_doubles: doubles of which the one track is fed by a ship-borne and the other by a
            coastal radar.
    """

    tracks: dict[str, int]
    doubles: dict[str, int]
    double_share: dict[str, float]
    ship_or_coast_double_share: float
    ship_and_coast_doubles: int


def kinds_of(scenario: Scenario) -> dict[str, Kind]:
    """Return the kind of each radar: on a ship, on the coast, in the air, or on land for aircraft only."""
    domain_of = {row.name: PLATFORM_TYPES[CODE_OF_PLATFORM[row.type]].domain for row in scenario.platforms}
    kinds: dict[str, Kind] = {}
    for row in scenario.radars:
        if row.platform is not None:
            kinds[row.name] = "airborne" if domain_of[row.platform] == Domain.AIR else "ship"
        else:
            kinds[row.name] = "coast" if "surface" in row.sees else "far"
    return kinds


def doubled(
    kinds: dict[str, Kind], objects: Objects, shown: Shown, picture: Picture, score: CycleScore
) -> Doubled:
    """Count one picture's tracks and doubles by the radars that feed them."""
    feeding = _feeding(kinds, shown, picture)
    tracks, doubles, across = Counter[str](), Counter[str](), 0
    for each in feeding:
        tracks.update(_counted(each))
    matched = score.matched
    for place in score.double_rows.tolist():
        doubles.update(_counted(feeding[place]))
        # A double lies beside an object that another track shows.
        apart = objects.ecef_m[matched.object_row] - shown.ecef_m[place]
        other = feeding[int(matched.track_row[int((apart * apart).sum(axis=1).argmin())])]
        own = feeding[place]
        across += ("ship" in own and "coast" in other) or ("coast" in own and "ship" in other)
    return Doubled(tracks, doubles, across)


def total_doubled(parts: Sequence[Doubled]) -> DoubledTotals:
    """Sum up; nan where there is nothing."""
    tracks = sum((part.tracks for part in parts), Counter[str]())
    doubles = sum((part.doubles for part in parts), Counter[str]())
    return DoubledTotals(
        tracks={kind: tracks[kind] for kind in KINDS},
        doubles={kind: doubles[kind] for kind in KINDS},
        double_share={kind: _ratio(doubles[kind], tracks[kind]) for kind in KINDS},
        ship_or_coast_double_share=_ratio(doubles["ship or coast"], tracks["ship or coast"]),
        ship_and_coast_doubles=sum(part.ship_and_coast for part in parts),
    )


def _feeding(kinds: dict[str, Kind], shown: Shown, picture: Picture) -> list[set[str]]:
    """Return the kinds of radar that have lately fed each shown track."""
    kind_of = [kinds.get(source) for source in picture.sources]
    recent = np.flatnonzero(picture.contribution_measured_at_s > picture.valid_at_s - RECENT_S)
    rows = np.searchsorted(picture.contribution_start, recent, side="right") - 1
    by_row: dict[int, set[str]] = {}
    for at, row in zip(recent.tolist(), rows.tolist(), strict=True):
        kind = kind_of[int(picture.contribution_source[at])]
        if kind is not None:
            by_row.setdefault(row, set()).add(kind)
    return [by_row.get(row, set()) for row in shown.row.tolist()]


def _counted(feeding: set[str]) -> set[str]:
    return feeding | ({"ship or coast"} if feeding & {"ship", "coast"} else set())


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
