"""Report batches: what sensors say, as columns in an envelope.

One message is one *batch*: everything a sensor measured in a short interval (a radar sector, a
second of intercepts). A quiet sensor sends empty batches, so that silence and loss can be told
apart. A report's id is (source, epoch, sequence, row).

Times are exercise time, seconds since 1970-01-01 UTC. Angles are radians, azimuth and bearing
clockwise from true north. NaN (``null`` in JSON) means "not measured".
"""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from contracts.columns import (
    Column,
    LatitudeColumn,
    LongitudeColumn,
    NullableLatitudeColumn,
    NullableLongitudeColumn,
    TimeColumn,
)
from contracts.labels import Label, Nation
from contracts.platforms import PLATFORM_TYPES
from contracts.topics import NAME_PATTERN, Discipline

ROWS_MAX: Final = 100_000
"""Most rows of one batch; a larger batch is refused at the edge."""

TWO_PI: Final = 6.283185307179586

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Time = Annotated[float, Field(ge=0.0, le=1e11, allow_inf_nan=False)]
LatitudeDeg = Annotated[float, Field(ge=-90.0, le=90.0, allow_inf_nan=False)]
LongitudeDeg = Annotated[float, Field(ge=-180.0, le=180.0, allow_inf_nan=False)]
HeightM = Annotated[float, Field(ge=-12_000.0, le=100_000.0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]

AngleColumn = Annotated[NDArray[np.float32], Column("<f4", -TWO_PI, TWO_PI)]
NullableAngleColumn = Annotated[NDArray[np.float32], Column("<f4", -TWO_PI, TWO_PI, nullable=True)]
SigmaAngleColumn = Annotated[NDArray[np.float32], Column("<f4", 1e-6, 3.2)]
NullableHeightColumn = Annotated[NDArray[np.float32], Column("<f4", -12_000.0, 100_000.0, nullable=True)]
NullablePositiveColumn = Annotated[NDArray[np.float32], Column("<f4", 0.0, 1e12, nullable=True)]
NullableSpeedColumn = Annotated[NDArray[np.float32], Column("<f4", -10_000.0, 10_000.0, nullable=True)]


class Batch(BaseModel):
    """The envelope that all report batches share.

    Attributes:
        epoch: start of this numbering; a source that must begin again at 0 takes a larger epoch.
        sequence: number of this batch within its epoch, without gaps.
        measured_from_s: earliest exercise time that the batch covers.
        measured_to_s: latest; the source promises to send nothing older after it. Fusion folds
            batches in the order (measured_to_s, source, epoch, sequence).
        produced_at_s: wall time when the batch was made, UTC.
        label: who may see it.
        reliability: the source's own confidence in itself, 1 is full.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    exercise: Name
    nation: Nation
    sensor: Name
    epoch: Annotated[int, Field(ge=0, le=2**53)] = 0
    sequence: Annotated[int, Field(ge=0, le=2**53)]
    measured_from_s: Time
    measured_to_s: Time
    produced_at_s: Time
    label: Label
    reliability: Fraction = 1.0

    @property
    def source(self) -> str:
        """The sensor's name, unique in an exercise."""
        return self.sensor

    @property
    def discipline(self) -> Discipline:
        """Which of the three feeds this is."""
        raise NotImplementedError

    @property
    def rows(self) -> int:
        """How many reports the batch holds."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _interval_in_order(self) -> Self:
        if self.measured_to_s < self.measured_from_s:
            raise PydanticCustomError(
                "interval",
                "measured_to_s: wanted none before measured_from_s, {start}, got {to}",
                {"to": self.measured_to_s, "start": self.measured_from_s},
            )
        return self


class ColumnBatch(Batch):
    """A batch whose reports are rows of columns of one length."""

    measured_at_s: TimeColumn

    @property
    def rows(self) -> int:
        """How many reports the batch holds."""
        return int(self.measured_at_s.size)

    @model_validator(mode="after")
    def _columns_fit(self) -> Self:
        rows = self.rows
        if rows > ROWS_MAX:
            raise _misfit(f"measured_at_s: wanted at most {ROWS_MAX} rows, got {rows}")
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, np.ndarray) and name not in self._ragged() and len(value) != rows:
                raise _misfit(f"{name}: wanted {rows} rows as in measured_at_s, got {len(value)}")
        measured = self.measured_at_s
        if rows and not (self.measured_from_s <= measured.min() and measured.max() <= self.measured_to_s):
            raise _misfit(
                f"measured_at_s: wanted times within [{self.measured_from_s}, {self.measured_to_s}], "
                f"got [{measured.min()}, {measured.max()}]"
            )
        return self

    @classmethod
    def _ragged(cls) -> frozenset[str]:
        """Columns that are not one value per row."""
        return frozenset()


class RadarScan(ColumnBatch):
    """The plots of one radar sector (or whole revolution).

    Ranges are slant ranges. ``range_rate_m_per_s`` is positive when receding and already corrected
    for the radar's own motion. ``clutter_plots_per_revolution`` and ``detection_probability`` are
    what the radar says of itself; fusion weighs misses and births with them.
    """

    kind: Literal["radar-scan/1"] = "radar-scan/1"
    site_lat_deg: LatitudeDeg
    site_lon_deg: LongitudeDeg
    site_height_m: HeightM
    scan: Annotated[int, Field(ge=0, le=2**53)]
    revolution_s: Annotated[float, Field(gt=0.05, le=120.0)]
    sector_from_rad: Annotated[float, Field(ge=0.0, le=TWO_PI)] = 0.0
    sector_to_rad: Annotated[float, Field(ge=0.0, le=2 * TWO_PI)] = TWO_PI
    range_max_m: Annotated[float, Field(gt=0.0, le=2e6)]
    range_sigma_m: Annotated[float, Field(gt=0.0, le=1e5)]
    azimuth_sigma_rad: Annotated[float, Field(gt=0.0, le=1.0)]
    elevation_sigma_rad: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    height_sigma_m: Annotated[float, Field(gt=0.0, le=1e5)] | None = None
    range_rate_sigma_m_per_s: Annotated[float, Field(gt=0.0, le=1e3)] | None = None
    detection_probability: Fraction = 0.9
    clutter_plots_per_revolution: Annotated[float, Field(ge=0.0, le=1e6)] = 1.0

    range_m: Annotated[NDArray[np.float32], Column("<f4", 1.0, 2e6)]
    azimuth_rad: AngleColumn
    elevation_rad: NullableAngleColumn
    height_m: NullableHeightColumn
    range_rate_m_per_s: NullableSpeedColumn
    snr_db: Annotated[NDArray[np.float32], Column("<f4", -50.0, 150.0)]

    @property
    def discipline(self) -> Discipline:
        """The feed: radar."""
        return "radar"


class SigintIntercepts(ColumnBatch):
    """Lines of bearing, emitter attributes, candidate emitters, and located fixes where there are any.

    Row i has the candidates ``candidate_start[i]`` up to ``candidate_start[i + 1]``; a candidate is a
    place in ``notations``. A fix (an ellipse, ``fix_*``) replaces nothing: the bearing stays.
    """

    kind: Literal["sigint-intercepts/1"] = "sigint-intercepts/1"
    site_lat_deg: LatitudeDeg
    site_lon_deg: LongitudeDeg
    site_height_m: HeightM
    range_max_m: Annotated[float, Field(gt=0.0, le=2e6)]

    bearing_rad: AngleColumn
    bearing_sigma_rad: SigmaAngleColumn
    frequency_hz: NullablePositiveColumn
    frequency_sigma_hz: NullablePositiveColumn
    pri_s: NullablePositiveColumn
    pri_sigma_s: NullablePositiveColumn
    pulse_width_s: NullablePositiveColumn
    scan_period_s: NullablePositiveColumn
    amplitude_db: Annotated[NDArray[np.float32], Column("<f4", -200.0, 200.0, nullable=True)]
    fix_lat_deg: NullableLatitudeColumn
    fix_lon_deg: NullableLongitudeColumn
    fix_major_m: NullablePositiveColumn
    fix_minor_m: NullablePositiveColumn
    fix_orientation_rad: NullableAngleColumn
    notations: Annotated[tuple[Annotated[str, Field(max_length=24)], ...], Field(max_length=256)] = ()
    candidate_start: Annotated[NDArray[np.int32], Column("<i4", 0, ROWS_MAX * 8)]
    candidate_notation: Annotated[NDArray[np.int16], Column("<i2", 0, 255)]
    candidate_confidence: Annotated[NDArray[np.float32], Column("<f4", 0.0, 1.0)]

    @property
    def discipline(self) -> Discipline:
        """The feed: sigint."""
        return "sigint"

    @classmethod
    def _ragged(cls) -> frozenset[str]:
        return frozenset({"candidate_start", "candidate_notation", "candidate_confidence"})

    @model_validator(mode="after")
    def _candidates_fit(self) -> Self:
        start = self.candidate_start
        count = len(self.candidate_notation)
        if len(start) != self.rows + 1 or start[0] != 0 or start[-1] != count or np.any(np.diff(start) < 0):
            raise _misfit(f"candidate_start: wanted {self.rows + 1} rising offsets from 0 to {count}")
        if len(self.candidate_confidence) != count:
            raise _misfit(
                f"candidate_confidence: wanted {count} values, got {len(self.candidate_confidence)}"
            )
        if count and int(self.candidate_notation.max()) >= len(self.notations):
            raise _misfit(f"candidate_notation: wanted places below {len(self.notations)} in notations")
        return self


class SelfReports(ColumnBatch):
    """Self-reported positions (AIS, ADS-B), received by a SIGINT site. They may be spoofed."""

    kind: Literal["self-reports/1"] = "self-reports/1"
    claimed_id: Annotated[NDArray[np.int64], Column("<i8", 0, 2**53)]
    lat_deg: LatitudeColumn
    lon_deg: LongitudeColumn
    height_m: NullableHeightColumn
    course_rad: NullableAngleColumn
    speed_m_per_s: NullableSpeedColumn
    position_sigma_m: Annotated[NDArray[np.float32], Column("<f4", 0.1, 1e6)]
    platform: Annotated[NDArray[np.int16], Column("<i2", 0, len(PLATFORM_TYPES) - 1)]
    name: tuple[Annotated[str, Field(max_length=40)], ...] = ()

    @property
    def discipline(self) -> Discipline:
        """The feed: sigint."""
        return "sigint"

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        if self.name and len(self.name) != self.rows:
            raise _misfit(f"name: wanted none or {self.rows} names, got {len(self.name)}")
        return self


class CyberCategory(StrEnum):
    """What was noticed, in the terms of ATT&CK for ICS tactics; synthetic incidents only."""

    INTRUSION = "intrusion"
    DENIAL_OF_SERVICE = "denial-of-service"
    DATA_MANIPULATION = "data-manipulation"
    SPOOFING = "spoofing"
    JAMMING = "jamming"
    MALWARE = "malware"


class CyberEffect(StrEnum):
    """What it does to the asset's reports."""

    NONE = "none"
    LOSS = "loss"
    DELAY = "delay"
    DEGRADED_ACCURACY = "degraded-accuracy"
    SPOOFED_POSITION = "spoofed-position"
    FORGED_REPORTS = "forged-reports"


class CyberEvent(BaseModel):
    """One event on one asset; sent again when what is known of it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event_id: Name
    category: CyberCategory
    technique: Annotated[str, Field(pattern=r"^T\d{4}(\.\d{3})?$")]
    asset_kind: Literal["sensor", "platform", "area"]
    asset_id: Annotated[str, Field(min_length=1, max_length=40)]
    effect: CyberEffect
    magnitude: Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)] = 1.0
    confidence: Fraction
    measured_at_s: Time
    first_seen_s: Time
    last_seen_s: Time
    closed: bool = False
    lat_deg: LatitudeDeg | None = None
    lon_deg: LongitudeDeg | None = None
    radius_m: Positive | None = None
    summary: Annotated[str, Field(max_length=200)] = ""


class CyberEvents(Batch):
    """What a cyber watch floor reports. Few and wordy, so rows and not columns.

    ``asset_id`` is a sensor's name, a platform's claimed id (as text) or an area's name.
    """

    kind: Literal["cyber-events/1"] = "cyber-events/1"
    events: Annotated[tuple[CyberEvent, ...], Field(max_length=1000)] = ()

    @property
    def discipline(self) -> Discipline:
        """The feed: cyber."""
        return "cyber"

    @property
    def rows(self) -> int:
        """How many reports the batch holds."""
        return len(self.events)


ReportBatch = RadarScan | SigintIntercepts | SelfReports | CyberEvents
REPORT_MODELS: Final[tuple[type[Batch], ...]] = (
    RadarScan,
    SigintIntercepts,
    SelfReports,
    CyberEvents,
)


def _misfit(what: str) -> PydanticCustomError:
    field, _, rest = what.partition(": ")
    return PydanticCustomError("columns", "{field}: {rest}", {"field": field, "rest": rest})


def empty_intercept_columns(rows: int) -> dict[str, Any]:
    """Return every nullable column of :class:`SigintIntercepts` filled with "not measured"."""
    names = (
        "frequency_hz",
        "frequency_sigma_hz",
        "pri_s",
        "pri_sigma_s",
        "pulse_width_s",
        "scan_period_s",
        "amplitude_db",
        "fix_lat_deg",
        "fix_lon_deg",
        "fix_major_m",
        "fix_minor_m",
        "fix_orientation_rad",
    )
    return {name: np.full(rows, np.nan) for name in names}
