"""Bearings of one look against tracks, compared with the textbook's probabilistic data association."""

import numpy as np
import pytest

from contracts.columns import FloatArray
from fusion.bearing_scans import LEFT_BY_SILENCE, Fits, believe, shares, weigh
from fusion.intercepts import Bearings
from fusion.tracks import HYPOTHESES, empty_tracks

DETECTION = 0.7
FALSE_PER_RAD = 0.5
SIGMA_RAD = 0.02
LEAST = -1000.0


def fits(track: list[int], bearing: list[int], off_rad: list[float], doubt_rad: float = 0.03) -> Fits:
    off = np.array(off_rad)
    s = doubt_rad**2 + SIGMA_RAD**2
    ratio = np.exp(-0.5 * off**2 / s) / np.sqrt(2.0 * np.pi * s) / FALSE_PER_RAD
    return Fits(
        np.array(track, np.int64),
        np.array(bearing, np.int64),
        off,
        np.full(len(off), 1.0),
        np.full(len(off), doubt_rad**2),
        ratio,
    )


def bearings(count: int) -> Bearings:
    none = np.full(count, np.nan)
    return Bearings(
        np.zeros(3), np.eye(3), np.inf, np.zeros(count), np.zeros(count), np.full(count, SIGMA_RAD), none,
        none, none, none, np.ones((count, HYPOTHESES)),
    )  # fmt: skip


def kalman(variance: float, off_rad: float, sigma_rad: float) -> tuple[float, float]:
    """The scalar filter: by how much it moves, and the variance after."""
    gain = variance / (variance + sigma_rad**2)
    return gain * off_rad, variance * (1.0 - gain)


def textbook(off_rad: FloatArray, chance: FloatArray, variance: float) -> tuple[float, float]:
    """Bar-Shalom and Tse: the mean and variance of the mixture over which bearing is the track's."""
    moved, left = kalman(variance, 1.0, SIGMA_RAD)
    means = np.append(moved * off_rad, 0.0)
    weights = np.append(chance, 1.0 - chance.sum())
    variances = np.append(np.full(len(off_rad), left), variance)
    mean = float(weights @ means)
    return mean, float(weights @ (variances + (means - mean) ** 2))


def test_one_track_and_its_bearings_have_the_textbooks_probabilities() -> None:
    some = fits([4, 4, 4], [0, 1, 2], [0.01, -0.03, 0.05])

    chance = shares(some, 3, DETECTION)

    assert chance == pytest.approx(DETECTION * some.ratio / (1.0 - DETECTION + DETECTION * some.ratio.sum()))


def test_two_tracks_share_a_bearing() -> None:
    chance = shares(fits([1, 2], [0, 0], [0.0, 0.0]), 1, DETECTION)

    assert chance[0] == chance[1]
    assert 0.4 < chance[0] <= 0.5


def test_no_fits_are_no_shares() -> None:
    assert shares(fits([], [], []), 3, DETECTION).tolist() == []


@pytest.mark.parametrize("off_rad", [[0.01], [0.01, -0.03], [0.02, 0.03, -0.01]])
def test_the_one_bearing_does_to_a_track_what_all_of_them_do_in_the_textbook(off_rad: list[float]) -> None:
    count, variance = len(off_rad), 0.03**2
    some = fits([0] * count, list(range(count)), off_rad)
    chance = shares(some, count, DETECTION)

    one = weigh(some, chance, bearings(count), 1.0)

    moved, left = kalman(variance, float(one.bearing_rad[0]) - 1.0, float(one.sigma_rad[0]))
    assert (moved, left) == pytest.approx(textbook(np.array(off_rad), chance, variance))


def test_bearings_that_tell_nothing_leave_the_track_alone() -> None:
    apart = fits([0, 0], [0, 1], [0.1, -0.1])

    one = weigh(apart, np.array([0.5, 0.5]), bearings(2), 1.0)

    assert one.sigma_rad.tolist() == [np.inf]


def test_looks_that_share_an_error_count_for_less() -> None:
    some = fits([0], [0], [0.01])

    once = weigh(some, np.ones(1), bearings(1), 1.0)
    shared = weigh(some, np.ones(1), bearings(1), 16.0)

    assert shared.sigma_rad[0] == pytest.approx(4.0 * once.sigma_rad[0])
    assert shared.bearing_rad[0] == once.bearing_rad[0]


def test_what_is_not_heard_counts_against_a_track_and_what_is_heard_for_it() -> None:
    tracks = empty_tracks(3)

    believe(tracks, fits([1], [0], [0.0]), 1, np.array([0, 1]), DETECTION, 1.0, LEAST)

    assert tracks.score[0] == pytest.approx(np.log(1.0 - DETECTION))
    assert tracks.score[1] > 1.0
    assert tracks.score[2] == 0.0


def test_of_two_tracks_on_one_bearing_neither_gains() -> None:
    tracks = empty_tracks(2)
    both = fits([0, 1], [0, 0], [0.0, 0.0])

    believe(tracks, both, 1, np.array([0, 1]), DETECTION, 1.0, LEAST)

    # "Both are there" against "only the other is": (1 - d)^2 + 2 d (1 - d) l over (1 - d) + d l.
    silence, ratio = 1.0 - DETECTION, DETECTION * both.ratio[0]
    exact = np.log((silence**2 + 2.0 * silence * ratio) / (silence + ratio))
    assert tracks.score.tolist() == pytest.approx([exact, exact])
    assert exact < 0.0


def test_a_bearing_does_not_keep_alive_what_radar_has_missed() -> None:
    tracks = empty_tracks(1)
    tracks.misses[0] = 1

    believe(tracks, fits([0], [0], [0.0]), 1, np.array([0]), DETECTION, 1.0, LEAST)

    assert tracks.score[0] == 0.0


def test_silence_alone_does_not_end_what_radar_has_just_seen() -> None:
    tracks = empty_tracks(2)
    tracks.misses[1] = 1

    for _ in range(10):
        believe(tracks, fits([], [], []), 0, np.array([0, 1]), DETECTION, 1.0, -2.0)

    assert tracks.score[0] == -2.0 + LEFT_BY_SILENCE
    assert tracks.score[1] == pytest.approx(10.0 * np.log(1.0 - DETECTION))
