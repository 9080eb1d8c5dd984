"""Where new tracks grow up: the table of hypotheses and the log of the plots they are made of."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from contracts.columns import IntArray
from fusion import table
from fusion.branching import keep_starts
from fusion.provenance import Stamp
from fusion.starts import LOGGED, START, PlotLog, Starts, empty_log, empty_starts
from fusion.sweep import Sweep

CAPACITY_FIRST: Final = 256


@dataclass(slots=True)
class Nursery:
    """The hypotheses of new tracks.

    Attributes:
        starts: the table; rows 0 to ``rows`` - 1 are in use.
        log: where each plot came from, by id less ``first_id``.
        first_id: id of the first plot in the log.
        next_id: id of the next plot.
    """

    starts: Starts = field(default_factory=lambda: empty_starts(CAPACITY_FIRST))
    rows: int = 0
    log: PlotLog = field(default_factory=lambda: empty_log(CAPACITY_FIRST))
    first_id: int = 0
    next_id: int = 0

    def log_plots(self, sweep: Sweep, free: NDArray[np.bool_], stamp: Stamp) -> IntArray:
        """Give the free plots of a sweep ids and note where they came from; return (M,) ids, -1 for none."""
        plots = np.flatnonzero(free)
        plot_id = np.full(sweep.rows, -1, np.int64)
        plot_id[plots] = self.next_id + np.arange(len(plots))
        used = self.next_id - self.first_id
        self._fit_log(used + len(plots))
        rows = slice(used, used + len(plots))
        log = self.log
        log.source[rows], log.epoch[rows], log.sequence[rows] = stamp.source, stamp.epoch, stamp.sequence
        log.row[rows], log.time_s[rows], log.trust[rows] = plots, sweep.plots.time_s[plots], stamp.trust
        self.next_id += len(plots)
        return plot_id

    def make_room(self, wanted: int, starts_max: int) -> int:
        """Make room for more rows; return for how many: fewer at the bound."""
        granted = max(0, min(wanted, starts_max - self.rows))
        if self.rows + granted > len(self.starts.time_s):
            self.starts = table.grown(self.starts, max(2 * len(self.starts.time_s), self.rows + granted))
        return granted

    def trim(self, first_id: int) -> None:
        """Let go of the plots before an id, when that is worth the copying."""
        gone = first_id - self.first_id
        if gone > max(CAPACITY_FIRST, len(self.log.time_s) // 2) or first_id == self.next_id:
            self.log[: self.next_id - first_id] = self.log[gone : self.next_id - self.first_id].copy()
            self.first_id = first_id

    def forget(self, before_s: float) -> None:
        """Give up hypotheses whose newest plot is older than a time."""
        kept = self.starts.time_s[: self.rows] >= before_s
        if not kept.all():
            self.rows = keep_starts(self.starts, self.rows, kept)

    def dump(self) -> dict[str, Any]:
        """Return the hypotheses as plain values, for a checkpoint."""
        return {
            "first_id": self.first_id,
            "next_id": self.next_id,
            "starts": table.to_state(self.starts, self.rows),
            "log": table.to_state(self.log, self.next_id - self.first_id),
        }

    @classmethod
    def load(cls, state: dict[str, Any]) -> "Nursery":
        """Return the hypotheses of a checkpoint."""
        starts = table.from_state(Starts, START, state["starts"], CAPACITY_FIRST)
        log = table.from_state(PlotLog, LOGGED, state["log"], CAPACITY_FIRST)
        return cls(starts, state["starts"]["rows"], log, state["first_id"], state["next_id"])

    def _fit_log(self, wanted: int) -> None:
        if wanted > len(self.log.time_s):
            self.log = table.grown(self.log, max(2 * len(self.log.time_s), wanted))
