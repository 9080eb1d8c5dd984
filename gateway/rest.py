"""What can be read over HTTP: pictures, tracks, health, lag. docs/reference/api.md has examples.

Every answer is for one scope, checked against the request's token, and says that it is simulated:
in a field where there is one, in the header ``X-Simulated`` always.
"""

import asyncio
from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from contracts.codec import encode
from contracts.labels import Scope
from contracts.picture import Picture
from gateway import geojson, metrics
from gateway.answers import Alive, LagAnswer
from gateway.guard import NONE_YET, PROBLEMS, HubOf, ScopeOf, WhiteCell
from gateway.health import Health, health
from gateway.hub import Hub
from gateway.problems import Problem, ProblemDetails
from gateway.provenance import TrackView, row_of, track_view
from gateway.shown import ShownPicture

router: Final = APIRouter()

_TRACK_NUMBER_MAX: Final = 2**32 - 1
_THREAD_TRACKS_MIN: Final = 500
"""From so many tracks on a picture's text is made off the event loop; 10,000 take some 100 ms."""


@router.get("/healthz", summary="Is the gateway there?", tags=["health"])
async def healthz(hub: HubOf, response: Response) -> Alive:
    """Whether the gateway serves and has its broker: 200, otherwise 503."""
    response.status_code = 200 if hub.connected else 503
    return Alive(ok=hub.connected, broker=hub.connected, exercise=hub.settings.exercise)


@router.get("/api/v1/health", summary="Every part of the system", tags=["health"], responses=PROBLEMS)
async def get_health(hub: HubOf, scope: ScopeOf) -> Health:
    """Every part of the system, as the scope may see it."""
    return health(hub, scope)


@router.get("/api/v1/lag", summary="The lag of every stage", tags=["health"], responses=PROBLEMS)
async def get_lag(hub: HubOf, scope: ScopeOf) -> LagAnswer:
    """The lag of every stage, from full samples of a rolling window."""
    book = hub.scopes[scope].lag
    return LagAnswer(scope=scope, stages=tuple(book.summaries()), refused=book.refused)


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    tags=["health"],
    responses=PROBLEMS,
    response_class=Response,
    dependencies=[WhiteCell],
)
async def get_metrics(hub: HubOf) -> Response:
    """Prometheus' text format; for the white cell."""
    return Response(metrics.metrics_text(hub), media_type=metrics.MEDIA_TYPE)


@router.get(
    "/api/v1/picture",
    summary="The newest picture, as columns",
    tags=["picture"],
    responses={**PROBLEMS, **NONE_YET, 200: {"model": Picture}, 304: {"description": "Not changed."}},
    response_class=Response,
)
async def get_picture(request: Request, hub: HubOf, scope: ScopeOf) -> Response:
    """The newest picture: columns, as in docs/reference/schemas/picture/1.json."""
    shown = _shown(hub, scope)
    return await _text(request, shown, "application/json", lambda: encode(shown.held.picture, "json"))


@router.get(
    "/api/v1/picture.geojson",
    summary="The newest picture, as GeoJSON",
    tags=["picture"],
    responses={
        **PROBLEMS,
        **NONE_YET,
        200: {"content": {geojson.MEDIA_TYPE: {"schema": {"type": "object"}}}},
        304: {"description": "Not changed."},
    },
    response_class=Response,
)
async def get_geojson(request: Request, hub: HubOf, scope: ScopeOf) -> Response:
    """The newest picture as GeoJSON: tracks and lines of bearing."""
    shown = _shown(hub, scope)
    return await _text(
        request, shown, geojson.MEDIA_TYPE, lambda: geojson.feature_collection(shown.held.picture)
    )


@router.get(
    "/api/v1/tracks/{track_number}",
    summary="One track, with its provenance",
    tags=["picture"],
    responses={**PROBLEMS, **NONE_YET, 404: {"model": ProblemDetails, "description": "No such track."}},
)
async def get_track(
    track_number: Annotated[int, Path(ge=0, le=_TRACK_NUMBER_MAX)], hub: HubOf, scope: ScopeOf
) -> TrackView:
    """One track in full: kinematics, identity, every contributing sensor, related alerts."""
    picture = _shown(hub, scope).held.picture
    row = row_of(picture, track_number)
    if row is None:
        raise Problem(
            404,
            "No such track",
            f"the {scope} picture of cycle {picture.cycle} has no track {track_number}",
            field="track_number",
            wanted="a track number of the newest picture",
            got=track_number,
        )
    return track_view(picture, row, {name: heard.status for name, heard in hub.heard.sensors.items()})


def _shown(hub: Hub, scope: Scope) -> ShownPicture:
    shown = hub.scopes[scope].picture
    if shown is None:
        raise Problem(
            503,
            "No picture yet",
            f"no picture of scope {scope} has come; /api/v1/health says which part is missing",
            headers={"Retry-After": "1"},
        )
    return shown


async def _text(
    request: Request, shown: ShownPicture, media_type: str, make: Callable[[], bytes]
) -> Response:
    """Return a picture as text, unless the asker has it: its hash is the entity tag."""
    tag = f'"{shown.held.published.picture_sha256[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "X-Cycle": str(shown.held.cycle)}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    large = shown.held.picture.tracks >= _THREAD_TRACKS_MIN
    body: bytes = await asyncio.to_thread(make) if large else make()
    return Response(body, media_type=media_type, headers=headers)
