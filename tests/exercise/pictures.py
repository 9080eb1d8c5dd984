"""Pictures, attributions and frames as a test needs them: small, and only what matters is named."""

from typing import Any

import numpy as np

from contracts.codec import encode
from contracts.control import Presented, TruthAttribution
from contracts.labels import Classification, Label, Scope
from contracts.picture import Alert, Picture, PublishedPicture, SensorHealth
from contracts.reports import CyberEvent, CyberEvents
from tests.exercise.builders import EXERCISE, LABEL, STARTEX_S
from tests.virtual_time import EPOCH_S

NAN = float("nan")
CONFIRMED, COASTING = 1, 2
Contribution = tuple[str, int, int]
"""Sensor, batch sequence, row."""


def a_picture(
    tracks: dict[int, list[Contribution]] | None = None,
    *,
    valid_at_s: float = STARTEX_S + 30.0,
    scope: Scope = "ALL",
    cycle: int = 1,
    status: dict[int, int] | None = None,
    lobs: list[tuple[str, float, float]] | None = None,
    **changes: Any,
) -> Picture:
    """Return a picture of these tracks.

    Args:
        tracks: track number to what it is made of.
        status: of the tracks that are not confirmed.
        lobs: bearings without a track: source, frequency_hz, measured_at_s.
    """
    tracks, lobs = tracks or {}, lobs or []
    numbers = sorted(tracks)
    rows = [row for number in numbers for row in tracks[number]]
    sources = sorted({sensor for sensor, _, _ in rows} | {source for source, _, _ in lobs})
    n, c, b = len(numbers), len(rows), len(lobs)
    fields: dict[str, Any] = {
        "exercise": EXERCISE,
        "scope": scope,
        "cycle": cycle,
        "valid_from_s": valid_at_s - 30.0,
        "valid_at_s": valid_at_s,
        "reports_folded": c,
        "label": LABEL,
        "track_id": np.zeros((n, 2)),
        "track_number": np.array(numbers),
        "status": np.array([(status or {}).get(number, CONFIRMED) for number in numbers]),
        "covariance": np.zeros((n, 10)),
        "identity": np.full((n, 3), 1.0 / 3.0),
        "platform_candidate": np.zeros((n, 3)),
        "platform_probability": np.zeros((n, 3)),
        "last_contribution_s": np.full((n, 4), NAN),
        "releasable_mask": np.full(n, 7),
        "claimed_lat_deg": np.full(n, NAN),
        "claimed_lon_deg": np.full(n, NAN),
        "sources": tuple(sources),
        "contribution_start": np.cumsum([0, *(len(tracks[number]) for number in numbers)]),
        "contribution_source": np.array([sources.index(sensor) for sensor, _, _ in rows]),
        "contribution_sequence": np.array([sequence for _, sequence, _ in rows]),
        "contribution_row": np.array([row for _, _, row in rows]),
        "contribution_measured_at_s": np.full(c, valid_at_s),
        "lob_source": np.array([sources.index(source) for source, _, _ in lobs]),
        "lob_frequency_hz": np.array([frequency_hz for _, frequency_hz, _ in lobs]),
        "lob_measured_at_s": np.array([measured_at_s for _, _, measured_at_s in lobs]),
    }
    for name, field in Picture.model_fields.items():
        if name not in fields and field.is_required():
            count = c if name.startswith("contribution_") else b if name.startswith("lob_") else n
            fields[name] = np.zeros(count)
    return Picture(**(fields | changes))


def published(picture: Picture, **changes: Any) -> PublishedPicture:
    due_s = EPOCH_S + picture.valid_at_s - STARTEX_S + 0.25
    fields: dict[str, Any] = {
        "exercise": picture.exercise,
        "scope": picture.scope,
        "cycle": picture.cycle,
        "cycle_s": 30.0,
        "next_due_at_s": due_s + 30.0,
        "due_at_s": due_s,
        "closed_at_s": due_s + 0.010,
        "published_at_s": due_s + 0.020,
        "exercise_now_s": picture.valid_at_s + 0.27,
        "caught_up": True,
        "picture_sha256": "0" * 64,
        "picture": encode(picture),
    }
    return PublishedPicture(**(fields | changes))


def an_attribution(
    sensor: str = "radar-jeju",
    sequence: int = 7,
    rows: dict[int, str] | None = None,
    *,
    size: int = 10,
    measured_to_s: float | None = STARTEX_S + 15.0,
    produced_at_s: float | None = EPOCH_S + 15.1,
) -> TruthAttribution:
    """Return whose the rows of one batch were; every row that is not named was clutter."""
    names = tuple(dict.fromkeys((rows or {}).values()))
    row_platform = np.full(size, -1)
    for row, name in (rows or {}).items():
        row_platform[row] = names.index(name)
    return TruthAttribution(
        exercise=EXERCISE,
        sensor=sensor,
        sequence=sequence,
        name=names,
        row_platform=row_platform,
        measured_to_s=measured_to_s,
        produced_at_s=produced_at_s,
    )


def an_alert(alert_kind: str, **changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "alert_id": "alert-1",
        "alert_kind": alert_kind,
        "severity": "warning",
        "raised_at_s": STARTEX_S + 20.0,
        "text": "look here",
        "label": LABEL,
    }
    return Alert(**(fields | changes))


def a_health(sensor: str, last_measured_s: float, **changes: Any) -> SensorHealth:
    fields: dict[str, Any] = {
        "sensor": sensor,
        "discipline": "radar",
        "last_measured_s": last_measured_s,
        "batches": 1,
        "reports": 1,
        "trust": 1.0,
    }
    return SensorHealth(**(fields | changes))


def a_frame(cycle: int = 1, scope: Scope = "ALL", presented_at_s: float = EPOCH_S + 31.0) -> Presented:
    return Presented(
        exercise=EXERCISE,
        scope=scope,
        session="s-1",
        cycle=cycle,
        sent_at_s=presented_at_s - 0.4,
        decoded_at_s=presented_at_s - 0.3,
        drawn_at_s=presented_at_s - 0.1,
        presented_at_s=presented_at_s,
        clock_error_s=0.0005,
        estimated=False,
        tracks=1,
    )


def some_cyber(asset_id: str = "radar-jeju", event_id: str = "ev-1", **changes: Any) -> CyberEvents:
    fields: dict[str, Any] = {
        "event_id": event_id,
        "category": "data-manipulation",
        "technique": "T0832",
        "asset_kind": "sensor",
        "asset_id": asset_id,
        "effect": "degraded-accuracy",
        "confidence": 0.8,
        "measured_at_s": STARTEX_S + 18.0,
        "first_seen_s": STARTEX_S + 11.0,
        "last_seen_s": STARTEX_S + 18.0,
    }
    return CyberEvents(
        exercise=EXERCISE,
        nation="KOR",
        sensor="watch-seoul",
        sequence=3,
        measured_from_s=STARTEX_S + 10.0,
        measured_to_s=STARTEX_S + 18.0,
        produced_at_s=EPOCH_S + 18.2,
        label=Label(classification=Classification.RESTRICTED, releasable_to=("KOR",)),
        events=(CyberEvent(**(fields | changes)),),
    )
