"""An inject changes the world at one time, shows up by the next cycle that could see it, and can be traced."""

import numpy as np
import pytest

from contracts.clock import exercise_time_s
from contracts.control import Trace, TraceStage
from contracts.labels import SCOPES, Scope
from tests.system.chain import Chain, a_chain
from tests.virtual_time import in_virtual_time

BESIDE_THE_HEADLAND = {"lat_deg": 33.50, "lon_deg": 129.20}
"""Twenty-four kilometres from a radar that sees ships."""

REVOLUTION_S = 4.0


def stage(trace: Trace, name: str, scope: Scope | None = None) -> TraceStage:
    return next(s for s in trace.stages if (s.stage, s.scope) == (name, scope))


async def until_cycle(chain: Chain, cycle: int) -> None:
    await chain.run_to_cycle(cycle)
    await chain.run_for(1.0)


@in_virtual_time
async def test_a_new_track_shows_up_by_the_next_cycle_that_could_see_it() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject(
            "new-track", platform="frigate", speed_m_per_s=10.0, **BESIDE_THE_HEADLAND
        )
        await until_cycle(chain, 4)
        trace = chain.trace(inject)

    measured = stage(trace, "measured")
    assert measured.exercise_at_s is not None
    assert measured.exercise_at_s - inject.effective_at_s <= 2 * REVOLUTION_S
    could_see = chain.grid().cycle_at(measured.exercise_at_s)
    assert {scope: stage(trace, "fused", scope).cycle for scope in SCOPES} == dict.fromkeys(SCOPES, could_see)


@in_virtual_time
async def test_a_new_track_is_where_it_was_put() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject("new-track", platform="frigate", **BESIDE_THE_HEADLAND)
        await until_cycle(chain, 3)
        number = stage(chain.trace(inject), "fused", "ALL").track_number
        picture = chain.witness.picture(3)

    row = int(np.flatnonzero(picture.track_number == number)[0])
    assert picture.lat_deg[row] == pytest.approx(BESIDE_THE_HEADLAND["lat_deg"], abs=0.01)
    assert picture.lon_deg[row] == pytest.approx(BESIDE_THE_HEADLAND["lon_deg"], abs=0.01)


@in_virtual_time
async def test_the_stages_of_a_trace_are_in_order_of_time() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject("new-track", platform="frigate", **BESIDE_THE_HEADLAND)
        await until_cycle(chain, 3)
        trace = chain.trace(inject)

    reached = [one for one in trace.stages if one.scope in (None, "ALL") and one.stage != "truth"]
    times_s = [one.wall_at_s for one in reached if one.wall_at_s is not None]
    assert [one.stage for one in reached if one.state != "done"] == ["presented"]
    assert len(times_s) == 7
    assert times_s == sorted(times_s)
    assert stage(trace, "truth").state == "done"


@in_virtual_time
async def test_an_inject_of_after_a_long_pause_takes_effect_a_second_later() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        await chain.turn_clock("pause")
        await chain.run_for(1800.0)
        await chain.turn_clock("resume")
        inject = await chain.inject("new-track", platform="frigate", **BESIDE_THE_HEADLAND)
        now_s = exercise_time_s(chain.clock_state(), chain.clock.now_s())
        await until_cycle(chain, 3)

        assert inject.effective_at_s - now_s < 1.5
        assert stage(chain.trace(inject), "fused", "ALL").state == "done"


@in_virtual_time
async def test_an_inject_that_is_asked_for_in_a_pause_waits_for_the_clock() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        await chain.turn_clock("pause")
        inject = await chain.inject("new-track", platform="frigate", **BESIDE_THE_HEADLAND)
        await chain.run_for(600.0)
        waiting = stage(chain.trace(inject), "effective").state
        await chain.turn_clock("resume")
        await until_cycle(chain, 3)

        assert waiting == "waiting"
        assert stage(chain.trace(inject), "fused", "ALL").state == "done"


@in_virtual_time
async def test_a_platform_that_is_removed_coasts_or_goes() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 3)
        inject = await chain.inject("remove", subject="lantern")
        await until_cycle(chain, 8)
        trace = chain.trace(inject)

    assert stage(trace, "truth").detail == "lantern is gone"
    assert stage(trace, "measured").detail.startswith("last report: ")
    assert stage(trace, "fused", "ALL").state == "done"


@in_virtual_time
async def test_a_spoofed_ship_is_disputed() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 3)
        inject = await chain.inject("spoof-ais", subject="lantern", offset_m=9000.0)
        await until_cycle(chain, 8)
        trace = chain.trace(inject)

    assert stage(trace, "truth").state == "not-applicable"
    assert stage(trace, "measured").detail.startswith("listening-post batch")
    assert stage(trace, "fused", "ALL").state == "done"


@in_virtual_time
async def test_an_attacked_radar_is_reported_and_distrusted() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject("cyber-attack", subject="headland", effect="degraded-accuracy")
        await until_cycle(chain, 10)
        trace = chain.trace(inject)

    assert "night-watch event" in stage(trace, "measured").detail
    assert stage(trace, "fused", "ALL").state == "done"


@in_virtual_time
async def test_jamming_of_an_area_raises_its_alert() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject("jam", radius_m=40_000.0, **BESIDE_THE_HEADLAND)
        await until_cycle(chain, 10)
        trace = chain.trace(inject)

    assert stage(trace, "fused", "ALL").state == "done"


@in_virtual_time
async def test_an_emitter_that_is_switched_on_is_heard() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject("emitter-on", subject="lantern", emitter="EX-302")
        await until_cycle(chain, 4)
        trace = chain.trace(inject)

    assert stage(trace, "measured").detail.startswith("watchful-ear batch")
    assert stage(trace, "fused", "USA").state == "done"
    assert stage(trace, "fused", "KOR").state == "waiting"


@in_virtual_time
async def test_a_radar_that_is_switched_off_falls_silent_and_comes_back() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        off = await chain.inject("sensor-off", subject="headland")
        await until_cycle(chain, 3)
        on = await chain.inject("sensor-on", subject="headland")
        await until_cycle(chain, 5)

        assert stage(chain.trace(off), "fused", "ALL").detail == "headland sent no report"
        assert stage(chain.trace(off), "fused", "ALL").cycle == 3
        assert stage(chain.trace(on), "fused", "ALL").cycle == 4


@in_virtual_time
async def test_an_exercise_service_that_starts_again_keeps_injects_and_traces() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject("new-track", platform="frigate", **BESIDE_THE_HEADLAND)
        await chain.stop("exercise")
        await chain.run_for(2.0)
        await chain.start("exercise")
        await until_cycle(chain, 3)

        assert stage(chain.trace(inject), "fused", "ALL").state == "done"


@in_virtual_time
async def test_producers_that_start_again_still_have_the_injected_platform() -> None:
    async with a_chain() as chain:
        await until_cycle(chain, 1)
        inject = await chain.inject("new-track", platform="frigate", **BESIDE_THE_HEADLAND)
        await chain.run_for(3.0)
        await chain.stop("producers")
        await chain.start("producers")
        await until_cycle(chain, 3)

        assert stage(chain.trace(inject), "fused", "ALL").state == "done"
