"""Locating: where bearings cross, how surely, and which explanation of them is likelier."""

import numpy as np

from contracts import geodesy
from fusion.explaining import FLYING, SAILING, prior_anywhere
from fusion.locating import Fit, fit_anywhere
from fusion.looks import log_evidence_of_direction
from tests.fusion.sky import START_S

SITE_A, SITE_B, TRUE_PLACE = (32.8, 127.5), (32.9, 129.0), (33.6, 128.2)
SIGMA_RAD = 0.02


def bearings(
    sites: list[tuple[float, float]],
    *,
    looks: int = 10,
    sigma_rad: float = SIGMA_RAD,
    v_east_m_per_s: float = 0.0,
    seed: int = 1,
    drift_deg_per_s: float = 0.0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Looks of some sites at the true place; the sites may drift east."""
    chance = np.random.default_rng(seed)
    origin, axes = geodesy.site_frame(*TRUE_PLACE, 0.0)
    rows, places, turned = [], [], []
    for step in range(looks):
        at_s = START_S - 10.0 * step
        there = origin + v_east_m_per_s * -10.0 * step * axes[0]
        for lat, lon in sites:
            site, here = geodesy.site_frame(lat, lon - drift_deg_per_s * 10.0 * step, 100.0)
            enu = geodesy.to_enu(there, site, here)
            bearing = np.arctan2(enu[0], enu[1]) + chance.normal(0.0, sigma_rad)
            rows.append([at_s, bearing, sigma_rad**2, np.nan, np.nan, 400_000.0])
            places.append(site)
            turned.append(here[:2])
    return np.array(rows), np.array(places), np.array(turned)


def fitted(looks: tuple[np.ndarray, np.ndarray, np.ndarray], *, flies: bool = False) -> Fit:
    return fit_anywhere(*looks, prior_anywhere(400_000.0, FLYING if flies else SAILING), START_S)


def error_of(found: Fit) -> np.ndarray:
    """(2,) east and north, metres."""
    origin, axes = geodesy.site_frame(*TRUE_PLACE, 0.0)
    return geodesy.to_enu(found.ecef_m, origin, axes)[:2]


def test_exact_bearings_cross_where_the_emitter_is() -> None:
    found = fitted(bearings([SITE_A, SITE_B], sigma_rad=1e-5))

    assert np.hypot(*error_of(found)) < 20.0


def test_errors_are_as_large_as_the_covariance_says() -> None:
    squared = []
    for seed in range(200):
        found = fitted(bearings([SITE_A, SITE_B], seed=seed))
        covariance = np.linalg.inv(found.information)[:2, :2]
        error = error_of(found)
        squared.append(error @ np.linalg.solve(covariance, error))

    # Chi-square of two degrees of freedom; the mean of 200 is within 0.45 of 2 in 99.7 % of tries.
    assert abs(np.mean(squared) - 2.0) < 0.45


def test_the_95_percent_ellipse_of_a_ship_under_way_holds_it_in_90_to_99_of_100_cases() -> None:
    inside = []
    for seed in range(400):
        found = fitted(bearings([SITE_A, SITE_B], looks=18, seed=seed, v_east_m_per_s=9.0))
        error = error_of(found)
        inside.append(error @ np.linalg.solve(np.linalg.inv(found.information)[:2, :2], error) < 5.99)

    assert 0.90 < np.mean(inside) < 0.99


def test_a_site_that_stands_still_knows_a_direction_and_no_place() -> None:
    found = fitted(bearings([SITE_A]))

    covariance = np.linalg.inv(found.information)[:2, :2]
    assert np.sqrt(np.linalg.eigvalsh(covariance)[-1]) > 50_000.0


def test_a_site_that_moves_finds_the_place_of_what_stands_still() -> None:
    looks = bearings([SITE_A], looks=24, sigma_rad=0.01, drift_deg_per_s=0.0014)

    found = fitted(looks)

    covariance = np.linalg.inv(found.information)[:2, :2]
    sigma_m = np.sqrt(np.linalg.eigvalsh(covariance)[-1])
    assert sigma_m < 12_000.0
    assert np.hypot(*error_of(found)) < 3.0 * sigma_m


def test_a_moving_emitter_gets_a_velocity_and_a_larger_ellipse_than_one_that_stands() -> None:
    looks = bearings([SITE_A, SITE_B], looks=24, sigma_rad=0.005, v_east_m_per_s=100.0)

    found = fitted(looks, flies=True)

    assert abs(found.velocity_m_per_s[0] - 100.0) < 40.0
    assert np.hypot(*error_of(found)) < 3_000.0


def test_bearings_to_one_place_are_likelier_of_that_place_than_of_two_directions() -> None:
    both = bearings([SITE_A, SITE_B], looks=24, sigma_rad=0.005, drift_deg_per_s=0.0014)
    apart = [tuple(part[k::2] for part in both) for k in (0, 1)]

    together = fitted(both).log_evidence
    single = sum(log_evidence_of_direction(each[0], START_S) for each in apart)

    assert together > single


def test_bearings_that_cross_nowhere_are_likelier_of_two_directions() -> None:
    looks, sites, axes = bearings([SITE_A, SITE_B], looks=24, sigma_rad=0.005, drift_deg_per_s=0.0014)
    # The second site hears something that moves the other way.
    looks[1::2, 1] += np.linspace(0.0, 0.5, 24)
    apart = [looks[k::2] for k in (0, 1)]

    together = fitted((looks, sites, axes)).log_evidence
    single = sum(log_evidence_of_direction(each, START_S) for each in apart)

    assert single > together


def test_a_range_makes_a_place_of_one_direction() -> None:
    looks, sites, axes = bearings([SITE_A], sigma_rad=0.01)
    origin, _ = geodesy.site_frame(*TRUE_PLACE, 0.0)
    looks[:, 3], looks[:, 4] = np.linalg.norm(sites - origin, axis=1), 3_000.0**2

    found = fitted((looks, sites, axes))

    assert np.hypot(*error_of(found)) < 2_500.0


def test_places_are_right_across_the_antimeridian() -> None:
    looks, sites, axes = bearings([SITE_A, SITE_B], sigma_rad=1e-5)
    turn = np.radians(180.0 - 128.0)
    spin = np.array([[np.cos(turn), -np.sin(turn), 0.0], [np.sin(turn), np.cos(turn), 0.0], [0.0, 0.0, 1.0]])

    found = fitted((looks, sites @ spin.T, axes @ spin.T))

    origin, _ = geodesy.site_frame(*TRUE_PLACE, 0.0)
    assert np.linalg.norm(found.ecef_m - spin @ origin) < 20.0
