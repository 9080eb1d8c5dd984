"""Scores of small skies, each worked out by hand."""

from collections.abc import Sequence
from itertools import permutations
from math import hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.sky import Truth
from benchmarks.sky_scoring import RunScore, score_run
from benchmarks.sky_tracks import SkyTracks, stacked
from contracts.columns import FloatArray

Row = tuple[int, float, float]
"""Number, x m, y m."""


def a_truth(scans: Sequence[Sequence[Row]], targets: int) -> Truth:
    alive = np.zeros((len(scans), targets), np.bool_)
    state = np.full((len(scans), targets, 4), np.nan)
    for scan, rows in enumerate(scans):
        for number, x_m, y_m in rows:
            alive[scan, number] = True
            state[scan, number] = (x_m, 0.0, y_m, 0.0)
    return Truth(alive, state)


def some_tracks(scans: Sequence[Sequence[Row]], covariance: FloatArray | None = None) -> SkyTracks:
    own = np.diag([2_500.0, 100.0] * 2) if covariance is None else covariance
    return stacked([
        SkyTracks(
            np.full(len(rows), scan),
            np.array([number for number, _, _ in rows], np.int64),
            np.array([(x_m, 0.0, y_m, 0.0) for _, x_m, y_m in rows]).reshape(-1, 4),
            np.broadcast_to(own, (len(rows), 4, 4)),
        )
        for scan, rows in enumerate(scans)
    ])  # fmt: skip


def switches(score: RunScore) -> list[int]:
    return [scan.switches for scan in score.scans]


HERE = [(0, 0.0, 0.0)]


def test_a_track_on_its_target_costs_its_distance() -> None:
    score = score_run(a_truth([HERE], 1), some_tracks([[(7, 30.0, 40.0)]]))

    scan = score.scans[0]
    assert scan.gospa.metric_m == pytest.approx(50.0)
    assert scan.ospa_m == pytest.approx(50.0)
    assert (scan.targets, scan.tracks, scan.held, scan.assigned) == (1, 1, 1, 1)


def test_a_second_track_near_a_target_belongs_to_it_but_does_not_hold_it() -> None:
    score = score_run(a_truth([HERE], 1), some_tracks([[(7, 30.0, 40.0), (8, 0.0, 400.0)]]))

    scan = score.scans[0]
    assert (scan.held, scan.assigned, scan.tracks) == (1, 2, 2)
    assert scan.gospa.false_m_p == pytest.approx(500.0**2 / 2.0)


def test_a_target_that_is_not_there_is_not_scored() -> None:
    score = score_run(a_truth([HERE], 2), some_tracks([[(7, 30.0, 40.0)]]))

    assert score.scans[0].targets == 1
    assert score.never_shown == 0


def test_a_target_keeps_its_track_while_that_is_within_reach() -> None:
    truth = a_truth([HERE, HERE], 1)

    score = score_run(truth, some_tracks([[(7, 10.0, 0.0)], [(7, 450.0, 0.0), (8, 5.0, 0.0)]]))

    assert switches(score) == [0, 0]


def test_a_target_whose_track_went_away_is_switched_to_the_next() -> None:
    truth = a_truth([HERE, HERE], 1)

    score = score_run(truth, some_tracks([[(7, 10.0, 0.0)], [(7, 550.0, 0.0), (8, 5.0, 0.0)]]))

    assert switches(score) == [0, 1]


def test_a_gap_does_not_hide_a_switch() -> None:
    truth = a_truth([HERE, HERE, HERE], 1)

    score = score_run(truth, some_tracks([[(7, 10.0, 0.0)], [], [(8, 5.0, 0.0)]]))

    assert switches(score) == [0, 0, 1]


def test_a_track_that_comes_back_is_no_switch() -> None:
    truth = a_truth([HERE, HERE, HERE], 1)

    score = score_run(truth, some_tracks([[(7, 10.0, 0.0)], [], [(7, 5.0, 0.0)]]))

    assert switches(score) == [0, 0, 0]


def test_two_targets_that_swap_tracks_are_two_switches() -> None:
    pair = [(0, 0.0, 0.0), (1, 2_000.0, 0.0)]
    truth = a_truth([pair, pair], 2)

    score = score_run(
        truth, some_tracks([[(7, 0.0, 0.0), (8, 2_000.0, 0.0)], [(8, 0.0, 0.0), (7, 2_000.0, 0.0)]])
    )

    assert switches(score) == [0, 2]


def test_a_track_that_two_targets_claim_stays_with_the_one_that_it_showed_last() -> None:
    # Track 7 shows target 0, then target 1 far away; then target 0 comes near it, nearer than target 1.
    truth = a_truth(
        [[(0, 0.0, 0.0)], [(0, 0.0, 0.0), (1, 5_000.0, 0.0)], [(0, 5_000.0, 10.0), (1, 5_000.0, 100.0)]], 2
    )
    there = [(7, 5_000.0, 0.0)]

    score = score_run(truth, some_tracks([[(7, 0.0, 0.0)], there, there]))

    assert switches(score) == [0, 0, 0]


def test_crossing_targets_do_not_switch_when_their_tracks_follow_them() -> None:
    steps = range(-3, 4)
    truth = a_truth([[(0, 200.0 * k, 20.0), (1, -200.0 * k, -20.0)] for k in steps], 2)
    tracks = some_tracks([[(7, 200.0 * k, 60.0), (8, -200.0 * k, -60.0)] for k in steps])

    score = score_run(truth, tracks)

    assert sum(switches(score)) == 0


def test_latency_is_from_the_first_scan_of_a_target_to_its_first_track() -> None:
    truth = a_truth([[], HERE, HERE, HERE], 1)

    score = score_run(truth, some_tracks([[], [], [], [(7, 0.0, 0.0)]]))

    assert score.latency_scans.tolist() == [2]


def test_a_target_that_no_track_ever_shows_has_no_latency() -> None:
    score = score_run(a_truth([HERE, HERE], 1), some_tracks([[], []]))

    assert score.latency_scans.tolist() == []
    assert score.never_shown == 1


def test_the_normalised_error_is_that_of_pairs_that_last() -> None:
    # One sigma east and two north, at both scans; only the second counts.
    truth = a_truth([HERE, HERE], 1)
    off = [(7, 50.0, 100.0)]

    score = score_run(truth, some_tracks([off, off]))

    assert [scan.nees_position.tolist() for scan in score.scans] == [[], [pytest.approx(5.0)]]
    assert score.scans[1].nees_state.tolist() == [pytest.approx(5.0)]


def test_a_run_that_was_cut_short_is_scored_as_far_as_it_went() -> None:
    score = score_run(a_truth([HERE, HERE, HERE], 1), some_tracks([[(7, 0.0, 0.0)]]), scans=1)

    assert len(score.scans) == 1


def test_no_tracks_at_all_are_scored_too() -> None:
    score = score_run(a_truth([HERE], 1), some_tracks([[]]))

    assert score.scans[0].gospa.missed_m_p == pytest.approx(500.0**2 / 2.0)


Scan = tuple[list[Row], list[Row]]


def scans(*, shift_m: float) -> st.SearchStrategy[list[Row]]:
    """A few rows of different numbers, no two at one place: where pairings tie, none is right."""
    rows = st.lists(
        st.tuples(st.integers(0, 3), st.floats(-700.0, 700.0), st.floats(-700.0, 700.0)),
        max_size=4,
        unique_by=lambda row: row[0],
    )
    return rows.map(
        lambda several: [
            (number, x_m + shift_m * number, y_m + 0.7137 * shift_m * number * number)
            for number, x_m, y_m in several
        ]
    )


RUN = st.lists(st.tuples(scans(shift_m=3.1), scans(shift_m=-2.3)), min_size=1, max_size=6)


def cheapest(targets: list[Row], tracks: list[Row]) -> dict[int, int]:
    """The track of each target: every way to pair is tried."""
    best: tuple[float, dict[int, int]] = (0.0, {})
    places = [*range(len(tracks)), *[-1] * len(targets)]
    for way in set(permutations(places, len(targets))):
        pairs = [(target, tracks[place]) for target, place in zip(targets, way, strict=True) if place >= 0]
        apart = [hypot(target[1] - track[1], target[2] - track[2]) for target, track in pairs]
        gain = sum(500.0**2 - distance**2 if distance < 500.0 else -1e9 for distance in apart)
        if gain > best[0]:
            best = (gain, {target[0]: track[0] for target, track in pairs})
    return best[1]


def switches_by_the_words(run: list[Scan]) -> list[int]:
    """The definition of docs/reference/metrics.md, word by word, without arrays."""
    last: dict[int, int] = {}
    when: dict[int, int] = {}
    counted: list[int] = []
    for scan, (targets, tracks) in enumerate(run):
        kept: dict[int, int] = {}
        for track in tracks:
            claims = [
                (when[target[0]], target[0])
                for target in targets
                if last.get(target[0]) == track[0]
                and hypot(target[1] - track[1], target[2] - track[2]) < 500.0
            ]
            if claims:
                kept[max(claims)[1]] = track[0]
        without = [target for target in targets if target[0] not in kept]
        free = [track for track in tracks if track[0] not in kept.values()]
        shown = kept | cheapest(without, free)
        counted.append(sum(last.get(target, track) != track for target, track in shown.items()))
        last |= shown
        when |= dict.fromkeys(shown, scan)
    return counted


@settings(max_examples=100, deadline=None)
@given(run=RUN)
def test_switches_are_counted_as_the_definition_says(run: list[Scan]) -> None:
    truth = a_truth([targets for targets, _ in run], 4)

    score = score_run(truth, some_tracks([tracks for _, tracks in run]))

    assert switches(score) == switches_by_the_words(run)


@settings(max_examples=100, deadline=None)
@given(run=RUN)
def test_counts_are_those_of_the_definitions(run: list[Scan]) -> None:
    score = score_run(a_truth([targets for targets, _ in run], 4), some_tracks([tracks for _, tracks in run]))

    for scan, (targets, tracks) in zip(score.scans, run, strict=True):
        near = [
            track
            for track in tracks
            if any(hypot(target[1] - track[1], target[2] - track[2]) < 500.0 for target in targets)
        ]
        assert scan.held == len(cheapest(targets, tracks))
        assert scan.assigned == len(near)
