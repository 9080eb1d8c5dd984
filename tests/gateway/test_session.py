"""One browser: the newest picture when it is ready, a snapshot when it missed one, an end when it stalls."""

import asyncio
from typing import Any

import pytest

from contracts import topics
from contracts.codec import encode
from contracts.labels import Scope
from contracts.memory import MemoryBroker
from contracts.picture import Picture
from tests.gateway.hubs import FakeSocket, a_browser, a_hub, a_moment
from tests.gateway.pictures import EXERCISE, WALL_S, a_picture, changed
from tests.gateway.unframed import Screen
from tests.gateway.words import a_clock, an_inject, injects, publish
from tests.virtual_time import in_virtual_time


def a_series(pictures: int, scope: Scope = "ALL") -> list[Picture]:
    series = [a_picture(tracks=20, cycle=1, scope=scope)]
    while len(series) < pictures:
        series.append(changed(series[-1], seed=len(series), gone=1, new=1))
    return series


def presented(seq: int, cycle: int, **fields: Any) -> dict[str, Any]:
    known = {
        "type": "presented",
        "seq": seq,
        "cycle": cycle,
        "decoded_at_s": WALL_S + 1.0,
        "drawn_at_s": WALL_S + 1.1,
        "presented_at_s": WALL_S + 1.2,
        "clock_error_s": 0.002,
        "estimated": False,
        "tracks": 20,
    }
    return known | fields


async def show(broker: MemoryBroker, picture: Picture) -> None:
    publish(broker, picture)
    await a_moment()


def kinds(socket: FakeSocket) -> list[tuple[str, int, int, int]]:
    return [(f.header.type, f.header.seq, f.header.base_seq, f.header.cycle) for f in socket.frames]


@in_virtual_time
async def test_a_browser_is_greeted_and_gets_the_held_picture_whole() -> None:
    broker = MemoryBroker()
    publish(broker, a_picture(cycle=3))

    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        hello = socket.of_type("hello")[0]
        assert (hello["exercise"], hello["scope"], hello["cycle_s"], hello["simulated"]) == (
            EXERCISE,
            "ALL",
            30.0,
            True,
        )
        assert kinds(socket) == [("snapshot", 1, 0, 3)]


@in_virtual_time
async def test_a_browser_that_keeps_up_gets_deltas() -> None:
    broker = MemoryBroker()
    first, second, third = a_series(3)
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        await show(broker, first)
        await show(broker, second)
        await show(broker, third)

        assert kinds(socket) == [("snapshot", 1, 0, 1), ("delta", 2, 1, 2), ("delta", 3, 2, 3)]


@in_virtual_time
async def test_what_a_browser_shows_after_deltas_is_what_a_new_browser_shows() -> None:
    broker = MemoryBroker()
    old, new = Screen(), Screen()
    async with a_hub(broker) as hub, a_browser(hub) as (early, _):
        for picture in a_series(5):
            await show(broker, picture)
        async with a_browser(hub) as (late, _):
            for frame in early.frames:
                old.apply(frame)
            new.apply(late.frames[0])

    assert (old.tracks, old.cycle) == (new.tracks, new.cycle)


@in_virtual_time
async def test_a_slow_browser_gets_the_newest_picture_whole_when_it_is_ready() -> None:
    broker = MemoryBroker()
    series = a_series(6)
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        await show(broker, series[0])
        socket.slow()
        for picture in series[1:]:
            await show(broker, picture)
        socket.quick()
        await a_moment()

        # The second picture was in the socket's buffer; of those after it only the last came.
        assert kinds(socket) == [("snapshot", 1, 0, 1), ("delta", 2, 1, 2), ("snapshot", 3, 0, 6)]
        assert hub.tally.pictures_replaced == 0


@in_virtual_time
async def test_no_more_than_one_frame_waits_for_a_browser_however_slow() -> None:
    broker = MemoryBroker()
    async with a_hub(broker, stall_s_min=3600.0) as hub, a_browser(hub) as (socket, _):
        socket.slow()
        for picture in a_series(20):
            await show(broker, picture)

        assert socket.unsent <= 1


@in_virtual_time
async def test_a_slow_browser_does_not_hold_up_a_quick_one() -> None:
    broker = MemoryBroker()
    series = a_series(4)
    async with a_hub(broker) as hub, a_browser(hub) as (slow, _), a_browser(hub) as (quick, _):
        slow.slow()
        for picture in series:
            await show(broker, picture)

        assert [cycle for *_, cycle in kinds(quick)] == [1, 2, 3, 4]


@in_virtual_time
async def test_a_browser_that_takes_nothing_for_two_cycles_is_broken_off() -> None:
    broker = MemoryBroker()
    publish(broker, a_picture(cycle=1))
    async with a_hub(broker) as hub, a_browser(hub) as (socket, task):
        socket.slow()
        await show(broker, a_picture(cycle=2))
        await asyncio.sleep(59.0)
        assert not task.done()

        await asyncio.sleep(2.0)

        assert (task.done(), socket.aborted) == (True, True)
        assert (await task, hub.tally.endings["stalled"], hub.tally.open.total()) == ("stalled", 1, 0)


@in_virtual_time
async def test_with_a_short_cycle_a_browser_has_ten_seconds() -> None:
    broker = MemoryBroker()
    publish(broker, a_picture(cycle=1, cycle_s=1.0))
    async with a_hub(broker) as hub, a_browser(hub) as (socket, task):
        socket.slow()
        await show(broker, a_picture(cycle=2, cycle_s=1.0))
        await asyncio.sleep(9.0)
        assert not task.done()

        await asyncio.sleep(2.0)

        assert await task == "stalled"


@in_virtual_time
async def test_a_browser_may_be_silent_for_as_long_as_it_likes() -> None:
    broker = MemoryBroker()
    publish(broker, a_picture(cycle=1))
    async with a_hub(broker) as hub, a_browser(hub) as (_, task):
        await asyncio.sleep(3600.0)

        assert not task.done()


@in_virtual_time
async def test_a_resync_brings_a_snapshot_at_once() -> None:
    broker = MemoryBroker()
    first, second, third = a_series(3)
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        await show(broker, first)
        await show(broker, second)
        socket.say(type="resync", reason="base_seq 7 is not mine")
        await a_moment()
        await show(broker, third)

        assert kinds(socket) == [
            ("snapshot", 1, 0, 1),
            ("delta", 2, 1, 2),
            ("snapshot", 3, 0, 2),
            ("delta", 4, 3, 3),
        ]


@in_virtual_time
async def test_a_browser_sees_its_scope_and_nothing_of_the_others() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub, a_browser(hub, "JPN") as (jpn, _), a_browser(hub, "ALL") as (white, _):
        await show(broker, a_picture(scope="ALL", tracks=30))
        await show(broker, a_picture(scope="KOR", tracks=20))
        await show(broker, a_picture(scope="JPN", tracks=10))

        assert [(f.header.scope, f.header.tracks) for f in jpn.frames] == [("JPN", 10)]
        assert [(f.header.scope, f.header.tracks) for f in white.frames] == [("ALL", 30)]


@in_virtual_time
async def test_a_ping_is_answered_with_the_three_stamps() -> None:
    async with a_hub(MemoryBroker()) as hub, a_browser(hub) as (socket, _):
        socket.say(type="ping", client_sent_s=12.5)
        await a_moment()

        pong = socket.of_type("pong")[0]
        assert pong["client_sent_s"] == 12.5
        assert WALL_S <= pong["server_received_s"] <= pong["server_sent_s"] <= hub.wall.now_s()


@in_virtual_time
async def test_a_pong_is_stamped_when_it_goes_not_when_the_ping_came() -> None:
    async with a_hub(MemoryBroker()) as hub, a_browser(hub) as (socket, _):
        socket.slow()
        socket.say(type="ping", client_sent_s=0.0)
        socket.say(type="ping", client_sent_s=1.0)
        await asyncio.sleep(2.0)
        socket.quick()
        await a_moment()

        last = socket.of_type("pong")[-1]
        assert last["server_sent_s"] - last["server_received_s"] > 1.9


@in_virtual_time
async def test_the_clock_comes_with_the_greeting_and_whenever_it_changes() -> None:
    broker = MemoryBroker()
    broker.deliver(topics.clock(EXERCISE), encode(a_clock(revision=1)), retain=True)
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        broker.deliver(topics.clock(EXERCISE), encode(a_clock(revision=2, running=False)), retain=True)
        await a_moment()

        assert [word["clock"]["revision"] for word in socket.of_type("clock")] == [1, 2]


@in_virtual_time
async def test_a_frame_carries_the_clock_of_the_moment_it_goes() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        await show(broker, a_picture(cycle=1))
        broker.deliver(topics.clock(EXERCISE), encode(a_clock()), retain=True)
        await show(broker, a_picture(cycle=2))

        assert [frame.header.clock for frame in socket.frames] == [None, a_clock()]


@in_virtual_time
async def test_injects_are_told_to_the_white_cell_alone() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub, a_browser(hub, "ALL") as (white, _), a_browser(hub, "KOR") as (kor, _):
        broker.deliver(topics.injects(EXERCISE), encode(injects(an_inject(1))), retain=True)
        broker.deliver(topics.injects(EXERCISE), encode(injects(an_inject(1), an_inject(2))), retain=True)
        await a_moment()

        assert [word["inject"]["inject_id"] for word in white.of_type("inject")] == ["inj-0001", "inj-0002"]
        assert kor.of_type("inject") == []


@in_virtual_time
async def test_nonsense_is_answered_and_the_session_lives_on() -> None:
    async with a_hub(MemoryBroker()) as hub, a_browser(hub) as (socket, task):
        socket.say_raw("{")
        socket.say_raw(b"\x00\x01")
        socket.say(type="dance")
        socket.say(type="ping", client_sent_s="soon")
        await a_moment()

        errors = socket.of_type("error")
        assert len(errors) == 4
        assert "client_sent_s" in errors[-1]["got"]
        assert (hub.tally.words_refused, task.done()) == (4, False)


@in_virtual_time
async def test_a_presented_frame_gives_the_lag_of_every_stage_and_is_published() -> None:
    broker = MemoryBroker()
    clock = a_clock(wall_at_s=WALL_S - 60.0, exercise_at_s=a_picture(cycle=1).valid_at_s - 60.0)
    broker.deliver(topics.clock(EXERCISE), encode(clock), retain=True)
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        await show(broker, a_picture(cycle=0))
        await show(broker, a_picture(cycle=1))
        socket.say(**presented(2, 1))
        await a_moment()

        stages = {stage.stage: stage for stage in hub.scopes["ALL"].lag.summaries()}
        assert stages["due_to_presented"].max_s == pytest.approx(1.2)
        assert stages["sensor_to_glass_wall_radar"].count > 0
        assert hub.heard.presented["ALL"].presented_at_s == WALL_S + 1.2
        assert hub.tally.presented == 1


@in_virtual_time
async def test_how_long_a_picture_waited_for_a_new_browser_is_no_lag() -> None:
    broker = MemoryBroker()
    publish(broker, a_picture(cycle=1))
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        socket.say(**presented(1, 1))
        await a_moment()

        stages = {stage.stage: stage.count for stage in hub.scopes["ALL"].lag.summaries()}
        assert (stages["sent_to_decoded"], stages["due_to_presented"], stages["received_to_sent"]) == (
            1,
            0,
            0,
        )
        assert (stages["published_to_received"], hub.tally.presented) == (0, 1)


@in_virtual_time
async def test_a_frame_is_presented_once_and_only_if_it_was_sent() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        await show(broker, a_picture(cycle=1))
        socket.say(**presented(1, 1))
        socket.say(**presented(1, 1))
        socket.say(**presented(2, 1))
        await a_moment()

        assert (hub.tally.presented, hub.tally.presented_refused) == (1, 2)


@in_virtual_time
async def test_times_that_cannot_be_are_refused() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub, a_browser(hub) as (socket, _):
        await show(broker, a_picture(cycle=1))
        socket.say(**presented(1, 1, presented_at_s=WALL_S - 3600.0))
        await a_moment()

        assert (hub.tally.presented, hub.tally.presented_refused, hub.scopes["ALL"].lag.refused) == (0, 1, 1)


@in_virtual_time
async def test_a_browser_that_goes_ends_its_session() -> None:
    async with a_hub(MemoryBroker()) as hub, a_browser(hub) as (socket, task):
        socket.leave()

        assert await task == "gone"
        assert (hub.tally.open.total(), hub.scopes["ALL"].mailboxes) == (0, set())


@in_virtual_time
async def test_browsers_are_told_when_the_gateway_closes() -> None:
    async with a_hub(MemoryBroker()) as hub, a_browser(hub) as (socket, task):
        hub.say_goodbye()

        assert await task == "shutdown"
        assert socket.of_type("bye") == [{"type": "bye", "reason": "shutdown"}]
