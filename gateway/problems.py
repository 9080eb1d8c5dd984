"""Errors as problem details (RFC 9457): which field, what was wanted, what came."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

MEDIA_TYPE: Final = "application/problem+json"
_GOT_MAX: Final = 300


class ProblemDetails(BaseModel):
    """What an error answer holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    field: str | None = None
    wanted: str | None = None
    got: str | None = None
    simulated: Literal[True] = True


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        field: str | None = None,
        wanted: str | None = None,
        got: object = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.headers = headers or {}
        self.details = ProblemDetails(
            title=title,
            status=status,
            detail=detail,
            field=field,
            wanted=wanted,
            got=None if got is None else _short(got),
        )
        super().__init__(detail)


def invalid(field: str, wanted: str, got: object) -> Problem:
    """Return the answer to a request whose field is wrong."""
    detail = f"{field}: wanted {wanted}, got {_short(got)}"
    return Problem(422, "A field is wrong", detail, field=field, wanted=wanted, got=got)


def of_validation(errors: list[Any]) -> Problem:
    """Return the answer to what pydantic refused; the first error is told, the others are counted."""
    first = errors[0]
    places = [str(part) for part in first["loc"]]
    field = ".".join(places[1:] if places[:1] in (["query"], ["path"], ["header"]) else places)
    wanted = str(first["msg"]).removeprefix("Value error, ")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    got = first.get("input")
    detail = f"{field}: {wanted}, got {_short(got)}{more}"
    return Problem(422, "A field is wrong", detail, field=field, wanted=wanted, got=got)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= _GOT_MAX else f"{text[: _GOT_MAX - 3]}..."
