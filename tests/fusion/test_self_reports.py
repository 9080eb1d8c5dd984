"""Self-reports: the same words heard by many say no more than heard by one."""

import numpy as np

from tests.fusion.folding import folded, picture_of
from tests.fusion.sky import self_reports, ships

FLEET = ships(4)


def test_a_report_heard_by_seven_receivers_makes_a_track_no_surer_than_heard_by_one() -> None:
    one = [self_reports(FLEET, number) for number in range(20)]
    seven = [
        self_reports(FLEET, number, sensor=f"ais-{letter}") for number in range(20) for letter in "abcdefg"
    ]

    alone, together = picture_of(one, 40), picture_of(seven, 40)

    np.testing.assert_allclose(together.covariance, alone.covariance)
    np.testing.assert_allclose(together.lat_deg, alone.lat_deg)


def test_repeated_reports_are_counted() -> None:
    twice = [self_reports(FLEET, number, sensor=f"ais-{letter}") for number in range(5) for letter in "ab"]

    assert folded(twice).counters.self_reports_repeated == 20


def test_a_disputed_report_heard_by_many_counts_once_towards_patience() -> None:
    before = [self_reports(FLEET, number) for number in range(5)]
    lie = [self_reports(FLEET, 6, sensor=f"ais-{letter}", shift_north_m=20_000.0) for letter in "abcdefg"]

    belief = folded([*before, *lie])

    assert belief.tracks.disputes[: belief.rows].tolist() == [1, 1, 1, 1]
