import pytest

from producers.sensors import detectable, sensors_of
from producers.truth import truth_states
from tests.producers.builders import (
    STARTEX_S,
    a_fighter,
    a_platform,
    a_radar,
    a_receiver,
    a_scenario,
    a_watch_floor,
    a_world,
    an_effect,
    an_inject,
    an_intercept_site,
)


def test_every_sensor_of_a_scenario_has_its_feed_and_step() -> None:
    scenario = a_scenario(
        radars=(a_radar(revolution_s=10.0, sectors=8),),
        intercepts=(an_intercept_site(step_s=3.0),),
        self_reports=(a_receiver(),),
        watch_floors=(a_watch_floor(),),
    )

    found = [(sensor.kind, sensor.discipline, sensor.step_s) for sensor in sensors_of(scenario)]

    assert found == [
        ("radar", "radar", 1.25),
        ("intercept", "sigint", 3.0),
        ("self-report", "sigint", 2.0),
        ("watch-floor", "cyber", 30.0),
    ]


def test_a_status_says_where_the_sensor_is_and_moves_with_it() -> None:
    carrier = a_platform(name="carrier", type="frigate", side="friend", course_deg=0.0, speed_kn=30.0)
    world = a_world(platforms=(carrier,), radars=(a_radar(platform="carrier", height_m=20.0),))
    (sensor,) = sensors_of(world.scenario)

    first, later = (sensor.status(world, STARTEX_S + after_s, 0.0) for after_s in (0.0, 600.0))

    assert first.mobile
    assert first.lat_deg is not None
    assert later.lat_deg is not None
    assert later.lat_deg - first.lat_deg == pytest.approx(30.0 / 60.0 / 6.0, rel=0.01)


def test_a_sensor_that_is_off_says_degraded() -> None:
    world = a_world(radars=(a_radar(),), injects=(an_inject("sensor-off", subject="headland"),))
    (sensor,) = sensors_of(world.scenario)

    assert sensor.status(world, STARTEX_S + 59.0, 0.0).state == "online"
    assert sensor.status(world, STARTEX_S + 61.0, 0.0).state == "degraded"


def test_a_delayed_sensor_is_held_back_while_the_attack_lasts() -> None:
    world = a_world(radars=(a_radar(),), effects=(an_effect(effect="delay", magnitude=12.0),))
    (sensor,) = sensors_of(world.scenario)

    assert sensor.delay_s(world, STARTEX_S + 59.0) == 0.0
    assert sensor.delay_s(world, STARTEX_S + 61.0) == 12.0


def test_detectable_is_what_a_radar_sees_half_of_the_time() -> None:
    # 3 square metres are seen half of the time at 60 km times the fourth root of 3: 79 km.
    near = a_fighter(name="near", route=((33.0 + 75.0 / 110.92, 129.5),), speed_kn=0.0)
    far = a_fighter(name="far", route=((33.0 + 83.0 / 110.92, 129.5),), speed_kn=0.0)
    world = a_world(platforms=(near, far), radars=(a_radar(small_target_km=60.0),))

    assert detectable(world, STARTEX_S).tolist() == [True, False]


def test_detectable_respects_the_horizon() -> None:
    ship = a_platform(route=((33.0 + 95.0 / 110.92, 129.5),))
    world = a_world(platforms=(ship,), radars=(a_radar(small_target_km=500.0),))

    assert detectable(world, STARTEX_S).tolist() == [False]


def test_what_reports_itself_to_a_receiver_is_detectable() -> None:
    ships = (a_platform(), a_platform(name="dark", self_report=False))
    world = a_world(platforms=ships, self_reports=(a_receiver(),))

    assert detectable(world, STARTEX_S).tolist() == [True, False]


def test_bearings_alone_make_nothing_detectable() -> None:
    world = a_world(platforms=(a_fighter(),), intercepts=(an_intercept_site(),))

    assert detectable(world, STARTEX_S).tolist() == [False]


def test_a_radar_that_is_off_detects_nothing() -> None:
    world = a_world(
        platforms=(a_fighter(),),
        radars=(a_radar(small_target_km=500.0),),
        injects=(an_inject("sensor-off", subject="headland"),),
    )

    assert detectable(world, STARTEX_S + 59.0).tolist() == [True]
    assert detectable(world, STARTEX_S + 61.0).tolist() == [False]


def test_the_white_cell_gets_everything_that_is_there() -> None:
    world = a_world(
        platforms=(a_platform(course_deg=90.0, speed_kn=20.0), a_fighter(depart_min=5.0)),
        radars=(a_radar(),),
        injects=(an_inject("spoof-ais", subject="lantern", offset_m=10.0),),
    )

    truth = truth_states(world, STARTEX_S + 100.0)

    assert truth.name == ("lantern",)
    assert truth.side == ("neutral",)
    assert truth.inject_id == ("inj-0001",)
    assert truth.v_east_m_per_s[0] == pytest.approx(20.0 * 1852.0 / 3600.0, rel=0.004)
    assert truth.v_north_m_per_s[0] == pytest.approx(0.0, abs=0.05)
