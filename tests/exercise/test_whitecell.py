"""The white cell's desk without a broker: whatever comes in, what goes out is its own and makes sense."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from contracts import topics
from contracts.broker import Delivery
from contracts.codec import encode
from contracts.control import ClockState, DeadLetter, InjectAck, InjectList, InjectRequest, Trace
from exercise.whitecell import SENSORS_MAX, Said, WhiteCell
from tests.exercise.builders import (
    EXERCISE,
    a_clock,
    a_command,
    a_request,
    a_sensor,
    an_inject,
    the_settings,
    the_truth,
)
from tests.exercise.pictures import a_frame, a_picture, an_attribution, published, some_cyber
from tests.virtual_time import EPOCH_S

HEARD = [
    topics.clock_commands(EXERCISE),
    topics.inject_requests(EXERCISE),
    topics.truth_states(EXERCISE),
    topics.truth_attributions(EXERCISE),
    topics.presented(EXERCISE),
    topics.picture(EXERCISE, "ALL"),
    topics.sensor_status(EXERCISE, "KOR", "radar", "radar-jeju"),
    topics.reports(EXERCISE, "KOR", "cyber", "watch-seoul"),
]
SPOKEN = (
    topics.clock(EXERCISE),
    topics.injects(EXERCISE),
    topics.inject_acks(EXERCISE),
    topics.deadletter(EXERCISE),
    topics.trace(EXERCISE, ""),
)
MESSAGES: list[BaseModel] = [
    a_command("pause"),
    a_request(),
    a_request("jam", radius_m=5.0),
    the_truth("Amber Star"),
    an_attribution(rows={3: "inj-0001"}),
    a_frame(),
    published(a_picture({1042: [("radar-jeju", 7, 3)]})),
    a_sensor(),
    some_cyber(),
]
# A payload is noise, a message that is meant for some topic, or such a message with a byte changed.
payloads = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([encode(message) for message in MESSAGES]),
    st.sampled_from([encode(message, "json") for message in MESSAGES]),
    st.builds(
        lambda payload, place, byte: (
            payload[: place % len(payload)] + bytes([byte]) + payload[place % len(payload) + 1 :]
        ),
        st.sampled_from([encode(message, "json") for message in MESSAGES]),
        st.integers(0, 10_000),
        st.integers(0, 255),
    ),
)


def a_cell() -> WhiteCell:
    return WhiteCell(the_settings(), EPOCH_S)


def hear(cell: WhiteCell, topic: str, message: BaseModel, wall_s: float = EPOCH_S + 1.0) -> list[Said]:
    return cell.hear(Delivery(topic, encode(message), retained=False), wall_s)


def said(all_said: list[Said], kind: type[BaseModel]) -> list[BaseModel]:
    return [one.message for one in all_said if isinstance(one.message, kind)]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(HEARD), payloads), max_size=8))
def test_whatever_is_heard_is_answered_on_its_own_topics_and_never_breaks_it(
    deliveries: list[tuple[str, bytes]],
) -> None:
    cell = a_cell()

    for step, (topic, payload) in enumerate(deliveries):
        spoken = cell.hear(Delivery(topic, payload, retained=False), EPOCH_S + step)
        assert all(one.topic.startswith(SPOKEN) for one in spoken)
        assert all(one.message is None or encode(one.message, "json") for one in spoken)

    (ack,) = said(hear(cell, topics.inject_requests(EXERCISE), a_request(request_id="last")), InjectAck)
    assert isinstance(ack, InjectAck)
    assert ack.accepted


@given(payloads)
def test_every_request_gets_exactly_one_answer(payload: bytes) -> None:
    spoken = a_cell().hear(Delivery(topics.inject_requests(EXERCISE), payload, retained=False), EPOCH_S + 1.0)

    assert len(said(spoken, InjectAck)) == 1


def test_the_list_comes_before_the_acknowledgement() -> None:
    spoken = hear(a_cell(), topics.inject_requests(EXERCISE), a_request())

    assert [type(one.message).__name__ for one in spoken] == ["InjectList", "InjectAck", "Trace"]
    assert [one.retain for one in spoken] == [True, False, True]


def test_a_refused_request_changes_nothing_that_is_retained() -> None:
    spoken = hear(a_cell(), topics.inject_requests(EXERCISE), a_request(platform=None))

    assert [type(one.message).__name__ for one in spoken] == ["InjectAck"]


def test_a_clock_command_is_answered_by_the_clock_even_when_nothing_changes() -> None:
    cell = a_cell()

    (first,) = hear(cell, topics.clock_commands(EXERCISE), a_command("start"))
    (second,) = hear(cell, topics.clock_commands(EXERCISE), a_command("start"))

    assert first.message == second.message
    assert first.news == ""


def test_a_dead_letter_shows_no_more_than_the_beginning_of_what_came() -> None:
    spoken = a_cell().hear(
        Delivery(topics.clock_commands(EXERCISE), b"{" + b"x" * 1_000_000, retained=False), EPOCH_S
    )

    (letter,) = said(spoken, DeadLetter)
    assert isinstance(letter, DeadLetter)
    assert letter.size_bytes == 1_000_001
    assert len(letter.payload_hex) <= 1024


def test_more_sensors_than_the_limit_are_counted_and_let_go() -> None:
    cell = a_cell()

    for number in range(SENSORS_MAX + 3):
        name = f"radar-{number}"
        hear(cell, topics.sensor_status(EXERCISE, "KOR", "radar", name), a_sensor(name))

    assert cell.counters["sensors_over_limit"] == 3


def a_kept_clock(startex_s: float) -> ClockState:
    return a_clock(startex_s=startex_s, exercise_at_s=startex_s, revision=7, run=42)


@pytest.mark.parametrize(
    ("kept_startex_s", "goes_on"), [(the_settings().startex_s, True), (the_settings().startex_s - 1.0, False)]
)
def test_only_a_run_of_the_same_scenario_is_taken_up(kept_startex_s: float, *, goes_on: bool) -> None:
    cell = a_cell()
    kept = [
        Delivery(topics.clock(EXERCISE), encode(a_kept_clock(kept_startex_s)), retained=True),
        Delivery(
            topics.injects(EXERCISE),
            encode(InjectList(exercise=EXERCISE, injects=(an_inject(1),))),
            retained=True,
        ),
    ]

    cell.take_up(kept, EPOCH_S)

    clock, injects, *_ = (one.message for one in cell.everything())
    assert isinstance(clock, ClockState)
    assert isinstance(injects, InjectList)
    assert (clock.run == 42) == goes_on
    assert clock.revision == (7 if goes_on else 8)
    assert len(injects.injects) == int(goes_on)


def test_an_effect_that_came_before_the_clock_was_turned_is_dated_by_the_clock_of_then() -> None:
    cell = a_cell()
    hear(cell, topics.inject_requests(EXERCISE), a_request(), EPOCH_S + 1.0)

    spoken = hear(cell, topics.clock_commands(EXERCISE), a_command("rate", 60.0), EPOCH_S + 9.0)

    (trace,) = said(spoken, Trace)
    assert isinstance(trace, Trace)
    effective = next(stage for stage in trace.stages if stage.stage == "effective")
    assert effective.wall_at_s == pytest.approx(EPOCH_S + 2.0, abs=0.01)


def test_a_request_is_judged_by_the_newest_truth() -> None:
    cell = a_cell()
    asked: InjectRequest = a_request("remove", subject="Amber Star")
    hear(cell, topics.truth_states(EXERCISE), the_truth("Amber Star"))
    hear(cell, topics.truth_states(EXERCISE), the_truth("Grey Heron"))

    (ack,) = said(hear(cell, topics.inject_requests(EXERCISE), asked), InjectAck)

    assert isinstance(ack, InjectAck)
    assert not ack.accepted
