"""Paces of scans, and what is made of them."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.peers import DEFAULT, FLOOR, OWN
from benchmarks.sky import make_sky
from benchmarks.sky_cases import SPARSE
from benchmarks.speed_bench import START_SCANS, Pace, SpeedResult, pace_of
from benchmarks.speed_report import speed_found, speed_rows
from benchmarks.spread import spread_of

SMALL = replace(SPARSE, targets=20, scans=12)


def a_pace(targets: int, ms: float, *, tracker: str = OWN, worst_ms: float = 0.0) -> Pace:
    spread = spread_of([ms, ms, max(ms, worst_ms)])
    return Pace(tracker, targets, (1,), 3, 3_300, spread, spread, 1e6, 900.0)


def test_every_scan_of_every_seed_is_a_sample() -> None:
    pace = pace_of(FLOOR, SMALL, (1, 2), cap_s=60.0)

    assert pace.scan_ms.count == pace.scans == 24
    assert pace.settled_ms.count == 2 * (12 - START_SCANS)


def test_detections_are_counted_over_the_time_of_all_scans() -> None:
    pace = pace_of(FLOOR, SMALL, (1,), cap_s=60.0)

    assert pace.reports == len(make_sky(SMALL, 1).reports.scan)
    assert pace.detections_per_cpu_s == pytest.approx(1e3 * pace.reports / (pace.scan_ms.mean * 12))


def test_a_cost_that_grows_with_the_square_has_the_exponent_two() -> None:
    result = SpeedResult((a_pace(1_000, 1.0), a_pace(10_000, 100.0), a_pace(100_000, 10_000.0)), ())

    assert result.exponent == pytest.approx(2.0)


def test_one_size_has_no_exponent() -> None:
    assert np.isnan(SpeedResult((a_pace(1_000, 1.0),), ()).exponent)


def test_the_ratio_is_that_to_the_fastest_peer_at_the_same_size() -> None:
    peers = tuple(
        a_pace(1_000, ms, tracker=name) for ms, name in zip((1_600, 1_500, 2_900), DEFAULT, strict=True)
    )

    result = SpeedResult((a_pace(1_000, 0.5), a_pace(10_000, 6.0)), peers)

    assert result.ratio == pytest.approx(3_000.0)
    assert result.best_peer is not None
    assert result.best_peer.tracker == DEFAULT[1]


def test_a_worst_scan_that_is_too_slow_is_a_miss() -> None:
    assert SpeedResult((a_pace(1_000, 0.9),), ()).good
    assert not SpeedResult((a_pace(1_000, 0.9, worst_ms=5.1),), ()).good


def test_a_ratio_below_what_is_wanted_is_a_miss() -> None:
    peer = a_pace(1_000, 1_000.0, tracker=DEFAULT[0])

    assert not SpeedResult((a_pace(1_000, 0.9),), (peer,)).good


def test_only_this_engine_is_held_against_what_is_wanted() -> None:
    found = speed_found(SpeedResult((a_pace(1_000, 0.5),), (a_pace(1_000, 1_500.0, tracker=DEFAULT[0]),)))

    own, peer = speed_rows(found)

    assert own[3] == "<= 1"
    assert peer[3] == ""
