"""A made-up sky is what its case says: checked by counting, and by its moments."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.sky import make_sky
from benchmarks.sky_cases import DENSE_1000, MANOEUVRING, SPARSE, SkyCase
from contracts.columns import FloatArray

MANY = replace(SPARSE, name="many", targets=4_000)
FIVE_SIGMA = 5.0


def turned_rad(case: SkyCase) -> FloatArray:
    """(K - 1, N) by how much each target's heading changed from scan to scan."""
    state = make_sky(case, 1).truth.state
    heading = np.unwrap(np.arctan2(state[:, :, 3], state[:, :, 1]), axis=0)
    return np.abs(np.diff(heading, axis=0))


def test_the_same_seed_gives_the_same_sky() -> None:
    one, other = make_sky(SPARSE, 1), make_sky(SPARSE, 1)

    assert all(np.array_equal(a, b) for a, b in zip(one.reports, other.reports, strict=True))
    assert np.array_equal(one.origin, other.origin)


def test_another_seed_gives_another_sky() -> None:
    one, other = make_sky(SPARSE, 1), make_sky(SPARSE, 2)

    assert not np.array_equal(one.truth.state, other.truth.state)


def test_more_clutter_does_not_move_the_targets() -> None:
    clear, cluttered = make_sky(SPARSE, 1), make_sky(replace(SPARSE, clutter_per_target=1.0), 1)

    assert np.array_equal(clear.truth.state, cluttered.truth.state)


def test_a_fifth_of_the_targets_is_born_and_a_fifth_dies_within_the_run() -> None:
    alive = make_sky(MANY, 1).truth.alive

    assert (~alive[0]).sum() == 800
    assert (~alive[-1]).sum() == 800
    assert alive.any(axis=0).all()


def test_a_target_lives_once() -> None:
    alive = make_sky(MANY, 1).truth.alive.astype(int)

    assert (np.diff(alive, axis=0) == 1).sum(axis=0).max() == 1
    assert (np.diff(alive, axis=0) == -1).sum(axis=0).max() == 1


def test_targets_appear_within_the_square_of_their_density() -> None:
    truth = make_sky(DENSE_1000, 1).truth
    first = truth.alive.argmax(axis=0)

    place_m = truth.state[first, np.arange(1_000)][:, ::2]

    assert place_m.min() >= 0.0
    assert place_m.max() <= 44_722.0
    assert place_m.mean() == pytest.approx(22_361.0, rel=0.05)


def test_nine_of_ten_targets_are_reported_in_each_scan() -> None:
    sky = make_sky(MANY, 1)

    there = sky.truth.alive.sum()

    assert (sky.origin >= 0).sum() / there == pytest.approx(0.9, abs=FIVE_SIGMA * np.sqrt(0.09 / there))


def test_only_targets_that_are_there_are_reported() -> None:
    sky = make_sky(MANY, 1)
    real = sky.origin >= 0

    assert sky.truth.alive[sky.reports.scan[real], sky.origin[real]].all()


def test_clutter_comes_as_often_as_the_case_says() -> None:
    sky = make_sky(MANY, 1)

    expected = 0.2 * 4_000 * 40

    assert (sky.origin < 0).sum() == pytest.approx(expected, abs=FIVE_SIGMA * np.sqrt(expected))


def test_reported_positions_are_off_by_the_sensors_sigma() -> None:
    sky = make_sky(MANY, 1)
    real = sky.origin >= 0
    true = sky.truth.state[sky.reports.scan[real], sky.origin[real]]

    off_m = np.concatenate([sky.reports.x_m[real] - true[:, 0], sky.reports.y_m[real] - true[:, 2]])

    assert off_m.std() == pytest.approx(50.0, rel=0.01)
    assert off_m.mean() == pytest.approx(0.0, abs=0.5)


def test_velocities_walk_as_the_noise_says() -> None:
    state = make_sky(MANY, 1).truth.state

    change = np.diff(state[:, :, 1], axis=0)

    assert change.var() == pytest.approx(0.1 * 5.0, rel=0.02)


def test_positions_follow_velocities_up_to_the_noise() -> None:
    state = make_sky(MANY, 1).truth.state

    left_m = np.diff(state[:, :, 0], axis=0) - 5.0 * state[:-1, :, 1]

    assert left_m.var() == pytest.approx(0.1 * 5.0**3 / 3.0, rel=0.02)


def test_nobody_turns_where_the_case_has_no_turns() -> None:
    assert np.degrees(turned_rad(MANY)).max() < 15.0


def test_half_of_the_targets_turn_at_three_degrees_a_second() -> None:
    turned = turned_rad(replace(MANOEUVRING, targets=1_000, noise_m2_per_s3=0.0))

    fully = np.isclose(turned, np.radians(15.0))

    assert 0.4 < fully.any(axis=0).mean() <= 0.5
    assert turned.max() < np.radians(15.0) + 1e-9


def test_a_turn_keeps_the_speed() -> None:
    state = make_sky(replace(MANOEUVRING, noise_m2_per_s3=0.0), 1).truth.state

    speed = np.hypot(state[:, :, 1], state[:, :, 3])

    assert np.allclose(speed, speed[0])


def test_a_turn_is_an_arc() -> None:
    # The chord of an arc of 15 degrees at constant speed.
    state = make_sky(replace(MANOEUVRING, targets=1_000, noise_m2_per_s3=0.0), 1).truth.state
    turned = turned_rad(replace(MANOEUVRING, targets=1_000, noise_m2_per_s3=0.0))
    way_m = np.hypot(*np.moveaxis(np.diff(state[:, :, ::2], axis=0), -1, 0))
    speed = np.hypot(state[:-1, :, 1], state[:-1, :, 3])

    fully = np.isclose(turned, np.radians(15.0))
    # Two half turns to opposite sides in one scan look straight; only whole turns are compared.
    chord_m = 2.0 * speed / np.radians(3.0) * np.sin(np.radians(7.5))

    assert np.allclose(way_m[fully], chord_m[fully])


def test_reports_are_in_the_order_of_their_scans_and_of_nothing_else() -> None:
    sky = make_sky(MANY, 1)
    real = sky.origin >= 0

    assert (np.diff(sky.reports.scan) >= 0).all()
    assert abs(np.corrcoef(np.arange(real.sum()), sky.origin[real])[0, 1]) < 0.02
