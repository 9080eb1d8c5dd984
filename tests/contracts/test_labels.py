"""Labels: who may see what, and how labels add up."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.labels import NATIONS, SCOPES, Classification, Label, nations_of, roll_up, visible

labels = st.builds(
    Label,
    classification=st.sampled_from(Classification),
    releasable_to=st.lists(st.sampled_from(NATIONS), min_size=1, max_size=3, unique=True).map(tuple),
    caveats=st.lists(st.sampled_from(["ORCON", "EYES ONLY", "NOFORN"]), max_size=3).map(tuple),
)


def test_a_label_must_say_who_may_see_it() -> None:
    with pytest.raises(ValidationError, match="releasable_to"):
        Label.model_validate({"classification": 1})
    with pytest.raises(ValidationError, match="releasable_to"):
        Label.model_validate({"classification": 1, "releasable_to": []})


def test_a_nation_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="releasable_to"):
        Label.model_validate({"classification": 1, "releasable_to": ["XXX"]})


@given(st.permutations(NATIONS), st.permutations(["B", "A", "A"]))
def test_labels_that_mean_the_same_are_the_same(nations: list[str], caveats: list[str]) -> None:
    label = Label.model_validate({"classification": 2, "releasable_to": nations, "caveats": caveats})

    assert label.releasable_to == NATIONS
    assert label.caveats == ("A", "B")


def test_the_white_cell_sees_everything_and_a_nation_what_is_released_to_it() -> None:
    label = Label(classification=Classification.SECRET, releasable_to=("JPN",))

    assert [visible(label, scope) for scope in SCOPES] == [True, False, True, False]


@given(labels)
def test_a_mask_tells_the_nations_again(label: Label) -> None:
    assert nations_of(label.mask) == label.releasable_to


@given(st.lists(labels, min_size=1, max_size=5))
def test_together_the_highest_class_the_common_nations_and_every_caveat_hold(rows: list[Label]) -> None:
    together = roll_up(rows)
    common = set(NATIONS).intersection(*(row.releasable_to for row in rows))

    assert (together is None) == (not common)
    assert together is None or together.classification == max(row.classification for row in rows)
    assert together is None or set(together.releasable_to) == common
    assert together is None or set(together.caveats) == {c for row in rows for c in row.caveats}


@given(st.lists(labels, min_size=1, max_size=4))
def test_order_does_not_matter(rows: list[Label]) -> None:
    assert len({str(roll_up(order)) for order in permutations(rows)}) == 1


@given(st.lists(labels, min_size=1, max_size=5))
def test_nobody_sees_more_of_the_whole_than_of_each_part(rows: list[Label]) -> None:
    together = roll_up(rows)

    seen = [] if together is None else [scope for scope in SCOPES if visible(together, scope)]
    assert all(visible(row, scope) for row in rows for scope in seen)


def test_of_nothing_there_is_no_label() -> None:
    assert roll_up([]) is None
