"""The three modes of motion against plain matrices, and what they are for: an aircraft that turns."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.columns import FloatArray
from fusion import modes
from fusion.frames import put, put_at
from fusion.identity import PRIOR
from fusion.lifecycle import begin
from fusion.motion import predict
from fusion.settings import EngineSettings
from fusion.states import State
from fusion.sweep import Plot, Scene, plot_at, position_sweep
from fusion.tracks import Tracks, empty_tracks
from fusion.updating import update_modal, update_place, update_speed, update_straight
from tests.fusion import oracle

NOISE = EngineSettings().noise
RATE = NOISE.turn_rate_rad_per_s


def some_modes(seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(3,) weights, (3, 4) means near a flight of 200 m/s, (3, 4, 4) covariances."""
    chance = np.random.default_rng(seed)
    weight = chance.dirichlet(np.ones(3))
    mean = np.concatenate([chance.normal(0, 50, (3, 2)), chance.normal(150, 20, (3, 2))], axis=1)
    root = chance.normal(0, 1, (3, 4, 4)) * np.array([60, 60, 8, 8])[:, None]
    return weight, mean, root @ root.transpose(0, 2, 1) + np.eye(4)


def an_aircraft(seed: int | None = None) -> Tracks:
    """One aircraft on a plane, with modes of a seed or fresh ones."""
    tracks = empty_tracks(1)
    begin(tracks, 0, 0.0, PRIOR)
    put_at(tracks, 0, 1000.0, 2000.0, 0.0, 0.0, True)
    tracks.domain[0] = 1
    tracks.velocity_m_per_s[0, 0] = 200.0
    tracks.covariance[0, [0, 4]], tracks.covariance[0, [7, 9]] = 2500.0, 25.0
    modes.begin_modes(tracks, 0)
    if seed is not None:
        weight, mean, covariance = some_modes(seed)
        tracks.mode_weight[0] = weight
        for m in range(3):
            tracks.mode[0, m] = oracle.packed(mean[m], covariance[m])
        modes.put_modes(tracks, 0, modes.modes_of(tracks, 0))
    return tracks


def modes_of(tracks: Tracks) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Weights, means with the track's own position added, covariances."""
    mean = tracks.mode[0, :, :4].copy()
    mean[:, :2] += tracks.ecef_m[0, :2]
    return tracks.mode_weight[0].copy(), mean, np.array([oracle.full(p) for p in tracks.mode[0, :, 4:]])


def a_position(x_m: float, y_m: float, at_s: float, variance_m2: float = 2500.0) -> tuple[Scene, Plot]:
    """One position on the plane."""
    sweep = position_sweep(
        time_s=np.array([at_s]), point_m=np.array([[x_m, y_m, 0.0]]),
        spread_m2=np.array([[variance_m2, 100.0, 2.0 * variance_m2]]), plot_height_m=np.array([np.nan]),
        height_sigma_m=1.0, flat=True, low_m=np.zeros(3), high_m=np.zeros(3), detection_probability=0.9,
        false_density_per_m2=1e-9,
    )  # fmt: skip
    return sweep.scene, plot_at(sweep.plots, 0)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
@settings(max_examples=50, deadline=None)
def test_mixing_is_the_textbooks(seed: int, leave: float, back: float) -> None:
    weight, mean, covariance = some_modes(seed)
    straight, left, right = (
        State(*oracle.packed(m, p).tolist()) for m, p in zip(mean, covariance, strict=True)
    )
    before = modes.Modes(straight, left, right, *weight.tolist())
    wanted_weight, wanted_mean, wanted_covariance = oracle.mixed(weight, mean, covariance, leave, back)

    after = modes.mix(before, leave, back)

    packed = np.array(after[:3])
    np.testing.assert_allclose(after[3:], wanted_weight, rtol=1e-9)
    np.testing.assert_allclose(packed[:, :4], wanted_mean, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        [oracle.full(p) for p in packed[:, 4:]], wanted_covariance, rtol=1e-9, atol=1e-9
    )


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 30.0))
@settings(max_examples=50, deadline=None)
def test_prediction_is_the_textbooks(seed: int, dt_s: float) -> None:
    tracks = an_aircraft(seed)
    leave, back = -np.expm1(-dt_s / NOISE.straight_s), -np.expm1(-dt_s / NOISE.turn_s)
    weight, mean, covariance = oracle.mixed(*modes_of(tracks), leave, back)
    for m, (f, q) in enumerate(
        [
            (oracle.straight(dt_s), NOISE.agile),
            (oracle.turn(dt_s, RATE), NOISE.turning),
            (oracle.turn(dt_s, -RATE), NOISE.turning),
        ]
    ):
        mean[m], covariance[m] = f @ mean[m], f @ covariance[m] @ f.T + oracle.white(dt_s, q)

    predict(tracks, 0, dt_s, NOISE)

    for found, wanted in zip(modes_of(tracks), (weight, mean, covariance), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-7)
    middle, spread = oracle.moments(weight, mean, covariance)
    np.testing.assert_allclose(tracks.ecef_m[0, :2], middle[:2], rtol=1e-9)
    np.testing.assert_allclose(tracks.velocity_m_per_s[0, :2], middle[2:], rtol=1e-9)
    np.testing.assert_allclose(oracle.full(tracks.covariance[0]), spread, rtol=1e-8, atol=1e-6)


@given(st.integers(0, 2**32 - 1), st.floats(-300.0, 300.0), st.floats(-300.0, 300.0))
@settings(max_examples=50, deadline=None)
def test_a_correction_is_the_textbooks(seed: int, east_m: float, north_m: float) -> None:
    tracks = an_aircraft(seed)
    weight, mean, covariance = modes_of(tracks)
    seen = tracks.ecef_m[0, :2] + (east_m, north_m)
    h, r = np.eye(2, 4), np.array([[2500.0, 100.0], [100.0, 5000.0]])
    likelihood = np.empty(3)
    for m in range(3):
        mean[m], covariance[m], likelihood[m] = oracle.corrected(
            mean[m], covariance[m], h, r, seen - mean[m, :2]
        )
    weight = np.maximum(weight * np.exp(likelihood - likelihood.max()), 1e-6)
    weight /= weight.sum()

    update_modal(tracks, 0, *a_position(seen[0], seen[1], 0.0), NOISE, 1.0)

    for found, wanted in zip(modes_of(tracks), (weight, mean, covariance), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-6)


@pytest.mark.parametrize(("first", "update"), [(0, update_place), (2, update_speed)])
def test_one_number_along_a_direction_is_the_textbooks(first: int, update: Callable[..., None]) -> None:
    tracks = an_aircraft(5)
    weight, mean, covariance = modes_of(tracks)
    whole, _ = oracle.moments(weight, mean, covariance)
    direction = np.array([0.6, 0.8])
    h = np.zeros((1, 4))
    h[0, first : first + 2] = direction
    measured = h @ whole + 12.0
    for m in range(3):
        mean[m], covariance[m], likelihood = oracle.corrected(
            mean[m], covariance[m], h, np.array([[30.0]]), measured - h @ mean[m]
        )
        weight[m] *= np.exp(likelihood)

    update(tracks, 0, 0.6, 0.8, 12.0, 30.0)

    for found, wanted in zip(modes_of(tracks), (weight / weight.sum(), mean, covariance), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-6)


def test_modes_on_earth_keep_their_speed_and_shape_as_the_frame_turns() -> None:
    plane, earth = an_aircraft(3), an_aircraft(3)
    put(earth, 0, np.radians(80.0), np.radians(179.99), 0.0)

    for second in range(1, 61):
        predict(plane, 0, float(second), NOISE)
        predict(earth, 0, float(second), NOISE)

    # At 80 degrees north ten kilometres turn the axes by half a degree: speeds and areas do not mind.
    np.testing.assert_allclose(earth.mode_weight, plane.mode_weight, rtol=1e-9)
    for m in range(3):
        speed = np.hypot(*earth.mode[0, m, 2:4])
        assert speed == pytest.approx(np.hypot(*plane.mode[0, m, 2:4]), rel=1e-4)
        area = np.linalg.det(oracle.full(earth.mode[0, m, 4:])[:2, :2])
        assert area == pytest.approx(np.linalg.det(oracle.full(plane.mode[0, m, 4:])[:2, :2]), rel=1e-3)


def test_an_aircraft_that_turns_is_followed_closer_than_by_straight_flight_alone() -> None:
    chance = np.random.default_rng(4)
    errors: dict[bool, list[float]] = {True: [], False: []}
    for modal in (True, False):
        tracks = an_aircraft()
        tracks.modal[0] = modal
        x = np.array([1000.0, 2000.0, 200.0, 0.0])
        for step in range(1, 25):
            x = (oracle.turn(5.0, RATE) if step > 8 else oracle.straight(5.0)) @ x
            seen = x[:2] + chance.normal(0, 50, 2)
            position = a_position(seen[0], seen[1], 5.0 * step)
            if modal:
                update_modal(tracks, 0, *position, NOISE, 1.0)
            else:
                update_straight(tracks, 0, *position, NOISE.agile, 1.0)
            if step > 12:
                errors[modal].append(float(np.hypot(*(tracks.ecef_m[0, :2] - x[:2]))))

    assert np.mean(errors[True]) < 0.7 * np.mean(errors[False])
    assert np.mean(errors[True]) < 60.0


def test_who_never_turns_is_soon_taken_to_fly_straight_and_who_turns_is_not() -> None:
    chance = np.random.default_rng(8)
    rates: dict[bool, float] = {}
    for turns in (False, True):
        tracks = an_aircraft()
        x = np.array([1000.0, 2000.0, 200.0, 0.0])
        for step in range(1, 61):
            round_ = turns and step % 12 >= 6
            x = (oracle.turn(5.0, RATE) if round_ else oracle.straight(5.0)) @ x
            seen = x[:2] + chance.normal(0, 50, 2)
            update_modal(tracks, 0, *a_position(seen[0], seen[1], 5.0 * step), NOISE, 1.0)
        rates[turns] = modes.turn_rate_of(tracks, 0, NOISE)

    assert rates[False] < 0.4 / NOISE.straight_s
    assert 1.0 / 90.0 < rates[True] < 1.0 / 15.0
