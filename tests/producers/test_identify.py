from typing import Any

import numpy as np
import pytest

from contracts.emitters import EMITTER_OF_NOTATION
from producers.identify import candidates


def attributes(notation: str, **known: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    emitter = EMITTER_OF_NOTATION[notation]
    values = {
        "frequency": emitter.frequency_hz,
        "pri": emitter.pri_s,
        "width": emitter.pulse_width_s,
        "scan": emitter.scan_period_s,
    } | known
    return np.array([[values["frequency"], values["pri"], values["width"], values["scan"]]])


def named(found: dict[str, Any]) -> dict[str, float]:
    notations, places, confidence = (
        found["notations"],
        found["candidate_notation"],
        found["candidate_confidence"],
    )
    return {notations[place]: float(c) for place, c in zip(places, confidence, strict=True)}


def test_a_distinct_emitter_is_recognised() -> None:
    found = named(candidates(attributes("EX-301"), np.zeros((1, 4))))

    assert found["EX-301"] > 0.95


def test_emitters_that_resemble_each_other_stay_ambiguous() -> None:
    # Frequency alone does not tell a merchant's navigation radar from a fishing boat's.
    found = named(candidates(attributes("EX-101", pri=np.nan, width=np.nan, scan=np.nan), np.zeros((1, 4))))

    assert {"EX-101", "EX-103", "EX-307"} <= set(found)
    assert max(found.values()) < 0.7


def test_confidences_are_probabilities_best_first() -> None:
    found = candidates(attributes("EX-101", pri=np.nan), np.zeros((1, 4)))

    confidence = found["candidate_confidence"]
    assert confidence.sum() <= 1.0 + 1e-6
    assert (np.diff(confidence) <= 0.0).all()


def test_what_is_in_no_library_has_no_candidates() -> None:
    assert named(candidates(np.array([[1.57542e9, np.nan, np.nan, np.nan]]), np.zeros((1, 4)))) == {}


def test_no_intercepts_have_no_candidates() -> None:
    found = candidates(np.zeros((0, 4)), np.zeros((0, 4)))

    assert found["candidate_start"].tolist() == [0]
    assert found["notations"] == ()


def test_each_intercept_keeps_its_own_candidates() -> None:
    both = np.concatenate([attributes("EX-301"), attributes("EX-204")])

    found = candidates(both, np.zeros((2, 4)))

    start = found["candidate_start"]
    best = [found["notations"][found["candidate_notation"][start[row]]] for row in range(2)]
    assert best == ["EX-301", "EX-204"]
    assert start.tolist()[-1] == len(found["candidate_notation"])


@pytest.mark.parametrize("notation", sorted(EMITTER_OF_NOTATION))
def test_every_emitter_of_the_library_is_among_its_own_candidates(notation: str) -> None:
    assert notation in named(candidates(attributes(notation), np.zeros((1, 4))))
