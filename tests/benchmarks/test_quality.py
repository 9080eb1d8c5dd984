"""The quick look at trackers on made-up skies."""

import pytest

from benchmarks.quality import score, seeds_of
from benchmarks.sky_cases import SPARSE


@pytest.mark.parametrize(("text", "seeds"), [("3", (3,)), ("1-3", (1, 2, 3)), ("1,4,7-9", (1, 4, 7, 8, 9))])
def test_seeds_are_numbers_and_ranges(text: str, seeds: tuple[int, ...]) -> None:
    assert seeds_of(text) == seeds


def test_each_seed_is_scored_by_itself_and_with_the_others() -> None:
    scored = score("oracle", SPARSE, (1, 2), None)

    assert len(scored.each) == 2
    assert scored.all.targets == sum(one.targets for one in scored.each)
    assert len(scored.cpu_s) == 80
