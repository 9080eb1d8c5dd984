"""Triangulation: from lines to emitters with positions, to the tracks that they ride on, or to nothing.

Every ten seconds the lines that are being heard are explained: which of them are of one emitter, and
whether that is on a known track, somewhere else, or just in a direction. What is in all likely
explanations is believed: an emitter with a position and an ellipse, or a tie to a track. Two emitters of
one kind, heard by two sites that stand still, cross in four places and only two are real; there the
explanations are equally likely, and the lines stay lines.

Located emitters are rows of a track table of their own: nothing gates against them, so a ship that a radar
happens to see inside a large ellipse does not become the emitter.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contracts.columns import FloatArray, IntArray
from contracts.platforms import Domain
from fusion.following import take_in
from fusion.identity import PRIOR
from fusion.intercepts import Bearings
from fusion.lines import (
    LINE,
    LINE_KEPT_S,
    LINES_MAX,
    Direction,
    Lines,
    Signals,
    direction_of,
    empty_lines,
)
from fusion.located import (
    LOCATED_MAX,
    blank_emitter,
    let_coast,
    place_emitter,
    remember_emitter,
    stamp_of_line,
)
from fusion.noise import Noise
from fusion.provenance import Stamp, credit
from fusion.table import from_state, to_state
from fusion.tracks import TRACK, Tracks, empty_tracks
from fusion.verdicts import FRESH_S, Placed, Tied, judge

REVIEW_S: Final = 10.0
"""How often lines are explained; a look is as long."""

SILENT_AIR_S: Final = 60.0
"""An aircraft that has been silent for so long may be anywhere; a ship is kept as long as its lines."""

TIES_RIGHT: Final = 0.85
"""Share of ties of lines to tracks that are right, as measured on the corridor scenario, seed 1: a tie's own
probability is only what its model says of itself."""

DOUBTED: Final = 0.5
"""Probability of its place below which an emitter is believed no more."""


class Ties(NamedTuple):
    """Lines that were found to be of emitters on tracks, and what else a review came to.

    Attributes:
        rows: (T,) the tracks.
        likelihood: (T, 63) what each says of side and type.
        chance: (T,) how surely it is that track.
        known: (T,) whether the track was known for that emitter.
        trust: (T,) in the line's source.
        explained: where the lines point that are now on tracks or have a position.
        freed: track numbers of emitters that are no more.
        refused: emitters that could not be placed, as there are too many.
        left_out: lines that could not be explained, as too many are alike.
    """

    rows: IntArray
    likelihood: FloatArray
    chance: FloatArray
    known: NDArray[np.bool_]
    trust: FloatArray
    explained: tuple[Direction, ...] = ()
    freed: tuple[int, ...] = ()
    refused: int = 0
    left_out: int = 0


@dataclass(slots=True)
class Triangulation:
    """The lines of one scope, and the emitters that were located from them.

    Attributes:
        lines: the table; rows 0 to ``rows`` - 1 are in use.
        emitters: located ones; rows 0 to ``located`` - 1 are in use.
        members: founders of each located emitter's lines.
        reviewed_s: exercise time of the last review.
    """

    lines: Lines = field(default_factory=empty_lines)
    rows: int = 0
    emitters: Tracks = field(default_factory=lambda: empty_tracks(LOCATED_MAX))
    located: int = 0
    members: list[list[tuple[int, ...]]] = field(default_factory=list)
    reviewed_s: float = 0.0

    def hear(
        self, bearings: Bearings, signals: Signals, heard: IntArray, stamp: Stamp
    ) -> tuple[NDArray[np.bool_], int]:
        """Take intercepts into their lines.

        Args:
            bearings: of one batch.
            signals: what they say beside.
            heard: (U,) those that are tied to no track.
            stamp: what they have in common.

        Returns:
            (U,) whether each is of an emitter that is located; how many lines had to make room for others.
        """
        found = np.empty(len(heard), np.int64)
        self.rows, displaced = take_in(self.lines, self.rows, bearings, signals, heard, stamp, found)
        located = {founder for founders in self.members for founder in founders}
        placed = [line >= 0 and self._founder(line) in located for line in found.tolist()]
        return np.array(placed, np.bool_), displaced

    def review(self, tracks: Tracks, rows: int, now_s: float, noise: Noise) -> Ties:
        """Explain the lines that are being heard: place emitters, and tie lines to tracks.

        Args:
            tracks: what may carry emitters; a tie is remembered there.
            rows: how many of them are in use.
            now_s: exercise time; the tracks are predicted to it.
            noise: of their motion.
        """
        if now_s - self.reviewed_s < REVIEW_S:
            return _NO_TIES
        since_s, self.reviewed_s = self.reviewed_s, now_s
        self._forget_lines(self.lines.last_s[: self.rows] > now_s - LINE_KEPT_S)
        verdicts = judge(self.lines, self.rows, tracks, rows, noise, now_s, since_s)
        numbers = set(self._numbers())
        refused = sum(not self._place(placed, now_s) for placed in verdicts.placed)
        self._doubt(verdicts.support, now_s)
        ties = self._tie(tracks, verdicts.tied)
        found = [line for placed in verdicts.placed for line in placed.group]
        found += [tied.line for tied in verdicts.tied]
        explained = tuple(direction_of(self.lines, line) for line in found)
        self._forget_lines(~np.isin(np.arange(self.rows), [tied.line for tied in verdicts.tied]))
        freed = tuple(sorted(numbers.difference(self._numbers())))
        return ties._replace(
            explained=explained, freed=freed, refused=refused, left_out=len(verdicts.left_out)
        )

    def _place(self, placed: Placed, now_s: float) -> bool:
        """Place an emitter: the one that had one of these lines before, or a new one if there is room."""
        found = placed.found
        assert found.fit is not None
        founders = [self._founder(line) for line in placed.group]
        before = [row for row, held in enumerate(self.members) if set(held) & set(founders)]
        if not before and self.located == LOCATED_MAX:
            return False
        members = np.array(placed.group, np.int64)
        if before:
            row = before[0]
            self.members[row] = founders
        else:
            row = self.located
            self.located += 1
            blank_emitter(self.emitters, row)
            oldest = members[int(np.argmin(self.lines.first_s[members]))]
            self.emitters.founder[row] = self.lines.founder[oldest]
            self.emitters.founded_at_s[row] = self.lines.first_s[oldest]
            self.members.append(founders)
        place_emitter(self.emitters, row, found.fit, found.domain, self.lines, members, now_s)
        kept = np.ones(self.located, np.bool_)
        kept[before[1:]] = False
        self._keep_emitters(kept)
        return True

    def _doubt(self, support: dict[int, float], now_s: float) -> None:
        """Let emitters go that are explained otherwise by now, or were not heard for long; the rest coast.

        One that is heard has to be found at its place again, or the place is no longer known.
        """
        kept = np.ones(self.located, np.bool_)
        by_founder = {self._founder(line): chance for line, chance in support.items()}
        for row, founders in enumerate(self.members):
            asked = [by_founder[founder] for founder in founders if founder in by_founder]
            silent_s = now_s - float(np.nanmax(self.emitters.last_kind_s[row]))
            silent_max_s = SILENT_AIR_S if self.emitters.domain[row] == Domain.AIR else LINE_KEPT_S
            kept[row] = silent_s < silent_max_s and (not asked or max(asked) >= DOUBTED)
            if silent_s < FRESH_S and now_s - float(self.emitters.time_s[row]) > FRESH_S:
                kept[row] = False
            if silent_s > FRESH_S:
                let_coast(self.emitters, row)
        self._keep_emitters(kept)

    def _tie(self, tracks: Tracks, tied: list[Tied]) -> Ties:
        """Remember the emitters of lines on their tracks, and credit the tracks with them."""
        known: list[bool] = []
        for line, row, _ in tied:
            known.append(remember_emitter(tracks, row, self.lines, line))
            at_s = float(self.lines.last_s[line])
            credit(tracks, row, stamp_of_line(self.lines, line), int(self.lines.newest[line, 2]), at_s, 0.0)
        lines = [one.line for one in tied]
        return Ties(
            rows=np.array([one.row for one in tied], np.int64),
            likelihood=np.exp(self.lines.log_likelihood[lines]),
            chance=np.array([one.chance for one in tied], np.float64),
            known=np.array(known, np.bool_),
            trust=self.lines.trust[lines],
        )

    def _founder(self, line: int) -> tuple[int, ...]:
        return tuple(self.lines.founder[line].tolist())

    def _numbers(self) -> list[int]:
        """Return the track numbers that located emitters have."""
        numbers: list[int] = self.emitters.track_number[: self.located].tolist()
        return [number for number in numbers if number]

    def _forget_lines(self, kept: NDArray[np.bool_]) -> None:
        """Let lines go; the others stay in their order."""
        if not kept.all():
            count = int(kept.sum())
            self.lines[:count] = self.lines[: self.rows][kept]
            self.rows = count

    def _keep_emitters(self, kept: NDArray[np.bool_]) -> None:
        """Let emitters go; the others stay in their order."""
        if kept.all():
            return
        self.members = [held for held, keep in zip(self.members, kept, strict=True) if keep]
        count = int(kept.sum())
        self.emitters[:count] = self.emitters[: self.located][kept]
        self.located = count

    def dump(self) -> dict[str, Any]:
        """Return everything as plain values, for a checkpoint."""
        return {
            "lines": to_state(self.lines, self.rows),
            "emitters": to_state(self.emitters, self.located),
            "members": [list(held) for held in self.members],
            "reviewed_s": self.reviewed_s,
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Triangulation":
        """Return the triangulation of a checkpoint."""
        return cls(
            lines=from_state(Lines, LINE, dumped["lines"], LINES_MAX),
            rows=dumped["lines"]["rows"],
            emitters=from_state(Tracks, TRACK, dumped["emitters"], LOCATED_MAX),
            located=dumped["emitters"]["rows"],
            members=[[tuple(founder) for founder in held] for held in dumped["members"]],
            reviewed_s=dumped["reviewed_s"],
        )


_NO_TIES: Final = Ties(
    np.zeros(0, np.int64), np.zeros((0, len(PRIOR))), np.zeros(0), np.zeros(0, np.bool_), np.zeros(0)
)
