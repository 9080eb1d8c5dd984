"""Messages that steer and observe: clock, injects, status, watermark, dead letters, truth."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from contracts.columns import Column, LatitudeColumn, LongitudeColumn
from contracts.labels import Label, Nation, Scope
from contracts.platforms import PLATFORM_TYPES
from contracts.reports import HeightM, LatitudeDeg, LongitudeDeg, Name, Positive, Time

INJECTS_MAX: Final = 2000
"""Most accepted injects of one exercise; the desk refuses more."""


class Message(BaseModel):
    """A message that is not a report: strict, frozen, of one exercise."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    exercise: Name


class ClockState(Message):
    """The exercise clock: a straight line from wall time to exercise time, good from ``wall_at_s`` on.

    Attributes:
        startex_s: exercise time at which the scenario begins.
        wall_at_s: wall time of the anchor.
        exercise_at_s: exercise time of the anchor.
        rate: exercise seconds per wall second while running.
        revision: counts the changes; a larger one replaces a smaller.
        run: which run of the exercise this is; a new run knows nothing of an older one, so ledgers and
            watermarks of another run are not taken up.
    """

    kind: Literal["clock/1"] = "clock/1"
    startex_s: Time
    wall_at_s: Time
    exercise_at_s: Time
    rate: Annotated[float, Field(gt=0.0, le=3600.0)] = 1.0
    running: bool
    revision: Annotated[int, Field(ge=0)] = 0
    run: Annotated[int, Field(ge=0, le=2**53)] = 0


class ClockCommand(Message):
    """What the white cell asks of the clock."""

    kind: Literal["clock-command/1"] = "clock-command/1"
    command: Literal["start", "pause", "resume", "rate"]
    rate: Annotated[float, Field(ge=0.1, le=60.0)] | None = None


class InjectAction(StrEnum):
    """What an inject does to the simulated world."""

    NEW_TRACK = "new-track"
    REMOVE = "remove"
    JAM = "jam"
    SPOOF_AIS = "spoof-ais"
    CYBER_ATTACK = "cyber-attack"
    EMITTER_ON = "emitter-on"
    EMITTER_OFF = "emitter-off"
    SENSOR_OFF = "sensor-off"
    SENSOR_ON = "sensor-on"


class InjectRequest(Message):
    """What a tester asks for. Which fields an action needs, the inject desk checks and says.

    Attributes:
        request_id: the asker's own id, so that asking twice changes the world once.
        subject: the platform or sensor it acts on, by name.
        platform: type of a new platform, from the catalogue.
        duration_s: how long the effect lasts; none means until the end.
        offset_m: how far a spoofed position is shifted; ``course_deg`` says which way.
    """

    kind: Literal["inject-request/1"] = "inject-request/1"
    request_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
    action: InjectAction
    requested_at_s: Time
    requested_by: Annotated[str, Field(max_length=40)] = "tester"
    subject: Annotated[str, Field(max_length=40)] | None = None
    platform: Annotated[str, Field(max_length=40)] | None = None
    identity: Literal["friend", "neutral", "hostile"] | None = None
    nation: Nation | None = None
    lat_deg: LatitudeDeg | None = None
    lon_deg: LongitudeDeg | None = None
    height_m: HeightM | None = None
    course_deg: Annotated[float, Field(ge=0.0, le=360.0)] | None = None
    speed_m_per_s: Annotated[float, Field(ge=0.0, le=2000.0)] | None = None
    radius_m: Positive | None = None
    offset_m: Positive | None = None
    duration_s: Positive | None = None
    effect: Annotated[str, Field(max_length=40)] | None = None
    emitter: Annotated[str, Field(max_length=24)] | None = None
    delay_s: Annotated[float, Field(ge=0.0, le=86_400.0)] = 0.0
    note: Annotated[str, Field(max_length=200)] = ""


class Inject(Message):
    """An accepted inject: the request, an id, and the one exercise time at which the world changes."""

    kind: Literal["inject/1"] = "inject/1"
    inject_id: Name
    effective_at_s: Time
    accepted_at_s: Time
    request: InjectRequest


class InjectList(Message):
    """Every accepted inject, retained: whoever joins late knows the whole world."""

    kind: Literal["inject-list/1"] = "inject-list/1"
    injects: Annotated[tuple[Inject, ...], Field(max_length=INJECTS_MAX)] = ()


class InjectAck(Message):
    """The desk's answer to one request."""

    kind: Literal["inject-ack/1"] = "inject-ack/1"
    request_id: str
    accepted: bool
    inject: Inject | None = None
    reason: str = ""


class TraceStage(BaseModel):
    """One stage of an inject's way, with the time at which it was reached on both clocks.

    Attributes:
        scope: the picture's scope, for the stages that each scope passes by itself.
        cycle: the picture's cycle, for those stages.
        track_number: the track that shows it, where one does.
        state: ``not-applicable`` where this action has no such stage, ``missed`` where it was not
            reached while the trace was open.
        detail: what exactly happened there, or why the stage does not apply.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Literal[
        "requested",
        "accepted",
        "effective",
        "truth",
        "measured",
        "produced",
        "fused",
        "published",
        "presented",
    ]
    scope: Scope | None = None
    state: Literal["done", "waiting", "not-applicable", "missed"]
    wall_at_s: Time | None = None
    exercise_at_s: Time | None = None
    cycle: int | None = None
    track_number: int | None = None
    detail: Annotated[str, Field(max_length=200)] = ""


class Trace(Message):
    """The way an inject took from the request to the screens; retained per inject (white cell only).

    Attributes:
        subject: the platform, sensor or area that is followed.
        open: whether stages may still be reached.
    """

    kind: Literal["trace/1"] = "trace/1"
    inject_id: Name
    action: InjectAction
    subject: str
    open: bool
    stages: Annotated[tuple[TraceStage, ...], Field(max_length=40)]


class SensorStatus(Message):
    """What a sensor says of itself; retained, and the last will says ``offline``.

    A report is only taken from a sensor that has introduced itself with one of these.
    """

    kind: Literal["sensor-status/1"] = "sensor-status/1"
    nation: Nation
    discipline: Literal["radar", "sigint", "cyber"]
    sensor: Name
    sensor_kind: Literal["radar", "intercept", "self-report", "watch-floor"]
    state: Literal["online", "degraded", "offline"]
    at_s: Time
    lat_deg: LatitudeDeg | None = None
    lon_deg: LongitudeDeg | None = None
    height_m: HeightM | None = None
    range_max_m: Positive | None = None
    mobile: bool = False
    label: Label
    batches_sent: Annotated[int, Field(ge=0)] = 0
    reports_sent: Annotated[int, Field(ge=0)] = 0
    outbox: Annotated[int, Field(ge=0)] = 0
    outbox_dropped: Annotated[int, Field(ge=0)] = 0
    resent: Annotated[int, Field(ge=0)] = 0


class ServiceStatus(Message):
    """A service's state and counters; retained, and the last will says ``offline``."""

    kind: Literal["service-status/1"] = "service-status/1"
    service: Name
    state: Literal["online", "offline"]
    at_s: Time
    started_at_s: Time
    counters: dict[str, float] = Field(default_factory=dict)


class SourceMark(BaseModel):
    """All batches of an epoch up to and including ``sequence`` are committed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epoch: Annotated[int, Field(ge=0)]
    sequence: Annotated[int, Field(ge=-1)]


class Watermark(Message):
    """What a consumer has committed, cumulatively, per source: only this means "acknowledged".

    It holds for one run of the exercise (see :class:`ClockState`).
    """

    kind: Literal["watermark/1"] = "watermark/1"
    consumer: Name
    run: Annotated[int, Field(ge=0, le=2**53)] = 0
    marks: dict[str, SourceMark] = Field(default_factory=dict)


class DeadLetter(Message):
    """A refused report: why, and its first bytes."""

    kind: Literal["dead-letter/1"] = "dead-letter/1"
    topic: str
    reason: Annotated[str, Field(max_length=40)]
    field: Annotated[str, Field(max_length=120)] = ""
    detail: Annotated[str, Field(max_length=400)]
    received_at_s: Time
    size_bytes: Annotated[int, Field(ge=0)]
    payload_hex: Annotated[str, Field(max_length=8192)] = ""


class Presented(Message):
    """One frame that a browser has shown. All times are the server's wall clock.

    ``received_at_s`` is when the gateway had the frame's picture. ``estimated`` is true where the
    browser cannot tell when it presented and the time is that of the animation frame after drawing.
    """

    kind: Literal["presented/1"] = "presented/1"
    scope: Scope
    session: Annotated[str, Field(max_length=40)]
    cycle: Annotated[int, Field(ge=0)]
    received_at_s: Time | None = None
    sent_at_s: Time
    decoded_at_s: Time
    drawn_at_s: Time
    presented_at_s: Time
    clock_error_s: Annotated[float, Field(ge=0.0)]
    estimated: bool
    tracks: Annotated[int, Field(ge=0)]


class TruthStates(Message):
    """Where everything really is. White cell only; scoring and the truth overlay read it."""

    kind: Literal["truth-states/1"] = "truth-states/1"
    at_s: Time
    name: tuple[str, ...]
    side: tuple[Literal["friend", "neutral", "hostile"], ...]
    inject_id: tuple[str, ...] = ()
    platform: Annotated[NDArray[np.int16], Column("<i2", 0, len(PLATFORM_TYPES) - 1)]
    detectable: Annotated[NDArray[np.uint8], Column("|u1", 0, 1)]
    lat_deg: LatitudeColumn
    lon_deg: LongitudeColumn
    height_m: Annotated[NDArray[np.float64], Column("<f8")]
    v_east_m_per_s: Annotated[NDArray[np.float64], Column("<f8")]
    v_north_m_per_s: Annotated[NDArray[np.float64], Column("<f8")]


class TruthAttribution(Message):
    """Whose each row of one report batch was: places in ``name``, -1 for clutter and forgeries.

    ``measured_to_s`` and ``produced_at_s`` are those of the batch, so that a trace can say when.
    """

    kind: Literal["truth-attribution/1"] = "truth-attribution/1"
    sensor: Name
    epoch: int = 0
    sequence: int
    name: tuple[str, ...]
    row_platform: Annotated[NDArray[np.int32], Column("<i4", -1)]
    measured_to_s: Time | None = None
    produced_at_s: Time | None = None


CONTROL_MODELS: Final[tuple[type[Message], ...]] = (
    ClockState,
    ClockCommand,
    InjectRequest,
    Inject,
    InjectList,
    InjectAck,
    Trace,
    SensorStatus,
    ServiceStatus,
    Watermark,
    DeadLetter,
    Presented,
    TruthStates,
    TruthAttribution,
)

Json = dict[str, Any]
