"""What the exercise service can be told, with units, defaults and bounds."""

import re
from dataclasses import dataclass
from typing import Final

from contracts.topics import NAME_PATTERN

RATE_MIN: Final = 0.1
RATE_MAX: Final = 60.0
"""Exercise seconds per wall second that the clock may be set to; the same bounds as in a ClockCommand."""


class BadSetting(ValueError):
    """A setting that cannot be."""

    def __init__(self, name: str, wanted: str, got: object) -> None:
        self.name = name
        super().__init__(f"{name}: wanted {wanted}, got {got!r}")


@dataclass(frozen=True, slots=True)
class ExerciseSettings:
    """Settings of one exercise service; there is one per exercise.

    Attributes:
        exercise: its name, as in the topics.
        startex_s: exercise time at which the scenario begins.
        rate: exercise seconds per wall second at the start.
        autostart: whether the clock runs from the beginning or waits for ``start``.
        lead_s: wall time between accepting an inject and its effect, so that every producer
            knows of it before it comes.
        take_up_s: wall time to wait, once, for a clock and injects that the broker has kept.
        status_every_s: wall time between two statuses.
        traces_max: traces kept retained; the oldest closed one goes first.
        trace_open_s: exercise time after an inject's effect for which its trace is followed.
    """

    exercise: str
    startex_s: float
    rate: float = 1.0
    autostart: bool = True
    lead_s: float = 1.0
    take_up_s: float = 0.5
    status_every_s: float = 5.0
    traces_max: int = 500
    trace_open_s: float = 1800.0

    def __post_init__(self) -> None:
        if not re.match(NAME_PATTERN, self.exercise):
            raise BadSetting("exercise", f"a name like {NAME_PATTERN}", self.exercise)
        if not 0.0 <= self.startex_s <= 1e11:
            raise BadSetting("startex_s", "seconds since 1970 within [0, 1e11]", self.startex_s)
        if not RATE_MIN <= self.rate <= RATE_MAX:
            raise BadSetting("rate", f"a number within [{RATE_MIN}, {RATE_MAX}]", self.rate)
        for name in ("lead_s", "take_up_s", "status_every_s", "trace_open_s"):
            value = getattr(self, name)
            if not 0.0 < value <= 86_400.0:
                raise BadSetting(name, "seconds within (0, 86400]", value)
        if not 1 <= self.traces_max <= 1000:
            # Brokers cut wildcard subscriptions off at about a thousand retained topics.
            raise BadSetting("traces_max", "a number within [1, 1000]", self.traces_max)
