"""The journal of credits: for each of the last cycles, which reports made each track.

It is part of a scope's belief and of the fold: the same reports give the same credits in the same order,
however they came. It is no part of a checkpoint, which it would make several times as large: after a
restart the journal begins with the first cycle that is folded anew.

Bounds: cycles kept, and credits kept in all of them together. At either the oldest cycle goes whole; a
cycle that is itself over the bound keeps its first credits and tells how many it lost. All are counted.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from fusion.crediting import note_bearings, note_claims, note_founding
from fusion.credits import Credits, empty_credits, track_keys
from fusion.intercepts import Bearings
from fusion.provenance import Stamp
from fusion.self_reports import Claims
from fusion.settings import EngineSettings
from fusion.starts import PlotLog, Starts
from fusion.tracks import Tracks

CAPACITY_FIRST: Final = 1024


@dataclass(frozen=True, slots=True)
class JournalCycle:
    """The credits of one cycle, and whose they are.

    Attributes:
        cycle: its number.
        valid_at_s: its end, exercise time.
        credits: (C,) in the order of the fold.
        lost: credits that did not fit.
        track_number: (N,) numbered tracks at its end, rising.
        track_id: (N, 2) their ids.
        track_key: (N,) their keys in the credits.
    """

    cycle: int
    valid_at_s: float
    credits: Credits
    lost: int
    track_number: NDArray[np.uint32]
    track_id: NDArray[np.uint64]
    track_key: NDArray[np.uint64]

    def place_of(self, track_number: int) -> int | None:
        """Return where a track stands among the numbered ones; None when it is not there."""
        place = int(np.searchsorted(self.track_number, track_number))
        if place == len(self.track_number) or self.track_number[place] != track_number:
            return None
        return place

    def of_track(self, place: int) -> Credits:
        """Return the credits of the track at a place."""
        return self.credits[np.flatnonzero(self.credits.track == self.track_key[place])].view(Credits)


@dataclass(slots=True)
class Journal:
    """The credits of the cycle that is open, and of those that were closed last.

    Attributes:
        open: credits of the open cycle; rows 0 to ``filled`` - 1 are in use.
        lost: credits of the open cycle that did not fit.
        closed: the newest cycles, oldest first.
        kept: credits of the closed cycles.
        dropped: credits that went at a bound, since the fold began.
    """

    open: Credits = field(default_factory=lambda: empty_credits(0))
    filled: int = 0
    lost: int = 0
    closed: deque[JournalCycle] = field(default_factory=deque)
    kept: int = 0
    dropped: int = 0

    @property
    def held(self) -> int:
        """Credits held, of all cycles."""
        return self.filled + self.kept

    def make_room(self, wanted: int, settings: EngineSettings) -> bool:
        """Make room for more credits, at the bound at the cost of the oldest cycles.

        Returns:
            Whether a journal is kept and anything is to be noted.
        """
        if not wanted or not settings.credits_max:
            return False
        while self.closed and self.held + wanted > settings.credits_max:
            self._drop_oldest()
        needed = self.filled + wanted
        if needed > len(self.open):
            capacity = min(max(CAPACITY_FIRST, 2 * len(self.open), needed), settings.credits_max)
            larger = empty_credits(capacity)
            larger[: self.filled] = self.open[: self.filled]
            self.open = larger
        return True

    def note(self, noted: int) -> None:
        """Take so many more credits as noted; those that did not fit are counted as lost."""
        fitted = min(noted, len(self.open) - self.filled)
        self.filled += fitted
        self.lost += noted - fitted
        self.dropped += noted - fitted

    def claims(
        self, tracks: Tracks, rows: IntArray, reports: IntArray, sigma: FloatArray,
        founded: NDArray[np.bool_], claims: Claims, stamp: Stamp, settings: EngineSettings,
    ) -> None:  # fmt: skip
        """Note the self-reports that made tracks; arguments as in :func:`fusion.crediting.note_claims`."""
        if self.make_room(len(rows), settings):
            note_claims(self.open, self.filled, tracks, rows, reports, sigma, founded, claims, stamp)
            self.note(len(rows))

    def bearings(
        self, tracks: Tracks, rows: IntArray, reports: IntArray, sigma: FloatArray, bearings: Bearings,
        stamp: Stamp, settings: EngineSettings,
    ) -> None:  # fmt: skip
        """Note the bearings that corrected tracks; as in :func:`fusion.crediting.note_bearings`."""
        if self.make_room(len(rows), settings):
            note_bearings(self.open, self.filled, tracks, rows, reports, sigma, bearings, stamp)
            self.note(len(rows))

    def founding(
        self, tracks: Tracks, first: int, starts: Starts, won: IntArray, log: PlotLog, first_id: int,
        settings: EngineSettings,
    ) -> None:  # fmt: skip
        """Note the plots that founded tracks; arguments as in :func:`fusion.crediting.note_founding`."""
        plots = int((starts.plot[won] >= 0).sum())
        if self.make_room(plots, settings):
            note_founding(self.open, self.filled, tracks, first, starts, won, log, first_id)
            self.note(plots)

    def close(
        self, cycle: int, valid_at_s: float, tracks: Tracks, rows: int, settings: EngineSettings
    ) -> None:
        """End a cycle: what was noted belongs to it, and the next is open.

        Args:
            cycle: its number.
            valid_at_s: its end.
            tracks: at its end.
            rows: in use.
            settings: of the engine.
        """
        numbered = np.flatnonzero((tracks.track_number[:rows] > 0) & (tracks.status[:rows] > 0))
        shown = numbered[np.argsort(tracks.track_number[numbered], kind="stable")]
        # What is closed keeps its array and a new one is begun: copying would hold up the tick.
        self.closed.append(
            JournalCycle(
                cycle, valid_at_s, self.open[: self.filled].view(Credits), self.lost,
                tracks.track_number[shown], tracks.track_id[shown], track_keys(tracks, shown),
            )
        )  # fmt: skip
        self.kept += self.filled
        self.open = empty_credits(min(self.filled + self.filled // 8, settings.credits_max))
        self.filled = self.lost = 0
        while len(self.closed) > settings.journal_cycles:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        gone = len(self.closed.popleft().credits)
        self.kept -= gone
        self.dropped += gone
