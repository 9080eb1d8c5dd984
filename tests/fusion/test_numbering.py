"""Ids and numbers: from the founding report, never from a counter."""

from hypothesis import given
from hypothesis import strategies as st

from fusion.numbering import FIRST_NUMBER, NUMBERS, founder_id, free_number


def test_the_same_founder_gives_the_same_id_and_others_give_others() -> None:
    ids = {founder_id("radar-a", 0, sequence, row) for sequence in range(30) for row in range(30)}

    assert len(ids) == 900
    assert founder_id("radar-a", 0, 3, 4) in ids


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40, unique=True))
def test_no_number_is_given_twice(ids: list[int]) -> None:
    taken: dict[int, int] = {}
    for one in ids:
        taken[free_number(one, taken)] = one

    assert len(taken) == len(ids)
    assert all(FIRST_NUMBER <= number < FIRST_NUMBER + NUMBERS for number in taken)


def test_two_that_ask_for_one_number_get_neighbours() -> None:
    first = free_number(5, {})

    assert free_number(5 + NUMBERS, {first: 5}) == first + 1


def test_past_all_numbers_there_are_longer_ones() -> None:
    taken = {FIRST_NUMBER + k: k for k in range(NUMBERS)}

    assert free_number(7, taken) == FIRST_NUMBER + NUMBERS
