"""Looks at every request before anything else does, and marks every answer as simulated."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.access import host_allowed, origin_allowed
from gateway.problems import MEDIA_TYPE, Problem
from gateway.settings import GatewaySettings

_HARMLESS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_ALWAYS: Final = {
    "X-Simulated": "true",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Doorkeeper:
    """ASGI middleware: strangers' pages are turned away, see :mod:`gateway.access`."""

    def __init__(self, app: ASGIApp, settings: GatewaySettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            await send(message)

        problem = self._problem(scope)
        if problem is None:
            await self._app(scope, receive, send_marked)
        else:
            await answer(problem)(scope, receive, send_marked)

    def _problem(self, scope: Scope) -> Problem | None:
        headers, origins = Headers(scope=scope), self._settings.origins
        host, origin = headers.get("host"), headers.get("origin")
        if not host_allowed(host, self._settings.host, origins):
            return Problem(
                403,
                "Not our name",
                f"Host: wanted a loopback name, got {host}",
                field="Host",
                wanted="localhost, 127.0.0.1 or [::1]",
                got=host,
            )
        harmless = scope["type"] == "http" and scope["method"] in _HARMLESS
        if not harmless and not origin_allowed(origin, host, origins):
            return Problem(
                403,
                "Not our page",
                f"Origin: wanted this gateway's own or a configured one, got {origin}",
                field="Origin",
                wanted="this gateway's own",
                got=origin,
            )
        return None


def answer(problem: Problem) -> JSONResponse:
    """Return a problem as an HTTP answer."""
    return JSONResponse(
        problem.details.model_dump(mode="json", exclude_none=True),
        status_code=problem.details.status,
        media_type=MEDIA_TYPE,
        headers=problem.headers,
    )
