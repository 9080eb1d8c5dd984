"""Side accuracy is told among those that declare one; the rest is counted apart."""

import numpy as np

from benchmarks.identification import said, total_said
from benchmarks.scoring import Rule, Scorer
from tests.benchmarks.builders import some_objects, some_tracks

FRIEND, NEUTRAL, HOSTILE, UNDECLARED = 0, 1, 2, -1
THREE = [(0.0, 0.0), (50_000.0, 0.0), (100_000.0, 0.0)]


def test_accuracy_counts_only_tracks_that_declare_a_side() -> None:
    objects = some_objects(THREE, side=[FRIEND, NEUTRAL, HOSTILE])
    shown = some_tracks(THREE, side=[FRIEND, HOSTILE, UNDECLARED])
    score = Scorer(Rule()).take(0.0, objects, shown)

    totals = total_said([said(objects, shown, score.matched)])

    assert totals.declared_share == 2 / 3
    assert totals.side_accuracy == 0.5
    assert totals.friend_as_hostile == 0.5
    assert totals.confusion["hostile"] == {"friend": 0, "neutral": 0, "hostile": 0, "undeclared": 1}


def test_types_are_scored_where_one_is_named() -> None:
    objects = some_objects(THREE[:2], platform="frigate")
    named = some_tracks(THREE[:1], platform="frigate")
    score = Scorer(Rule()).take(0.0, objects, named)

    totals = total_said([said(objects, named, score.matched)])

    assert (totals.type_said_share, totals.type_accuracy) == (1.0, 1.0)


def test_a_surfaced_submarine_shown_on_the_surface_is_right() -> None:
    objects = some_objects(THREE[:1], platform="submarine")
    shown = some_tracks(THREE[:1])
    score = Scorer(Rule()).take(0.0, objects, shown)

    totals = total_said([said(objects, shown, score.matched)])

    assert totals.domain_accuracy == 1.0


def test_nothing_shown_has_no_accuracy() -> None:
    totals = total_said([])

    assert totals.pairs == 0
    assert np.isnan(totals.side_accuracy)
