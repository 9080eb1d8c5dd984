"""Whether a picture shows what an inject did, and how it can be told. Pure.

A picture knows nothing of injects. What ties the two is provenance: the truth's attributions say
which rows of which batch were of a platform, and a picture names the newest row of each source
behind a track. Injects without a platform are told by what the picture says of sensors, areas and
alerts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from contracts.control import Inject, InjectAction
from contracts.emitters import EMITTER_OF_NOTATION
from contracts.geodesy import to_ecef
from contracts.picture import Alert, Picture, SensorHealth, TrackStatus, Trust

FREQUENCY_SHARE: Final = 0.05
"""How far a bearing's frequency may be from the library's and still be taken for the emitter."""

AREA_SHARE: Final = 1.5
"""How far outside a jammed area, in radii, an alert may stand and still be about it."""

SensorKind = Literal["radar", "intercept", "self-report", "watch-floor", "unknown"]


@dataclass(frozen=True, slots=True)
class Report:
    """One row of one batch, and when its batch was measured."""

    sensor: str
    epoch: int
    sequence: int
    row: int
    measured_at_s: float
    sensor_kind: SensorKind = "unknown"


@dataclass(frozen=True, slots=True)
class Sight:
    """What in a picture shows an inject."""

    detail: str
    track_number: int | None = None


@dataclass(frozen=True, slots=True)
class Clues:
    """What is known of the platform or sensor that an inject is about.

    Attributes:
        reports: the newest rows that were of the platform, in any order.
        track_number: the track that was last seen to be made of them.
        reports_before: how many reports the sensor had made in the picture before; None if unknown.
    """

    reports: tuple[Report, ...] = ()
    track_number: int | None = None
    reports_before: int | None = None


def track_of(picture: Picture, reports: Iterable[Report]) -> int | None:
    """Return the number of the track made of most of these reports; None where none is."""
    wanted = {(report.sensor, report.epoch, report.sequence, report.row) for report in reports}
    if not wanted or picture.contribution_sequence.size == 0:
        return None
    rows = np.isin(picture.contribution_sequence, [key[2] for key in wanted])
    rows &= np.isin(picture.contribution_row, [key[3] for key in wanted])
    owners = np.repeat(np.arange(picture.tracks), np.diff(picture.contribution_start).astype(np.int64))
    found: Counter[int] = Counter()
    # A loop, because after the two filters only a handful of the contributions is left.
    for place in np.flatnonzero(rows):
        key = (
            picture.sources[int(picture.contribution_source[place])],
            int(picture.contribution_epoch[place]),
            int(picture.contribution_sequence[place]),
            int(picture.contribution_row[place]),
        )
        if key in wanted:
            found[int(picture.track_number[owners[place]])] += 1
    return found.most_common(1)[0][0] if found else None


def health_of(picture: Picture, sensor: str | None) -> SensorHealth | None:
    """Return what a picture says of a sensor; None if its scope does not see it."""
    return next((health for health in picture.sensors if health.sensor == sensor), None)


def sight(inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    """Return what shows the inject in a picture; None while nothing does, or nothing ever will."""
    if picture.valid_at_s < inject.effective_at_s:
        return None
    return _SIGHTS[inject.request.action](inject, picture, clues)


def _new_track(_inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    number = track_of(picture, clues.reports)
    return None if number is None else Sight(f"track {number} ({_status(picture, number)})", number)


def _remove(_inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    number = clues.track_number
    if number is None:
        return None
    status = _status(picture, number)
    if status == "gone":
        return Sight(f"track {number} is gone", number)
    return Sight(f"track {number} is coasting", number) if status == "coasting" else None


def _jam(inject: Inject, picture: Picture, _clues: Clues) -> Sight | None:
    if alert := _alert(inject, picture, lambda alert: alert.alert_kind == "jamming" and _near(inject, alert)):
        return Sight(f"alert: {alert.text}", alert.track_number)
    if inject.request.subject is not None and (seen := _sensor_effect(inject, picture)):
        return seen
    return None


def _spoof_ais(inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    number = _track(picture, clues)
    alert = _alert(
        inject,
        picture,
        lambda alert: (
            number is not None
            and alert.track_number == number
            and alert.alert_kind in ("self-report-disputed", "hybrid-activity")
        ),
    )
    if alert:
        return Sight(f"alert: {alert.text}", number)
    if number is None:
        return None
    row = _row(picture, number)
    if row is not None and (
        np.isfinite(picture.claimed_lat_deg[row])
        or int(picture.trust_flags[row]) & Trust.SELF_REPORT_DISPUTED
    ):
        return Sight(f"track {number}: self-report disputed", number)
    return None


def _cyber_attack(inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    if seen := _sensor_effect(inject, picture):
        return seen
    number = _track(picture, clues)
    if number is None:
        return None
    if alert := _alert(inject, picture, lambda alert: alert.track_number == number):
        return Sight(f"alert: {alert.text}", number)
    row = _row(picture, number)
    flags = Trust(0 if row is None else int(picture.trust_flags[row]))
    words = ", ".join(flag.name.lower().replace("_", "-") for flag in flags if flag.name)
    return Sight(f"track {number}: {words}", number) if flags else None


def _emitter_on(inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    heard = tuple(
        report
        for report in clues.reports
        if report.sensor_kind == "intercept" and report.measured_at_s >= inject.effective_at_s
    )
    if (number := track_of(picture, heard)) is not None:
        return Sight(f"track {number} has an intercept of it", number)
    emitter = EMITTER_OF_NOTATION.get(inject.request.emitter or "")
    sensors = {report.sensor for report in heard}
    if emitter is None or not sensors:
        return None
    like = np.abs(picture.lob_frequency_hz / emitter.frequency_hz - 1.0) < FREQUENCY_SHARE
    like &= picture.lob_measured_at_s >= inject.effective_at_s
    for place in np.flatnonzero(like):
        source = picture.sources[int(picture.lob_source[place])]
        if source in sensors:
            return Sight(f"line of bearing from {source}, not tied to a track")
    return None


def _never(_inject: Inject, _picture: Picture, _clues: Clues) -> Sight | None:
    return None


def _sensor_off(inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    # A silent sensor still sends empty batches, so silence is a whole cycle without a report.
    health = health_of(picture, inject.request.subject)
    if health is None or picture.valid_from_s < inject.effective_at_s:
        return None
    return Sight(f"{health.sensor} sent no report") if health.reports == clues.reports_before else None


def _sensor_on(inject: Inject, picture: Picture, clues: Clues) -> Sight | None:
    health = health_of(picture, inject.request.subject)
    if health is None or clues.reports_before is None:
        return None
    count = health.reports - clues.reports_before
    return Sight(f"{health.sensor} sent {count} reports") if count > 0 else None


_SIGHTS: Final[Mapping[InjectAction, Callable[[Inject, Picture, Clues], Sight | None]]] = MappingProxyType(
    {
        InjectAction.NEW_TRACK: _new_track,
        InjectAction.REMOVE: _remove,
        InjectAction.JAM: _jam,
        InjectAction.SPOOF_AIS: _spoof_ais,
        InjectAction.CYBER_ATTACK: _cyber_attack,
        InjectAction.EMITTER_ON: _emitter_on,
        InjectAction.EMITTER_OFF: _never,
        InjectAction.SENSOR_OFF: _sensor_off,
        InjectAction.SENSOR_ON: _sensor_on,
    }
)


def _sensor_effect(inject: Inject, picture: Picture) -> Sight | None:
    """Return the effect or the alert that a picture shows on the sensor an inject is about."""
    subject = inject.request.subject
    if alert := _alert(inject, picture, lambda alert: alert.sensor is not None and alert.sensor == subject):
        return Sight(f"alert: {alert.text}")
    health = health_of(picture, subject)
    if health is None or health.effect == "none":
        return None
    return Sight(f"{health.sensor}: {health.effect}, trust {health.trust:.2f}")


def _alert(inject: Inject, picture: Picture, about: Callable[[Alert], bool]) -> Alert | None:
    """Return the first alert raised since the inject took effect that is about it."""
    return next(
        (alert for alert in picture.alerts if alert.raised_at_s >= inject.effective_at_s and about(alert)),
        None,
    )


def _near(inject: Inject, alert: Alert) -> bool:
    """Return whether an alert stands in the area of an inject, or the two cannot be compared."""
    request = inject.request
    if request.lat_deg is None or request.lon_deg is None or alert.lat_deg is None or alert.lon_deg is None:
        return True
    places = np.radians([[request.lat_deg, request.lon_deg], [alert.lat_deg, alert.lon_deg]])
    ecef_m = to_ecef(places[:, 0], places[:, 1], np.zeros(2))
    return float(np.linalg.norm(ecef_m[0] - ecef_m[1])) <= AREA_SHARE * (request.radius_m or 0.0)


def _track(picture: Picture, clues: Clues) -> int | None:
    """Return the track of the platform: as this picture shows it, else as an earlier one did."""
    number = track_of(picture, clues.reports)
    return clues.track_number if number is None else number


def _row(picture: Picture, number: int) -> int | None:
    rows = np.flatnonzero(picture.track_number == number)
    return int(rows[0]) if rows.size else None


def _status(picture: Picture, number: int) -> str:
    row = _row(picture, number)
    return "gone" if row is None else TrackStatus(int(picture.status[row])).name.lower()
