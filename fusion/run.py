"""A run of the exercise as fusion knows it: its clock, ledger, beliefs, and where the fold stands."""

from dataclasses import dataclass, field
from math import inf, nextafter
from pathlib import Path
from typing import Final

import msgspec

from contracts.clock import CycleGrid
from contracts.codec import decode_any
from contracts.control import ClockState
from contracts.reports import REPORT_MODELS, ReportBatch
from fusion.frontier import Frontier
from fusion.ledger import DiskLedger, Ledger, MemoryLedger
from fusion.marks import Marks
from fusion.pending import Pending
from fusion.scopes import Scopes
from fusion.settings import FusionSettings

EVENT_STEP_S: Final = 0.1
"""In event mode a picture at most this often."""


@dataclass(slots=True)
class Run:
    """All that belongs to one run of the exercise."""

    clock: ClockState
    grid: CycleGrid
    ledger: Ledger
    scopes: Scopes
    pending: Pending
    folded_to_s: float
    cycle: int
    arrivals: dict[str, list[float]] = field(default_factory=dict)


def begin_run(state: ClockState, settings: FusionSettings, wall_s: float) -> tuple[Run, Marks, Frontier]:
    """Begin or take up a run: the last checkpoint, then everything committed after it.

    Returns:
        The run, what has been committed of each source, and a frontier that holds.
    """
    ledger = open_ledger(settings.ledger_folder, settings.exercise, state)
    saved = ledger.checkpoint()
    if saved is None:
        scopes = Scopes.begin(settings.exercise, settings.scopes, settings.engine)
        marks, folded_to_s, cycle = Marks(), nextafter(state.startex_s, -inf), 0
    else:
        scopes = Scopes.load(saved.beliefs, settings.engine)
        marks = Marks.load(msgspec.msgpack.decode(saved.marks))
        folded_to_s, cycle = saved.folded_to_s, saved.cycle + 1
    frontier = Frontier(settings.hold_s, settings.settle_s)
    frontier.hold(wall_s)
    pending = Pending()
    for entry in ledger.entries_after(folded_to_s):
        batch = _report(decode_any(entry.payload, REPORT_MODELS))
        pending.put(entry.fold_at_s, batch)
        marks.take(entry.source, entry.epoch, entry.sequence)
        frontier.note(batch, marks.mark(entry.source), wall_s)
    grid = CycleGrid(state.startex_s, settings.cycle_s or EVENT_STEP_S)
    return Run(state, grid, ledger, scopes, pending, folded_to_s, cycle), marks, frontier


def open_ledger(folder: Path | None, exercise: str, state: ClockState) -> Ledger:
    """Return the ledger of a run, new or taken up."""
    if folder is None:
        return MemoryLedger()
    return DiskLedger(folder / f"{exercise}-{state.startex_s:.0f}-{state.run}.ledger")


def _report(batch: object) -> ReportBatch:
    assert isinstance(batch, REPORT_MODELS)
    return batch  # type: ignore[return-value]  # the four models are exactly the members of the union
