"""Scores of small pictures whose numbers can be worked out by hand, and GOSPA against brute force."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.scoring import Rule, Scorer
from benchmarks.totals import total
from contracts.columns import FloatArray
from tests.benchmarks.builders import Points, some_objects, some_tracks

RULE = Rule(cutoff_m=1_000.0, order=2.0)
MILLIMETRE = 0.001
CENTIMETRE = 0.01
POINTS = st.lists(st.tuples(st.floats(-1_500.0, 1_500.0), st.floats(-1_500.0, 1_500.0)), max_size=4)


def gospa_m(distance_m: FloatArray, cutoff_m: float, order: float) -> float:
    """GOSPA as defined (alpha 2), by trying every assignment."""
    objects, tracks = distance_m.shape
    choices = [*range(tracks), *[-1] * objects]
    best = np.inf
    for way in {tuple(way) for way in permutations(choices, objects)}:
        paired = [(j, n) for j, n in enumerate(way) if n >= 0]
        alone = objects + tracks - 2 * len(paired)
        cost = sum(distance_m[pair] ** order for pair in paired) + alone * cutoff_m**order / 2.0
        best = min(best, cost)
    return float(best ** (1.0 / order))


@settings(max_examples=60, deadline=None)
@given(objects=POINTS, tracks=POINTS)
def test_gospa_is_what_trying_every_assignment_gives(objects: Points, tracks: Points) -> None:
    truth, picture = some_objects(objects), some_tracks(tracks)

    score = Scorer(RULE).take(0.0, truth, picture)

    distance_m = np.linalg.norm(truth.ecef_m[:, None, :] - picture.ecef_m[None, :, :], axis=-1)
    assert score.gospa_m == pytest.approx(gospa_m(distance_m, 1_000.0, 2.0), abs=MILLIMETRE)


@settings(max_examples=30, deadline=None)
@given(objects=POINTS, tracks=POINTS)
def test_gospa_falls_into_its_three_parts(objects: Points, tracks: Points) -> None:
    score = Scorer(RULE).take(0.0, some_objects(objects), some_tracks(tracks))

    parts = score.localisation_m_p + score.missed_m_p + score.false_m_p
    assert parts == pytest.approx(score.gospa_m**2, rel=1e-9, abs=MILLIMETRE)


def test_a_perfect_picture_scores_nothing_but_ones() -> None:
    points = [(0.0, 0.0), (5_000.0, 0.0)]

    score = Scorer(RULE).take(0.0, some_objects(points), some_tracks(points))

    totals = total([score], RULE, 30.0)
    assert (totals.completeness, totals.ambiguity, totals.spuriousness) == (1.0, 1.0, 0.0)
    assert totals.gospa_m == pytest.approx(0.0, abs=MILLIMETRE)


def test_a_track_that_belongs_to_nothing_is_spurious() -> None:
    score = Scorer(RULE).take(0.0, some_objects([(0, 0)]), some_tracks([(30, 0), (9_000, 0)]))

    assert (score.held, score.spurious, score.doubles) == (1, 1, 0)
    assert total([score], RULE, 30.0).spuriousness == 0.5


def test_a_second_track_on_an_object_is_ambiguous_and_not_spurious() -> None:
    score = Scorer(RULE).take(0.0, some_objects([(0, 0)]), some_tracks([(30, 0), (600, 0)]))

    assert (score.held, score.spurious, score.doubles) == (1, 0, 1)
    assert total([score], RULE, 30.0).ambiguity == 2.0


def test_an_object_without_a_track_is_missed() -> None:
    score = Scorer(RULE).take(0.0, some_objects([(0, 0), (5_000, 0)]), some_tracks([(30, 0)]))

    assert score.missed_rows.tolist() == [1]
    assert total([score], RULE, 30.0).completeness == 0.5


def test_what_nobody_can_see_is_not_asked_for() -> None:
    objects = some_objects([(0, 0), (5_000, 0)], detectable=[True, False])

    score = Scorer(RULE).take(0.0, objects, some_tracks([(30, 0)]))

    assert (score.objects, score.held) == (1, 1)


def test_a_track_on_what_nobody_can_see_is_neither_right_nor_wrong() -> None:
    objects = some_objects([(0, 0), (5_000, 0)], detectable=[True, False])

    score = Scorer(RULE).take(0.0, objects, some_tracks([(30, 0), (5_020, 0), (5_600, 0)]))

    assert (score.tracks, score.ignored, score.spurious, score.doubles) == (1, 2, 0, 0)
    assert score.gospa_m == pytest.approx(30.0, abs=CENTIMETRE)


def test_only_objects_seen_at_the_picture_before_are_settled() -> None:
    scorer = Scorer(RULE)
    scorer.take(0.0, some_objects([(0, 0)]), some_tracks([]))

    score = scorer.take(30.0, some_objects([(0, 0), (5_000, 0)]), some_tracks([(0, 0)]))

    assert (score.settled, score.settled_held) == (1, 1)
    assert total([score], RULE, 30.0).completeness_settled == 1.0


def test_another_track_on_an_object_is_one_switch() -> None:
    scorer = Scorer(RULE)
    scorer.take(0.0, some_objects([(0, 0)]), some_tracks([(0, 0)], ids=[7]))

    scores = [
        scorer.take(time_s, some_objects([(0, 0)]), some_tracks([(0, 0)], ids=[8])) for time_s in (30.0, 60.0)
    ]

    assert [score.switches for score in scores] == [1, 0]


def test_a_track_that_comes_back_after_a_gap_is_no_switch() -> None:
    scorer = Scorer(RULE)
    scorer.take(0.0, some_objects([(0, 0)]), some_tracks([(0, 0)], ids=[7]))
    scorer.take(30.0, some_objects([(0, 0)]), some_tracks([]))

    score = scorer.take(60.0, some_objects([(0, 0)]), some_tracks([(0, 0)], ids=[7]))

    assert score.switches == 0


def test_two_ships_that_pass_close_do_not_switch_because_noise_swaps_the_nearest() -> None:
    scorer = Scorer(RULE)
    scorer.take(0.0, some_objects([(0, 0), (100, 0)]), some_tracks([(0, 0), (100, 0)], ids=[7, 8]))

    score = scorer.take(30.0, some_objects([(0, 0), (100, 0)]), some_tracks([(90, 0), (10, 0)], ids=[7, 8]))

    assert score.switches == 0


def test_tracks_that_went_off_with_the_other_ship_are_two_switches() -> None:
    scorer = Scorer(RULE)
    scorer.take(0.0, some_objects([(0, 0), (100, 0)]), some_tracks([(0, 0), (100, 0)], ids=[7, 8]))

    score = scorer.take(
        300.0, some_objects([(0, 0), (9_000, 0)]), some_tracks([(9_000, 0), (0, 0)], ids=[7, 8])
    )

    assert score.switches == 2


def test_errors_in_units_of_the_tracks_own_covariance_are_squared_and_summed() -> None:
    score = Scorer(RULE).take(0.0, some_objects([(0, 0)]), some_tracks([(200, 100)], sigma_m=100.0))

    assert score.matched.error_m[0] == pytest.approx(np.hypot(200.0, 100.0), abs=CENTIMETRE)
    assert score.matched.nees[0] == pytest.approx(5.0, rel=0.02)


def test_totals_are_ratios_of_sums_and_not_means_of_ratios() -> None:
    scorer = Scorer(RULE)
    scores = [
        scorer.take(0.0, some_objects([(0, 0)]), some_tracks([(0, 0)])),
        scorer.take(30.0, some_objects([(0, 0), (3_000, 0), (6_000, 0)]), some_tracks([])),
    ]

    totals = total(scores, RULE, 30.0)

    assert totals.completeness == 0.25


def test_no_pictures_have_no_score() -> None:
    totals = total([], RULE, 30.0)

    assert totals.cycles == 0
    assert np.isnan(totals.completeness)
