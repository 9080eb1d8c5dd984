"""The rows of a scenario file: what each key means, in the units that people write.

Degrees, knots, kilometres and minutes stand here and nowhere deeper. docs/reference/scenario.md
explains every key, and a test compares the two.
"""

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from contracts.emitters import EMITTER_OF_NOTATION
from contracts.labels import Classification, Label, Nation
from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Domain
from contracts.reports import CyberEffect
from contracts.topics import NAME_PATTERN
from contracts.units import KNOT_M_PER_S

SIDES: Final = ("friend", "neutral", "hostile")
DURATION_MIN_MAX: Final = 7 * 24 * 60.0
"""Longest exercise: a week."""

_MAGNITUDE_MAX: Final = {
    "loss": 1.0,
    "delay": 3_600.0,
    "degraded-accuracy": 1_000.0,
    "forged-reports": 1_000.0,
    "radar": 100.0,
    "": 100_000.0,
}
"""Strongest effects: share, seconds, factor, objects, dB; metres for the others."""

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Lat = Annotated[Number, Field(ge=-90.0, le=90.0)]
Lon = Annotated[Number, Field(ge=-180.0, le=180.0)]
Waypoint = tuple[Lat, Lon]
Minute = Annotated[Number, Field(ge=0.0, le=DURATION_MIN_MAX)]
Share = Annotated[Number, Field(ge=0.0, le=1.0)]
Side = Literal["friend", "neutral", "hostile"]
Route = Annotated[tuple[Waypoint, ...], Field(min_length=1, max_length=500)]
Window = tuple[Minute, Minute]


class Row(BaseModel):
    """A table of the file: unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class HeadRow(Row):
    """The keys at the top of the file."""

    exercise: Name
    title: Annotated[str, Field(min_length=1, max_length=200)]
    startex: AwareDatetime
    duration_min: Annotated[Number, Field(gt=0.0, le=DURATION_MIN_MAX)]


class EmissionRow(Row):
    """When one emitter of a platform radiates."""

    notation: str
    from_min: Minute = 0.0
    to_min: Minute | None = None
    on_s: Annotated[Number, Field(gt=0.0)] | None = None
    off_s: Annotated[Number, Field(ge=0.0)] = 0.0

    @model_validator(mode="after")
    def _known(self) -> "EmissionRow":
        if self.notation not in EMITTER_OF_NOTATION:
            raise wrong(
                "notation", f"an emitter of the library ({', '.join(EMITTER_OF_NOTATION)})", self.notation
            )
        _check_order(self.from_min, self.to_min)
        return self


class PlatformRow(Row):
    """One platform of interest and its way."""

    name: Name
    type: str
    side: Side
    nation: Nation | None = None
    route: Route
    speed_kn: Annotated[Number, Field(ge=0.0)] = 0.0
    course_deg: Annotated[Number, Field(ge=0.0, le=360.0)] | None = None
    height_m: Annotated[Number, Field(ge=-1000.0, le=30_000.0)] = 0.0
    heights_m: Annotated[tuple[Number, ...], Field(max_length=500)] | None = None
    depart_min: Minute = 0.0
    at_end: Literal["hold", "leave", "repeat"] | None = None
    surfaced_min: tuple[Window, ...] = ()
    self_report: Flag | None = None
    claimed_type: str | None = None
    claimed_name: Annotated[str, Field(max_length=40)] | None = None
    emissions: tuple[EmissionRow, ...] | None = None

    @model_validator(mode="after")
    def _possible(self) -> "PlatformRow":
        check_type("type", self.type)
        if self.claimed_type is not None:
            check_type("claimed_type", self.claimed_type)
        check_speed("speed_kn", self.type, self.speed_kn)
        if len(self.route) > 1 and self.speed_kn == 0.0:
            raise wrong("speed_kn", "more than 0 on a route of several points", self.speed_kn)
        if len(self.route) > 1 and self.course_deg is not None:
            raise wrong("course_deg", "none on a route of several points", self.course_deg)
        self._check_heights()
        for begin, end in self.surfaced_min:
            _check_order(begin, end, "surfaced_min")
        if self.surfaced_min and self.type != "submarine":
            raise wrong("surfaced_min", f"none for {_a(self.type)}", list(self.surfaced_min))
        return self

    def _check_heights(self) -> None:
        if self.heights_m is not None and len(self.heights_m) != len(self.route):
            raise wrong("heights_m", f"{len(self.route)} heights as in route", len(self.heights_m))
        for height in self.heights_m or (self.height_m,):
            check_height("heights_m" if self.heights_m else "height_m", self.type, height)

    @property
    def ends(self) -> Literal["hold", "leave", "repeat"]:
        """What happens at the end of the route: aircraft leave, ships stay, unless it says otherwise."""
        return self.at_end or ("leave" if domain_of(self.type) is Domain.AIR else "hold")


class TrafficRow(Row):
    """A sea lane or airway with so many platforms on it at any time."""

    name: Name
    types: Annotated[dict[str, Annotated[Number, Field(gt=0.0)]], Field(min_length=1)]
    count: Annotated[Whole, Field(ge=1, le=100_000)]
    lane: Annotated[tuple[Waypoint, ...], Field(min_length=2, max_length=500)]
    width_km: Annotated[Number, Field(ge=0.0, le=200.0)]
    speed_kn: tuple[Number, Number]
    height_m: tuple[Number, Number] = (0.0, 0.0)
    both_ways: Flag = True
    self_report_share: Share = 1.0

    @model_validator(mode="after")
    def _possible(self) -> "TrafficRow":
        for name in self.types:
            check_type("types", name)
            check_speed("speed_kn", name, self.speed_kn[1])
            for height in self.height_m:
                check_height("height_m", name, height)
        if not 0.0 < self.speed_kn[0] <= self.speed_kn[1]:
            raise wrong("speed_kn", "[slowest, fastest], both above 0", list(self.speed_kn))
        if self.height_m[0] > self.height_m[1]:
            raise wrong("height_m", "[lowest, highest]", list(self.height_m))
        return self


class SensorRow(Row):
    """What every sensor says: whose it is, where it stands and who may see its reports."""

    name: Name
    nation: Nation
    classification: Literal["unclassified", "restricted", "confidential", "secret"]
    releasable_to: Annotated[tuple[Nation, ...], Field(min_length=1, max_length=3)]
    caveats: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Z0-9 -]{1,24}$")], ...], Field(max_length=8)
    ] = ()
    reliability: Share = 1.0

    @property
    def label(self) -> Label:
        """Who may see its reports."""
        return Label(
            classification=Classification[self.classification.upper()],
            releasable_to=self.releasable_to,
            caveats=self.caveats,
        )


class SitedRow(SensorRow):
    """A sensor that stands somewhere, or on a platform that moves.

    ``height_m`` is that of the antenna: above the ellipsoid, or above the platform that carries it.
    """

    lat: Lat | None = None
    lon: Lon | None = None
    platform: Name | None = None
    height_m: Annotated[Number, Field(ge=0.0, le=9000.0)]
    range_km: Annotated[Number, Field(gt=0.0, le=2000.0)]

    @model_validator(mode="after")
    def _placed(self) -> "SitedRow":
        fixed = self.lat is not None and self.lon is not None
        if self.platform is None and not fixed:
            raise wrong("lat", "lat and lon, or the platform that carries the sensor", None)
        if self.platform is not None and (self.lat is not None or self.lon is not None):
            raise wrong("platform", "either lat and lon or a platform, not both", self.platform)
        return self


class RadarRow(SitedRow):
    """A radar; ``small_target_km`` is where it sees one square metre with a probability of one half."""

    sees: Annotated[tuple[Literal["surface", "low-air", "air"], ...], Field(min_length=1)]
    revolution_s: Annotated[Number, Field(ge=0.5, le=60.0)]
    sectors: Annotated[Whole, Field(ge=1, le=360)]
    small_target_km: Annotated[Number, Field(gt=0.0, le=2000.0)]
    range_sigma_m: Annotated[Number, Field(gt=0.0, le=10_000.0)]
    azimuth_sigma_deg: Annotated[Number, Field(gt=0.0, le=10.0)]
    elevation_sigma_deg: Annotated[Number, Field(gt=0.0, le=10.0)] | None = None
    height_sigma_m: Annotated[Number, Field(gt=0.0, le=10_000.0)] | None = None
    range_rate_sigma_m_per_s: Annotated[Number, Field(gt=0.0, le=100.0)] | None = None
    false_alarm_probability: Annotated[Number, Field(ge=1e-12, le=1e-2)] = 1e-6
    clutter_per_revolution: Annotated[Number, Field(ge=0.0, le=10_000.0)] = 1.0

    @model_validator(mode="after")
    def _steps(self) -> "RadarRow":
        if self.revolution_s / self.sectors < 0.1:
            raise wrong("sectors", "sectors of at least 0.1 s", f"{self.revolution_s / self.sectors} s")
        return self


class InterceptRow(SitedRow):
    """A receiver that takes bearings of emitters."""

    bearing_sigma_deg: Annotated[Number, Field(gt=0.0, le=45.0)]
    band_ghz: tuple[Annotated[Number, Field(gt=0.0)], Annotated[Number, Field(gt=0.0)]]
    intercept_probability: Share
    locates: Flag = False
    step_s: Annotated[Number, Field(ge=0.1, le=60.0)] = 2.0

    @model_validator(mode="after")
    def _band(self) -> "InterceptRow":
        if self.band_ghz[0] >= self.band_ghz[1]:
            raise wrong("band_ghz", "[lowest, highest]", list(self.band_ghz))
        return self


class SelfReportRow(SitedRow):
    """A receiver of what platforms say of their own position."""

    receive_probability: Share = 0.9
    step_s: Annotated[Number, Field(ge=0.1, le=60.0)] = 2.0


class WatchFloorRow(SensorRow):
    """A cyber watch floor."""

    discovery_s: Annotated[Number, Field(ge=0.0, le=86_400.0)] = 60.0
    discovery_probability: Share = 0.95
    false_alarms_per_hour: Annotated[Number, Field(ge=0.0, le=1000.0)] = 1.0
    step_s: Annotated[Number, Field(ge=0.1, le=60.0)] = 5.0


class EffectRow(Row):
    """Something that happens to sensors or self-reports for a while."""

    name: Name
    kind: Literal["spoof-ais", "jam", "cyber-attack", "sensor-off"]
    from_min: Minute
    to_min: Minute | None = None
    sensor: Name | None = None
    platform: Name | None = None
    lat: Lat | None = None
    lon: Lon | None = None
    radius_km: Annotated[Number, Field(gt=0.0, le=2000.0)] | None = None
    effect: str | None = None
    offset_m: Annotated[Number, Field(gt=0.0, le=500_000.0)] | None = None
    course_deg: Annotated[Number, Field(ge=0.0, le=360.0)] | None = None
    magnitude: Annotated[Number, Field(gt=0.0, le=1e6)] | None = None

    @model_validator(mode="after")
    def _complete(self) -> "EffectRow":
        _check_order(self.from_min, self.to_min)
        limit = _MAGNITUDE_MAX.get(self.effect or "", _MAGNITUDE_MAX[""])
        if self.magnitude is not None and self.magnitude > limit:
            raise wrong("magnitude", f"at most {limit:g} for {self.effect or self.kind}", self.magnitude)
        match self.kind:
            case "spoof-ais":
                self._need("platform", "offset_m")
            case "jam":
                self._check_jam()
            case "cyber-attack":
                self._check_attack()
            case "sensor-off":
                self._need("sensor")
        return self

    def _check_jam(self) -> None:
        if self.effect not in (None, "gnss", "radar"):
            raise wrong("effect", "gnss or radar", self.effect)
        if self.sensor is None:
            self._need("radius_km")
            if self.platform is None:
                self._need("lat", "lon")

    def _check_attack(self) -> None:
        effects = [effect.value for effect in CyberEffect if effect is not CyberEffect.NONE]
        if self.sensor is None and self.platform is None:
            raise wrong("sensor", "the sensor or the platform that is attacked", None)
        if self.effect not in effects:
            raise wrong("effect", f"one of {', '.join(effects)}", self.effect)
        if self.sensor is None and self.effect == CyberEffect.FORGED_REPORTS:
            raise wrong("effect", "something other than forged-reports for a platform", self.effect)

    def _need(self, *keys: str) -> None:
        for key in keys:
            if getattr(self, key) is None:
                raise wrong(key, f"a value with kind {self.kind!r}", None)


def wrong(key: str, wanted: str, got: object) -> PydanticCustomError:
    """Return the error for a key whose value cannot be; it says what was wanted and what came."""
    came = "nothing" if got is None else repr(got)
    return PydanticCustomError(
        "scenario",
        "{key}: wanted {wanted}, got {came}",
        {
            "key": key,
            "wanted": wanted,
            "came": came,
        },
    )


def domain_of(platform: str) -> Domain:
    """Return the medium of a type of platform."""
    return PLATFORM_TYPES[CODE_OF_PLATFORM[platform]].domain


def check_type(key: str, name: str) -> None:
    """Refuse what is no type of platform that can move about."""
    possible = [
        kind.name for kind in PLATFORM_TYPES if kind.symbol_set != "10" and "unknown" not in kind.name
    ]
    if name not in possible:
        raise wrong(key, f"one of {', '.join(possible)}", name)


def check_speed(key: str, platform: str, speed_kn: float) -> None:
    """Refuse a speed that this type cannot reach."""
    limit_kn = PLATFORM_TYPES[CODE_OF_PLATFORM[platform]].speed_max_m_per_s / KNOT_M_PER_S
    if speed_kn > limit_kn + 1e-9:
        raise wrong(key, f"at most {limit_kn:.0f} for {_a(platform)}", speed_kn)


def check_height(key: str, platform: str, height_m: float) -> None:
    """Refuse a height at which this type cannot be."""
    domain = domain_of(platform)
    if domain is Domain.SURFACE and height_m != 0.0:
        raise wrong(key, f"0 for {_a(platform)}", height_m)
    if domain is Domain.SUBSURFACE and height_m > 0.0:
        raise wrong(key, f"0 or less for {_a(platform)}", height_m)
    if domain is Domain.AIR and height_m <= 0.0:
        raise wrong(key, f"more than 0 for {_a(platform)}", height_m)


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _check_order(begin_min: float, end_min: float | None, key: str = "to_min") -> None:
    if end_min is not None and end_min <= begin_min:
        raise wrong(key, f"more than {begin_min}", end_min)
