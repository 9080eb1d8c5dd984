"""Health: every part, what is wrong with it in words, and nothing that a scope may not see."""

import asyncio

from contracts import topics
from contracts.codec import encode
from contracts.control import SourceMark, Watermark
from contracts.memory import MemoryBroker
from gateway.health import health
from tests.gateway.hubs import a_browser, a_hub, a_moment
from tests.gateway.pictures import EXERCISE, a_picture
from tests.gateway.words import a_clock, a_dead_letter, a_sensor, a_service, introduce, publish
from tests.virtual_time import in_virtual_time


def all_is_well() -> MemoryBroker:
    broker = MemoryBroker()
    introduce(broker, a_sensor("kor-coast-1"))
    broker.deliver(topics.service_status(EXERCISE, "fusion"), encode(a_service()), retain=True)
    broker.deliver(topics.clock(EXERCISE), encode(a_clock()), retain=True)
    for scope in ("ALL", "USA", "JPN", "KOR"):
        publish(broker, a_picture(scope=scope))
    return broker


@in_virtual_time
async def test_when_all_is_well_health_says_so() -> None:
    async with a_hub(all_is_well()) as hub:
        told = health(hub, "ALL")

    assert (told.state, told.reasons, told.simulated) == ("ok", (), True)
    assert [picture.tracks for picture in told.pictures] == [20] * 4
    assert [service.service for service in told.services] == ["fusion", "gateway"]


@in_virtual_time
async def test_a_missing_part_is_named_with_what_ails_it() -> None:
    broker = MemoryBroker()
    introduce(broker, a_sensor("kor-coast-1", state="offline"))
    broker.deliver(topics.service_status(EXERCISE, "fusion"), encode(a_service(state="offline")), retain=True)
    async with a_hub(broker) as hub:
        told = health(hub, "KOR")

    assert told.state == "degraded"
    assert told.reasons == ("picture KOR: none yet", "service fusion: offline", "sensor kor-coast-1: offline")


@in_virtual_time
async def test_a_lost_broker_is_said_first() -> None:
    broker = all_is_well()
    async with a_hub(broker) as hub:
        broker.stop()
        await a_moment()

        assert health(hub, "ALL").reasons[0] == "broker: not connected"


@in_virtual_time
async def test_a_part_that_falls_silent_is_noticed() -> None:
    async with a_hub(all_is_well()) as hub:
        await asyncio.sleep(25.0)
        told = health(hub, "ALL")

    assert {service.service: service.state for service in told.services} == {
        "fusion": "silent",
        "gateway": "online",
    }
    assert told.sensors[0].state == "silent"


@in_virtual_time
async def test_a_picture_that_does_not_come_is_late() -> None:
    async with a_hub(all_is_well()) as hub:
        await asyncio.sleep(34.0)
        assert not health(hub, "JPN").pictures[0].late

        await asyncio.sleep(2.0)

        assert "picture JPN: late" in health(hub, "JPN").reasons


@in_virtual_time
async def test_while_the_exercise_pauses_no_picture_is_late() -> None:
    broker = all_is_well()
    async with a_hub(broker) as hub:
        broker.deliver(topics.clock(EXERCISE), encode(a_clock(running=False, revision=2)), retain=True)
        await asyncio.sleep(300.0)

        assert not health(hub, "JPN").pictures[0].late


@in_virtual_time
async def test_a_capital_sees_the_sensors_that_it_may_see() -> None:
    broker = MemoryBroker()
    introduce(
        broker,
        a_sensor("usa-secret-1", nation="USA", seen_by=("USA",)),
        a_sensor("jpn-long-1", nation="JPN", seen_by=("USA", "JPN")),
    )
    async with a_hub(broker) as hub:
        assert [sensor.sensor for sensor in health(hub, "JPN").sensors] == ["jpn-long-1"]
        assert [sensor.sensor for sensor in health(hub, "KOR").sensors] == []
        assert len(health(hub, "ALL").sensors) == 2


@in_virtual_time
async def test_a_capital_is_told_no_count_that_others_are_part_of() -> None:
    broker = all_is_well()
    async with a_hub(broker) as hub, a_browser(hub, "KOR"), a_browser(hub, "JPN"):
        broker.deliver(topics.deadletter(EXERCISE), encode(a_dead_letter()), retain=False)
        await a_moment()
        told = health(hub, "JPN")

    assert [picture.scope for picture in told.pictures] == ["JPN"]
    assert (told.dead_letters, told.watermarks, told.refused) == (None, None, None)
    assert [service.counters for service in told.services] == [None, None]
    assert (told.sessions.open, told.sessions.open_by_scope) == (1, {"JPN": 1})
    assert [queue.queue for queue in told.queues] == ["pictures to decode"]


@in_virtual_time
async def test_the_white_cell_sees_dead_letters_by_reason_without_their_bytes() -> None:
    broker = all_is_well()
    async with a_hub(broker) as hub:
        broker.deliver(topics.deadletter(EXERCISE), encode(a_dead_letter("future")), retain=False)
        await a_moment()
        letters = health(hub, "ALL").dead_letters

    assert letters is not None
    assert (letters.total, letters.by_reason) == (1, {"future": 1})
    assert (letters.newest[0].field, letters.newest[0].payload_hex) == ("measured_to_s", "")


@in_virtual_time
async def test_a_sensor_tells_how_far_fusion_has_committed_it() -> None:
    broker = all_is_well()
    marks = {"kor-coast-1": SourceMark(epoch=0, sequence=41)}
    mark = Watermark(exercise=EXERCISE, consumer="fusion", marks=marks)
    broker.deliver(topics.watermark(EXERCISE, "fusion"), encode(mark), retain=True)
    async with a_hub(broker) as hub:
        assert health(hub, "KOR").sensors[0].committed_sequence == 41


@in_virtual_time
async def test_gaps_and_refusals_of_pictures_are_told() -> None:
    broker = all_is_well()
    async with a_hub(broker) as hub:
        publish(broker, a_picture(cycle=7))
        await a_moment()
        broker.deliver(topics.picture(EXERCISE, "ALL"), b"{}", retain=False)
        await a_moment()
        told = health(hub, "ALL").pictures[0]

    assert (told.cycle, told.gaps, told.refused) == (7, 3, {"unknown-schema": 1})
    assert "wanted one of published-picture/1" in told.last_refusal
