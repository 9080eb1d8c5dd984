import time

import numpy as np
import pytest

from contracts.geodesy import to_geodetic
from producers.synthetic import synthetic_scenario
from producers.world import build_world
from tests.producers.builders import (
    STARTEX_S,
    Rows,
    a_fighter,
    a_lane,
    a_platform,
    a_scenario,
    a_world,
    an_effect,
    an_inject,
)

FAST_S = 0.03
"""Ten times the three milliseconds that ten thousand platforms may cost: a bound, not a measurement."""


def test_truth_is_the_same_for_the_same_scenario_seed_injects_and_time() -> None:
    rows: Rows = {"traffic": (a_lane(),), "platforms": (a_fighter(),)}

    first, again = a_world(**rows).states(STARTEX_S + 777.0), a_world(**rows).states(STARTEX_S + 777.0)

    assert first.ecef_m.tobytes() == again.ecef_m.tobytes()
    assert first.velocity_m_per_s.tobytes() == again.velocity_m_per_s.tobytes()


def test_asking_for_one_time_changes_nothing_at_another() -> None:
    world = a_world(traffic=(a_lane(),))
    first = world.states(STARTEX_S + 100.0).ecef_m.copy()

    for second in range(50):
        world.states(STARTEX_S + second)

    assert world.states(STARTEX_S + 100.0).ecef_m.tobytes() == first.tobytes()


def test_an_inject_changes_nothing_before_it_takes_effect() -> None:
    rows: Rows = {"traffic": (a_lane(),), "platforms": (a_platform(),)}
    plain = a_world(**rows)
    changed = a_world(**rows, injects=(an_inject("remove", after_s=60.0, subject="lantern"),))

    before = changed.states(STARTEX_S + 59.9)
    after = changed.states(STARTEX_S + 60.0)

    assert before.here.tolist() == plain.states(STARTEX_S + 59.9).here.tolist()
    assert before.here[0]
    assert not after.here[0]


def test_a_new_track_is_there_from_its_exercise_time_on() -> None:
    inject = an_inject(
        "new-track",
        after_s=60.0,
        platform="patrol-boat",
        lat_deg=34.1,
        lon_deg=128.9,
        course_deg=90.0,
        speed_m_per_s=10.0,
    )
    world = a_world(platforms=(a_platform(),), injects=(inject,))

    place = world.fleet.place_of["inj-0001"]
    lat, lon, _ = to_geodetic(world.states(STARTEX_S + 60.0).ecef_m[place])

    assert not world.states(STARTEX_S + 59.0).here[place]
    assert world.states(STARTEX_S + 60.0).here[place]
    assert np.degrees([lat, lon]) == pytest.approx([34.1, 128.9])


def test_others_go_on_as_if_nothing_had_been_added() -> None:
    rows: Rows = {"traffic": (a_lane(),)}
    plain = a_world(**rows)
    inject = an_inject("new-track", platform="frigate", lat_deg=30.0, lon_deg=125.0)
    changed = a_world(**rows, injects=(inject,))

    count = len(plain.fleet.name)
    assert (
        changed.states(STARTEX_S + 500.0).ecef_m[:count].tobytes()
        == plain.states(STARTEX_S + 500.0).ecef_m.tobytes()
    )


def test_a_touched_platform_remembers_the_inject() -> None:
    inject = an_inject("spoof-ais", subject="lantern", offset_m=1_000.0)

    world = a_world(platforms=(a_platform(),), injects=(inject,))

    assert world.fleet.inject_id == ("inj-0001",)


def test_an_inject_for_nobody_is_left_out_and_told() -> None:
    world = a_world(platforms=(a_platform(),), injects=(an_inject("remove", subject="ghost"),))

    assert world.ignored == ("inj-0001",)


def test_a_submarine_is_deep_unless_it_is_up() -> None:
    row = a_platform(name="pike", type="submarine", side="hostile", surfaced_min=((12.0, 16.0),))
    world = a_world(platforms=(row,))

    assert world.states(STARTEX_S + 11 * 60.0).height_m[0] < -50.0
    assert world.states(STARTEX_S + 12 * 60.0).height_m[0] == pytest.approx(0.0, abs=1e-6)
    assert world.states(STARTEX_S + 16 * 60.0).height_m[0] < -50.0


def test_a_moving_area_stays_with_its_carrier_and_ends_with_it() -> None:
    jam = an_effect(kind="jam", sensor=None, effect=None, platform="lantern", radius_km=20.0, to_min=None)
    moving = a_platform(course_deg=0.0, speed_kn=20.0)
    world = a_world(
        platforms=(moving,),
        effects=(jam,),
        injects=(an_inject("remove", after_s=600.0, subject="lantern"),),
    )

    ((_, centre_m),) = world.areas("gnss", STARTEX_S + 300.0)

    assert np.array_equal(centre_m, world.states(STARTEX_S + 300.0).ecef_m[0])
    assert world.areas("gnss", STARTEX_S + 601.0) == ()


def test_another_startex_moves_everything_in_time() -> None:
    scenario = a_scenario(traffic=(a_lane(),), effects=(an_effect(kind="sensor-off", effect=None),))
    plain, later = build_world(scenario, 1), build_world(scenario, 1, startex_s=STARTEX_S + 86_400.0)

    assert (
        plain.states(STARTEX_S + 50.0).ecef_m.tobytes() == later.states(STARTEX_S + 86_450.0).ecef_m.tobytes()
    )
    assert later.effects[0].from_s == STARTEX_S + 86_460.0


def test_ten_thousand_platforms_are_cheap() -> None:
    world = build_world(synthetic_scenario(10_000, 1), 1)

    took_s = []
    for second in range(10):
        started_s = time.perf_counter()
        states = world.states(world.startex_s + 500.0 + second)
        took_s.append(time.perf_counter() - started_s)

    assert len(states.here) == 10_000
    # The best of ten: the others may have shared the machine.
    assert min(took_s) < FAST_S
