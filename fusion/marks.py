"""What has been committed of each source: the watermark, and with it what is a duplicate.

A source numbers its batches without gaps. The mark is the last number up to which all are here;
numbers ahead of a gap are remembered, so that a batch that comes twice is known in any order.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from contracts.control import SourceMark

AHEAD_MAX: Final = 10_000
"""Batches remembered ahead of a gap; what is farther ahead is not taken and will be sent again."""

GAP_S: Final = 30.0
"""Wall time after which a gap is given up: its source could not send it again."""


@dataclass(slots=True)
class _Source:
    epoch: int = 0
    sequence: int = -1
    ahead: set[int] = field(default_factory=set)
    gap_since_s: float | None = None


@dataclass(slots=True)
class Marks:
    """The marks of all sources of one run."""

    lost_batches: int = 0
    _sources: dict[str, _Source] = field(default_factory=dict)

    def is_news(self, source: str, epoch: int, sequence: int) -> bool:
        """Return whether a batch has not been taken yet and may be taken now."""
        held = self._sources.get(source)
        if held is None or epoch > held.epoch:
            return sequence < AHEAD_MAX or held is None
        if epoch < held.epoch or sequence <= held.sequence or sequence in held.ahead:
            return False
        return sequence - held.sequence <= AHEAD_MAX or not held.ahead

    def take(self, source: str, epoch: int, sequence: int) -> None:
        """Note a batch as committed (or as settled without being used)."""
        held = self._sources.setdefault(source, _Source(epoch=epoch))
        if epoch > held.epoch:
            held.epoch, held.sequence, held.gap_since_s = epoch, -1, None
            held.ahead.clear()
        if epoch == held.epoch and sequence > held.sequence:
            held.ahead.add(sequence)
            self._advance(held)

    def give_up_gaps(self, wall_s: float) -> None:
        """Step over gaps that have stood for long, and count what is lost."""
        for held in self._sources.values():
            if not held.ahead:
                held.gap_since_s = None
            elif held.gap_since_s is None:
                held.gap_since_s = wall_s
            elif wall_s - held.gap_since_s > GAP_S:
                first = min(held.ahead)
                self.lost_batches += first - held.sequence - 1
                held.sequence = first - 1
                held.gap_since_s = None
                self._advance(held)

    def mark(self, source: str) -> int:
        """Return the number up to which all batches of a source are here; -1 for none."""
        held = self._sources.get(source)
        return -1 if held is None else held.sequence

    def marks(self) -> dict[str, SourceMark]:
        """Return the watermark of every source, in the order of their names."""
        return {
            name: SourceMark(epoch=self._sources[name].epoch, sequence=self._sources[name].sequence)
            for name in sorted(self._sources)
        }

    def dump(self) -> dict[str, Any]:
        """Return everything as plain values, for a checkpoint."""
        return {
            "lost_batches": self.lost_batches,
            "sources": {n: [s.epoch, s.sequence, sorted(s.ahead)] for n, s in sorted(self._sources.items())},
        }

    @classmethod
    def load(cls, dumped: dict[str, Any]) -> "Marks":
        """Return the marks of a checkpoint."""
        sources = {
            n: _Source(epoch, sequence, set(ahead))
            for n, (epoch, sequence, ahead) in dumped["sources"].items()
        }
        return cls(dumped["lost_batches"], sources)

    @staticmethod
    def _advance(held: _Source) -> None:
        while held.sequence + 1 in held.ahead:
            held.sequence += 1
            held.ahead.remove(held.sequence)
        if not held.ahead:
            held.gap_since_s = None
