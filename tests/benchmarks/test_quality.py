"""The quick look at trackers on made-up skies."""

import pytest

from benchmarks.quality import seeds_of


@pytest.mark.parametrize(("text", "seeds"), [("3", (3,)), ("1-3", (1, 2, 3)), ("1,4,7-9", (1, 4, 7, 8, 9))])
def test_seeds_are_numbers_and_ranges(text: str, seeds: tuple[int, ...]) -> None:
    assert seeds_of(text) == seeds
