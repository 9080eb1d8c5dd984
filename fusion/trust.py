"""What cyber events and residuals do to the trust in a source: nothing silently, all of it shown.

An open event on a sensor lowers the weight of its reports, or keeps them out of the tracks; an open
event on a platform or an area takes the belief from self-reports. When the event closes, trust
comes back. Beside the watch floors' word stands the sensor's own record: when its plots lie farther
from their tracks than its errors allow, its errors are taken to be larger; when they are elsewhere than
what other sensors know, :mod:`fusion.misfits` doubts it, and its reports are kept out.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from contracts.columns import FloatArray
from contracts.reports import CyberEffect, CyberEvent

BELIEVED: Final = 0.5
"""Confidence from which an event has an effect; assumed."""

QUARANTINE: Final = (CyberEffect.FORGED_REPORTS, CyberEffect.SPOOFED_POSITION)
"""Effects that keep a sensor's reports out of the tracks."""

RESIDUAL_SHARE: Final = 0.02
"""Share of a new residual in the running mean: a memory of about fifty plots."""

RESIDUALS_MOST: Final = 500
"""Newest residuals of a batch that count: older ones weigh less than a ten-thousandth."""

RESIDUAL_LIMIT: Final = 3.0
"""Mean squared residual per degree of freedom (1 when all is right) from which errors are doubted."""

OPEN_S_MAX: Final = 3600.0
"""An event that nobody has confirmed for an hour is taken as over."""


@dataclass(slots=True)
class SourceRecord:
    """What the engine remembers of one source.

    Attributes:
        name: the sensor.
        discipline: its feed.
        lat_deg: where it was last; None if it never said.
        residual: running mean of the squared normalised innovation per degree of freedom.
        last_measured_s: end of its newest batch.
        doubted: whether its data do not fit what other sensors know (:mod:`fusion.misfits`).
        shut_s: since when its reports are kept out; None while they are not.
    """

    name: str
    discipline: str
    lat_deg: float | None = None
    lon_deg: float | None = None
    range_max_m: float | None = None
    residual: float = 1.0
    last_measured_s: float = 0.0
    batches: int = 0
    reports: int = 0
    doubted: bool = False
    shut_s: float | None = None

    def note_residuals(self, squared: FloatArray) -> None:
        """Take (U,) residuals into the running mean; an outlier counts as one, not as a thousand."""
        newest = np.minimum(squared[-RESIDUALS_MOST:], 25.0)
        weight = RESIDUAL_SHARE * (1.0 - RESIDUAL_SHARE) ** np.arange(len(newest) - 1, -1, -1)
        self.residual = float((1.0 - RESIDUAL_SHARE) ** len(newest) * self.residual + (weight * newest).sum())

    @property
    def inflation(self) -> float:
        """Factor on the source's variances that its own record asks for; 1 when all is right."""
        return max(1.0, self.residual / RESIDUAL_LIMIT)


@dataclass(slots=True)
class OpenEvents:
    """The cyber events that are open, newest word of each."""

    events: dict[str, CyberEvent] = field(default_factory=dict)

    def hear(self, event: CyberEvent) -> bool:
        """Take in an event; return whether it is news (not merely the same again)."""
        before = self.events.get(event.event_id)
        if event.closed:
            self.events.pop(event.event_id, None)
            return before is not None
        self.events[event.event_id] = event
        return before is None or before.effect != event.effect

    def forget(self, now_s: float) -> None:
        """Close what nobody has spoken of for long."""
        for key in [k for k, e in self.events.items() if now_s - e.measured_at_s > OPEN_S_MAX]:
            del self.events[key]

    def on_sensor(self, name: str) -> CyberEvent | None:
        """Return the most confident believed event on a sensor."""
        return self._best("sensor", name)

    def on_platform(self, claimed_id: int) -> CyberEvent | None:
        """Return the most confident believed event on a platform, by its claimed id."""
        return self._best("platform", str(claimed_id))

    def areas(self) -> list[CyberEvent]:
        """Return the believed events on areas, in order of their id."""
        return [
            self.events[key]
            for key in sorted(self.events)
            if self.events[key].asset_kind == "area" and self.events[key].confidence >= BELIEVED
        ]

    def _best(self, kind: str, asset: str) -> CyberEvent | None:
        on = [
            e
            for e in self.events.values()
            if e.asset_kind == kind and e.asset_id == asset and e.confidence >= BELIEVED
        ]
        return max(on, key=lambda e: (e.confidence, e.event_id), default=None)

    def dump(self) -> list[dict[str, Any]]:
        """Return the events as plain values, for a checkpoint."""
        return [self.events[key].model_dump(mode="json") for key in sorted(self.events)]


def sensor_trust(record: SourceRecord, event: CyberEvent | None) -> float:
    """Return the trust in a sensor, 1 full, 0 none.

    A quarantined sensor has 0, and so has one whose data do not fit what others know; any other effect
    takes off what the event's confidence says, at most nine tenths; a bad record divides by its inflation.
    """
    if record.doubted:
        return 0.0
    trust = 1.0 / record.inflation
    if event is None or event.effect == CyberEffect.NONE:
        return trust
    if event.effect in QUARANTINE:
        return 0.0
    return trust * (1.0 - 0.9 * event.confidence)
