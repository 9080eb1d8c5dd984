"""All that one scope's fusion believes: the tracks and what is remembered around them.

It is the accumulator of the fold: a pure function of the reports folded so far.
"""

from dataclasses import dataclass, field
from math import isnan, remainder
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contracts.labels import Label, Scope
from contracts.picture import Alert
from contracts.reports import TWO_PI, Batch
from fusion.coverage import Coverage
from fusion.journal import Journal
from fusion.lines import Direction
from fusion.misfits import Misfits
from fusion.nursery import Nursery
from fusion.registration import Registration
from fusion.table import grown
from fusion.tracks import Tracks, empty_tracks, keep_rows
from fusion.triangulation import Triangulation
from fusion.trust import OpenEvents, SourceRecord

CAPACITY_FIRST: Final = 1024
NAMES_MAX: Final = 60_000
CAVEATS_MAX: Final = 16
SOURCES_MAX: Final = 10_000


@dataclass(slots=True)
class Lob:
    """A line of bearing that fits no track."""

    source: int
    lat_deg: float
    lon_deg: float
    bearing_rad: float
    sigma_rad: float
    range_max_m: float
    frequency_hz: float
    measured_at_s: float

    def replaces(self, older: "Lob", frequency_sigma_hz: float) -> bool:
        """Return whether this is a newer look at the same emitter: same source, frequency and bearing."""
        if self.source != older.source:
            return False
        apart_rad = abs(remainder(self.bearing_rad - older.bearing_rad, TWO_PI))
        if isnan(self.frequency_hz) or isnan(older.frequency_hz):
            return apart_rad < 3.0 * self.sigma_rad
        same_emitter = abs(self.frequency_hz - older.frequency_hz) < 5.0 * frequency_sigma_hz
        return same_emitter and apart_rad < 6.0 * self.sigma_rad

    def is_on(self, line: Direction) -> bool:
        """Return whether this is one of the looks that a line is made of."""
        if self.source != line.source or isnan(self.frequency_hz):
            return False
        ahead_rad = line.bearing_rad + line.rate_rad_per_s * (self.measured_at_s - line.at_s)
        apart_rad = abs(remainder(self.bearing_rad - ahead_rad, TWO_PI))
        same_emitter = abs(self.frequency_hz - line.frequency_hz) < 5.0 * line.frequency_sigma_hz
        return same_emitter and apart_rad < 6.0 * self.sigma_rad


@dataclass(slots=True)
class Counters:
    """What happened, for Health; all count since the fold began."""

    batches: int = 0
    reports: int = 0
    founded: int = 0
    confirmed: int = 0
    dropped: int = 0
    merged: int = 0
    refused_at_tracks_max: int = 0
    refused_at_starts_max: int = 0
    quarantined: int = 0
    intercepts_tied: int = 0
    intercepts_open: int = 0
    displaced_at_lines_max: int = 0
    refused_at_located_max: int = 0
    left_out_at_cluster_max: int = 0
    self_reports_disputed: int = 0
    self_reports_repeated: int = 0
    disowned: int = 0


@dataclass(slots=True)
class Belief:
    """The state of one scope's fold.

    Attributes:
        tracks: the table; rows 0 to ``rows`` - 1 are in use.
        nursery: what may become tracks.
        coverages: what is known of sources of positions, by their place; these come from files only,
            which are fused in one go, so it is no part of a checkpoint.
        folded_to_s: exercise time up to which everything is folded.
        housekept_s: exercise time of the last housekeeping.
        sources: every source heard of, in the order of first hearing.
        names: names claimed in self-reports; 0 is "no name".
        caveats: caveats heard of; a track's mask has their bits.
        misfits: of each radar, by its source place.
        held_numbers: track number to the track's id half, of tracks that live.
        journal: which reports made the tracks, of the last cycles; no part of a checkpoint.
    """

    exercise: str
    scope: Scope
    tracks: Tracks = field(default_factory=lambda: empty_tracks(CAPACITY_FIRST))
    rows: int = 0
    nursery: Nursery = field(default_factory=Nursery)
    coverages: dict[int, Coverage] = field(default_factory=dict)
    folded_to_s: float = 0.0
    housekept_s: float = 0.0
    sources: list[SourceRecord] = field(default_factory=list)
    names: list[str] = field(default_factory=lambda: [""])
    caveats: list[str] = field(default_factory=list)
    events: OpenEvents = field(default_factory=OpenEvents)
    alerts: dict[str, Alert] = field(default_factory=dict)
    lobs: list[Lob] = field(default_factory=list)
    held_numbers: dict[int, int] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    registration: Registration = field(default_factory=Registration)
    journal: Journal = field(default_factory=Journal)
    misfits: dict[int, Misfits] = field(default_factory=dict)
    triangulation: Triangulation = field(default_factory=Triangulation)
    source_places: dict[str, int] = field(default_factory=dict)
    name_places: dict[str, int] = field(default_factory=lambda: {"": 0})
    claim_rows: dict[int, int] | None = None

    def source_place(self, batch: Batch) -> int:
        """Return the place of the batch's source, noting what it says of itself."""
        place = self.source_places.get(batch.source)
        if place is None:
            place = len(self.sources)
            self.source_places[batch.source] = place
            self.sources.append(SourceRecord(batch.source, batch.discipline))
        record = self.sources[place]
        record.lat_deg = getattr(batch, "site_lat_deg", record.lat_deg)
        record.lon_deg = getattr(batch, "site_lon_deg", record.lon_deg)
        record.range_max_m = getattr(batch, "range_max_m", record.range_max_m)
        record.last_measured_s = max(record.last_measured_s, batch.measured_to_s)
        record.batches += 1
        record.reports += batch.rows
        return place

    def name_place(self, name: str) -> int:
        """Return the place of a name; past the bound new names are not kept."""
        place = self.name_places.get(name)
        if place is None:
            if len(self.names) >= NAMES_MAX:
                return 0
            place = len(self.names)
            self.name_places[name] = place
            self.names.append(name)
        return place

    def caveat_mask(self, label: Label) -> int:
        """Return the bit mask of a label's caveats.

        Raises:
            OverflowError: more different caveats than a mask has bits; the exercise's label policy
                must be narrower.
        """
        mask = 0
        for caveat in label.caveats:
            if caveat not in self.caveats:
                if len(self.caveats) >= CAVEATS_MAX:
                    raise OverflowError(
                        f"wanted at most {CAVEATS_MAX} caveats, got {caveat!r} beside {self.caveats}"
                    )
                self.caveats.append(caveat)
            mask |= 1 << self.caveats.index(caveat)
        return mask

    def new_rows(self, wanted: int, tracks_max: int) -> tuple[int, int]:
        """Take free rows; return the first and how many there are: fewer at the bound, counted."""
        granted = max(0, min(wanted, tracks_max - self.rows))
        self.counters.refused_at_tracks_max += wanted - granted
        self.counters.founded += granted
        first = self.rows
        self.rows += granted
        if self.rows > len(self.tracks.time_s):
            self.tracks = grown(self.tracks, max(2 * len(self.tracks.time_s), self.rows))
        return first, granted

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Let go of the rows that are not kept, and of their numbers."""
        if kept.all():
            return
        gone = np.flatnonzero(~kept)
        for row in gone:
            self.held_numbers.pop(int(self.tracks.track_number[row]), None)
        self.rows = keep_rows(self.tracks, self.rows, kept)
        self.claim_rows = None

    def rows_of_claims(self, claimed_id: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return (M,) the row of the track with each claimed id, -1 for none."""
        if self.claim_rows is None:
            held = self.tracks.claimed_id[: self.rows]
            rows = np.flatnonzero(held)
            self.claim_rows = dict(zip(held[rows].tolist(), rows.tolist(), strict=True))
        get = self.claim_rows.get
        return np.array([get(key, -1) for key in claimed_id.tolist()], np.int64)

    def note_claim(self, claimed_id: int, row: int) -> None:
        """Remember which row has a claimed id."""
        if self.claim_rows is not None:
            self.claim_rows[claimed_id] = row

    def status_counts(self) -> dict[str, Any]:
        """Return how many tracks there are of each status."""
        status = self.tracks.status[: self.rows]
        return {"tentative": self.nursery.rows, "confirmed": int((status == 1).sum()),
                "coasting": int((status == 2).sum())}  # fmt: skip
