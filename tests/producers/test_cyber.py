from itertools import pairwise

import pytest

from contracts.reports import CyberEffect, CyberEvent
from producers.cyber import watch
from producers.world import World
from tests.producers.builders import (
    STARTEX_S,
    Rows,
    a_platform,
    a_radar,
    a_watch_floor,
    a_world,
    an_effect,
    an_inject,
)

HOUR_BATCHES = 120


def a_watched_world(**changes: object) -> World:
    keys: Rows = {
        "platforms": (a_platform(),),
        "radars": (a_radar(),),
        "watch_floors": (a_watch_floor(),),
        "effects": (an_effect(effect="spoofed-position", offset_m=4_000.0, from_min=5.0, to_min=10.0),),
    }
    return a_world(**(keys | changes))


def events(world: World, count: int = HOUR_BATCHES) -> list[CyberEvent]:
    row = world.scenario.watch_floors[0]
    batches = [watch(row, world, n, 0.0).batch for n in range(count)]
    return [event for batch in batches for event in batch.events]  # type: ignore[attr-defined]


def test_an_attack_is_found_late_followed_and_closed() -> None:
    found = events(a_watched_world())

    assert len({event.event_id for event in found}) == 1
    assert found[0].measured_at_s > STARTEX_S + 300.0
    assert found[0].first_seen_s == STARTEX_S + 300.0
    assert [event.closed for event in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].measured_at_s > STARTEX_S + 600.0
    assert found[-1].last_seen_s == STARTEX_S + 600.0


def test_updates_come_every_half_minute_and_confidence_grows() -> None:
    found = events(a_watched_world())

    steps = [b.measured_at_s - a.measured_at_s for a, b in pairwise(found[:-1])]
    confidence = [event.confidence for event in found]
    assert steps == pytest.approx([30.0] * len(steps))
    assert confidence == sorted(confidence)
    assert confidence[0] < 0.8 < confidence[-2]


def test_an_event_says_what_and_where() -> None:
    event = events(a_watched_world())[0]

    assert (event.asset_kind, event.asset_id) == ("sensor", "headland")
    assert event.effect is CyberEffect.SPOOFED_POSITION
    assert event.magnitude == pytest.approx(4_000.0, rel=0.6)


def test_discovery_is_late_by_the_mean_that_the_scenario_says() -> None:
    effects = tuple(
        an_effect(name=f"attack-{place}", effect="delay", from_min=1.0, to_min=50.0) for place in range(200)
    )
    found = events(a_watched_world(effects=effects))

    first = {event.event_id: event.measured_at_s - event.first_seen_s for event in reversed(found)}
    late_s = list(first.values())
    # Exponential with mean 60 s: the mean of 200 errs by 60 / sqrt 200.
    assert len(late_s) == 200
    assert sum(late_s) / 200 == pytest.approx(60.0, abs=4.0 * 60.0 / 200**0.5)


def test_a_floor_does_not_see_the_sensors_of_others() -> None:
    world = a_watched_world(radars=(a_radar(nation="KOR"),))

    assert events(world) == []


def test_a_spoofed_ship_is_named_by_what_it_calls_itself() -> None:
    spoof = an_effect(kind="spoof-ais", sensor=None, effect=None, platform="lantern", offset_m=5_000.0)
    world = a_watched_world(effects=(spoof,))

    event = events(world)[0]

    assert event.asset_kind == "platform"
    assert event.asset_id == str(world.fleet.claimed_id[0])
    assert "lantern" not in event.model_dump_json()


def test_a_jammed_area_is_estimated() -> None:
    jam = an_effect(kind="jam", sensor=None, effect=None, lat=33.0, lon=129.0, radius_km=50.0)

    event = events(a_watched_world(effects=(jam,)))[0]

    assert event.asset_kind == "area"
    assert event.lat_deg == pytest.approx(33.0, abs=0.5)
    assert event.radius_m == pytest.approx(50_000.0, rel=0.6)
    assert event.radius_m != 50_000.0


def test_switching_a_sensor_off_is_no_attack() -> None:
    world = a_watched_world(effects=(an_effect(kind="sensor-off", effect=None),))

    assert events(world) == []


def test_false_alarms_come_at_their_rate_and_look_like_events() -> None:
    world = a_watched_world(effects=(), watch_floors=(a_watch_floor(false_alarms_per_hour=40.0),))

    found = events(world)

    ids = {event.event_id for event in found}
    assert abs(len(ids) - 40) < 4.0 * 40**0.5
    assert max(event.confidence for event in found) <= 0.5
    assert sum(event.closed for event in found) >= len(ids) - 5


def test_each_word_is_said_once() -> None:
    found = events(a_watched_world(watch_floors=(a_watch_floor(false_alarms_per_hour=40.0),)))

    said = [(event.event_id, event.measured_at_s) for event in found]
    assert len(said) == len(set(said))


def test_a_silenced_floor_says_nothing() -> None:
    world = a_watched_world(injects=(an_inject("cyber-attack", after_s=0.0, subject="floor", effect="loss"),))

    assert events(world) == []


def test_a_floor_whose_reports_are_forged_tells_of_what_is_not() -> None:
    forge = an_effect(sensor="floor", effect="forged-reports", from_min=5.0, to_min=10.0)
    world = a_watched_world(effects=(forge,))

    # One is the made-up event, one the attack on the floor itself.
    assert len({event.event_id for event in events(world)}) == 2
