"""Verdicts: what may be two emitters is none, and no ghost wins because its ellipse is large."""

import numpy as np
import pytest

from fusion.explaining import Explanation
from fusion.locating import Fit
from fusion.partitions import Group
from fusion.verdicts import levelled, may_be_two

PLACE = Fit(np.zeros(3), np.eye(3), np.zeros(2), np.eye(4), 0.0, 0.0, 4)


def at_a_place(log_weight: float, log_area: float, elsewhere: float = 1.0) -> Explanation:
    return Explanation(
        log_weight, 1.0 - elsewhere, elsewhere, PLACE, log_area, 2, np.zeros(0, np.int64), np.zeros(0)
    )


def on_a_track(log_weight: float) -> Explanation:
    return Explanation(log_weight, 0.0, 0.0, None, 0.0, 2, np.zeros(1, np.int64), np.ones(1))


def test_levelled_groups_of_one_size_differ_by_their_fit_alone() -> None:
    explained: dict[Group, Explanation] = {(0, 1): at_a_place(5.0, 16.0), (0, 2): at_a_place(3.0, 12.0)}

    found = levelled(explained, {group: each.log_weight for group, each in explained.items()})

    # Two nats were the larger ellipse's; without its four the other one fits better by two.
    assert found[0, 2] - found[0, 1] == pytest.approx(2.0)


def test_levelling_leaves_what_is_on_a_track_as_it_was() -> None:
    explained: dict[Group, Explanation] = {
        (0, 1): at_a_place(5.0, 16.0),
        (0, 2): on_a_track(4.0),
        (2, 3): at_a_place(5.0, 10.0),
    }

    found = levelled(explained, {group: each.log_weight for group, each in explained.items()})

    assert found[0, 2] == 4.0


def test_levelling_shifts_only_the_part_that_is_at_a_place() -> None:
    explained: dict[Group, Explanation] = {
        (0, 1): at_a_place(5.0, 10.0, elsewhere=0.5),
        (2, 3): at_a_place(5.0, 50.0),
    }

    found = levelled(explained, {group: each.log_weight for group, each in explained.items()})

    # Its place would be e^20 as likely: half of that is left, in logs.
    assert found[0, 1] == pytest.approx(5.0 + 20.0 + np.log(0.5), abs=1e-6)


def test_a_line_that_a_lonely_one_would_rather_be_with_may_be_two_emitters() -> None:
    weights: dict[Group, float] = {(0,): 1.0, (1,): 1.0, (2,): 1.0, (0, 1): 9.0, (0, 2): 4.0}

    assert may_be_two((0, 1), [2], weights)


def test_a_line_that_is_better_off_alone_leaves_the_others_theirs() -> None:
    weights: dict[Group, float] = {(0,): 1.0, (1,): 1.0, (2,): 1.0, (0, 1): 9.0, (0, 2): 1.5}

    assert not may_be_two((0, 1), [2], weights)
    assert not may_be_two((0, 1), [], weights)
