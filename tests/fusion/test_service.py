"""The service in virtual time: on the grid, nothing lost, the same picture whatever happens on the way."""

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import topics
from contracts.codec import encode
from contracts.memory import MemoryBroker
from contracts.reports import ReportBatch
from tests.fusion.chain import (
    EXERCISE,
    Listener,
    a_clock,
    feed,
    fusion_running,
    introduce,
    settings_for,
    topic_of,
)
from tests.fusion.sky import START_S, Radar, self_reports, ships
from tests.virtual_time import EPOCH_S, in_virtual_time, run_in_virtual_time, virtual_clock

FLEET = ships(12)
BATCHES: list[ReportBatch] = [*Radar().scans(FLEET, 100), *(self_reports(FLEET, k) for k in range(50))]
ON_TIME = [(batch.measured_to_s + 0.01, batch) for batch in BATCHES]


async def exercise(sends: list[tuple[float, ReportBatch]], folder: Path | None = None) -> Listener:
    """Run the fusion over these sendings and return what it published."""
    broker, clock = MemoryBroker(), virtual_clock()
    await introduce(broker, BATCHES)
    async with fusion_running(broker, clock, settings_for(folder)) as listener:
        await feed(broker, clock, sends)
        await asyncio.sleep(25.0)
    return listener


def hashes(listener: Listener) -> dict[tuple[str, int], str]:
    return {key: picture.picture_sha256 for key, picture in listener.pictures.items()}


@pytest.fixture(scope="module")
def undisturbed() -> Listener:
    return run_in_virtual_time(exercise(ON_TIME))


def test_pictures_come_on_the_grid_one_a_cycle_and_scope_without_a_gap(undisturbed: Listener) -> None:
    cycles = [cycle for scope, cycle in undisturbed.order if scope == "JPN"]
    due = [undisturbed.pictures["JPN", cycle].due_at_s - EPOCH_S for cycle in cycles]

    assert cycles == list(range(len(cycles)))
    # START_S is 10 s past a whole multiple of 30 s.
    np.testing.assert_allclose(due, [6.25, *(20.25 + 30.0 * k for k in range(len(due) - 1))], atol=1e-6)


def test_a_picture_is_published_at_the_instant_it_is_due(undisturbed: Listener) -> None:
    for published in undisturbed.pictures.values():
        assert published.published_at_s - published.due_at_s < 0.002


def test_the_watermark_reaches_everything_that_was_sent(undisturbed: Listener) -> None:
    assert undisturbed.watermark is not None
    marks = {name: mark.sequence for name, mark in undisturbed.watermark.marks.items()}
    assert marks == {"radar-a": 99, "ais-a": 49}


def test_a_stopped_service_says_it_is_offline(undisturbed: Listener) -> None:
    assert undisturbed.status is not None
    assert undisturbed.status.state == "offline"


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_duplicates_and_delays_inside_the_lateness_do_not_change_a_byte(seed: int) -> None:
    chance = np.random.default_rng(seed)
    disturbed = [(at_s + float(chance.uniform(0.0, 0.15)), batch) for at_s, batch in ON_TIME]
    again = [
        (at_s + float(chance.uniform(0.0, 3.0)), batch) for at_s, batch in disturbed if chance.random() < 0.3
    ]

    got = run_in_virtual_time(exercise(disturbed + again))

    assert hashes(got) == hashes(run_in_virtual_time(exercise(ON_TIME)))


def test_the_ledger_on_disk_changes_nothing(undisturbed: Listener, tmp_path: Path) -> None:
    assert hashes(run_in_virtual_time(exercise(ON_TIME, tmp_path))) == hashes(undisturbed)


@pytest.mark.parametrize("stop_s", [33.3, 50.4, 80.2])
def test_a_service_that_dies_and_comes_back_gives_the_same_pictures(
    undisturbed: Listener, tmp_path: Path, stop_s: float
) -> None:
    async def with_a_death() -> dict[tuple[str, int], str]:
        broker, clock = MemoryBroker(), virtual_clock()
        await introduce(broker, BATCHES)
        seen: dict[tuple[str, int], str] = {}
        for from_s, to_s in ((0.0, stop_s), (stop_s, 1000.0)):
            # What was sent but not acknowledged before the death is sent again after it, as producers do.
            sends = [
                (max(at_s, START_S + from_s + 3.0 if from_s else 0.0), b)
                for at_s, b in ON_TIME
                if at_s < START_S + to_s
            ]
            sends = [(at_s, b) for at_s, b in sends if at_s < START_S + to_s]
            async with fusion_running(broker, clock, settings_for(tmp_path)) as listener:
                await feed(broker, clock, sends)
                await asyncio.sleep(0.0 if to_s == stop_s else 25.0)
            seen |= hashes(listener)
        return seen

    assert run_in_virtual_time(with_a_death()) == hashes(undisturbed)


def test_a_lost_broker_delays_pictures_and_changes_none(undisturbed: Listener) -> None:
    async def with_an_outage() -> dict[tuple[str, int], str]:
        broker, clock = MemoryBroker(), virtual_clock()
        await introduce(broker, BATCHES)
        async with fusion_running(broker, clock, settings_for()) as before:
            await feed(broker, clock, [(at_s, b) for at_s, b in ON_TIME if at_s < START_S + 40.0])
            broker.stop()
            await asyncio.sleep(5.0)
            broker.start()
            await introduce(broker, BATCHES)
            after = Listener()
            listening = asyncio.create_task(after.listen(broker))
            await feed(broker, clock, [(max(at_s, START_S + 47.0), b) for at_s, b in ON_TIME])
            await asyncio.sleep(25.0)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        return hashes(before) | hashes(after)

    assert run_in_virtual_time(with_an_outage()) == hashes(undisturbed)


@in_virtual_time
async def test_a_late_batch_is_used_in_the_next_cycle_and_counted() -> None:
    late = [(at_s + (20.0 if batch.sequence == 7 else 0.0), batch) for at_s, batch in ON_TIME]

    listener = await exercise(late)

    assert listener.status is not None
    assert listener.status.counters["late_batches"] == 2
    assert listener.picture("ALL", 3).reports_folded == sum(
        b.rows for b in BATCHES if b.measured_to_s <= START_S + 80
    )


@in_virtual_time
async def test_a_malformed_batch_is_answered_with_a_dead_letter_and_disturbs_nothing() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    await introduce(broker, BATCHES)
    async with fusion_running(broker, clock, settings_for()) as listener, broker.connect("vandal") as session:
        await asyncio.sleep(0.5)
        await session.publish(topic_of(BATCHES[0]), b"\xff\xfe nonsense")
        await session.publish(topics.clock(EXERCISE), b"{}")
        await feed(broker, clock, ON_TIME)
        await asyncio.sleep(25.0)

    assert [letter.reason for letter in listener.letters] == ["unreadable"]
    assert listener.status is not None
    assert listener.status.counters["refused_unreadable"] == 1
    assert listener.status.counters["malformed_control"] == 1
    assert hashes(listener) == hashes(await exercise(ON_TIME))


@in_virtual_time
async def test_a_paused_clock_stops_the_cycles_and_a_resumed_one_goes_on() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    await introduce(broker, BATCHES)
    async with fusion_running(broker, clock, settings_for()) as listener, broker.connect("desk") as session:
        await feed(broker, clock, [(at_s, b) for at_s, b in ON_TIME if at_s < START_S + 30.0])
        paused = a_clock(running=False, revision=1).model_copy(update={"exercise_at_s": START_S + 30.0})
        await session.publish(topics.clock(EXERCISE), encode(paused), retain=True)
        await asyncio.sleep(1800.0)
        during = max(cycle for _, cycle in listener.order)
        running = a_clock(revision=2).model_copy(
            update={"wall_at_s": clock.now_s(), "exercise_at_s": START_S + 30.0}
        )
        await session.publish(topics.clock(EXERCISE), encode(running), retain=True)
        await asyncio.sleep(25.0)

    assert during == 1
    assert max(cycle for _, cycle in listener.order) == 2


@in_virtual_time
async def test_a_new_run_begins_at_cycle_zero_with_nothing_known() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    await introduce(broker, BATCHES)
    async with fusion_running(broker, clock, settings_for()) as listener, broker.connect("desk") as session:
        await feed(broker, clock, [(at_s, b) for at_s, b in ON_TIME if at_s < START_S + 52.0])
        anew = a_clock(run=2, at_s=clock.now_s() - EPOCH_S).model_copy(update={"exercise_at_s": START_S})
        await session.publish(topics.clock(EXERCISE), encode(anew), retain=True)
        await asyncio.sleep(30.0)

    assert listener.picture("ALL", 0).tracks == 0
    assert [cycle for scope, cycle in listener.order if scope == "ALL"][:4] == [0, 1, 2, 0]


@in_virtual_time
async def test_event_mode_publishes_when_something_changed_and_only_then() -> None:
    broker, clock = MemoryBroker(), virtual_clock()
    await introduce(broker, BATCHES)
    async with fusion_running(broker, clock, settings_for(cycle_s=0.0)) as listener:
        await feed(broker, clock, [(at_s, b) for at_s, b in ON_TIME if at_s < START_S + 12.0])
        await asyncio.sleep(10.0)

    published = [k for scope, k in listener.order if scope == "ALL"]
    assert 8 <= len(published) <= 20
    assert published == sorted(set(published))
