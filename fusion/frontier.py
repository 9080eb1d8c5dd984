"""Up to when fusion may fold: the exercise clock less the allowed lateness, or less while it holds.

After a start or a lost broker the sources send again what was not committed. Folding on by the
clock would make all of that late, and the picture another one. So fusion *holds*: it folds only up
to what every source that is there has delivered, until all have caught up, or until it has waited
long enough.
"""

from dataclasses import dataclass, field
from math import inf

from contracts.control import SensorStatus
from contracts.reports import Batch

_SLACK_S = 1.0
"""How far behind the clock, beyond one batch, a source may be and count as caught up."""


@dataclass(slots=True)
class Frontier:
    """How far the sources have come.

    Attributes:
        connected: whether there is a broker; without one the hold does not end.
        holding_since_s: wall time at which the hold began; None when it is over.
        newcomer_at_s: wall time at which a new sensor last introduced itself.
        progress_s: end of the newest committed batch of each source, exercise time.
        interval_s: how long each source's batches are.
    """

    hold_s: float
    settle_s: float
    connected: bool = True
    holding_since_s: float | None = None
    newcomer_at_s: float = -inf
    progress_s: dict[str, float] = field(default_factory=dict)
    interval_s: dict[str, float] = field(default_factory=dict)

    def hold(self, wall_s: float) -> None:
        """Begin to hold, or begin anew."""
        self.holding_since_s = wall_s

    def disconnected(self, wall_s: float) -> None:
        """Hold, because nothing can come in."""
        self.connected = False
        self.hold(wall_s)

    def reconnected(self, wall_s: float) -> None:
        """Hold until the sources have sent again what was missed."""
        self.connected = True
        self.hold(wall_s)

    def note(self, batch: Batch) -> None:
        """Note how far a source has come."""
        self.progress_s[batch.source] = max(self.progress_s.get(batch.source, -inf), batch.measured_to_s)
        self.interval_s[batch.source] = batch.measured_to_s - batch.measured_from_s

    def at_s(
        self, wall_s: float, exercise_now_s: float, lateness_s: float, sensors: dict[str, SensorStatus]
    ) -> float:
        """Return the exercise time up to which may be folded now."""
        open_to_s = exercise_now_s - lateness_s
        if self.holding_since_s is None:
            return open_to_s
        waited_s = wall_s - self.holding_since_s
        online = [name for name, status in sensors.items() if status.state == "online"]
        behind = [
            name
            for name in online
            if self.progress_s.get(name, -inf) + self.interval_s.get(name, 0.0) + _SLACK_S < open_to_s
        ]
        settled = waited_s >= self.settle_s and wall_s - self.newcomer_at_s >= self.settle_s
        if self.connected and (waited_s >= self.hold_s or (online and settled and not behind)):
            self.holding_since_s = None
            return open_to_s
        if not online:
            return -inf
        return min(open_to_s, *(self.progress_s.get(name, -inf) for name in online))
