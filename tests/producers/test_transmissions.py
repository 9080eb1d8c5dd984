import numpy as np
import pytest

from contracts.columns import FloatArray
from contracts.geodesy import enu_axes, to_geodetic
from producers.transmissions import AIRCRAFT_SIGMA_M, SHIP_SIGMA_M, Said, transmitted
from producers.world import World
from tests.producers.builders import Rows, a_fighter, a_lane, a_platform, a_world, an_effect

FOUR_SIGMA = 4.0
EVERYONE_S = 600.0


def everything(
    world: World, since_s: float = 0.0, until_s: float = EVERYONE_S, step_s: float = 2.0
) -> list[Said]:
    near = np.arange(len(world.fleet.name))
    steps = np.arange(since_s, until_s, step_s)
    return [transmitted(world, near, float(step), float(step) + step_s) for step in steps]


def claimed_off_m(world: World, said: Said) -> FloatArray:
    """(M, 2) east and north of the claims minus the truth at their own times."""
    rows = []
    for row in range(len(said.at_s)):
        true_m = world.states(float(said.at_s[row])).ecef_m[said.platform[row]]
        lat, lon, _ = to_geodetic(said.ecef_m[row])
        axes = enu_axes(lat, lon)
        drift = axes[:2] @ (said.ecef_m[row] - true_m)
        rows.append(drift + np.array([said.east_m[row], said.north_m[row]]))
    return np.array(rows).reshape(-1, 2)


def test_a_ship_at_twelve_knots_reports_every_ten_seconds() -> None:
    world = a_world(platforms=(a_platform(course_deg=10.0, speed_kn=12.0),))

    times = np.concatenate([said.at_s for said in everything(world)])

    assert np.diff(times) == pytest.approx([10.0] * 59)


def test_an_airliner_is_heard_every_five_seconds() -> None:
    liner = a_fighter(type="airliner", side="neutral", name="liner")
    world = a_world(platforms=(liner,))

    times = np.concatenate([said.at_s for said in everything(world, until_s=100.0)])

    assert np.diff(times) == pytest.approx([5.0] * 19)


@pytest.mark.parametrize("step_s", [0.7, 2.0, 13.0])
def test_nothing_is_said_twice_or_lost_between_batches(step_s: float) -> None:
    world = a_world(traffic=(a_lane(count=30),))

    parts = everything(world, until_s=step_s * 40, step_s=step_s)

    said = [
        (int(place), int(count))
        for part in parts
        for place, count in zip(part.platform, part.count, strict=True)
    ]
    whole = transmitted(world, np.arange(len(world.fleet.name)), 0.0, step_s * 40)
    assert len(said) == len(set(said)) > 0
    assert set(said) == set(zip(whole.platform.tolist(), whole.count.tolist(), strict=True))


def test_a_position_errs_by_the_accuracy_it_claims() -> None:
    world = a_world(
        traffic=(
            a_lane(count=60),
            a_lane(
                name="air",
                count=60,
                types={"airliner": 1.0},
                speed_kn=(400.0, 450.0),
                height_m=(9000.0, 9000.0),
            ),
        )
    )

    said = transmitted(world, np.arange(len(world.fleet.name)), 60.0, 62.0)
    more = transmitted(world, np.arange(len(world.fleet.name)), 62.0, 74.0)

    for part in (said, more):
        residuals = np.stack([part.east_m, part.north_m]) / part.sigma_m
        count = residuals.size
        assert count > 40
        assert abs((residuals**2).sum() - count) < FOUR_SIGMA * np.sqrt(2.0 * count)
    assert {SHIP_SIGMA_M, AIRCRAFT_SIGMA_M} == set(more.sigma_m.tolist())


def test_the_claim_is_about_where_the_platform_is_at_that_moment() -> None:
    world = a_world(platforms=(a_platform(course_deg=45.0, speed_kn=12.0),))

    said = everything(world, until_s=200.0)

    off = np.concatenate([claimed_off_m(world, part) for part in said])
    assert len(off) == 20
    assert np.abs(off).max() < FOUR_SIGMA * SHIP_SIGMA_M


def test_a_spoofed_ship_claims_to_be_elsewhere_and_claims_its_usual_accuracy() -> None:
    spoof = an_effect(
        kind="spoof-ais", sensor=None, effect=None, platform="lantern", offset_m=6_000.0, course_deg=90.0
    )
    world = a_world(platforms=(a_platform(course_deg=0.0, speed_kn=12.0),), effects=(spoof,))

    before, during = everything(world, 0.0, 58.0), everything(world, 62.0, 118.0)

    assert np.abs(np.concatenate([claimed_off_m(world, part) for part in before])).max() < 100.0
    off = np.concatenate([claimed_off_m(world, part) for part in during])
    assert off.mean(axis=0) == pytest.approx([6_000.0, 0.0], abs=30.0)
    assert set(np.concatenate([part.sigma_m for part in during]).tolist()) == {SHIP_SIGMA_M}


def test_jamming_costs_half_of_the_reports_and_accuracy_inside_its_area_only() -> None:
    jam = an_effect(
        kind="jam",
        sensor=None,
        effect=None,
        lat=30.5,
        lon=125.5,
        radius_km=30.0,
        from_min=0.0,
        to_min=None,
        magnitude=400.0,
    )
    rows: Rows = {"traffic": (a_lane(count=60),)}
    plain, jammed = a_world(**rows), a_world(**rows, effects=(jam,))

    free = np.concatenate([part.sigma_m for part in everything(plain, until_s=60.0)])
    sigma_m = np.concatenate([part.sigma_m for part in everything(jammed, until_s=60.0)])

    inside = sigma_m > 100.0
    outside = int((~inside).sum())
    lost = len(free) - len(sigma_m)
    assert inside.any()
    assert outside > 0
    assert abs(lost - inside.sum()) < FOUR_SIGMA * np.sqrt(2.0 * inside.sum())


def test_jammed_positions_err_as_much_as_they_admit() -> None:
    jam = an_effect(
        kind="jam",
        sensor=None,
        effect=None,
        lat=30.5,
        lon=125.5,
        radius_km=300.0,
        from_min=0.0,
        to_min=None,
        magnitude=400.0,
    )
    world = a_world(traffic=(a_lane(count=60),), effects=(jam,))

    parts = everything(world, until_s=40.0)

    residuals = np.concatenate([np.stack([p.east_m, p.north_m]) / p.sigma_m for p in parts], axis=1).ravel()
    count = len(residuals)
    assert abs((residuals**2).sum() - count) < FOUR_SIGMA * np.sqrt(2.0 * count)


def test_an_attack_may_silence_a_ship() -> None:
    silence = an_effect(sensor=None, platform="lantern", effect="loss", magnitude=1.0)
    world = a_world(platforms=(a_platform(course_deg=0.0, speed_kn=12.0),), effects=(silence,))

    assert sum(len(part.at_s) for part in everything(world, 0.0, 60.0)) == 6
    assert sum(len(part.at_s) for part in everything(world, 60.0, 120.0)) == 0


def test_a_delayed_ship_says_where_it_was() -> None:
    late = an_effect(sensor=None, platform="lantern", effect="delay", magnitude=100.0, from_min=0.0)
    world = a_world(platforms=(a_platform(course_deg=0.0, speed_kn=12.0),), effects=(late,))

    off = np.concatenate([claimed_off_m(world, part) for part in everything(world, 0.0, 110.0)])

    assert off[:, 1].mean() == pytest.approx(-100.0 * 12.0 * 0.5144, abs=20.0)
