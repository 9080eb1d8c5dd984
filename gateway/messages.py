"""What the stream says besides columns: the frames' header and the control messages, both ways.

docs/reference/stream.md tells how they are used; the TypeScript types are generated from here.
"""

from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from contracts.control import ClockState, Inject
from contracts.labels import Label, Scope
from contracts.picture import Alert, SensorHealth
from contracts.reports import Name, Time

SESSION_PATTERN: Final = r"^[A-Za-z0-9-]{1,40}$"
ColumnType = Literal["f8", "f4", "u8", "i8", "u4", "i4", "u2", "u1"]


class Said(BaseModel):
    """Something one side says to the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FrameColumn(Said):
    """Where one column stands in its frame.

    Attributes:
        width: values per row.
        offset: bytes from the frame's first byte; a multiple of 8.
        length: values in all: rows times width.
    """

    name: str
    dtype: ColumnType
    width: int
    offset: int
    length: int


class FrameHeader(Said):
    """What a picture frame says before its columns."""

    type: Literal["snapshot", "delta"]
    seq: int
    base_seq: int
    sent_at_s: Time
    simulated: Literal[True]
    exercise: Name
    scope: Scope
    cycle: int
    cycle_s: float
    valid_from_s: Time
    valid_at_s: Time
    due_at_s: Time
    closed_at_s: Time
    published_at_s: Time
    received_at_s: Time
    next_due_at_s: Time
    caught_up: bool
    clock: ClockState | None
    label: Label
    tracks: int
    rows: int
    sidcs: tuple[str, ...]
    names: tuple[str, ...]
    caveat_sets: tuple[tuple[str, ...], ...]
    sources: tuple[str, ...]
    alerts: tuple[Alert, ...]
    sensors: tuple[SensorHealth, ...]
    arrivals: dict[str, tuple[int, float, float]]
    columns: tuple[FrameColumn, ...]


class StreamHello(Said):
    """The server's first message."""

    type: Literal["hello"] = "hello"
    session: Annotated[str, Field(pattern=SESSION_PATTERN)]
    exercise: Name
    scope: Scope
    scopes: tuple[Scope, ...]
    simulated: Literal[True] = True
    server_time_s: Time
    cycle_s: float | None
    ping_s: float


class StreamPong(Said):
    """The server's answer to a ping: three of the four stamps that align the browser's clock."""

    type: Literal["pong"] = "pong"
    client_sent_s: float
    server_received_s: Time
    server_sent_s: Time


class StreamClock(Said):
    """The exercise clock, whenever it changes."""

    type: Literal["clock"] = "clock"
    clock: ClockState


class StreamInject(Said):
    """An inject was accepted; told to the white cell only."""

    type: Literal["inject"] = "inject"
    inject: Inject


class StreamBye(Said):
    """The server closes the connection."""

    type: Literal["bye"] = "bye"
    reason: Literal["stalled", "shutdown", "too-many-sessions"]


class StreamError(Said):
    """A message from the browser made no sense; the session lives on."""

    type: Literal["error"] = "error"
    wanted: str
    got: str


class StreamPing(Said):
    """A browser asks what time it is."""

    type: Literal["ping"]
    client_sent_s: Annotated[float, Field(allow_inf_nan=False)]


class StreamResync(Said):
    """A browser cannot apply a delta; the next frame is a snapshot."""

    type: Literal["resync"]
    reason: Annotated[str, Field(max_length=200)] = ""


class StreamPresented(Said):
    """A browser has shown a frame. Times are the server's wall clock as the browser reckons it."""

    type: Literal["presented"]
    seq: Annotated[int, Field(ge=1)]
    cycle: Annotated[int, Field(ge=0)]
    decoded_at_s: Time
    drawn_at_s: Time
    presented_at_s: Time
    clock_error_s: Annotated[float, Field(ge=0.0, le=3600.0, allow_inf_nan=False)]
    estimated: bool
    tracks: Annotated[int, Field(ge=0)]


ServerMessage = StreamHello | StreamPong | StreamClock | StreamInject | StreamBye | StreamError
BrowserMessage = StreamPing | StreamResync | StreamPresented

BROWSER_MESSAGE: Final[TypeAdapter[BrowserMessage]] = TypeAdapter(
    Annotated[BrowserMessage, Field(discriminator="type")]
)
SERVER_MODELS: Final[tuple[type[Said], ...]] = (
    FrameHeader,
    StreamHello,
    StreamPong,
    StreamClock,
    StreamInject,
    StreamBye,
    StreamError,
)
BROWSER_MODELS: Final[tuple[type[Said], ...]] = (StreamPing, StreamResync, StreamPresented)
