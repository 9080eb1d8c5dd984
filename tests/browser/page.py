"""Asking a page for what it knows, and waiting until something is so.

Not with Playwright's own wait: it evaluates text inside the page, which the page's content security
policy forbids, as it should.
"""

import time
from typing import Any, Final

from playwright.sync_api import Page

PATIENCE_S: Final = 60.0
_POLL_MS: Final = 50


def ask(page: Page, expression: str, argument: object = None) -> Any:
    """Return the value of an expression in the page, in which ``argument`` may stand."""
    return page.evaluate(f"(argument) => {expression}", argument)


def until(page: Page, expression: str, argument: object = None, *, patience_s: float = PATIENCE_S) -> None:
    """Wait until an expression is true in the page."""
    until_s = time.monotonic() + patience_s
    while not ask(page, expression, argument):
        if time.monotonic() > until_s:
            raise TimeoutError(f"waited {patience_s:g} s for {expression}")
        page.wait_for_timeout(_POLL_MS)
