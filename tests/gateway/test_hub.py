"""The hub: the newest of everything, whatever the broker brings, and the way back."""

import asyncio

import pytest

from contracts import topics
from contracts.codec import decode, encode
from contracts.control import ClockCommand, InjectAck, InjectRequest, Presented, ServiceStatus
from contracts.memory import MemoryBroker
from gateway.hub import BrokerAway, Hub
from tests.gateway.hubs import a_hub, a_moment
from tests.gateway.pictures import EXERCISE, STARTEX_S, WALL_S, a_picture, a_published, changed
from tests.gateway.words import (
    a_clock,
    a_dead_letter,
    a_request,
    a_sensor,
    a_service,
    an_inject,
    injects,
    introduce,
    publish,
)
from tests.virtual_time import in_virtual_time


def cycle_of(hub: Hub) -> int | None:
    picture = hub.scopes["ALL"].picture
    return None if picture is None else picture.held.cycle


@in_virtual_time
async def test_a_retained_picture_is_there_at_once() -> None:
    broker = MemoryBroker()
    publish(broker, a_picture(cycle=9))

    async with a_hub(broker) as hub:
        assert cycle_of(hub) == 9


@in_virtual_time
async def test_a_newer_picture_replaces_the_held_one() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=3))
        await a_moment()
        publish(broker, a_picture(cycle=4))
        await a_moment()

        assert cycle_of(hub) == 4


@in_virtual_time
async def test_an_older_picture_is_ignored_and_counted() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=4))
        await a_moment()
        publish(broker, a_picture(cycle=3))
        await a_moment()

        assert (cycle_of(hub), hub.scopes["ALL"].older) == (4, 1)


@in_virtual_time
async def test_the_same_picture_again_changes_nothing() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=4))
        await a_moment()
        publish(broker, a_picture(cycle=4))
        await a_moment()

        assert (hub.scopes["ALL"].pictures, hub.scopes["ALL"].older) == (1, 1)


@in_virtual_time
async def test_cycles_may_begin_again_with_a_new_startex() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        broker.deliver(topics.clock(EXERCISE), encode(a_clock()), retain=True)
        publish(broker, a_picture(cycle=90))
        await a_moment()
        later = a_clock(startex_s=STARTEX_S + 7200.0, exercise_at_s=STARTEX_S + 7200.0, revision=0)
        broker.deliver(topics.clock(EXERCISE), encode(later), retain=True)
        publish(broker, a_picture(cycle=0, startex_s=STARTEX_S + 7200.0))
        await a_moment()

        assert (cycle_of(hub), hub.scopes["ALL"].gaps) == (0, 0)


@in_virtual_time
async def test_cycles_may_begin_again_in_a_new_run_of_the_exercise() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        broker.deliver(topics.clock(EXERCISE), encode(a_clock(run=1, revision=8)), retain=True)
        publish(broker, a_picture(cycle=2))
        await a_moment()
        broker.deliver(topics.clock(EXERCISE), encode(a_clock(run=2, revision=0)), retain=True)
        publish(broker, a_picture(cycle=0))
        await a_moment()

        assert (cycle_of(hub), hub.clock) == (0, a_clock(run=2, revision=0))


@in_virtual_time
async def test_cycles_may_begin_again_when_the_clock_was_set_back() -> None:
    broker = MemoryBroker()
    publish(broker, a_picture(cycle=90))
    broker.deliver(topics.clock(EXERCISE), encode(a_clock(exercise_at_s=STARTEX_S)), retain=True)
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=0))
        await a_moment()

        assert cycle_of(hub) == 0


@in_virtual_time
async def test_cycles_that_never_came_are_counted_as_gaps() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=3))
        await a_moment()
        publish(broker, a_picture(cycle=6))
        await a_moment()

        assert hub.scopes["ALL"].gaps == 2


@in_virtual_time
async def test_a_malformed_picture_is_counted_and_the_held_one_kept() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=3))
        await a_moment()
        broker.deliver(topics.picture(EXERCISE, "ALL"), b"\x81garbage", retain=False)
        await a_moment()

        state = hub.scopes["ALL"]
        assert (cycle_of(hub), state.refused) == (3, {"unreadable": 1})
        assert "wanted MessagePack or JSON" in state.last_refusal


@in_virtual_time
async def test_a_picture_of_another_exercise_is_refused_and_counted() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        other = encode(a_published(a_picture(exercise="harbour")))
        broker.deliver(topics.picture(EXERCISE, "ALL"), other, retain=False)
        await a_moment()

        assert (cycle_of(hub), hub.scopes["ALL"].refused) == (None, {"other-exercise": 1})


@in_virtual_time
async def test_a_picture_of_an_unknown_scope_is_counted() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        broker.deliver(f"{topics.PREFIX}/{EXERCISE}/picture/FRA", b"{}", retain=False)
        await a_moment()

        assert hub.heard.refused == {"picture: wrong-topic": 1}


@in_virtual_time
async def test_a_burst_of_pictures_costs_one_decoding() -> None:
    broker = MemoryBroker()
    for cycle in range(5):
        publish(broker, a_picture(cycle=cycle), retain=False)
    async with a_hub(broker) as hub:
        for cycle in range(5):
            publish(broker, a_picture(cycle=cycle), retain=False)
        await a_moment()

        state = hub.scopes["ALL"]
        assert (cycle_of(hub), state.pictures, state.replaced) == (4, 1, 4)


@in_virtual_time
async def test_a_large_picture_is_decoded_off_the_event_loop() -> None:
    broker = MemoryBroker()
    picture = a_picture(tracks=5000)
    async with a_hub(broker) as hub:
        publish(broker, picture)
        await a_moment()
        publish(broker, changed(picture))
        await a_moment()

        assert cycle_of(hub) == 4


@in_virtual_time
async def test_a_message_that_cannot_be_read_disturbs_nothing() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        broker.deliver(topics.clock(EXERCISE), b"not a clock", retain=False)
        broker.deliver(topics.clock(EXERCISE), encode(a_clock(exercise="harbour")), retain=False)
        broker.deliver(topics.service_status(EXERCISE, "fusion"), b"{}", retain=False)
        broker.deliver(topics.clock(EXERCISE), encode(a_clock()), retain=False)
        await a_moment()

        assert hub.clock == a_clock()
        assert hub.heard.refused == {
            "clock: unreadable": 1,
            "clock: other-exercise": 1,
            "status: unknown-schema": 1,
        }


@in_virtual_time
async def test_an_older_revision_of_the_clock_is_ignored() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        broker.deliver(topics.clock(EXERCISE), encode(a_clock(revision=5)), retain=True)
        broker.deliver(topics.clock(EXERCISE), encode(a_clock(revision=4, rate=9.0)), retain=True)
        await a_moment()

        assert hub.clock == a_clock(revision=5)


@in_virtual_time
async def test_parts_are_heard_and_dead_letters_counted_by_reason() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        introduce(broker, a_sensor("kor-coast-1"), a_sensor("jpn-long-1", nation="JPN"))
        broker.deliver(topics.service_status(EXERCISE, "fusion"), encode(a_service()), retain=True)
        broker.deliver(topics.deadletter(EXERCISE), encode(a_dead_letter("future")), retain=False)
        broker.deliver(topics.deadletter(EXERCISE), encode(a_dead_letter("future")), retain=False)
        broker.deliver(topics.deadletter(EXERCISE), encode(a_dead_letter("ancient")), retain=False)
        await a_moment()

        assert sorted(hub.heard.sensors) == ["jpn-long-1", "kor-coast-1"]
        assert hub.heard.services["fusion"].status.counters == {"batches": 12.0}
        assert hub.heard.dead_letters_by_reason == {"future": 2, "ancient": 1}


@in_virtual_time
async def test_an_inject_is_put_to_the_desk_and_its_answer_comes_back() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub, broker.connect("desk") as desk:
        await desk.subscribe(topics.inject_requests(EXERCISE))
        asking = asyncio.create_task(hub.ask(a_request("ask-7")))
        request = decode((await anext(aiter(desk.messages()))).payload, InjectRequest)
        other = InjectAck(exercise=EXERCISE, request_id="ask-8", accepted=False)
        ours = InjectAck(
            exercise=EXERCISE, request_id=request.request_id, accepted=True, inject=an_inject(request=request)
        )
        await desk.publish(topics.inject_acks(EXERCISE), encode(other))
        await desk.publish(topics.inject_acks(EXERCISE), encode(ours))

        assert await asking == ours


@in_virtual_time
async def test_a_desk_that_does_not_answer_is_waited_for_only_so_long() -> None:
    async with a_hub(MemoryBroker(), inject_timeout_s=5.0) as hub:
        with pytest.raises(TimeoutError):
            await hub.ask(a_request())

        assert WALL_S + 5.0 <= hub.wall.now_s() < WALL_S + 5.1


@in_virtual_time
async def test_without_a_broker_nothing_can_be_asked() -> None:
    broker = MemoryBroker()
    broker.stop()
    async with a_hub(broker) as hub:
        with pytest.raises(BrokerAway):
            await hub.ask(a_request())
        with pytest.raises(BrokerAway):
            await hub.command(ClockCommand(exercise=EXERCISE, command="pause"))


@in_virtual_time
async def test_a_lost_broker_is_waited_for_and_the_picture_kept_meanwhile() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=3))
        await a_moment()
        broker.stop()
        await a_moment()
        assert (hub.connected, cycle_of(hub)) == (False, 3)

        broker.start()
        await asyncio.sleep(1.0)
        publish(broker, a_picture(cycle=4))
        await a_moment()

        assert (hub.connected, cycle_of(hub), hub.connections) == (True, 4, 2)


@in_virtual_time
async def test_the_gateway_says_every_five_seconds_that_it_is_there() -> None:
    broker = MemoryBroker()
    topic = topics.service_status(EXERCISE, "gateway")
    async with a_hub(broker):
        await asyncio.sleep(11.0)
        status = decode(broker.retained(topic)[0].payload, ServiceStatus)

    assert status.state == "online"
    assert status.at_s == pytest.approx(WALL_S + 10.0, abs=0.01)
    assert status.counters["sessions_open"] == 0


@in_virtual_time
async def test_a_gateway_that_ends_says_so() -> None:
    broker = MemoryBroker()
    async with a_hub(broker):
        pass

    retained = broker.retained(topics.service_status(EXERCISE, "gateway"))
    assert decode(retained[0].payload, ServiceStatus).state == "offline"


@in_virtual_time
async def test_presented_frames_are_published_for_all_to_hear() -> None:
    broker = MemoryBroker()
    presented = Presented(
        exercise=EXERCISE,
        scope="ALL",
        session="s-1",
        cycle=3,
        sent_at_s=WALL_S,
        decoded_at_s=WALL_S,
        drawn_at_s=WALL_S,
        presented_at_s=WALL_S + 0.2,
        clock_error_s=0.001,
        estimated=False,
        tracks=5,
    )
    async with a_hub(broker) as hub, broker.connect("listener") as listener:
        await listener.subscribe(topics.presented(EXERCISE))
        hub.present(presented)

        assert decode((await anext(aiter(listener.messages()))).payload, Presented) == presented
        assert hub.heard.presented["ALL"] == presented


@in_virtual_time
async def test_an_accepted_inject_is_known_to_the_hub() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        broker.deliver(topics.injects(EXERCISE), encode(injects(an_inject(1), an_inject(2))), retain=True)
        await a_moment()

        assert [inject.inject_id for inject in hub.injects] == ["inj-0001", "inj-0002"]
