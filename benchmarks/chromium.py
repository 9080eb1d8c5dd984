"""A headless Chromium that shows a page until it is left, and answers questions about the page.

Started by its command line and asked over its own debugging port (the Chrome DevTools Protocol),
so that the bench needs no driver: ``Runtime.evaluate`` is all there is to it.
"""

import asyncio
import json
import shutil
import urllib.request
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import connect

NAMES: Final = (
    "chromium",
    "chromium-browser",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
)
FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1680,1000",
)
"""It talks to our own page's server and to nobody else; port 0 is a free one, of this machine alone."""

_READY_S: Final = 60.0
_STOP_S: Final = 10.0
_PROBE_S: Final = 0.1
_ANSWER_BYTES_MAX: Final = 1024 * 1024


class PageFailed(RuntimeError):
    """The page, or the browser around it, did not do what was asked."""


def find_chromium() -> str | None:
    """Return the browser's path; None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name)) is not None), None)


@dataclass(frozen=True, slots=True)
class Tab:
    """The page that is open."""

    devtools: str
    """Address of its debugging socket, ``ws://…``."""

    async def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, as JSON has it.

        Raises:
            PageFailed: it threw.
        """
        question = {
            "id": 1,
            "method": "Runtime.evaluate",
            "params": {"expression": expression, "returnByValue": True, "awaitPromise": True},
        }
        async with connect(self.devtools, max_size=_ANSWER_BYTES_MAX, compression=None) as socket:
            await socket.send(json.dumps(question))
            answer = json.loads(await socket.recv())
        result = answer.get("result", {})
        if "exceptionDetails" in result or "error" in answer:
            raise PageFailed(f"{expression}: {json.dumps(answer)[:300]}")
        return result["result"].get("value")


@asynccontextmanager
async def a_page(program: str, url: str, folder: Path) -> AsyncGenerator[Tab]:
    """Open a page; the browser ends when this is left.

    Args:
        program: the browser's path.
        url: of the page.
        folder: for the browser's profile.
    """
    process = await asyncio.create_subprocess_exec(
        program,
        *FLAGS,
        f"--user-data-dir={folder}",
        url,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_READY_S):
            tab = Tab(await _devtools(process, folder / "DevToolsActivePort"))
        yield tab
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(_STOP_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
        await process.wait()


async def _devtools(process: asyncio.subprocess.Process, note: Path) -> str:
    """Wait for the port that the browser notes in its profile, then for the page."""
    while True:
        if process.returncode is not None:
            raise PageFailed(f"the browser ended with exit code {process.returncode}")
        for page in await asyncio.to_thread(_pages, note):
            if page.get("type") == "page" and page.get("url", "").startswith("http"):
                return str(page["webSocketDebuggerUrl"])
        await asyncio.sleep(_PROBE_S)


def _pages(note: Path) -> list[dict[str, Any]]:
    """Return what is open; nothing while the browser has noted no port or does not answer yet."""
    try:
        port = int(note.read_text(encoding="utf-8").partition("\n")[0])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5.0) as answer:
            pages: list[dict[str, Any]] = json.loads(answer.read())
            return pages
    except (OSError, ValueError):
        return []
