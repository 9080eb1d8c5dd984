"""Following: intercepts of one emitter make one line, and what differs makes another."""

import numpy as np

from contracts.picture import SourceKind
from fusion.following import extend_line, found_line, line_of
from fusion.intercepts import Bearings
from fusion.lines import LOOK_S, LOOKS, Lines, Signals, empty_lines, one_emitter, same_kind
from fusion.provenance import Stamp
from fusion.tracks import HYPOTHESES

SITE, OTHER = 3, 4
HEAD = Stamp(int(SourceKind.INTERCEPT), SITE, 1, 7, 1.0, 2, 0b011, 0b1)


def an_intercept(
    bearing_rad: float = 1.0,
    at_s: float = 1000.0,
    *,
    frequency_hz: float = 9.4e9,
    pri_s: float = 1e-3,
    sigma_rad: float = 0.02,
    site: tuple[float, float, float] = (0.5, 2.2, 100.0),
) -> tuple[Bearings, Signals]:
    one = np.ones(1)
    attribute = np.array([[frequency_hz, pri_s, np.nan, np.nan]])
    bearings = Bearings(
        np.zeros(3), np.eye(3), 3e5, one * at_s, one * bearing_rad, one * sigma_rad, one * frequency_hz, one * 2e6,
        one * pri_s, one * 1e-7, np.full((1, HYPOTHESES), 0.2),
    )  # fmt: skip
    errors = np.array([[2e6, 1e-7, np.nan, np.nan]])
    return bearings, Signals(
        np.array(site), attribute, errors, np.full((1, HYPOTHESES), 0.2), one * np.nan, one * np.nan
    )


def a_line(*intercepts: tuple[Bearings, Signals], stamp: Stamp = HEAD) -> Lines:
    lines = empty_lines()
    found_line(lines, 0, intercepts[0][0], 0, stamp)
    for bearings, signals in intercepts:
        extend_line(lines, 0, bearings, signals, 0, stamp)
    return lines


def follows(lines: Lines, intercept: tuple[Bearings, Signals], source: int = SITE) -> bool:
    return line_of(lines, 1, *intercept, 0, source) == 0


def test_an_intercept_like_the_last_follows_the_line() -> None:
    assert follows(a_line(an_intercept()), an_intercept(1.01, 1010.0))


def test_another_site_or_frequency_or_interval_or_direction_does_not() -> None:
    line = a_line(an_intercept())

    assert not follows(line, an_intercept(at_s=1010.0), source=OTHER)
    assert not follows(line, an_intercept(at_s=1010.0, frequency_hz=9.45e9))
    assert not follows(line, an_intercept(at_s=1010.0, pri_s=1.002e-3))
    assert not follows(line, an_intercept(bearing_rad=1.4, at_s=1010.0))


def test_an_intercept_between_two_lines_alike_follows_neither() -> None:
    lines = a_line(*(an_intercept(1.00, 1000.0 + 4.0 * k) for k in range(5)))
    lines[1] = a_line(*(an_intercept(1.12, 1000.0 + 4.0 * k) for k in range(5)))[0]

    assert line_of(lines, 2, *an_intercept(1.00, 1020.0), 0, SITE) == 0
    assert line_of(lines, 2, *an_intercept(1.06, 1020.0), 0, SITE) == -2


def test_what_is_not_measured_does_not_tell_apart() -> None:
    line = a_line(an_intercept(pri_s=np.nan))

    assert follows(line, an_intercept(at_s=1010.0, pri_s=1.3e-3))


def test_a_line_follows_a_bearing_that_turns_steadily() -> None:
    turning = [an_intercept(1.0 + 0.002 * t, 1000.0 + t) for t in range(0, 60, 4)]

    line = a_line(*turning)

    assert abs(line.bearing[0, 1] - 0.002) < 0.0008
    assert follows(line, an_intercept(1.0 + 0.002 * 90.0, 1090.0))


def test_intercepts_close_in_time_are_one_look() -> None:
    line = a_line(*(an_intercept(1.0 + 0.01 * k, 1000.0 + k) for k in range(5)), an_intercept(1.02, 1030.0))

    assert line.looks[0] == 2
    assert line.look_heard[0, :2].tolist() == [5, 1]
    assert np.isclose(line.look_bearing[0, 0], 1.02)
    assert np.isclose(line.look_s[0, 0], 1002.0)


def test_looks_are_bounded_and_the_oldest_go() -> None:
    line = a_line(*(an_intercept(1.0, 1000.0 + (LOOK_S + 1.0) * k) for k in range(LOOKS + 5)))

    assert line.looks[0] == LOOKS
    assert line.heard[0] == LOOKS + 5
    assert line.look_s[0, 0] == 1000.0 + 5 * (LOOK_S + 1.0)
    assert (np.diff(line.look_s[0]) > 0.0).all()


def test_sites_on_both_sides_of_the_antimeridian_average_to_one_there() -> None:
    west, east = ((0.5, sign * (np.pi - 1e-4), 0.0) for sign in (1.0, -1.0))

    line = a_line(an_intercept(site=west), an_intercept(at_s=1001.0, site=east))

    assert np.isclose(abs(line.look_site[0, 0, 1]), np.pi)


def test_a_line_adds_up_the_labels_of_what_it_is_made_of() -> None:
    line = a_line(an_intercept())
    secret = HEAD._replace(classification=3, releasable_mask=0b001, caveats=0b10)

    extend_line(line, 0, *an_intercept(at_s=1004.0), 0, secret)

    assert line.label[0].tolist() == [3, 0b001, 0b11]


def test_units_of_a_kind_are_told_apart_and_one_unit_is_recognised() -> None:
    lines = a_line(*(an_intercept(at_s=1000.0 + k) for k in range(4)))
    same, unlike = (a_line(an_intercept(frequency_hz=hz)) for hz in (9.401e9, 9.43e9))
    lines[1], lines[2] = same[0], unlike[0]

    assert same_kind(lines, 0, 1) > 1.0
    assert same_kind(lines, 0, 2) == -np.inf


def test_lines_without_a_common_attribute_are_not_of_one_unit() -> None:
    lines = a_line(an_intercept(pri_s=np.nan))
    lines[1] = a_line(an_intercept(frequency_hz=np.nan))[0]

    assert same_kind(lines, 0, 1) == -np.inf


def test_two_emitters_in_almost_one_direction_scatter_more_than_one() -> None:
    chance = np.random.default_rng(1)
    one = a_line(*(an_intercept(1.0 + chance.normal(0, 0.02), 1000.0 + 2 * k) for k in range(40)))
    two = a_line(
        *(an_intercept(1.0 + chance.normal(0, 0.02) + 0.06 * (k % 2), 1000.0 + 2 * k) for k in range(40))
    )

    assert one_emitter(one, np.array([0]))
    assert not one_emitter(two, np.array([0]))
