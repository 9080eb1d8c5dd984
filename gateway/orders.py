"""What can be ordered over HTTP: injects and the exercise clock. For the white cell.

A body may leave out what the gateway knows: the exercise, who asks, when. What is wrong in it is
answered with the field, what was wanted and what came.
"""

import re
import uuid
from typing import Any, Final, TypeVar

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, ValidationError

from contracts.broker import BrokerLost
from contracts.clock import exercise_time_s
from contracts.control import ClockCommand, InjectAck, InjectRequest
from gateway.answers import ClockAnswer, ClockAsked, InjectAnswer, InjectsAnswer
from gateway.guard import NONE_YET, PROBLEMS, HubOf, ScopeOf, WhiteCell
from gateway.hub import BrokerAway
from gateway.problems import Problem, ProblemDetails, invalid, of_validation

BODY_BYTES_MAX: Final = 64 * 1024
"""Largest body; a larger one is not read to its end."""

router: Final = APIRouter(tags=["exercise"])

_REASON: Final = re.compile(
    r"^(?:[a-z-]+: )?(?P<field>[a-z_]+): wanted (?P<wanted>.*), got (?P<got>.*)$", re.DOTALL
)
"""How the inject desk words a refusal."""

M = TypeVar("M", bound=BaseModel)


def _body_of(model: type[BaseModel], *needed: str) -> dict[str, Any]:
    """Return OpenAPI's description of a body in which only some fields are needed."""
    schema = model.model_json_schema() | {"required": list(needed)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.get("/api/v1/clock", summary="The exercise clock", responses={**PROBLEMS, **NONE_YET})
async def get_clock(hub: HubOf, _: ScopeOf) -> ClockAnswer:
    """The exercise clock."""
    if hub.clock is None:
        raise Problem(503, "No clock yet", "the exercise service has not said what time it is")
    now_s = hub.wall.now_s()
    return ClockAnswer(clock=hub.clock, exercise_now_s=exercise_time_s(hub.clock, now_s), wall_now_s=now_s)


@router.post(
    "/api/v1/clock",
    summary="Start, pause, resume, or set the rate",
    status_code=202,
    dependencies=[WhiteCell],
    responses={**PROBLEMS, **NONE_YET},
    openapi_extra=_body_of(ClockCommand, "command"),
)
async def post_clock(request: Request, hub: HubOf) -> ClockAsked:
    """Start, pause, resume, or set the rate."""
    command = _read(ClockCommand, await _fields(request), {"exercise": hub.settings.exercise})
    if command.command == "rate" and command.rate is None:
        raise invalid("rate", "a number within [0.1, 60] with the command rate", None)
    try:
        await hub.command(command)
    except (BrokerAway, BrokerLost) as error:
        raise _broker_away(error) from error
    return ClockAsked(asked=command.command)


@router.get("/api/v1/injects", summary="Every accepted inject", dependencies=[WhiteCell], responses=PROBLEMS)
async def get_injects(hub: HubOf) -> InjectsAnswer:
    """Every accepted inject."""
    return InjectsAnswer(injects=hub.injects)


@router.post(
    "/api/v1/injects",
    summary="Add or change something in the simulated world",
    status_code=201,
    dependencies=[WhiteCell],
    responses={
        **PROBLEMS,
        **NONE_YET,
        504: {"model": ProblemDetails, "description": "The inject desk did not answer."},
    },
    openapi_extra=_body_of(InjectRequest, "action"),
)
async def post_inject(request: Request, hub: HubOf) -> InjectAnswer:
    """Add or change something in the simulated world, and wait for the desk's answer.

    With the same `request_id` the world changes once, however often one asks.
    """
    known = {
        "exercise": hub.settings.exercise,
        "request_id": uuid.uuid4().hex,
        "requested_at_s": hub.wall.now_s(),
        "requested_by": "api",
    }
    asked = _read(InjectRequest, await _fields(request), known)
    try:
        ack = await hub.ask(asked)
    except (BrokerAway, BrokerLost) as error:
        raise _broker_away(error) from error
    except TimeoutError as error:
        raise Problem(
            504,
            "The inject desk does not answer",
            f"request {asked.request_id}: no answer within {hub.settings.inject_timeout_s:g} s; is the"
            " exercise service running? Asking again with the same request_id is safe",
            field="request_id",
            got=asked.request_id,
        ) from error
    if not ack.accepted or ack.inject is None:
        raise _refused(ack)
    return InjectAnswer(request_id=ack.request_id, inject=ack.inject)


async def _fields(request: Request) -> dict[str, Any]:
    """Return a body's fields."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        # A page from elsewhere may send forms and plain text without asking, but not this.
        wanted = "application/json"
        detail = f"content-type: wanted {wanted}, got {kind or 'none'}"
        raise Problem(415, "Not JSON", detail, field="content-type", wanted=wanted, got=kind or "none")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES_MAX:
            wanted = f"at most {BODY_BYTES_MAX} bytes"
            raise Problem(413, "Too large", f"body: wanted {wanted}, got more", field="body", wanted=wanted)
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid("body", f"JSON ({error})", body[:80].decode(errors="replace")) from error
    if not isinstance(fields, dict):
        raise invalid("body", "a JSON object", fields)
    return fields


def _read(model: type[M], fields: dict[str, Any], known: dict[str, Any]) -> M:
    exercise = fields.get("exercise", known["exercise"])
    if exercise != known["exercise"]:
        raise invalid("exercise", str(known["exercise"]), exercise)
    try:
        return model.model_validate({**known, **fields})
    except ValidationError as error:
        raise of_validation(list(error.errors(include_url=False, include_context=False))) from error


def _refused(ack: InjectAck) -> Problem:
    match = _REASON.match(ack.reason)
    return Problem(
        422,
        "The inject desk refuses",
        ack.reason or "no reason given",
        field=match["field"] if match else None,
        wanted=match["wanted"] if match else None,
        got=match["got"] if match else None,
    )


def _broker_away(error: Exception) -> Problem:
    return Problem(503, "The broker is away", str(error), headers={"Retry-After": "2"})
