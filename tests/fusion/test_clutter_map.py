"""Where false bearings come from, by direction."""

import numpy as np
import pytest

from fusion.clutter_map import ClutterMap

TWO_DEGREES = np.radians(2.0)


def filled(bearing_rad: float, looks: int, false: float = 1.0) -> ClutterMap:
    clutter = ClutterMap()
    for _ in range(looks):
        clutter.learn(np.array([bearing_rad]), np.array([false]))
    return clutter


def test_nothing_heard_is_no_clutter() -> None:
    assert ClutterMap().at(np.array([0.0, 3.0])).tolist() == [0.0, 0.0]


def test_a_direction_that_is_false_at_every_look_ends_with_one_bearing_over_two_degrees() -> None:
    clutter = filled(1.0 * TWO_DEGREES, looks=500)

    assert clutter.at(np.array([1.0 * TWO_DEGREES]))[0] == pytest.approx(1.0 / TWO_DEGREES, rel=1e-3)
    assert clutter.at(np.array([4.0 * TWO_DEGREES]))[0] == 0.0


def test_what_belongs_to_a_track_is_no_clutter() -> None:
    assert filled(1.0, looks=100, false=0.0).at(np.array([1.0]))[0] == 0.0


def test_north_has_neighbours_on_both_sides() -> None:
    clutter = filled(-0.25 * TWO_DEGREES, looks=500)

    just_east, just_west = clutter.at(np.array([0.25 * TWO_DEGREES, 2.0 * np.pi - 0.25 * TWO_DEGREES]))

    assert just_west == pytest.approx(0.625 / TWO_DEGREES, rel=1e-3)
    assert just_east == pytest.approx(0.5625 / TWO_DEGREES, rel=1e-3)


def test_old_clutter_is_forgotten() -> None:
    clutter = filled(1.0, looks=200)
    before = clutter.at(np.array([1.0]))[0]

    for _ in range(150):
        clutter.learn(np.array([]), np.array([]))

    assert clutter.at(np.array([1.0]))[0] < 0.1 * before
