"""The cases are the ones that were asked for."""

import numpy as np
import pytest

from benchmarks.sky_cases import CASES, DENSE, MANOEUVRING, SPARSE, case_named


@pytest.mark.parametrize(
    ("name", "targets", "density_per_km2"),
    [
        ("sparse", 100, 0.025),
        ("dense", 100, 0.5),
        ("dense-1000", 1_000, 0.5),
        ("manoeuvring", 100, 0.1),
        ("speed-1000000", 1_000_000, 0.025),
    ],
)
def test_a_case_has_its_size_and_density(name: str, targets: int, density_per_km2: float) -> None:
    assert (CASES[name].targets, CASES[name].density_per_km2) == (targets, density_per_km2)


def test_the_square_holds_the_targets_at_their_density() -> None:
    assert SPARSE.side_m == pytest.approx(np.sqrt(100 / 0.025) * 1e3)
    assert DENSE.clutter_per_m2 * DENSE.side_m**2 == pytest.approx(20.0)


def test_the_spread_of_velocities_is_that_of_the_speeds() -> None:
    chance = np.random.default_rng(1)
    speed = chance.uniform(50.0, 300.0, 200_000)

    east = speed * np.cos(chance.uniform(-np.pi, np.pi, 200_000))

    assert pytest.approx(east.std(), rel=0.01) == MANOEUVRING.speed_sigma_m_per_s


def test_an_unknown_case_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(ValueError, match=r"sparse, dense.*got 'desert'"):
        case_named("desert")
