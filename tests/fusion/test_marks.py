"""Watermarks: cumulative per source, duplicates known in any order, gaps given up in the end."""

from hypothesis import given
from hypothesis import strategies as st

from fusion.marks import AHEAD_MAX, GAP_S, Marks


def sequence_of(marks: Marks, source: str = "r") -> int:
    return marks.marks()[source].sequence


@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=12))
def test_the_mark_is_the_same_in_whatever_order_batches_come(order: list[int], again: list[int]) -> None:
    marks = Marks()
    for number in [*order, *again]:
        marks.take("r", 0, number)

    assert sequence_of(marks) == 11
    assert not any(marks.is_news("r", 0, number) for number in range(12))


def test_the_mark_waits_before_a_gap() -> None:
    marks = Marks()
    for number in (0, 1, 3):
        marks.take("r", 0, number)

    assert sequence_of(marks) == 1
    assert marks.is_news("r", 0, 2)
    assert not marks.is_news("r", 0, 3)


def test_a_gap_that_stands_for_long_is_given_up_and_counted() -> None:
    marks = Marks()
    for number in (0, 4, 5):
        marks.take("r", 0, number)

    marks.give_up_gaps(100.0)
    marks.give_up_gaps(100.0 + GAP_S + 1.0)

    assert sequence_of(marks) == 5
    assert marks.lost_batches == 3


def test_a_larger_epoch_begins_again_at_zero() -> None:
    marks = Marks()
    marks.take("r", 0, 7)

    marks.take("r", 1, 0)

    assert marks.marks()["r"].epoch == 1
    assert sequence_of(marks) == 0
    assert not marks.is_news("r", 0, 8)


def test_what_is_too_far_ahead_of_a_gap_is_not_taken_yet() -> None:
    marks = Marks()
    marks.take("r", 0, 0)
    marks.take("r", 0, 2)

    assert not marks.is_news("r", 0, AHEAD_MAX + 5)


def test_a_checkpoint_keeps_everything() -> None:
    marks = Marks()
    for number in (0, 1, 5):
        marks.take("r", 2, number)

    loaded = Marks.load(marks.dump())

    assert loaded.marks() == marks.marks()
    assert not loaded.is_news("r", 2, 5)
