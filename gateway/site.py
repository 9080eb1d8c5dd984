"""The pages a browser loads: the map, built from ui/, and the API's own page. Nothing from elsewhere."""

import importlib.resources
import os
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

router: Final = APIRouter(include_in_schema=False)

MAP_POLICY: Final = (
    "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""What the map may load: its own files, and pictures it has drawn itself."""

_DOCS_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_NOT_BUILT: Final = """The gateway runs, but the map is not built.

Build it from the repository with

    scripts/setup

or, with Node at hand, with `npm ci && npm run build` in ui/, and load this page again.
The API is described at /docs, the newest picture is at /api/v1/picture. All of it is simulated.
"""
_DOCS_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Triptych API (simulated data)</title>
<link rel="icon" href="/docs/files/favicon.png">
<link rel="stylesheet" href="/docs/files/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/files/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_DOCS_START: Final = (
    "SwaggerUIBundle({url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null});\n"
)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """The API's own page."""
    return HTMLResponse(
        _DOCS_PAGE, headers={"Content-Security-Policy": _DOCS_POLICY, "Cache-Control": "no-cache"}
    )


@router.get("/docs/start.js")
async def docs_start() -> Response:
    """Starts it; inline script is not allowed."""
    return Response(_DOCS_START, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def docs_files() -> StaticFiles:
    """Return Swagger UI's files, out of the package that carries them."""
    return StaticFiles(directory=str(importlib.resources.files("fastapi_offline") / "static"))


class MapFiles(StaticFiles):
    """The built map. It may be built, or built again, while the gateway runs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._index = folder / "index.html"

    async def check_config(self) -> None:
        """Find nothing while nothing is built."""
        if not self._index.is_file():
            raise HTTPException(404)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file, or say how to build them."""
        if scope["type"] == "http" and scope["path"] in ("", "/") and not self._index.is_file():
            await PlainTextResponse(_NOT_BUILT, status_code=503)(scope, receive, send)
            return
        await super().__call__(scope, receive, send)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file; those with a hash in their name never change, all others are asked for again."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = Path(full_path).parent.name == "assets"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        response.headers["Content-Security-Policy"] = MAP_POLICY
        return response
