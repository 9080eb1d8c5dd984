"""Which report tells of an inject: for each action another. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from contracts.control import Inject, InjectAction, TruthAttribution
from contracts.reports import CyberEvent
from exercise.sights import SensorKind

Witness = Literal[
    "first-row",
    "last-row",
    "first-self-report",
    "first-intercept",
    "last-intercept",
    "first-batch",
    "last-batch",
    "cyber-event",
]

WITNESSES: Final[Mapping[InjectAction, Witness]] = MappingProxyType(
    {
        InjectAction.NEW_TRACK: "first-row",
        InjectAction.REMOVE: "last-row",
        InjectAction.JAM: "cyber-event",
        InjectAction.SPOOF_AIS: "first-self-report",
        InjectAction.CYBER_ATTACK: "cyber-event",
        InjectAction.EMITTER_ON: "first-intercept",
        InjectAction.EMITTER_OFF: "last-intercept",
        InjectAction.SENSOR_OFF: "last-batch",
        InjectAction.SENSOR_ON: "first-batch",
    }
)
"""The first report that shows the effect or the last one before it; attacks are told by cyber events."""

_KIND_WANTED: Final[Mapping[Witness, SensorKind]] = MappingProxyType(
    {"first-self-report": "self-report", "first-intercept": "intercept", "last-intercept": "intercept"}
)


def rows_of(subject: str, attribution: TruthAttribution) -> tuple[int, ...]:
    """Return the rows of a batch that were of a platform."""
    if subject not in attribution.name:
        return ()
    place = attribution.name.index(subject)
    return tuple(int(row) for row in np.flatnonzero(attribution.row_platform == place))


def is_witness(
    inject: Inject, attribution: TruthAttribution, sensor_kind: SensorKind, *, has_rows: bool
) -> bool:
    """Return whether a batch is of the kind that tells of an inject, whenever it was measured.

    Args:
        inject: what is followed.
        attribution: of the batch.
        sensor_kind: what made it.
        has_rows: whether rows of it were of the inject's platform.
    """
    witness = WITNESSES[inject.request.action]
    if witness == "cyber-event":
        return False
    if witness in ("first-batch", "last-batch"):
        return attribution.sensor == inject.request.subject and attribution.row_platform.size > 0
    return has_rows and sensor_kind == _KIND_WANTED.get(witness, sensor_kind)


def is_about(event: CyberEvent, inject: Inject) -> bool:
    """Return whether a cyber event is about an inject: named after it, or on its asset since then."""
    named = inject.inject_id in (event.asset_id, event.event_id)
    if named or event.event_id.startswith(f"{inject.inject_id}-"):
        return True
    return event.asset_id == inject.request.subject and event.last_seen_s >= inject.effective_at_s
