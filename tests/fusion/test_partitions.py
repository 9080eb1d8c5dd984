"""Partitions: every way of grouping lines is weighed, and none that must not be."""

from math import log

import pytest

from fusion.partitions import PARTITIONS_MAX, Group, clusters, shares

SOURCE_OF = {0: "a", 1: "a", 2: "b", 3: "b", 4: "c"}


def apart(first: int, second: int) -> bool:
    return SOURCE_OF[first] != SOURCE_OF[second]


def even(_: Group) -> float:
    return 0.0


def test_two_lines_are_of_one_emitter_or_of_two() -> None:
    found = shares((0, 2), apart, even)

    assert found == {(0,): 0.5, (2,): 0.5, (0, 2): 0.5}


def test_of_two_lines_of_one_site_each_is_by_itself() -> None:
    assert shares((0, 1), apart, even) == {(0,): 1.0, (1,): 1.0}


def test_likelier_groups_get_their_share() -> None:
    found = shares((0, 2), apart, lambda group: log(9.0) if len(group) == 2 else 0.0)

    assert found[0, 2] == pytest.approx(0.9)


def test_four_crossings_of_two_pairs_of_lines_are_all_in_doubt() -> None:
    found = shares((0, 1, 2, 3), apart, lambda group: log(100.0) if len(group) == 2 else 0.0)

    pairs = [found[pair] for pair in ((0, 2), (0, 3), (1, 2), (1, 3))]
    assert pairs == pytest.approx([0.5] * 4, abs=0.02)


def test_a_third_line_that_fits_only_true_crossings_settles_it() -> None:
    true = {(0, 2), (1, 3), (0, 2, 4)}

    found = shares((0, 1, 2, 3, 4), apart, lambda group: 8.0 if group in true else 0.0)

    assert found[0, 2] + found[0, 2, 4] > 0.99
    assert found[1, 3] > 0.95


def test_shares_of_all_groups_of_a_line_add_up_to_one() -> None:
    found = shares((0, 1, 2, 3, 4), apart, lambda group: float(sum(group)) * 0.1)

    for line in SOURCE_OF:
        assert sum(share for group, share in found.items() if line in group) == pytest.approx(1.0)


def test_too_many_ways_group_nothing() -> None:
    lines = tuple(range(12))

    found = shares(lines, lambda _a, _b: True, even)

    assert found == {(line,): 1.0 for line in lines}
    assert PARTITIONS_MAX < 1e6


def test_no_lines_are_in_no_groups() -> None:
    assert shares((), apart, even) == {}


def test_lines_that_may_not_join_even_through_others_are_apart() -> None:
    near = {(0, 2), (2, 0), (2, 4), (4, 2)}

    assert clusters((0, 1, 2, 3, 4), lambda a, b: (a, b) in near) == [(0, 2, 4), (1,), (3,)]
