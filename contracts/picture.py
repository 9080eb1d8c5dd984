"""The common operational picture: every track of one scope at one moment, as columns.

A picture is a pure function of the reports, so it holds no wall time: the same reports give the
same bytes. What happened to it on the way is in :class:`PublishedPicture`.
"""

from base64 import b64decode, b64encode
from enum import IntEnum, IntFlag
from typing import Annotated, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from contracts.columns import (
    Column,
    LatitudeColumn,
    LongitudeColumn,
    NullableLatitudeColumn,
    NullableLongitudeColumn,
    TimeColumn,
)
from contracts.labels import Label, Scope
from contracts.platforms import PLATFORM_TYPES
from contracts.reports import Fraction, LatitudeDeg, LongitudeDeg, Name, Positive, Time


class TrackStatus(IntEnum):
    """How far a track has come."""

    TENTATIVE = 0
    CONFIRMED = 1
    COASTING = 2


class Trust(IntFlag):
    """What cyber and disagreement have done to a track."""

    CLEAN = 0
    SELF_REPORT_DISPUTED = 1
    SENSOR_ATTACKED = 2
    GNSS_JAMMED = 4
    IDENTITY_CONFLICT = 8


class SourceKind(IntEnum):
    """The kinds of contribution a track can have; columns of ``last_contribution_s``."""

    RADAR = 0
    INTERCEPT = 1
    SELF_REPORT = 2
    CYBER = 3


class Alert(BaseModel):
    """One thing people should look at, with the evidence behind it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    alert_id: Name
    alert_kind: Literal[
        "self-report-disputed",
        "sensor-attacked",
        "jamming",
        "hybrid-activity",
        "new-hostile",
        "identity-conflict",
    ]
    severity: Literal["info", "warning", "critical"]
    raised_at_s: Time
    text: Annotated[str, Field(max_length=300)]
    lat_deg: LatitudeDeg | None = None
    lon_deg: LongitudeDeg | None = None
    track_number: int | None = None
    sensor: str | None = None
    evidence: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    label: Label


class SensorHealth(BaseModel):
    """A sensor as the picture's scope sees it.

    Attributes:
        trust: in its reports now; 0 keeps them out of the tracks.
        effect: of the surest open cyber event on it; "misfits" where nobody tells of one, but its data are
            elsewhere than what other sensors know.
        range_bias_m: what a radar's ranges are found to be too long by, with its error, and is taken
            off them once the error is small; None for what is no radar.
        azimuth_bias_rad: the same for azimuths, clockwise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sensor: Name
    discipline: Literal["radar", "sigint", "cyber"]
    lat_deg: LatitudeDeg | None = None
    lon_deg: LongitudeDeg | None = None
    range_max_m: Positive | None = None
    last_measured_s: Time
    batches: int
    reports: int
    trust: Fraction
    effect: str = "none"
    range_bias_m: float | None = None
    range_bias_sigma_m: Positive | None = None
    azimuth_bias_rad: float | None = None
    azimuth_bias_sigma_rad: Positive | None = None


F4 = NDArray[np.float32]
_f4 = Annotated[F4, Column("<f4")]
_nullable_f4 = Annotated[F4, Column("<f4", nullable=True)]
_fraction = Annotated[F4, Column("<f4", 0.0, 1.0)]
_index = Annotated[NDArray[np.uint16], Column("<u2")]


class Picture(BaseModel):
    """Every track of one scope at ``valid_at_s``.

    N tracks in ascending track number. Columns of one row per track, unless said otherwise:

    Attributes:
        track_id: (N, 2) the id of the founding report, hashed to 128 bits, as two unsigned halves.
        track_number: short number for people; one object keeps its number while it is tracked.
        covariance: (N, 10) upper triangle, row by row, of the covariance of (east m, north m,
            v_east m/s, v_north m/s).
        identity: (N, 3) probabilities of friend, neutral, hostile.
        platform_candidate: (N, 3) most probable types, best first, places in the catalogue.
        platform_probability: (N, 3) their probabilities.
        last_contribution_s: (N, 4) sensor time of the newest contribution of each
            :class:`SourceKind`; NaN for none.
        name: index into ``names``; 0 is "no name".
        claimed_lat_deg: self-reported position where it is disputed, else NaN.
        contribution_start: (N + 1,) offsets into the contribution columns: C rows, one per track and
            source, the newest of each. Together they are the track's provenance.
        contribution_source: places in ``sources``.
        contribution_sequence: batch sequence number of the report; with ``contribution_row`` its id.
        contribution_residual_sigma: normalised innovation of that report.
        lob_*: lines of bearing not tied to a track.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    kind: Literal["picture/1"] = "picture/1"
    simulated: Literal[True] = True
    exercise: Name
    scope: Scope
    cycle: Annotated[int, Field(ge=0)]
    valid_from_s: Time
    valid_at_s: Time
    reports_folded: Annotated[int, Field(ge=0)]
    label: Label

    track_id: Annotated[NDArray[np.uint64], Column("<u8", width=2)]
    track_number: Annotated[NDArray[np.uint32], Column("<u4")]
    status: Annotated[NDArray[np.uint8], Column("|u1", 0, 2)]
    lat_deg: LatitudeColumn
    lon_deg: LongitudeColumn
    height_m: _nullable_f4
    height_sigma_m: _nullable_f4
    v_east_m_per_s: _f4
    v_north_m_per_s: _f4
    v_up_m_per_s: _f4
    covariance: Annotated[F4, Column("<f4", width=10)]
    affiliation: Annotated[NDArray[np.uint8], Column("|u1", 0, 6)]
    identity: Annotated[F4, Column("<f4", 0.0, 1.0, width=3)]
    domain: Annotated[NDArray[np.uint8], Column("|u1", 0, 5)]
    platform_candidate: Annotated[NDArray[np.uint8], Column("|u1", 0, len(PLATFORM_TYPES) - 1, width=3)]
    platform_probability: Annotated[F4, Column("<f4", 0.0, 1.0, width=3)]
    quality: _fraction
    trust: _fraction
    trust_flags: Annotated[NDArray[np.uint8], Column("|u1", 0, 15)]
    founded_at_s: TimeColumn
    last_contribution_s: Annotated[NDArray[np.float64], Column("<f8", nullable=True, width=4)]
    classification: Annotated[NDArray[np.uint8], Column("|u1", 0, 3)]
    releasable_mask: Annotated[NDArray[np.uint8], Column("|u1", 0, 7)]
    caveats: _index
    caveat_sets: tuple[tuple[str, ...], ...] = ((),)
    claimed_id: Annotated[NDArray[np.int64], Column("<i8", 0)]
    claimed_lat_deg: NullableLatitudeColumn
    claimed_lon_deg: NullableLongitudeColumn
    name: _index
    names: tuple[str, ...] = ("",)

    sources: tuple[str, ...] = ()
    contribution_start: Annotated[NDArray[np.uint32], Column("<u4")]
    contribution_source: _index
    contribution_epoch: Annotated[NDArray[np.uint64], Column("<u8")]
    contribution_sequence: Annotated[NDArray[np.uint64], Column("<u8")]
    contribution_row: Annotated[NDArray[np.uint32], Column("<u4")]
    contribution_count: Annotated[NDArray[np.uint32], Column("<u4")]
    contribution_measured_at_s: TimeColumn
    contribution_residual_sigma: _nullable_f4
    contribution_trust: _fraction

    lob_source: _index
    lob_lat_deg: LatitudeColumn
    lob_lon_deg: LongitudeColumn
    lob_bearing_rad: _f4
    lob_sigma_rad: _f4
    lob_range_max_m: _f4
    lob_frequency_hz: _nullable_f4
    lob_measured_at_s: TimeColumn

    alerts: Annotated[tuple[Alert, ...], Field(max_length=500)] = ()
    sensors: tuple[SensorHealth, ...] = ()

    @property
    def tracks(self) -> int:
        """How many tracks the picture holds."""
        return int(self.track_number.size)

    @model_validator(mode="after")
    def _columns_fit(self) -> Self:
        lengths = {"contribution_start": self.tracks + 1}
        contributions, lobs = len(self.contribution_source), len(self.lob_source)
        for name in type(self).model_fields:
            value = getattr(self, name)
            if not isinstance(value, np.ndarray):
                continue
            usual = (
                contributions
                if name.startswith("contribution_")
                else lobs
                if name.startswith("lob_")
                else None
            )
            wanted = lengths.get(name, self.tracks if usual is None else usual)
            if len(value) != wanted:
                raise ValueError(f"{name}: wanted {wanted} rows, got {len(value)}")
        return self


def _from_base64(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return b64decode(value, validate=True)
    except ValueError as error:
        raise PydanticCustomError("base64", "wanted base64") from error


EncodedPicture = Annotated[
    bytes,
    BeforeValidator(_from_base64),
    PlainSerializer(lambda value: b64encode(value).decode(), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}),
]
"""Bytes as they are in MessagePack; base64 in JSON, which has none."""


class PublishedPicture(BaseModel):
    """A picture on its way: the encoded picture, its hash, and the wall times of its making.

    Attributes:
        due_at_s: wall time at which the cycle's grid asked for it.
        closed_at_s: when the cycle was closed: its time had come and its last report was folded.
        published_at_s: when it was handed to the broker.
        caught_up: false while fusion works off a backlog after a restart.
        arrivals: wall times of the reports behind it, summed up per source, for the lag stages:
            source to (count, mean received_at_s - produced_at_s, mean committed_at_s - received_at_s).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["published-picture/1"] = "published-picture/1"
    exercise: Name
    scope: Scope
    cycle: Annotated[int, Field(ge=0)]
    cycle_s: Annotated[float, Field(ge=0.0)]
    next_due_at_s: Time
    due_at_s: Time
    closed_at_s: Time
    published_at_s: Time
    exercise_now_s: Time
    caught_up: bool
    arrivals: dict[str, tuple[int, float, float]] = Field(default_factory=dict)
    picture_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    picture: EncodedPicture


PICTURE_MODELS: Final[tuple[type[BaseModel], ...]] = (Picture, PublishedPicture)
