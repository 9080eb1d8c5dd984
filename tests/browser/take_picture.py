"""Takes docs/pictures/map.png: ``python -m tests.browser.take_picture``. Some ten minutes of exercise, played fast."""

import sys
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from contracts.platforms import Affiliation
from tests.browser.chain import BrowsedChain
from tests.browser.conftest import CHROMIUM_FLAGS, SIZE, chromium_path
from tests.browser.page import until

PICTURE: Final = Path(__file__).parents[2] / "docs" / "pictures" / "map.png"
CYCLES: Final = 24
RATE: Final = 2.0


def take(page: Page, chain: BrowsedChain, path: Path) -> None:
    """Wait until there is something to see, hook something interesting, and take the picture."""
    page.goto(chain.url)
    until(page, f"window.__triptych?.presented_cycle >= {CYCLES}", patience_s=1800.0)
    number = interesting(chain)
    page.get_by_test_id("track-search").fill(str(number))
    page.locator(f"[data-track='{number}']").click()
    page.get_by_test_id("track-search").fill("")
    page.mouse.move(500, 400)
    until(page, f"window.__triptych.presented_cycle > {CYCLES}")
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)


def interesting(chain: BrowsedChain) -> int:
    """Return the hostile or suspect track that most kinds of source contribute to."""
    picture = chain.get("/api/v1/picture")
    worst = (Affiliation.HOSTILE, Affiliation.SUSPECT)
    rows = [row for row, said in enumerate(picture["affiliation"]) if said in worst]
    start = picture["contribution_start"]
    best = max(rows or range(len(start) - 1), key=lambda row: int(start[row + 1] - start[row]))
    return int(picture["track_number"][best])


def main() -> None:
    """Run the corridor, look at it, and leave nothing behind but the picture."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    with (
        tempfile.TemporaryDirectory() as folder,
        BrowsedChain(Path(folder), scenario="corridor", cycle_s=30.0, rate=RATE) as chain,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(CHROMIUM_FLAGS))
        take(browser.new_page(viewport=SIZE), chain, path)
        browser.close()


if __name__ == "__main__":
    main()
