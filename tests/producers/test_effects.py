import math

import pytest

from contracts.reports import CyberCategory, CyberEffect
from producers.effects import MAGNITUDES, RADAR_JAM_DB, UnknownEffect, all_effects, cyber_words
from tests.producers.builders import STARTEX_S, an_effect, an_inject

SENSORS = frozenset({"headland"})


def test_a_planned_effect_works_from_its_first_minute_to_its_last() -> None:
    (effect,) = all_effects([an_effect(from_min=5, to_min=10)], (), SENSORS, STARTEX_S)

    assert not effect.active(STARTEX_S + 299.9)
    assert effect.active(STARTEX_S + 300.0)
    assert not effect.active(STARTEX_S + 600.0)


def test_an_inject_on_a_sensor_and_one_on_a_platform_are_told_apart() -> None:
    injects = (
        an_inject("cyber-attack", subject="headland", effect="delay"),
        an_inject("cyber-attack", number=2, subject="lantern", effect="loss"),
    )

    sensor, platform = all_effects([], injects, SENSORS, STARTEX_S)

    assert (sensor.asset, sensor.asset_id, sensor.act) == ("sensor", "headland", "delay")
    assert (platform.asset, platform.asset_id, platform.act) == ("platform", "lantern", "loss")


def test_an_inject_lasts_as_long_as_it_says() -> None:
    (effect,) = all_effects(
        [], (an_inject("sensor-off", after_s=60.0, subject="headland", duration_s=30.0),), SENSORS, STARTEX_S
    )

    assert (effect.from_s, effect.to_s) == (STARTEX_S + 60.0, STARTEX_S + 90.0)


def test_an_inject_without_a_duration_lasts_to_the_end() -> None:
    (effect,) = all_effects([], (an_inject("sensor-off", subject="headland"),), SENSORS, STARTEX_S)

    assert effect.to_s == math.inf


def test_switching_a_sensor_on_ends_what_held_it_off() -> None:
    injects = (
        an_inject("sensor-off", after_s=60.0, subject="headland"),
        an_inject("sensor-on", number=2, after_s=100.0, subject="headland"),
        an_inject("sensor-off", number=3, after_s=200.0, subject="headland"),
    )

    first, second = all_effects([], injects, SENSORS, STARTEX_S)

    assert first.to_s == STARTEX_S + 100.0
    assert second.to_s == math.inf


def test_a_jammed_sensor_is_a_jammed_radar() -> None:
    (effect,) = all_effects([], (an_inject("jam", subject="headland"),), SENSORS, STARTEX_S)

    assert (effect.asset, effect.band, effect.magnitude) == ("sensor", "radar", RADAR_JAM_DB)


def test_a_jammer_on_a_platform_takes_its_area_along() -> None:
    (effect,) = all_effects([], (an_inject("jam", subject="lure", radius_m=30_000.0),), SENSORS, STARTEX_S)

    assert (effect.asset, effect.band, effect.carrier) == ("area", "gnss", "lure")
    assert effect.radius_m == 30_000.0


def test_strength_and_direction_are_those_asked_for_or_the_usual_ones() -> None:
    asked, usual = all_effects(
        [
            an_effect(effect="spoofed-position", offset_m=7_000.0, course_deg=180.0),
            an_effect(name="other", effect="forged-reports"),
        ],
        (),
        SENSORS,
        STARTEX_S,
    )

    assert asked.magnitude == 7_000.0
    assert asked.course_rad == pytest.approx(math.pi)
    assert usual.magnitude == MAGNITUDES["forged-reports"]


def test_an_attack_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownEffect, match="got 'mischief'"):
        all_effects(
            [], (an_inject("cyber-attack", subject="headland", effect="mischief"),), SENSORS, STARTEX_S
        )


def test_a_watch_floor_has_words_for_each_effect() -> None:
    effects = all_effects(
        [
            an_effect(kind="spoof-ais", sensor=None, platform="lantern", effect=None, offset_m=1.0),
            an_effect(name="b", effect="spoofed-position"),
            an_effect(name="c", kind="jam", sensor=None, effect=None, lat=1.0, lon=1.0, radius_km=1.0),
        ],
        (),
        SENSORS,
        STARTEX_S,
    )

    assert [cyber_words(effect)[0] for effect in effects] == [
        CyberCategory.SPOOFING,
        CyberCategory.DATA_MANIPULATION,
        CyberCategory.JAMMING,
    ]
    assert cyber_words(effects[0])[2] is CyberEffect.SPOOFED_POSITION
