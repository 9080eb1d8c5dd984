"""Lengths of time as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.durations import BadDuration, duration_s, duration_text


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90.0), ("10m", 600.0), ("1h", 3600.0), ("1.5h", 5400.0), ("500ms", 0.5)]
)
def test_a_number_and_a_unit_are_seconds(text: str, seconds: float) -> None:
    assert duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "90", "s", "10 minutes", "-5s", "1e3s", "5d", "nan s", "inf"])
def test_anything_else_is_refused_with_what_was_wanted(text: str) -> None:
    with pytest.raises(BadDuration, match="such as 90s or 10m"):
        duration_s(text)


@given(st.integers(min_value=1, max_value=1_000_000))
def test_whole_seconds_come_back_as_they_went(seconds: int) -> None:
    assert duration_s(duration_text(seconds)) == seconds


def test_the_largest_whole_unit_is_shown() -> None:
    assert [duration_text(s) for s in (30.0, 90.0, 600.0, 7200.0, 0.5)] == ["30s", "90s", "10m", "2h", "0.5s"]
