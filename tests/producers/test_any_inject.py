"""Whatever inject the contract lets through, every sensor goes on making batches that the contract takes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codec import decode_any, encode
from contracts.control import InjectAction
from contracts.emitters import EMITTER_OF_NOTATION
from contracts.platforms import PLATFORM_TYPES
from contracts.reports import REPORT_MODELS
from producers.sensors import sensors_of
from producers.truth import truth_states
from tests.producers.builders import (
    STARTEX_S,
    a_fighter,
    a_platform,
    a_radar,
    a_receiver,
    a_watch_floor,
    a_world,
    an_inject,
    an_intercept_site,
)

SUBJECTS = ["lantern", "swift", "headland", "ear", "radio", "floor", "Rook 1", "nobody"]
EFFECTS = [
    "loss",
    "delay",
    "degraded-accuracy",
    "spoofed-position",
    "forged-reports",
    "gnss",
    "radar",
    "none",
]


# Every field is filled, and extremes are likely: an inject that is left out tests nothing.
requests = st.fixed_dictionaries(
    {
        "action": st.sampled_from([action.value for action in InjectAction]),
        "after_s": st.floats(0.0, 100.0),
        "subject": st.sampled_from(SUBJECTS),
        "platform": st.sampled_from([kind.name for kind in PLATFORM_TYPES]),
        "identity": st.sampled_from([None, "friend", "neutral", "hostile"]),
        "lat_deg": st.sampled_from([-90.0, 90.0, 33.2]) | st.floats(-90.0, 90.0),
        "lon_deg": st.sampled_from([-180.0, 180.0, 129.4]) | st.floats(-180.0, 180.0),
        "height_m": st.sampled_from([None, -12_000.0, 100_000.0, 5_000.0]),
        "course_deg": st.none() | st.floats(0.0, 360.0),
        "speed_m_per_s": st.sampled_from([None, 0.0, 2_000.0, 100.0]),
        "radius_m": st.sampled_from([1e-3, 1e9, 5e4]),
        "offset_m": st.sampled_from([1e-3, 1e9, 5e3, 1e15]),
        "duration_s": st.sampled_from([None, 1e-3, 50.0, 1e6]),
        "effect": st.sampled_from(EFFECTS),
        "emitter": st.sampled_from([None, *EMITTER_OF_NOTATION]),
    }
)


def check_everything(asked: list[dict[str, Any]], moment_s: float) -> None:
    injects = tuple(an_inject(number=number, **request) for number, request in enumerate(asked))
    world = a_world(
        platforms=(
            a_platform(course_deg=90.0, speed_kn=12.0),
            a_fighter(emissions=({"notation": "EX-303"},)),
        ),
        radars=(a_radar(height_sigma_m=300.0, clutter_per_revolution=4.0),),
        intercepts=(an_intercept_site(locates=True),),
        self_reports=(a_receiver(),),
        watch_floors=(a_watch_floor(discovery_s=1.0),),
        injects=injects,
    )

    for sensor in sensors_of(world.scenario):
        sequence = int(moment_s / sensor.step_s)
        for number in range(sequence, sequence + 5):
            batch = sensor.produce(world, number, 0.0).batch
            assert decode_any(encode(batch), REPORT_MODELS) is not None
        sensor.status(world, STARTEX_S + moment_s, 0.0)
    truth = truth_states(world, STARTEX_S + moment_s)
    assert len(truth.name) == len(set(truth.name))


@settings(max_examples=100, deadline=None)
@given(st.lists(requests, min_size=1, max_size=5), st.floats(0.0, 200.0))
def test_every_sensor_goes_on(asked: list[dict[str, Any]], moment_s: float) -> None:
    check_everything(asked, moment_s)


@pytest.mark.parametrize("offset_m", [1e-3, 1e15])
@pytest.mark.parametrize("effect", EFFECTS[:5])
@pytest.mark.parametrize("subject", SUBJECTS[:6])
def test_every_sensor_bears_every_attack_however_strong(subject: str, effect: str, offset_m: float) -> None:
    attack = {
        "action": "cyber-attack",
        "subject": subject,
        "effect": effect,
        "offset_m": offset_m,
        "after_s": 1.0,
    }

    check_everything([attack], 60.0)
