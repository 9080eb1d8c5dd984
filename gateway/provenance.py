"""One track in full: what it is, how sure that is, and every sensor that contributed."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from contracts.control import SensorStatus
from contracts.labels import Classification, Label, Nation, Scope, nations_of, visible
from contracts.picture import Alert, Picture, SourceKind, TrackStatus, Trust
from contracts.platforms import PLATFORM_TYPES, Affiliation, Domain
from contracts.topics import Discipline
from gateway.frames import symbol
from gateway.words import flag_words, word

_STILL_M_PER_S: Final = 0.1
"""Slower than this, a course says nothing."""


class View(BaseModel):
    """Something shown to people."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TrackLabel(View):
    """Who may see a track. The white cell's tracks may be made of what no single nation may see."""

    classification: Classification
    releasable_to: tuple[Nation, ...]
    caveats: tuple[str, ...]


class PlatformCandidate(View):
    """A type that a track may be of."""

    platform: str
    probability: float


class Contribution(View):
    """The newest report of one sensor in a track.

    Attributes:
        age_s: the picture's time of validity minus the time of measurement.
        count: reports that this sensor has contributed.
        residual_sigma: how far it lay from what was expected, in standard deviations.
        trust: weight left to the sensor, 1 is full.
        label: of the sensor's reports; None when the sensor has not introduced itself.
    """

    source: str
    nation: Nation | None
    discipline: Discipline | None
    sensor_kind: str | None
    measured_at_s: float
    age_s: float
    count: int
    epoch: int
    sequence: int
    row: int
    residual_sigma: float | None
    trust: float
    label: Label | None


class TrackView(View):
    """A track, with its provenance. Speeds and angles are told in SI and degrees; unknown is null."""

    simulated: Literal[True] = True
    exercise: str
    scope: Scope
    cycle: int
    valid_at_s: float
    track_id: str
    track_number: int
    name: str | None
    sidc: str
    status: str
    affiliation: str
    identity: dict[str, float]
    domain: str
    platforms: tuple[PlatformCandidate, ...]
    lat_deg: float
    lon_deg: float
    height_m: float | None
    height_sigma_m: float | None
    v_east_m_per_s: float
    v_north_m_per_s: float
    v_up_m_per_s: float
    speed_m_per_s: float
    course_deg: float | None
    covariance: Annotated[tuple[float, ...], Field(min_length=10, max_length=10)]
    quality: float
    trust: float
    trust_flags: tuple[str, ...]
    founded_at_s: float
    last_contribution_s: dict[str, float | None]
    label: TrackLabel
    claimed_id: int | None
    claimed_lat_deg: float | None
    claimed_lon_deg: float | None
    contributions: tuple[Contribution, ...]
    alerts: tuple[Alert, ...]


def row_of(picture: Picture, track_number: int) -> int | None:
    """Return the row of a track; None when the picture has no such track."""
    row = int(np.searchsorted(picture.track_number, track_number))
    return row if row < picture.tracks and picture.track_number[row] == track_number else None


def track_view(picture: Picture, row: int, sensors: Mapping[str, SensorStatus]) -> TrackView:
    """Return a track of a picture in full.

    Args:
        picture: of one scope; nothing beyond it is told.
        row: the track's.
        sensors: what sensors said of themselves, by name.
    """
    east, north = float(picture.v_east_m_per_s[row]), float(picture.v_north_m_per_s[row])
    speed_m_per_s = float(np.hypot(east, north))
    number = int(picture.track_number[row])
    affiliation, domain = Affiliation(int(picture.affiliation[row])), Domain(int(picture.domain[row]))
    return TrackView(
        exercise=picture.exercise,
        scope=picture.scope,
        cycle=picture.cycle,
        valid_at_s=picture.valid_at_s,
        track_id=track_uuid(picture, row),
        track_number=number,
        name=picture.names[int(picture.name[row])] or None,
        sidc=symbol(affiliation, domain, int(picture.platform_candidate[row, 0])),
        status=word(TrackStatus(int(picture.status[row]))),
        affiliation=word(affiliation),
        identity=dict(zip(("friend", "neutral", "hostile"), picture.identity[row].tolist(), strict=True)),
        domain=word(domain),
        platforms=_platforms(picture, row),
        lat_deg=float(picture.lat_deg[row]),
        lon_deg=float(picture.lon_deg[row]),
        height_m=_known(picture.height_m[row]),
        height_sigma_m=_known(picture.height_sigma_m[row]),
        v_east_m_per_s=east,
        v_north_m_per_s=north,
        v_up_m_per_s=float(picture.v_up_m_per_s[row]),
        speed_m_per_s=speed_m_per_s,
        course_deg=float(np.degrees(np.arctan2(east, north)) % 360.0)
        if speed_m_per_s > _STILL_M_PER_S
        else None,
        covariance=tuple(picture.covariance[row].tolist()),
        quality=float(picture.quality[row]),
        trust=float(picture.trust[row]),
        trust_flags=flag_words(Trust(int(picture.trust_flags[row]))),
        founded_at_s=float(picture.founded_at_s[row]),
        last_contribution_s={
            word(kind): _known(picture.last_contribution_s[row, int(kind)]) for kind in SourceKind
        },
        label=track_label(picture, row),
        claimed_id=int(picture.claimed_id[row]) or None,
        claimed_lat_deg=_known(picture.claimed_lat_deg[row]),
        claimed_lon_deg=_known(picture.claimed_lon_deg[row]),
        contributions=_contributions(picture, row, sensors),
        alerts=tuple(alert for alert in picture.alerts if alert.track_number == number),
    )


def track_label(picture: Picture, row: int) -> TrackLabel:
    """Return a track's label."""
    return TrackLabel(
        classification=Classification(int(picture.classification[row])),
        releasable_to=nations_of(int(picture.releasable_mask[row])),
        caveats=picture.caveat_sets[int(picture.caveats[row])],
    )


def track_uuid(picture: Picture, row: int) -> str:
    """Return a track's id, 128 bits, as a UUID is written."""
    high, low = picture.track_id[row].tolist()
    return str(uuid.UUID(int=(high << 64) | low))


def _platforms(picture: Picture, row: int) -> tuple[PlatformCandidate, ...]:
    return tuple(
        PlatformCandidate(platform=PLATFORM_TYPES[code].name, probability=probability)
        for code, probability in zip(
            picture.platform_candidate[row].tolist(), picture.platform_probability[row].tolist(), strict=True
        )
        if probability > 0.0
    )


def _contributions(
    picture: Picture, row: int, sensors: Mapping[str, SensorStatus]
) -> tuple[Contribution, ...]:
    first, last = (int(place) for place in picture.contribution_start[row : row + 2])
    disciplines: dict[str, Discipline] = {sensor.sensor: sensor.discipline for sensor in picture.sensors}
    rows: list[Contribution] = []
    for place in range(first, last):
        source = picture.sources[int(picture.contribution_source[place])]
        status = sensors.get(source)
        if status is not None and not visible(status.label, picture.scope):
            status = None
        measured_at_s = float(picture.contribution_measured_at_s[place])
        rows.append(
            Contribution(
                source=source,
                nation=status.nation if status else None,
                discipline=status.discipline if status else disciplines.get(source),
                sensor_kind=status.sensor_kind if status else None,
                measured_at_s=measured_at_s,
                age_s=picture.valid_at_s - measured_at_s,
                count=int(picture.contribution_count[place]),
                epoch=int(picture.contribution_epoch[place]),
                sequence=int(picture.contribution_sequence[place]),
                row=int(picture.contribution_row[place]),
                residual_sigma=_known(picture.contribution_residual_sigma[place]),
                trust=float(picture.contribution_trust[place]),
                label=status.label if status else None,
            )
        )
    return tuple(sorted(rows, key=lambda contribution: contribution.age_s))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
