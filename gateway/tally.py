"""What the gateway has done for browsers, counted."""

from collections import Counter
from dataclasses import dataclass, field

from contracts.labels import Scope


@dataclass(slots=True)
class Tally:
    """Counts since the start; ``open`` alone goes down again.

    Attributes:
        open: sessions now, by scope.
        endings: sessions that ended, by how.
        turned_away: browsers that came when all places were taken.
        words_refused: messages of browsers that made no sense.
        presented_refused: presented frames that we never sent, or whose times cannot be.
        pictures_replaced: pictures that a newer one replaced before a slow browser could take them.
        words_dropped: short messages dropped because a browser took none.
    """

    open: Counter[Scope] = field(default_factory=Counter)
    endings: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    turned_away: int = 0
    snapshots: int = 0
    deltas: int = 0
    bytes_sent: int = 0
    resyncs: int = 0
    presented: int = 0
    presented_refused: int = 0
    presented_dropped: int = 0
    words_refused: int = 0
    pictures_replaced: int = 0
    words_dropped: int = 0

    def counters(self) -> dict[str, float]:
        """Return the counts as a service's status carries them."""
        return {
            "sessions_open": self.open.total(),
            "sessions": self.sessions,
            "sessions_stalled": self.endings["stalled"],
            "sessions_turned_away": self.turned_away,
            "snapshots": self.snapshots,
            "deltas": self.deltas,
            "bytes_sent": self.bytes_sent,
            "resyncs": self.resyncs,
            "presented": self.presented,
            "presented_refused": self.presented_refused,
            "presented_dropped": self.presented_dropped,
            "words_refused": self.words_refused,
            "pictures_replaced": self.pictures_replaced,
            "words_dropped": self.words_dropped,
        }
