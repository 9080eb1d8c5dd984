"""From the sensor to a browser's screen and back: the chain with a gateway and browsers of the test's own."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from contracts.control import InjectRequest
from contracts.labels import SCOPES, Scope
from gateway.hub import Hub
from gateway.settings import GatewaySettings
from tests.gateway.hubs import FakeSocket, a_browser
from tests.gateway.unframed import Screen
from tests.system.chain import Chain, a_chain
from tests.virtual_time import in_virtual_time

MILLISECOND = 1e-3
PAINT_S = 0.120


@asynccontextmanager
async def a_gateway(chain: Chain) -> AsyncGenerator[Hub]:
    """Run a gateway's hub beside the chain."""
    hub = Hub(GatewaySettings(exercise=chain.exercise), chain.clock)
    task = asyncio.create_task(hub.run(chain.broker), name="gateway")
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def present(socket: FakeSocket, chain: Chain) -> None:
    """Say, as a browser does, that the newest frame is on the screen."""
    header = socket.frames[-1].header
    now_s = chain.clock.now_s()
    socket.say(
        type="presented",
        seq=header.seq,
        cycle=header.cycle,
        decoded_at_s=now_s,
        drawn_at_s=now_s,
        presented_at_s=now_s,
        clock_error_s=0.5 * MILLISECOND,
        estimated=False,
        tracks=header.tracks,
    )


@pytest.mark.parametrize("scope", SCOPES)
@in_virtual_time
async def test_a_browser_gets_every_cycle_and_shows_what_the_picture_holds(scope: Scope) -> None:
    screen = Screen()
    async with a_chain() as chain, a_gateway(chain) as hub:
        await chain.run_for(1.0)
        async with a_browser(hub, scope) as (socket, _):
            await chain.run_to_cycle(4)
            await chain.run_for(1.0)
        picture = chain.witness.picture(4, scope)

    for frame in socket.frames:
        screen.apply(frame)
    assert [frame.header.cycle for frame in socket.frames] == [0, 1, 2, 3, 4]
    assert [frame.header.type for frame in socket.frames] == ["snapshot", *["delta"] * 4]
    assert sorted(screen.tracks) == picture.track_number.tolist()


@in_virtual_time
async def test_a_browser_sees_a_picture_milliseconds_after_it_was_due() -> None:
    async with a_chain() as chain, a_gateway(chain) as hub:
        await chain.run_for(1.0)
        async with a_browser(hub) as (socket, _):
            await chain.run_to_cycle(4)
            await chain.run_for(1.0)

    # Virtual time counts waiting, not computing: what is left are the waits that the code itself makes.
    late_s = [frame.header.sent_at_s - frame.header.due_at_s for frame in socket.frames]
    assert np.median(late_s) < 20 * MILLISECOND


@in_virtual_time
async def test_the_trace_of_an_inject_ends_on_the_screen() -> None:
    async with a_chain() as chain, a_gateway(chain) as hub:
        await chain.run_to_cycle(1)
        async with a_browser(hub) as (socket, _):
            request = InjectRequest.model_validate(
                {
                    "exercise": chain.exercise,
                    "request_id": "from-the-map",
                    "action": "new-track",
                    "requested_at_s": chain.clock.now_s(),
                    "platform": "frigate",
                    "lat_deg": 33.50,
                    "lon_deg": 129.20,
                }
            )
            ack = await hub.ask(request)
            await chain.run_to_cycle(2)
            await chain.run_for(PAINT_S)
            present(socket, chain)
            await chain.run_for(1.0)
        assert ack.inject is not None
        trace = chain.trace(ack.inject)

    shown = next(s for s in trace.stages if (s.stage, s.scope) == ("presented", "ALL"))
    published = next(s for s in trace.stages if (s.stage, s.scope) == ("published", "ALL"))
    assert (shown.state, shown.cycle, shown.track_number) == ("done", 2, published.track_number)
    assert shown.wall_at_s is not None
    assert published.wall_at_s is not None
    assert 0.0 < shown.wall_at_s - published.wall_at_s < 1.0


@in_virtual_time
async def test_a_browser_of_the_white_cell_is_told_of_an_inject_and_a_capitals_is_not() -> None:
    async with a_chain() as chain, a_gateway(chain) as hub:
        await chain.run_to_cycle(1)
        async with a_browser(hub, "ALL") as (white_cell, _), a_browser(hub, "JPN") as (tokyo, _):
            await chain.inject("new-track", platform="frigate", lat_deg=33.50, lon_deg=129.20)
            await chain.run_for(1.0)

    assert [word["inject"]["inject_id"] for word in white_cell.of_type("inject")] == ["inj-0001"]
    assert tokyo.of_type("inject") == []


@in_virtual_time
async def test_after_the_gateway_started_again_a_browser_gets_everything_at_once() -> None:
    async with a_chain() as chain:
        async with a_gateway(chain) as hub, a_browser(hub) as (before, _):
            await chain.run_to_cycle(2)
        async with a_gateway(chain) as hub:
            await chain.run_for(0.5)
            async with a_browser(hub) as (after, _):
                await chain.run_for(0.5)

    assert after.frames[0].header.type == "snapshot"
    assert after.frames[0].header.cycle == before.frames[-1].header.cycle


@in_virtual_time
async def test_browsers_go_on_after_the_broker_was_away() -> None:
    async with a_chain() as chain, a_gateway(chain) as hub:
        await chain.run_for(1.0)
        async with a_browser(hub) as (socket, _):
            await chain.run_to_cycle(1)
            chain.broker.stop(forget=True)
            await chain.run_for(5.0)
            chain.broker.start()
            await chain.run_to_cycle(3)
            await chain.run_for(1.0)

    assert [frame.header.cycle for frame in socket.frames] == [0, 1, 2, 3]
