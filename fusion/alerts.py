"""What people should look at: one alert per cause, with its evidence, raised once and kept while it lasts."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from contracts.labels import Classification, Label, nations_of
from contracts.picture import Alert, Trust
from contracts.reports import CyberEffect, CyberEvent
from fusion.belief import Belief
from fusion.geodetic import latitudes_longitudes
from fusion.identity import describe
from fusion.provenance import Stamp
from fusion.tracks import Tracks

HYBRID_REACH_M: Final = 150_000.0
"""A hostile emitter or approach and a cyber event within this distance belong together; assumed."""

HYBRID_S: Final = 900.0
"""... and within this time."""

KEPT_S: Final = 1800.0
"""How long an alert stays on the picture after it was raised."""


def raise_alert(belief: Belief, alert: Alert, alerts_max: int) -> None:
    """Keep an alert unless its cause has already been raised; at the bound the oldest goes."""
    if alert.alert_id in belief.alerts:
        return
    belief.alerts[alert.alert_id] = alert
    while len(belief.alerts) > alerts_max:
        del belief.alerts[next(iter(belief.alerts))]


def forget_alerts(belief: Belief, now_s: float) -> None:
    """Let go of alerts that were raised long ago."""
    for key in [k for k, alert in belief.alerts.items() if now_s - alert.raised_at_s > KEPT_S]:
        del belief.alerts[key]


def alert_of_event(belief: Belief, event: CyberEvent, label: Label, alerts_max: int) -> None:
    """Raise what a cyber event means for the picture."""
    if event.closed or event.effect == CyberEffect.NONE:
        return
    sensor = event.asset_id if event.asset_kind == "sensor" else None
    kind = (
        "sensor-attacked" if sensor else "jamming" if event.asset_kind == "area" else "self-report-disputed"
    )
    raise_alert(
        belief,
        Alert.model_validate(
            {
                "alert_id": _short(f"{kind}-{event.event_id}"),
                "alert_kind": kind,
                "severity": "critical" if event.confidence >= 0.8 else "warning",
                "raised_at_s": event.measured_at_s,
                "text": f"{event.effect.value} on {event.asset_kind} {event.asset_id}: {event.summary}"[:300],
                "lat_deg": event.lat_deg,
                "lon_deg": event.lon_deg,
                "sensor": sensor,
                "evidence": (f"cyber:{event.event_id} {event.technique} confidence {event.confidence:.2f}",),
                "label": label,
            }
        ),
        alerts_max,
    )


def alert_of_doubt(belief: Belief, place: int, stamp: Stamp, now_s: float, alerts_max: int) -> None:
    """Raise that a radar's data do not fit what other sensors know, though nobody has told of an attack."""
    record, found = belief.sources[place], belief.misfits[place]
    mean = sum(found.nis) / len(found.nis)
    _raise(
        belief,
        alerts_max,
        alert_id=_short(f"misfits-{record.name}"),
        alert_kind="sensor-attacked",
        severity="critical",
        raised_at_s=now_s,
        text=f"{record.name}: its plots are elsewhere than other sensors see the same objects; kept out",
        lat_deg=record.lat_deg,
        lon_deg=record.lon_deg,
        sensor=record.name,
        evidence=(f"mean NIS {mean:.1f} over {len(found.nis)} looks, 1 when all is right",),
        label=Label(
            classification=Classification(stamp.classification),
            releasable_to=nations_of(stamp.releasable_mask),
            caveats=tuple(c for bit, c in enumerate(belief.caveats) if stamp.caveats >> bit & 1),
        ),
    )


def alerts_of_tracks(belief: Belief, now_s: float, alerts_max: int) -> None:
    """Raise what tracks and located emitters themselves show: disputes, new hostiles, hybrid activity."""
    _alerts_of(belief, belief.tracks, belief.rows, now_s, alerts_max)
    _alerts_of(belief, belief.triangulation.emitters, belief.triangulation.located, now_s, alerts_max)


def _alerts_of(belief: Belief, tracks: Tracks, rows: int, now_s: float, alerts_max: int) -> None:
    numbered = np.flatnonzero(tracks.track_number[:rows] > 0)
    if not len(numbered):
        return
    velocity = tracks.velocity_m_per_s[numbered]
    said, sides, _, _, _ = describe(
        tracks.hypotheses[numbered],
        tracks.domain[numbered],
        np.hypot(velocity[:, 0], velocity[:, 1]),
        tracks.silent_s[numbered],
    )
    latitude, longitude = latitudes_longitudes(tracks.ecef_m[numbered])
    contradicting = tracks.trust_flags[numbered] & Trust.IDENTITY_CONFLICT > 0
    for k in np.flatnonzero((said >= 5) | (tracks.disputes[numbered] >= 2) | contradicting):
        row = int(numbered[k])
        number = int(tracks.track_number[row])
        place = {"lat_deg": float(np.degrees(latitude[k])), "lon_deg": float(np.degrees(longitude[k]))}
        evidence = tuple(
            f"{belief.sources[s].name}:{e}:{q}:{r}"
            for s, e, q, r in zip(
                tracks.source[row].tolist(), tracks.source_epoch[row].tolist(),
                tracks.source_sequence[row].tolist(), tracks.source_row[row].tolist(), strict=True,
            )
            if s >= 0
        )  # fmt: skip
        common = {"raised_at_s": now_s, "track_number": number, "evidence": evidence,
                  "label": _label(belief, tracks, row), **place}  # fmt: skip
        if tracks.disputes[row] >= 2:
            _raise(
                belief,
                alerts_max,
                alert_id=f"disputed-{number}",
                alert_kind="self-report-disputed",
                severity="warning",
                text=f"T{number}: self-reported position disagrees with sensors",
                **common,
            )
        if contradicting[k]:
            _raise(
                belief,
                alerts_max,
                alert_id=f"conflict-{number}",
                alert_kind="identity-conflict",
                severity="warning",
                text=f"T{number}: what it says, emits and does contradict each other",
                **common,
            )
        if said[k] == 6:
            _raise(
                belief,
                alerts_max,
                alert_id=f"hostile-{number}",
                alert_kind="new-hostile",
                severity="critical",
                text=f"T{number}: hostile with probability {sides[k, 2]:.2f}",
                **common,
            )
        if said[k] >= 5:
            _hybrid(belief, tracks, row, number, now_s, alerts_max, common)


def _hybrid(
    belief: Belief,
    tracks: Tracks,
    row: int,
    number: int,
    now_s: float,
    alerts_max: int,
    common: Mapping[str, object],
) -> None:
    """Raise hybrid activity: a suspect or hostile that emits, near a cyber event in space and time."""
    heard_s = tracks.last_kind_s[row, 1]
    if np.isnan(heard_s) or now_s - heard_s > HYBRID_S:
        return
    here = np.radians([[float(str(common["lat_deg"])), float(str(common["lon_deg"]))]])[0]
    for event in belief.events.events.values():
        place = _place_of(belief, event)
        if place is None or now_s - event.measured_at_s > HYBRID_S:
            continue
        there = np.radians(place)
        if _great_circle_m(here, there) < HYBRID_REACH_M:
            own = common["evidence"]
            evidence = (*(own if isinstance(own, tuple) else ()), f"cyber:{event.event_id}")
            _raise(belief, alerts_max, alert_id=_short(f"hybrid-{number}-{event.event_id}"),
                   alert_kind="hybrid-activity", severity="critical",
                   text=f"T{number} emits near cyber event {event.event_id} ({event.category.value})",
                   **{**common, "evidence": evidence})  # fmt: skip


def _place_of(belief: Belief, event: CyberEvent) -> tuple[float, float] | None:
    if event.lat_deg is not None and event.lon_deg is not None:
        return event.lat_deg, event.lon_deg
    place = belief.source_places.get(event.asset_id)
    record = belief.sources[place] if place is not None else None
    if record is None or record.lat_deg is None or record.lon_deg is None:
        return None
    return record.lat_deg, record.lon_deg


def _great_circle_m(a: "np.ndarray[tuple[int], np.dtype[np.float64]]", b: object) -> float:
    lat, lon = np.asarray(b, np.float64)
    half = np.sin((lat - a[0]) / 2.0) ** 2 + np.cos(lat) * np.cos(a[0]) * np.sin((lon - a[1]) / 2.0) ** 2
    return float(2.0 * 6_371_008.8 * np.arcsin(np.sqrt(min(1.0, half))))


def _label(belief: Belief, tracks: Tracks, row: int) -> Label:
    mask = int(tracks.releasable_mask[row])
    nations = nations_of(mask)
    if not nations:
        # Nobody may see all of what it is made of: only the white cell holds such a track.
        nations = nations_of(7)
    caveats = tuple(c for bit, c in enumerate(belief.caveats) if int(tracks.caveats[row]) >> bit & 1)
    return Label(
        classification=Classification(int(tracks.classification[row])),
        releasable_to=nations,
        caveats=caveats,
    )


def _raise(belief: Belief, alerts_max: int, **fields: object) -> None:
    raise_alert(belief, Alert.model_validate(fields), alerts_max)


def _short(name: str) -> str:
    return name[:40].rstrip("-")
