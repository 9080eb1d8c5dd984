"""One line per log record, in UTC, from the level that was asked for."""

import logging
import re
from collections.abc import Generator

import pytest

from triptych.logs import set_up_logging


@pytest.fixture(autouse=True)
def _root_as_it_was() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_record_is_one_line_with_time_level_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info")

    logging.getLogger("fusion.service").info("broker lost client_id=%s", "fusion")

    line = capsys.readouterr().err
    assert re.fullmatch(r"[0-9T:.-]+Z INFO fusion\.service broker lost client_id=fusion\n", line)


def test_what_is_below_the_level_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("warning")

    logging.getLogger("fusion.service").info("quiet")

    assert capsys.readouterr().err == ""


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="wanted one of debug, info, warning, error, got 'loud'"):
        set_up_logging("loud")
