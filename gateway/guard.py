"""What a route needs before it may answer: the hub, and a scope that the request's token may see."""

from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request

from contracts.labels import Scope
from gateway.access import WHITE_CELL, Access, NotAllowed, NotKnown, bearer
from gateway.hub import Hub
from gateway.problems import Problem, ProblemDetails

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    401: {"model": ProblemDetails, "description": "A token is needed."},
    403: {"model": ProblemDetails, "description": "The token may not see the scope."},
    422: {"model": ProblemDetails, "description": "A field is wrong; the answer names it."},
}
NONE_YET: Final[dict[int | str, dict[str, Any]]] = {
    503: {"model": ProblemDetails, "description": "There is none yet, or the broker is away."}
}


def hub_of(request: Request) -> Hub:
    """Return the hub of the app that serves a request."""
    hub: Hub = request.app.state.hub
    return hub


def scope_of(
    request: Request,
    scope: Annotated[
        Scope | None, Query(description="Left out: `ALL`, or the first that the token may see.")
    ] = None,
) -> Scope:
    """Return the scope of a request, if its token may see it."""
    return _allowed(request, lambda access, token: access.scope(token, scope))


def white_cell(request: Request) -> None:
    """Let only the white cell pass."""
    _allowed(request, lambda access, token: access.scope(token, WHITE_CELL))


def _allowed(request: Request, ask: Callable[[Access, str | None], Scope]) -> Scope:
    access: Access = request.app.state.access
    try:
        return ask(access, bearer(request.headers.get("authorization")))
    except NotKnown as error:
        headers = {"WWW-Authenticate": "Bearer"}
        raise Problem(401, "Who are you?", str(error), field="Authorization", headers=headers) from error
    except NotAllowed as error:
        wanted = ", ".join(error.allowed)
        raise Problem(
            403, "Not for this token", str(error), field="scope", wanted=wanted, got=error.scope
        ) from error


HubOf = Annotated[Hub, Depends(hub_of)]
ScopeOf = Annotated[Scope, Depends(scope_of)]
WhiteCell = Depends(white_cell)
