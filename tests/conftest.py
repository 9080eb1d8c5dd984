"""What tests need of the machine: those that need a real broker or browser say why they are skipped.

Under ``CI=true`` such a skip is a failure: there, everything runs.
"""

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from triptych.embedded import find_mosquitto

CHROMIUM_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
)
PAGE: Final = Path(__file__).parent.parent / "gateway" / "page" / "index.html"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests with a browser last.

    Playwright's synchronous interface keeps an event loop running in the main thread from its first
    use on, and then no test can have a loop of its own.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that this machine cannot run, or fail it where nothing may be skipped."""
    needed = {"broker": missing_broker, "browser": missing_browser}
    for marker, missing in needed.items():
        reason = missing() if item.get_closest_marker(marker) else None
        if reason is None:
            continue
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}; with CI=true no test is skipped for that", pytrace=False)
        pytest.skip(reason)


@cache
def missing_broker() -> str | None:
    """Return why tests marked ``broker`` cannot run here; None when they can."""
    if find_mosquitto() is None:
        return "Mosquitto is not here (Debian: apt-get install mosquitto)"
    return None


@cache
def missing_browser() -> str | None:
    """Return why tests marked ``browser`` cannot run here; None when they can."""
    if not any(shutil.which(name) for name in CHROMIUM_NAMES):
        return "Chromium is not here (Debian: apt-get install chromium)"
    if not PAGE.is_file():
        return "the map's page is not built (scripts/setup builds it)"
    return None
