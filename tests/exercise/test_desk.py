"""What the inject desk grants, what it refuses, and what it says."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.control import INJECTS_MAX, InjectAck, InjectRequest
from exercise.desk import Known, decide
from tests.exercise.builders import STARTEX_S, a_clock, a_new_track, a_request, a_sensor, an_inject
from tests.virtual_time import EPOCH_S

MILLISECOND = 1e-3
LEAD_S = 1.0


def what_is_known(**changes: Any) -> Known:
    fields: dict[str, Any] = {
        "clock": a_clock(),
        "wall_s": EPOCH_S + 100.0,
        "sensors": {"radar-jeju": a_sensor("radar-jeju"), "ais-fukue": a_sensor("ais-fukue", "self-report")},
        "platforms": frozenset({"Amber Star", "Grey Heron"}),
        "injects": (),
    }
    return Known(**(fields | changes))


def answer(request: InjectRequest, **changes: Any) -> InjectAck:
    return decide(request, what_is_known(**changes), LEAD_S)


def test_a_new_track_is_accepted_with_an_id_and_one_time() -> None:
    ack = answer(a_request(course_deg=210.0, speed_m_per_s=12.3, identity="hostile"))

    assert ack.accepted
    assert ack.inject is not None
    assert ack.inject.inject_id == "inj-0001"
    assert ack.inject.effective_at_s == pytest.approx(STARTEX_S + 101.0, abs=MILLISECOND)


def test_ids_count_what_was_accepted() -> None:
    ack = answer(a_request(), injects=(a_new_track(1), a_new_track(2)))

    assert ack.inject is not None
    assert ack.inject.inject_id == "inj-0003"


def test_the_lead_is_wall_time_so_it_grows_with_the_rate() -> None:
    ack = answer(a_request(), clock=a_clock(rate=10.0))

    assert ack.inject is not None
    assert ack.inject.effective_at_s == pytest.approx(STARTEX_S + 1010.0, abs=MILLISECOND)


def test_a_delay_is_exercise_time_on_top() -> None:
    ack = answer(a_request(delay_s=60.0))

    assert ack.inject is not None
    assert ack.inject.effective_at_s == pytest.approx(STARTEX_S + 161.0, abs=MILLISECOND)


def test_asking_twice_changes_the_world_once() -> None:
    first = answer(a_request())
    assert first.inject is not None

    again = answer(a_request(requested_at_s=EPOCH_S + 50.0), injects=(first.inject,), wall_s=EPOCH_S + 500.0)

    assert again == first


def test_an_id_used_for_something_else_is_refused() -> None:
    first = answer(a_request())
    assert first.inject is not None

    other = answer(a_request(platform="tanker"), injects=(first.inject,))

    assert not other.accepted
    assert other.reason.startswith("request_id: 'r-1' was used for a different request (inj-0001)")


def test_someone_elses_exercise_is_refused() -> None:
    ack = answer(a_request(exercise="anchor"))

    assert not ack.accepted
    assert ack.reason == "exercise: wanted 'keel', got 'anchor'"


def test_more_injects_than_the_limit_are_refused() -> None:
    full = tuple(a_new_track(number) for number in range(1, INJECTS_MAX + 1))

    ack = answer(a_request(), injects=full)

    assert not ack.accepted
    assert str(INJECTS_MAX) in ack.reason


@pytest.mark.parametrize(
    "request_",
    [
        a_request("new-track", platform="fighter", height_m=9000.0, speed_m_per_s=250.0, subject="Rook 1"),
        a_request("new-track", emitter="EX-302"),
        a_request("remove", subject="Amber Star"),
        a_request("jam", lat_deg=34.0, lon_deg=129.0, radius_m=40_000.0, duration_s=600.0),
        a_request("jam", subject="radar-jeju", effect="radar"),
        a_request("jam", subject="Grey Heron", radius_m=20_000.0, effect="gnss"),
        a_request("spoof-ais", subject="Amber Star", offset_m=9000.0, course_deg=45.0),
        a_request("cyber-attack", subject="radar-jeju", effect="degraded-accuracy", duration_s=300.0),
        a_request("cyber-attack", subject="Amber Star", effect="spoofed-position", offset_m=5000.0),
        a_request("emitter-on", subject="Amber Star", emitter="EX-302"),
        a_request("emitter-off", subject="Amber Star"),
        a_request("sensor-off", subject="radar-jeju", duration_s=60.0),
        a_request("sensor-on", subject="radar-jeju"),
    ],
    ids=lambda request: str(request.action),
)
def test_every_action_is_accepted_with_what_it_needs(request_: InjectRequest) -> None:
    ack = answer(request_)

    assert ack.reason == ""
    assert ack.accepted


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (a_request(lat_deg=None), "lat_deg: wanted with new-track, got nothing"),
        (a_request(platform=None, lon_deg=None), "platform, lon_deg: wanted with new-track, got nothing"),
        (a_request(platform="battlestar"), "platform: wanted one of fighter, .*, got 'battlestar'"),
        (a_request(platform="unknown"), "platform: wanted one of .*, got 'unknown'"),
        (a_request(platform="radar-site"), "platform: wanted one of .*, got 'radar-site'"),
        (a_request(platform="tanker", speed_m_per_s=40.0), "speed_m_per_s: wanted at most 10.3 for a tanker"),
        (a_request(platform="tanker", height_m=50.0), "height_m: wanted 0 or none for a tanker, got 50.0"),
        (a_request(platform="drone", height_m=-5.0), "height_m: wanted 0 or more for a drone, got -5.0"),
        (a_request(subject="Amber Star"), "subject: wanted a name not in use yet, got 'Amber Star'"),
        (a_request(subject="radar-jeju"), "subject: wanted a name not in use yet, got 'radar-jeju'"),
        (a_request(emitter="EX-999"), "emitter: wanted one of EX-101, .*, got 'EX-999'"),
        (a_request(radius_m=5.0), "radius_m: not used by new-track, got 5.0; leave it out"),
        (a_request("remove"), "subject: wanted with remove, got nothing"),
        (a_request("remove", subject="Ambr"), r"subject: wanted a platform's name \(one of Amber Star, "),
        (a_request("remove", subject="Amber Star", duration_s=5.0), "duration_s: not used by remove"),
        (a_request("jam"), "lat_deg, lon_deg, radius_m: wanted with jam, got nothing"),
        (a_request("jam", subject="Grey Heron"), "radius_m: wanted with jam, got nothing"),
        (a_request("jam", subject="Nobody", radius_m=1.0), "subject: wanted a platform's or sensor's name"),
        (a_request("jam", subject="radar-jeju", effect="loud"), "effect: wanted gnss or radar, got 'loud'"),
        (a_request("spoof-ais", subject="Amber Star"), "offset_m: wanted with spoof-ais, got nothing"),
        (a_request("cyber-attack", subject="radar-jeju"), "effect: wanted with cyber-attack, got nothing"),
        (
            a_request("cyber-attack", subject="radar-jeju", effect="none"),
            "effect: wanted one of loss, delay, .*, got 'none'",
        ),
        (
            a_request("cyber-attack", subject="Amber Star", effect="forged-reports"),
            "effect: wanted one of loss, delay, degraded-accuracy, spoofed-position, got 'forged-reports'",
        ),
        (a_request("emitter-on", subject="Amber Star"), "emitter: wanted with emitter-on, got nothing"),
        (
            a_request("sensor-off", subject="Amber Star"),
            r"subject: wanted a sensor's name \(one of ais-fukue",
        ),
        (a_request("sensor-on", subject="radar-jeju", duration_s=9.0), "duration_s: not used by sensor-on"),
    ],
    ids=lambda value: value.replace(" ", "_")[:40] if isinstance(value, str) else str(value.action),
)
def test_what_is_missing_or_wrong_is_named(request_: InjectRequest, reason: str) -> None:
    ack = answer(request_)

    assert not ack.accepted
    assert ack.inject is None
    assert re.match(reason, ack.reason), ack.reason


def test_before_any_truth_was_heard_the_desk_says_that_it_knows_no_platform() -> None:
    ack = answer(a_request("remove", subject="Amber Star"), platforms=frozenset())

    assert "no truth has been heard yet" in ack.reason


def test_an_injected_platform_can_be_acted_on_before_it_appears() -> None:
    ack = answer(
        a_request("spoof-ais", subject="inj-0001", offset_m=100.0), injects=(a_new_track(1, delay_s=600.0),)
    )

    assert ack.accepted


@given(st.integers(0, 5), st.floats(0.1, 60.0), st.booleans(), st.floats(0.0, 1e5), st.floats(0.0, 86_400.0))
def test_the_effect_is_never_before_the_lead_is_over(
    earlier: int, rate: float, running: bool, after_s: float, delay_s: float
) -> None:
    clock = a_clock(rate=rate, running=running)
    injects = tuple(a_new_track(number) for number in range(1, earlier + 1))

    ack = answer(a_request(delay_s=delay_s), clock=clock, wall_s=EPOCH_S + after_s, injects=injects)

    assert ack.inject is not None
    now_s = STARTEX_S + (after_s * rate if running else 0.0)
    assert 0.0 <= ack.inject.effective_at_s - (now_s + LEAD_S * rate + delay_s) < 2 * MILLISECOND


def test_the_same_question_gets_the_same_answer() -> None:
    known = what_is_known(injects=(an_inject(1, action="sensor-off", subject="radar-jeju"),))

    assert decide(a_request(), known, LEAD_S) == decide(a_request(), known, LEAD_S)
