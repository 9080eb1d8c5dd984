"""The gateway's web application: the doors put together, around one hub."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI, Request, Response, WebSocket
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from contracts.broker import Broker
from contracts.labels import SCOPES, Scope
from contracts.wall import LoopClock
from gateway import orders, rest, site, why
from gateway.access import Access, NotAllowed, NotKnown, bearer, scope_named
from gateway.browser import BrowserSocket
from gateway.doorkeeper import Doorkeeper, answer
from gateway.hub import Hub
from gateway.messages import StreamBye
from gateway.problems import Problem, invalid, of_validation
from gateway.session import BrowserGone, BrowserSession
from gateway.settings import GatewaySettings

_ABOUT = """Triptych's common operational picture. **Everything here is simulated**; it must not be
used for navigation, for safety, or as if it were real.

The picture stream is a websocket at `/api/v1/stream`; OpenAPI has no words for it.
"""
_TRY_AGAIN_LATER = 1013
_GOING_AWAY = 1001


def create_app(broker: Broker, settings: GatewaySettings) -> FastAPI:
    """Return the application; it connects to the broker when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        hub = Hub(settings, LoopClock())
        app.state.hub = hub
        # A fault of ours in the hub ends the application: a gateway that shows nothing new must not live.
        async with asyncio.TaskGroup() as group:
            task = group.create_task(hub.run(broker), name="gateway-hub")
            try:
                yield
            finally:
                task.cancel()

    app = FastAPI(
        title="Triptych gateway",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.access = Access(settings.tokens)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
        )
    app.add_middleware(Doorkeeper, settings=settings)
    _answer_problems(app)
    for router in (rest.router, why.router, orders.router, site.router):
        app.include_router(router)
    app.add_api_websocket_route("/api/v1/stream", stream)
    app.mount("/docs/files", site.docs_files())
    app.mount("/", site.MapFiles(settings.page_folder))
    return app


async def stream(websocket: WebSocket) -> None:
    """Serve one browser: docs/reference/stream.md."""
    hub: Hub = websocket.app.state.hub
    try:
        scope, scopes = _scope_of(websocket)
    except Problem as problem:
        await websocket.send_denial_response(answer(problem))
        return
    await websocket.accept()
    socket = BrowserSocket(websocket)
    if hub.tally.open.total() >= hub.settings.sessions_max:
        hub.tally.turned_away += 1
        with suppress(BrowserGone):
            await socket.send(StreamBye(reason="too-many-sessions").model_dump_json())
            await websocket.close(_TRY_AGAIN_LATER)
        return
    ending = await BrowserSession(hub, scope, scopes).serve(socket)
    if ending == "shutdown":
        with suppress(RuntimeError):  # the browser was faster
            await websocket.close(_GOING_AWAY)


def _scope_of(websocket: WebSocket) -> tuple[Scope, tuple[Scope, ...]]:
    """Return the scope that a browser watches, and all that it might."""
    access: Access = websocket.app.state.access
    word = websocket.query_params.get("scope")
    wanted = scope_named(word)
    if word is not None and wanted is None:
        raise invalid("scope", ", ".join(SCOPES), word)
    # Browsers cannot give a websocket a header, so the token may come in the address.
    token = bearer(websocket.headers.get("authorization")) or websocket.query_params.get("token")
    try:
        return access.scope(token, wanted), access.scopes(token)
    except NotKnown as error:
        raise Problem(401, "Who are you?", str(error), field="token") from error
    except NotAllowed as error:
        raise Problem(403, "Not for this token", str(error), field="scope", got=error.scope) from error


def _answer_problems(app: FastAPI) -> None:
    @app.exception_handler(Problem)
    async def of_ours(_: Request, problem: Problem) -> Response:
        return answer(problem)

    @app.exception_handler(RequestValidationError)
    async def of_fastapi(_: Request, error: RequestValidationError) -> Response:
        return answer(of_validation(list(error.errors())))

    @app.exception_handler(HTTPException)
    async def of_starlette(request: Request, error: HTTPException) -> Response:
        detail = f"{request.method} {request.url.path}: {error.detail}"
        return answer(
            Problem(error.status_code, str(error.detail), detail, headers=dict(error.headers or {}))
        )
