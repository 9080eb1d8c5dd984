"""Why a run scored as it did: which kinds of objects were missed, and what spurious tracks are made of.

A picture names the newest report of every source behind a track; the truth's attributions say
whose each report was. Together they tell what a wrong track was made of.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from benchmarks.rehearsal import Cycle, ReportKey
from benchmarks.scoring import CycleScore
from benchmarks.situation import SIDES, Objects, Shown
from contracts.control import TruthAttribution
from contracts.picture import Picture
from contracts.platforms import PLATFORM_TYPES, Domain

NOBODY: Final = "nobody"
"""Whose clutter, forgeries and false alarms are."""
UNATTRIBUTED: Final = "unattributed"


@dataclass(slots=True)
class Kind:
    """All objects of one type and side, over all pictures."""

    objects: int = 0
    held: int = 0
    switches: int = 0
    errors_m: list[float] = field(default_factory=list)

    @property
    def completeness(self) -> float:
        """Share of the pictures that showed them, while they could be seen."""
        return self.held / self.objects

    @property
    def median_m(self) -> float:
        """Median position error; nan where none was shown."""
        return float(np.median(self.errors_m)) if self.errors_m else float("nan")


@dataclass(slots=True)
class WrongTrack:
    """A track that was spurious, or a second one on an object, in some pictures.

    Attributes:
        pictures: in how many.
        first_s: time of the first of them.
        domain: what it was shown as.
        origins: whose the reports behind it were, over all those pictures.
        sources: which sensors they came from.
    """

    pictures: int
    first_s: float
    domain: str
    origins: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)

    @property
    def made_of(self) -> str:
        """In one word: what the reports behind it were of."""
        whose = set(self.origins) - {UNATTRIBUTED}
        if whose == {NOBODY}:
            return "clutter or forgery"
        named = whose - {NOBODY}
        if len(named) == 1:
            return "one object, elsewhere" if NOBODY not in whose else "one object and clutter"
        return "several objects" if named else "unknown"


@dataclass(slots=True)
class Diagnosis:
    """What has been found so far.

    Attributes:
        kinds: objects by (type, side).
        missed: pictures in which each object was missed, by name.
        seen: pictures in which each object was detectable, by name.
        switches: track switches of each object, by name.
        spurious: by track.
        doubles: by track.
    """

    kinds: dict[tuple[str, str], Kind] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    switches: Counter[str] = field(default_factory=Counter)
    spurious: dict[int, WrongTrack] = field(default_factory=dict)
    doubles: dict[int, WrongTrack] = field(default_factory=dict)
    _whose: dict[ReportKey, TruthAttribution] = field(default_factory=dict)

    def take(self, cycle: Cycle, objects: Objects, shown: Shown, picture: Picture, score: CycleScore) -> None:
        """Take in one scored picture."""
        self._whose.update(cycle.attributions)
        self._count_objects(objects, score)
        for rows, tracks in ((score.spurious_rows, self.spurious), (score.double_rows, self.doubles)):
            for place in rows.tolist():
                self._note(tracks, shown, picture, place)

    def _count_objects(self, objects: Objects, score: CycleScore) -> None:
        kinds = [self._kind(objects, j) for j in range(len(objects.name))]
        for j in np.flatnonzero(objects.detectable).tolist():
            kinds[j].objects += 1
            self.seen[objects.name[j]] += 1
        for j, error_m in zip(score.matched.object_row.tolist(), score.matched.error_m.tolist(), strict=True):
            kinds[j].held += 1
            kinds[j].errors_m.append(error_m)
        for j in score.missed_rows.tolist():
            self.missed[objects.name[j]] += 1
        for j in score.switch_rows.tolist():
            kinds[j].switches += 1
            self.switches[objects.name[j]] += 1

    def _kind(self, objects: Objects, place: int) -> Kind:
        key = PLATFORM_TYPES[int(objects.platform[place])].name, SIDES[int(objects.side[place])]
        return self.kinds.setdefault(key, Kind())

    def _note(self, tracks: dict[int, WrongTrack], shown: Shown, picture: Picture, place: int) -> None:
        wrong = tracks.setdefault(
            shown.track_id[place],
            WrongTrack(0, picture.valid_at_s, Domain(int(shown.domain[place])).name.lower()),
        )
        wrong.pictures += 1
        row = int(shown.row[place])
        start, stop = picture.contribution_start[row : row + 2].tolist()
        for at in range(start, stop):
            source = picture.sources[int(picture.contribution_source[at])]
            key = source, int(picture.contribution_epoch[at]), int(picture.contribution_sequence[at])
            wrong.sources[source] += 1
            wrong.origins[self._owner(key, int(picture.contribution_row[at]))] += 1

    def _owner(self, key: ReportKey, row: int) -> str:
        attribution = self._whose.get(key)
        if attribution is None or row >= len(attribution.row_platform):
            return UNATTRIBUTED
        place = int(attribution.row_platform[row])
        return NOBODY if place < 0 else attribution.name[place]
