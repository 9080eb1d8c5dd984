"""``triptych inject``: add or change something in the simulated world while it runs."""

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, TypeVar

import typer
from pydantic import ValidationError

from contracts.broker import BrokerLost
from contracts.control import Inject, InjectAction, InjectRequest
from contracts.labels import Nation
from contracts.mqtt import MqttBroker
from triptych.gateway_client import BadGatewayUrl, GatewayLost, ask_gateway
from triptych.options import BrokerOption, ExerciseOption, parse_duration
from triptych.quantities import BadQuantity, Position, length_m, position, speed_m_per_s, time_s
from triptych.times import zulu
from triptych.white_cell import NoAnswer, Refusal, put_inject

REFUSED: Final = 2
NOT_ANSWERED: Final = 1
NOT_REACHED: Final = 3

T = TypeVar("T")


def _parser(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return a reader of a quantity whose errors the command line shows beside the option's name."""

    def parse(text: str) -> T:
        try:
            return read(text)
        except BadQuantity as error:
            raise typer.BadParameter(str(error)) from error

    return parse


ActionArgument = Annotated[InjectAction, typer.Argument(help="What to do.", show_default=False)]
SubjectArgument = Annotated[
    str | None,
    typer.Argument(
        help="The platform or sensor it acts on, by name; for new-track the new platform's name.",
        show_default=False,
    ),
]
AtOption = Annotated[
    Position | None,
    typer.Option("--at", parser=_parser(position), metavar="LAT,LON", help="Where; degrees: 34.1,128.9."),
]
HeightOption = Annotated[
    float | None,
    typer.Option(parser=_parser(length_m), metavar="LENGTH", help="How high: 30000ft, 9km, -50m."),
]
CourseOption = Annotated[
    float | None,
    typer.Option(
        min=0.0, max=360.0, help="Degrees clockwise from true north; for spoof-ais the way of the shift."
    ),
]
SpeedOption = Annotated[
    float | None, typer.Option(parser=_parser(speed_m_per_s), metavar="SPEED", help="24kn, 12m/s or 80km/h.")
]
TypeOption = Annotated[
    str | None, typer.Option("--type", help="Type of a new platform: patrol-boat, fighter, tanker ...")
]
IdentityOption = Annotated[
    Literal["friend", "neutral", "hostile"] | None, typer.Option(help="Side of a new platform.")
]
NationOption = Annotated[Nation | None, typer.Option(help="Nation of a new platform.")]
RadiusOption = Annotated[
    float | None, typer.Option(parser=_parser(length_m), metavar="LENGTH", help="Of a jammed area: 20NM.")
]
OffsetOption = Annotated[
    float | None,
    typer.Option(parser=_parser(length_m), metavar="LENGTH", help="How far a spoofed position is shifted."),
]
EffectOption = Annotated[
    str | None,
    typer.Option(
        help="jam: gnss or radar; cyber-attack: loss, delay, degraded-accuracy, spoofed-position or "
        "forged-reports."
    ),
]
EmitterOption = Annotated[str | None, typer.Option(help="Notation from the emitter library: EX-302.")]
LastsOption = Annotated[
    float | None,
    typer.Option("--for", parser=_parser(time_s), metavar="TIME", help="How long it lasts: 90s, 10min, 1h."),
]
DelayOption = Annotated[
    float | None,
    typer.Option("--in", parser=_parser(time_s), metavar="TIME", help="Exercise time to wait before it."),
]
NoteOption = Annotated[str, typer.Option(help="Why; kept with the inject.")]
ByOption = Annotated[str, typer.Option("--by", help="Who asks; kept with the inject.")]
RequestIdOption = Annotated[
    str | None,
    typer.Option(help="Your own id of this request: asking again with it changes the world only once."),
]
GatewayOption = Annotated[
    str | None, typer.Option("--gateway", help="Ask through the gateway at http://host:port, not the broker.")
]
TokenOption = Annotated[
    str | None, typer.Option("--token", envvar="TRIPTYCH_TOKEN", help="White cell's token for the gateway.")
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait", parser=parse_duration, metavar="DURATION", show_default="10s", help="For the desk's answer."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the accepted inject as JSON.")]


def inject(
    broker: BrokerOption,
    exercise: ExerciseOption,
    action: ActionArgument,
    subject: SubjectArgument = None,
    at: AtOption = None,
    height: HeightOption = None,
    course: CourseOption = None,
    speed: SpeedOption = None,
    type_: TypeOption = None,
    identity: IdentityOption = None,
    nation: NationOption = None,
    radius: RadiusOption = None,
    offset: OffsetOption = None,
    effect: EffectOption = None,
    emitter: EmitterOption = None,
    lasts: LastsOption = None,
    delay: DelayOption = None,
    note: NoteOption = "",
    by: ByOption = "tester",
    request_id: RequestIdOption = None,
    gateway: GatewayOption = None,
    token: TokenOption = None,
    wait_s: WaitOption = 10.0,
    as_json: JsonOption = False,
) -> None:
    """Add or change something in the simulated world while it runs.

    Exit code 0: accepted; 2: refused, with the reason; 1: nobody answered; 3: no broker or gateway.
    """
    asked = {
        "action": action.value,
        "subject": subject,
        "platform": type_,
        "identity": identity,
        "nation": nation,
        "lat_deg": at and at.lat_deg,
        "lon_deg": at and at.lon_deg,
        "height_m": height,
        "course_deg": course,
        "speed_m_per_s": speed,
        "radius_m": radius,
        "offset_m": offset,
        "duration_s": lasts,
        "delay_s": delay,
        "effect": effect,
        "emitter": emitter,
        "note": note,
        "requested_by": by,
        "request_id": request_id or uuid.uuid4().hex,
    }
    fields = {name: value for name, value in asked.items() if value is not None}
    try:
        accepted = (
            _through_gateway(gateway, token, fields, wait_s)
            if gateway
            else _through_broker(broker, exercise, fields, wait_s)
        )
    except (Refusal, BadGatewayUrl) as error:
        typer.echo(f"Refused: {error}", err=True)
        raise typer.Exit(REFUSED) from error
    except NoAnswer as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOT_ANSWERED) from error
    except (BrokerLost, GatewayLost) as error:
        typer.echo(f"Not reached: {error}", err=True)
        raise typer.Exit(NOT_REACHED) from error
    if as_json:
        typer.echo(accepted.model_dump_json(exclude_none=True))
    else:
        typer.echo(
            f"{accepted.inject_id}: {action.value} takes effect at {zulu(accepted.effective_at_s)} exercise "
            f"time; `triptych trace {accepted.inject_id}` shows its way"
        )


def _through_broker(broker: str, exercise: str, fields: dict[str, Any], wait_s: float) -> Inject:
    try:
        request = InjectRequest.model_validate(
            {"exercise": exercise, "requested_at_s": time.time(), **fields}
        )
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise Refusal(f"{field}: {first['msg']}, got {first['input']!r}") from error
    client_id = f"inject-{request.request_id[:12]}"
    ack = asyncio.run(put_inject(MqttBroker(broker), request, client_id, wait_s))
    if ack.inject is None:
        raise Refusal(ack.reason)
    return ack.inject


def _through_gateway(url: str, token: str | None, fields: dict[str, Any], wait_s: float) -> Inject:
    answer = ask_gateway(url, "/api/v1/injects", fields, token=token, wait_s=wait_s)
    return Inject.model_validate(answer["inject"])


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("inject")(inject)
