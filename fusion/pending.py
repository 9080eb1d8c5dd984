"""Committed batches that wait to be folded, in the order of the fold."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import inf, nextafter

from contracts.reports import ReportBatch

FoldKey = tuple[float, str, int, int]


def fold_at_s(batch: ReportBatch, folded_to_s: float) -> float:
    """Return the moment at which a batch is folded: its own, or just after what is folded already."""
    return max(batch.measured_to_s, nextafter(folded_to_s, inf))


@dataclass(slots=True)
class Pending:
    """A heap of batches by (fold time, source, epoch, sequence)."""

    _heap: list[tuple[FoldKey, ReportBatch]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self._heap)

    def put(self, at_s: float, batch: ReportBatch) -> None:
        """Add a batch to be folded at a time."""
        heappush(self._heap, ((at_s, batch.source, batch.epoch, batch.sequence), batch))

    def take_until(self, to_s: float) -> ReportBatch | None:
        """Return the next batch that is due by a time, or None."""
        if self._heap and self._heap[0][0][0] <= to_s:
            return heappop(self._heap)[1]
        return None
