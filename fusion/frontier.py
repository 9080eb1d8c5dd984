"""Up to when fusion may fold: as far as every source has come, and to the end of a cycle when it is due.

Within a cycle fusion waits for a source that is behind: folding past it would make its reports late
and the picture another one. Where all have come it waits for nothing, not even for the allowed
lateness. When the cycle is due it waits no longer; what comes then is late and belongs to the next
cycle. After a start or a lost broker fusion *holds*: even a cycle that is due
waits until all sources have sent again what was not committed, or until it has waited long enough.
"""

from dataclasses import dataclass, field
from math import inf, nextafter

from contracts.control import SensorStatus
from contracts.reports import Batch

_SLACK_S = 1.0
"""How far behind the clock, beyond its next batch, a source may be and count as caught up."""


@dataclass(slots=True)
class Progress:
    """How far one source has come without a gap.

    Attributes:
        to_s: end of the newest batch before any gap, exercise time.
        interval_s: how long its batches are.
        heard_at_s: wall time of its last commit.
        ends_s: sequence number to end, of committed batches not yet known to be before a gap.
    """

    to_s: float = -inf
    interval_s: float = 0.0
    heard_at_s: float = -inf
    ends_s: dict[int, float] = field(default_factory=dict)

    @property
    def next_s(self) -> float:
        """End of the batch that must come next: nothing older can come."""
        return nextafter(self.to_s + self.interval_s, -inf)


@dataclass(slots=True)
class Frontier:
    """How far the sources have come, and whether fusion holds.

    Attributes:
        hold_s: longest wait, wall time, for anything that does not come.
        settle_s: how long no new sensor must have introduced itself for a hold to end.
        connected: whether there is a broker; without one a hold does not end.
        holding_since_s: wall time at which the hold began; None when it is over.
        newcomer_at_s: wall time at which a new sensor last introduced itself.
    """

    hold_s: float
    settle_s: float
    connected: bool = True
    holding_since_s: float | None = None
    newcomer_at_s: float = -inf
    sources: dict[str, Progress] = field(default_factory=dict)

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

    def note(self, batch: Batch, mark: int, wall_s: float) -> None:
        """Note a committed batch, and up to which number its source's batches are all here."""
        source = self.sources.setdefault(batch.source, Progress())
        source.interval_s = batch.measured_to_s - batch.measured_from_s
        source.heard_at_s = wall_s
        source.ends_s[batch.sequence] = batch.measured_to_s
        for sequence in [n for n in source.ends_s if n <= mark]:
            source.to_s = max(source.to_s, source.ends_s.pop(sequence))

    def at_s(self, wall_s: float, open_to_s: float, end_s: float, sensors: dict[str, SensorStatus]) -> float:
        """Return the exercise time up to which may be folded now.

        Args:
            wall_s: now.
            open_to_s: the exercise clock less the allowed lateness.
            end_s: when the present cycle ends.
            sensors: newest status of each sensor.
        """
        if self.holding_since_s is not None and not self._caught_up(wall_s, open_to_s, sensors):
            online = [name for name, status in sensors.items() if status.state == "online"]
            if not online:
                return -inf
            return min(open_to_s, *(self.sources.get(name, Progress()).next_s for name in online))
        self.holding_since_s = None
        if open_to_s >= end_s:
            return open_to_s
        # A source that has not been heard for long is not waited for any more.
        waited_for = [s.next_s for s in self.sources.values() if wall_s - s.heard_at_s < self.hold_s]
        return max(min([open_to_s, *waited_for]), min(self._all_here_to_s(sensors), end_s))

    def _all_here_to_s(self, sensors: dict[str, SensorStatus]) -> float:
        """Return up to when everything is here, whatever the clock says.

        Every sensor that is there has sent all of it, and has promised to send nothing older. So the
        last batches of a cycle are folded when they come, and not when the allowed lateness is over.
        """
        there = [name for name, status in sensors.items() if status.state != "offline"]
        return min((self.sources.get(name, Progress()).to_s for name in there), default=-inf)

    def _caught_up(self, wall_s: float, open_to_s: float, sensors: dict[str, SensorStatus]) -> bool:
        if not self.connected or self.holding_since_s is None:
            return False
        waited_s = wall_s - self.holding_since_s
        if waited_s >= self.hold_s:
            return True
        online = [name for name, status in sensors.items() if status.state == "online"]
        behind = any(self.sources.get(name, Progress()).next_s + _SLACK_S < open_to_s for name in online)
        settled = waited_s >= self.settle_s and wall_s - self.newcomer_at_s >= self.settle_s
        return bool(online) and settled and not behind
