"""What the gateway has heard: the newest word of every part, bounded, for Health and the joins of REST."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

from contracts.codec import Reason
from contracts.control import DeadLetter, Presented, SensorStatus, ServiceStatus, Watermark
from contracts.labels import Scope

SENSORS_MAX: Final = 2000
SERVICES_MAX: Final = 100
CONSUMERS_MAX: Final = 20
DEAD_LETTERS_MAX: Final = 100
"""Dead letters kept to look at; all are counted."""

_REASONS: Final = frozenset(str(reason) for reason in Reason)


@dataclass(frozen=True, slots=True)
class HeardSensor:
    """A sensor's newest status.

    Attributes:
        received_at_s: wall time at which it came.
        reports_per_s: rate between its last two statuses; None before the second.
    """

    status: SensorStatus
    received_at_s: float
    reports_per_s: float | None


@dataclass(frozen=True, slots=True)
class HeardService:
    """A service's newest status."""

    status: ServiceStatus
    received_at_s: float


@dataclass(slots=True)
class Heard:
    """Everything heard besides pictures, clock and injects.

    Attributes:
        dead_letters: newest last.
        refused: what we could not read, by topic's last level and reason.
        over_bounds: words of a sensor, service or consumer beyond our tables' bounds.
    """

    sensors: dict[str, HeardSensor] = field(default_factory=dict)
    services: dict[str, HeardService] = field(default_factory=dict)
    watermarks: dict[str, Watermark] = field(default_factory=dict)
    dead_letters: deque[DeadLetter] = field(default_factory=lambda: deque(maxlen=DEAD_LETTERS_MAX))
    dead_letters_by_reason: Counter[str] = field(default_factory=Counter)
    presented: dict[Scope, Presented] = field(default_factory=dict)
    presented_count: Counter[Scope] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    over_bounds: int = 0

    def hear_sensor(self, status: SensorStatus, received_at_s: float) -> None:
        """Take a sensor's status; a rate comes of it and the one before."""
        before = self.sensors.get(status.sensor)
        if before is None and len(self.sensors) >= SENSORS_MAX:
            self.over_bounds += 1
            return
        rate = before.reports_per_s if before else None
        if before is not None and status.at_s > before.status.at_s:
            made = status.reports_sent - before.status.reports_sent
            rate = max(0, made) / (status.at_s - before.status.at_s)
        self.sensors[status.sensor] = HeardSensor(status, received_at_s, rate)

    def hear_service(self, status: ServiceStatus, received_at_s: float) -> None:
        """Take a service's status."""
        if status.service not in self.services and len(self.services) >= SERVICES_MAX:
            self.over_bounds += 1
            return
        self.services[status.service] = HeardService(status, received_at_s)

    def hear_watermark(self, watermark: Watermark) -> None:
        """Take what a consumer has committed."""
        if watermark.consumer not in self.watermarks and len(self.watermarks) >= CONSUMERS_MAX:
            self.over_bounds += 1
            return
        self.watermarks[watermark.consumer] = watermark

    def hear_dead_letter(self, letter: DeadLetter) -> None:
        """Take a refused report."""
        self.dead_letters_by_reason[letter.reason if letter.reason in _REASONS else "other"] += 1
        self.dead_letters.append(letter)

    def hear_presented(self, presented: Presented) -> None:
        """Take a frame that a browser, here or at another gateway, has shown."""
        self.presented[presented.scope] = presented
        self.presented_count[presented.scope] += 1
