"""Problem details: one shape for every error."""

from gateway.problems import Problem, invalid, of_validation


def test_a_wrong_field_is_told_with_what_was_wanted_and_what_came() -> None:
    details = invalid("rate", "a number within [0.1, 60]", 99).details

    assert (details.status, details.field, details.wanted, details.got) == (
        422,
        "rate",
        "a number within [0.1, 60]",
        "99",
    )
    assert details.detail == "rate: wanted a number within [0.1, 60], got 99"


def test_what_came_is_told_shortly() -> None:
    details = invalid("note", "a note", "x" * 10_000).details

    assert len(details.got or "") == 300
    assert len(details.detail) < 400


def test_of_several_errors_the_first_is_told_and_the_others_are_counted() -> None:
    errors = [
        {"loc": ("query", "scope"), "msg": "Input should be ALL", "input": "MARS"},
        {"loc": ("query", "cycle"), "msg": "Input should be a number", "input": "x"},
    ]

    details = of_validation(errors).details

    assert (details.field, details.got) == ("scope", "MARS")
    assert details.detail == "scope: Input should be ALL, got MARS (and 1 more)"


def test_every_problem_says_that_it_is_simulated() -> None:
    assert Problem(404, "No such thing", "nothing here").details.simulated
