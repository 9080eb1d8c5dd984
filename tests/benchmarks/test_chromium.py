"""The bench's own way to a headless Chromium: it shows a page, answers about it, and is gone afterwards."""

import asyncio
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import psutil
import pytest

from benchmarks.chromium import PageFailed, a_page, find_chromium

PAGE = b"<!doctype html><p>a page</p><script>window.answer = {value: 42}</script>"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def url() -> Generator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    serving.join()
    server.server_close()


def chromium() -> str:
    return find_chromium() or "chromium"


@pytest.mark.browser
async def test_a_page_is_shown_and_answers(url: str, tmp_path: Path) -> None:
    async with a_page(chromium(), url, tmp_path) as tab, asyncio.timeout(20.0):
        # The browser lists the page a moment before it has loaded it.
        while (answer := await tab.ask("window.answer")) is None:
            await asyncio.sleep(0.02)

        assert answer == {"value": 42}


@pytest.mark.browser
async def test_an_expression_that_throws_says_so(url: str, tmp_path: Path) -> None:
    async with a_page(chromium(), url, tmp_path) as tab:
        with pytest.raises(PageFailed, match="nothing_of_that_name"):
            await tab.ask("nothing_of_that_name.at_all")


@pytest.mark.browser
async def test_no_process_of_the_browser_is_left(url: str, tmp_path: Path) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    async with a_page(chromium(), url, tmp_path):
        during = {child.pid for child in psutil.Process().children(recursive=True)}

    after = {child.pid for child in psutil.Process().children(recursive=True)}
    assert during > before
    assert after <= before
