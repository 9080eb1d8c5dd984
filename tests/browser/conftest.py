"""A chain that runs, a Chromium, and a fresh page for each test, which is watched while it lives."""

import shutil
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
    WebSocket,
    sync_playwright,
)

from tests.browser.chain import BrowsedChain
from tests.browser.page import until
from tests.conftest import CHROMIUM_NAMES

CHROMIUM_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""A browser that talks to our page's server and to nobody else; tests run as root, so without sandbox."""

SIZE: Final = ViewportSize(width=1680, height=1000)


def chromium_path() -> str | None:
    """Return the system's Chromium."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@dataclass
class Watched:
    """A page, and all that happened on it. Without slots: Playwright hangs its wrappers on listeners.

    Attributes:
        hosts: every host and port that was asked for anything.
        complaints: what the page wrote as errors, and exceptions that nobody caught.
    """

    page: Page
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Begin to watch."""
        self.page.on("request", self._note_request)
        self.page.on("websocket", self._note_socket)
        self.page.on("console", self._note_word)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.hosts.add(urlsplit(request.url).netloc)

    def _note_socket(self, socket: WebSocket) -> None:
        self.hosts.add(urlsplit(socket.url).netloc)

    def _note_word(self, word: ConsoleMessage) -> None:
        if word.type == "error":
            self.complaints.append(word.text)


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Generator[BrowsedChain]:
    with BrowsedChain(tmp_path_factory.mktemp("chain")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Generator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def watched(browser: Browser) -> Generator[Watched]:
    page = browser.new_page(viewport=SIZE)
    page.set_default_timeout(30_000)
    watched = Watched(page)
    watched.watch()
    yield watched
    page.close()


@pytest.fixture
def live(watched: Watched, chain: BrowsedChain) -> Page:
    """Return a page that shows live tracks."""
    watched.page.goto(chain.url)
    until(watched.page, "window.__triptych?.connection === 'live' && window.__triptych.tracks > 0")
    until(watched.page, "window.__triptych.presented_seq >= 1")
    return watched.page
