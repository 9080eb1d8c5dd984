"""Messages to bytes and back: MessagePack with raw columns, or JSON, of the same models.

Which of the two came is told by the first byte: ``{`` opens JSON, a map marker opens MessagePack.
Both are validated by the same pydantic model, chosen by the field ``kind``, which names the schema
and its version.
"""

from enum import StrEnum
from typing import Final, Literal, TypeVar, cast

import msgspec
from pydantic import BaseModel, ValidationError

from contracts.control import CONTROL_MODELS
from contracts.picture import PICTURE_MODELS
from contracts.provenance import PROVENANCE_MODELS
from contracts.reports import REPORT_MODELS

PAYLOAD_BYTES_MAX: Final = 64 * 1024 * 1024
"""Largest message taken; a report batch of 100,000 plots needs 4 MB, a picture of 100,000 tracks 30 MB."""

Encoding = Literal["msgpack", "json"]
AnyMessage = BaseModel
T = TypeVar("T", bound=BaseModel)

MODELS: Final[dict[str, type[BaseModel]]] = {
    str(model.model_fields["kind"].default): model
    for model in (*REPORT_MODELS, *CONTROL_MODELS, *PICTURE_MODELS, *PROVENANCE_MODELS)
}


class Reason(StrEnum):
    """Why a message was refused; the same words in dead letters and in Health."""

    OVERSIZED = "oversized"
    UNREADABLE = "unreadable"
    UNKNOWN_SCHEMA = "unknown-schema"
    INVALID_FIELD = "invalid-field"
    WRONG_TOPIC = "wrong-topic"
    OTHER_EXERCISE = "other-exercise"
    UNKNOWN_SENSOR = "unknown-sensor"
    FUTURE = "future"
    ANCIENT = "ancient"


class MalformedMessage(ValueError):
    """A message that the edge refuses.

    Attributes:
        reason: the class of the fault.
        field: which field, dotted; empty when the message could not be read at all.
        detail: what was wanted and what came.
    """

    def __init__(self, reason: Reason, field: str, detail: str) -> None:
        self.reason = reason
        self.field = field
        self.detail = detail
        super().__init__(f"{reason}: {field + ': ' if field else ''}{detail}")


def encode(message: BaseModel, encoding: Encoding = "msgpack") -> bytes:
    """Return the message as bytes."""
    if encoding == "json":
        return message.model_dump_json().encode()
    return msgspec.msgpack.encode(message.model_dump(mode="python"))


def decode(payload: bytes, wanted: type[T]) -> T:
    """Return the message that the bytes hold, checked against ``wanted``.

    Raises:
        MalformedMessage: the bytes are no such message; it says what was wanted and what came.
    """
    message = decode_any(payload, (wanted,))
    return cast("T", message)


def decode_any(payload: bytes, wanted: tuple[type[BaseModel], ...]) -> BaseModel:
    """Return the message that the bytes hold: one of the wanted models, told by its ``kind``."""
    fields = _read(payload)
    kinds = {str(model.model_fields["kind"].default): model for model in wanted}
    kind = fields.get("kind")
    model = kinds.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise MalformedMessage(
            Reason.UNKNOWN_SCHEMA,
            "kind",
            f"wanted one of {', '.join(sorted(kinds))}, got {_short(kind)}",
        )
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise _malformed(error) from error


def _read(payload: bytes) -> dict[str, object]:
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise MalformedMessage(
            Reason.OVERSIZED, "", f"wanted at most {PAYLOAD_BYTES_MAX} bytes, got {len(payload)}"
        )
    try:
        read = msgspec.json.decode if payload[:1] == b"{" else msgspec.msgpack.decode
        fields = read(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessage(
            Reason.UNREADABLE, "", f"wanted MessagePack or JSON, got {len(payload)} bytes: {error}"
        ) from error
    if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
        raise MalformedMessage(Reason.UNREADABLE, "", f"wanted a map of fields, got {type(fields).__name__}")
    return fields


def _malformed(error: ValidationError) -> MalformedMessage:
    first = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    message = first["msg"]
    if not field and ": " in message:
        field, _, message = message.removeprefix("Value error, ").partition(": ")
    came = "" if ", got " in message else f", got {_short(first['input'])}"
    return MalformedMessage(Reason.INVALID_FIELD, field, f"{message}{came}{more}")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
