"""Plots against tracks that have modes: each mode for itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.columns import FloatArray
from fusion.fitting import fit
from fusion.motion import predict
from fusion.tracks import Tracks
from fusion.updating import update_modal
from tests.fusion import oracle
from tests.fusion.test_modes import NOISE, RATE, a_position, an_aircraft, modes_of

GATE = 18.0
Q = NOISE.agile


def moments_distance2(tracks: Tracks, seen: FloatArray) -> float:
    """How far a position is from what the modes are together."""
    off = seen - tracks.ecef_m[0, :2]
    spread = oracle.full(tracks.covariance[0])[:2, :2] + np.array([[2500.0, 100.0], [100.0, 5000.0]])
    return float(off @ np.linalg.solve(spread, off))


@given(st.integers(0, 2**32 - 1), st.floats(-400.0, 400.0), st.floats(-400.0, 400.0))
@settings(max_examples=50, deadline=None)
def test_a_likelihood_is_the_sum_of_the_modes(seed: int, east_m: float, north_m: float) -> None:
    tracks = an_aircraft(seed)
    seen = tracks.ecef_m[0, :2] + (east_m, north_m)
    h, r = np.eye(2, 4), np.array([[2500.0, 100.0], [100.0, 5000.0]])
    weight, mean, covariance = modes_of(tracks)
    fits = [oracle.corrected(mean[m], covariance[m], h, r, seen - mean[m, :2])[2] for m in range(3)]
    apart = [seen - mean[m, :2] for m in range(3)]
    spread = [h @ covariance[m] @ h.T + r for m in range(3)]
    wanted2 = min(float(a @ np.linalg.solve(s, a)) for a, s in zip(apart, spread, strict=True))

    distance2, ratio = fit(tracks, 0, *a_position(seen[0], seen[1], 0.0), Q)

    wanted = np.logaddexp.reduce(np.log(weight) + fits) + np.log(0.9 / 1e-9)
    np.testing.assert_allclose(distance2, wanted2, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(ratio, wanted, rtol=1e-7, atol=1e-7)


def test_a_plot_in_the_second_scan_of_a_turn_fits_though_it_is_far_from_the_moments() -> None:
    tracks = an_aircraft()
    x = np.array([1000.0, 2000.0, 250.0, 0.0])
    for step in range(1, 13):
        x = (oracle.turn(5.0, RATE) if step > 10 else oracle.straight(5.0)) @ x
        position = a_position(x[0], x[1], 5.0 * step)
        if step < 12:
            update_modal(tracks, 0, *position, NOISE, 1.0)

    predict(tracks, 0, 60.0, NOISE)
    distance2, _ = fit(tracks, 0, *position, Q)

    assert distance2 < 0.5 * GATE
    assert distance2 < moments_distance2(tracks, x[:2])
