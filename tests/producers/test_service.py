import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from contracts import topics
from contracts.broker import Delivery, Session, stay_connected
from contracts.codec import decode, encode
from contracts.control import (
    ClockState,
    Inject,
    InjectList,
    SensorStatus,
    ServiceStatus,
    TruthStates,
    Watermark,
)
from contracts.memory import MemoryBroker
from contracts.reports import Batch
from contracts.wall import LoopClock
from producers.service import run_producers
from producers.settings import DispatchSettings, ProducerSettings
from tests.producers.builders import (
    STARTEX_S,
    a_fighter,
    a_platform,
    a_radar,
    a_receiver,
    a_scenario,
    a_watch_floor,
    an_inject,
    an_intercept_site,
)
from tests.producers.consumer import Consumer
from tests.virtual_time import EPOCH_S, in_virtual_time, virtual_clock

RUN = 5
MILLISECOND = 1e-3
SCENARIO = a_scenario(
    platforms=(a_platform(course_deg=90.0, speed_kn=12.0), a_fighter(emissions=({"notation": "EX-303"},))),
    radars=(a_radar(clutter_per_revolution=2.0),),
    intercepts=(an_intercept_site(),),
    self_reports=(a_receiver(),),
    watch_floors=(a_watch_floor(false_alarms_per_hour=60.0, step_s=5.0),),
)
SOURCES = ("headland", "ear", "radio", "floor")


def a_clock(**changes: Any) -> ClockState:
    keys: dict[str, Any] = {
        "exercise": "test",
        "startex_s": STARTEX_S,
        "wall_at_s": EPOCH_S,
        "exercise_at_s": STARTEX_S,
        "running": True,
        "run": RUN,
    }
    return ClockState(**(keys | changes))


@dataclass
class Stage:
    """A broker, a clock, and everything that is said."""

    broker: MemoryBroker
    clock: LoopClock
    consumer: Consumer
    tasks: asyncio.TaskGroup
    heard: list[tuple[float, Delivery]] = field(default_factory=list)

    def say(self, message: Any, topic: str) -> None:
        self.broker.deliver(topic, encode(message), retain=True)

    def set_clock(self, **changes: Any) -> None:
        self.say(a_clock(**changes), topics.clock("test"))

    def inject(self, *injects: Inject) -> None:
        self.say(InjectList(exercise="test", injects=injects), topics.injects("test"))

    def start(self, **changes: Any) -> asyncio.Task[None]:
        keys: dict[str, Any] = {"exercise": "test", "scenario": SCENARIO, "seed": 1}
        settings = ProducerSettings(**(keys | changes))
        return self.tasks.create_task(run_producers(self.broker, self.clock, settings), name="producers")

    def on(self, topic: str) -> list[tuple[float, Delivery]]:
        return [(at_s, delivery) for at_s, delivery in self.heard if delivery.topic == topic]

    def first(self, ending: str) -> int:
        return next(
            place for place, (_, delivery) in enumerate(self.heard) if delivery.topic.endswith(ending)
        )


@asynccontextmanager
async def a_stage(*, clock: bool = True) -> AsyncIterator[Stage]:
    broker, wall = MemoryBroker(), virtual_clock()
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(broker, wall, Consumer("test", RUN), tasks)
        if clock:
            stage.set_clock()
        listener = tasks.create_task(_listen(stage), name="listen")
        reader = tasks.create_task(stage.consumer.serve(broker), name="consumer")
        await asyncio.sleep(0)
        yield stage
        for task in (listener, reader):
            task.cancel()


async def _listen(stage: Stage) -> None:
    async def serve(session: Session) -> None:
        await session.subscribe("#")
        async for delivery in session.messages():
            stage.heard.append((stage.clock.now_s(), delivery))

    await stay_connected(stage.broker, "listener", serve)


async def stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def content(batch: Batch) -> str:
    """A batch without the wall time of its making."""
    return batch.model_copy(update={"produced_at_s": 0.0}).model_dump_json()


def run_of(stage: Stage) -> dict[tuple[str, int], str]:
    return {key: content(batch) for key, batch in stage.consumer.batches.items()}


def virtually(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    return in_virtual_time(test)  # type: ignore[arg-type]


@virtually
async def test_without_a_clock_nothing_is_sent() -> None:
    async with a_stage(clock=False) as stage:
        task = stage.start()
        await asyncio.sleep(20.0)

        assert stage.consumer.batches == {}
        assert stage.on(topics.service_status("test", "producers"))
        await stop(task)


@virtually
async def test_sensors_introduce_themselves_before_their_first_batch() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(5.0)

        last_status = max(stage.first(f"{name}/status") for name in SOURCES)
        assert last_status < stage.first("/reports")
        await stop(task)


@virtually
async def test_every_batch_leaves_as_soon_as_its_interval_is_over() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(60.0)

        late_s = [
            batch.produced_at_s - EPOCH_S - (batch.measured_to_s - STARTEX_S)
            for batch in stage.consumer.batches.values()
            if batch.measured_to_s > STARTEX_S + 1.0  # before, the producers were still starting
        ]
        assert len(late_s) > 100
        assert min(late_s) > -MILLISECOND
        assert max(late_s) < 2 * MILLISECOND
        await stop(task)


@virtually
async def test_every_sensor_numbers_its_batches_without_gaps() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(60.5)

        assert stage.consumer.numbers("headland") == list(range(60))
        assert stage.consumer.numbers("radio") == list(range(30))
        assert stage.consumer.numbers("floor") == list(range(12))
        await stop(task)


@virtually
async def test_a_paused_clock_stops_everything_and_resuming_goes_on_where_it_was() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(10.25)
        stage.set_clock(running=False, exercise_at_s=STARTEX_S + 10.25, revision=1)
        await asyncio.sleep(100.0)
        paused = stage.consumer.numbers("headland")
        stage.set_clock(wall_at_s=EPOCH_S + 110.25, exercise_at_s=STARTEX_S + 10.25, revision=2)
        await asyncio.sleep(10.0)

        assert paused == list(range(10))
        assert stage.consumer.numbers("headland") == list(range(20))
        await stop(task)


@virtually
async def test_a_faster_clock_makes_more_batches() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(10.5)
        stage.set_clock(wall_at_s=EPOCH_S + 10.5, exercise_at_s=STARTEX_S + 10.5, rate=10.0, revision=1)
        await asyncio.sleep(10.0)

        assert stage.consumer.numbers("headland") == list(range(110))
        await stop(task)


@virtually
async def test_a_clock_that_was_overtaken_is_left_out() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(5.0)
        stage.set_clock(running=False, exercise_at_s=STARTEX_S + 5.0, revision=3)
        await asyncio.sleep(1.0)
        stage.set_clock(revision=2)
        await asyncio.sleep(10.0)

        assert max(stage.consumer.numbers("headland")) == 4
        await stop(task)


@virtually
async def test_a_restarted_producer_makes_again_what_it_would_have_made() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(120.5)
        whole = run_of(stage)
        await stop(task)
    async with a_stage() as stage:
        first = stage.start()
        await asyncio.sleep(40.3)
        await stop(first)
        await asyncio.sleep(20.0)
        second = stage.start()
        await asyncio.sleep(60.2)

        assert run_of(stage) == whole
        await stop(second)


@virtually
async def test_a_restarted_producer_begins_where_the_watermark_stands() -> None:
    async with a_stage() as stage:
        first = stage.start()
        await asyncio.sleep(40.3)
        await stop(first)
        stage.consumer.times.clear()
        second = stage.start()
        await asyncio.sleep(10.0)

        again = [key for key in stage.consumer.times if key[0] == "headland" and key[1] < 40]
        assert again == []
        await stop(second)


@virtually
async def test_a_watermark_of_another_run_says_nothing() -> None:
    async with a_stage() as stage:
        stage.consumer.silent = True
        old = Watermark(
            exercise="test", consumer="fusion", run=RUN - 1, marks={"headland": {"epoch": 0, "sequence": 500}}
        )
        stage.say(old, topics.watermark("test", "fusion"))
        task = stage.start()
        await asyncio.sleep(10.5)

        assert stage.consumer.numbers("headland") == list(range(10))
        await stop(task)


@virtually
async def test_a_new_run_begins_anew() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(20.5)
        stage.consumer.batches.clear()
        stage.consumer.run = RUN + 1
        stage.set_clock(run=RUN + 1, wall_at_s=EPOCH_S + 20.5, startex_s=STARTEX_S, exercise_at_s=STARTEX_S)
        await asyncio.sleep(10.4)

        assert stage.consumer.numbers("headland") == list(range(10))
        await stop(task)


@virtually
async def test_nothing_is_lost_when_the_broker_dies() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(30.0)
        stage.broker.stop()
        await asyncio.sleep(20.0)
        stage.broker.start()
        stage.set_clock()  # the exercise says it again
        await asyncio.sleep(40.0)

        assert stage.consumer.numbers("headland")[:85] == list(range(85))
        assert stage.on("triptych/v1/test/JPN/radar/headland/status")[-1][0] > EPOCH_S + 55.0
        await stop(task)


@virtually
async def test_what_nobody_acknowledges_is_sent_again_and_stops_when_it_is() -> None:
    async with a_stage() as stage:
        stage.consumer.silent = True
        task = stage.start()
        await asyncio.sleep(30.0)
        resent = stage.consumer.times["headland", 0]
        stage.consumer.silent = False
        await asyncio.sleep(2.0)
        stage.consumer.times.clear()
        await asyncio.sleep(60.0)

        assert resent >= 3
        assert max(stage.consumer.times.values()) == 1
        await stop(task)


@virtually
async def test_a_consumer_that_was_away_gets_everything() -> None:
    async with a_stage() as stage:
        stage.consumer.deaf = True
        task = stage.start()
        await asyncio.sleep(100.0)
        stage.consumer.deaf = False
        await asyncio.sleep(120.0)

        assert stage.consumer.numbers("headland")[:200] == list(range(200))
        await stop(task)


@virtually
async def test_a_producer_that_joins_late_goes_back_a_bounded_time() -> None:
    async with a_stage() as stage:
        stage.set_clock(exercise_at_s=STARTEX_S + 1_000.0)
        task = stage.start(dispatch=DispatchSettings(back_s_max=50.0))
        await asyncio.sleep(10.0)

        assert stage.consumer.numbers("headland")[0] == 950
        status = decode(stage.on("triptych/v1/test/JPN/radar/headland/status")[-1][1].payload, SensorStatus)
        assert status.outbox_dropped == 950
        await stop(task)


@virtually
async def test_an_inject_changes_truth_and_reports_at_its_exercise_time() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(28.0)
        stage.inject(
            an_inject(
                "new-track",
                after_s=31.0,
                platform="patrol-boat",
                lat_deg=33.1,
                lon_deg=129.4,
                speed_m_per_s=10.0,
            )
        )
        await asyncio.sleep(30.0)

        truths = [decode(d.payload, TruthStates) for _, d in stage.on(topics.truth_states("test"))]
        with_it = [truth.at_s - STARTEX_S for truth in truths if "inj-0001" in truth.inject_id]
        assert with_it[0] == 35.0
        assert [truth.at_s - STARTEX_S for truth in truths][:3] == [0.0, 5.0, 10.0]
        await stop(task)


@virtually
async def test_a_sensor_that_an_inject_switches_off_keeps_sending_empty_batches() -> None:
    async with a_stage() as stage:
        stage.inject(an_inject("sensor-off", after_s=20.0, subject="headland"))
        task = stage.start()
        await asyncio.sleep(60.5)

        rows = [stage.consumer.batches["headland", number].rows for number in range(60)]
        assert sum(rows[:20]) > 0
        assert sum(rows[20:]) == 0
        status = decode(stage.on("triptych/v1/test/JPN/radar/headland/status")[-1][1].payload, SensorStatus)
        assert status.state == "degraded"
        await stop(task)


@virtually
async def test_an_attack_delays_batches_on_their_way() -> None:
    async with a_stage() as stage:
        stage.inject(
            an_inject("cyber-attack", after_s=10.0, subject="headland", effect="delay", duration_s=5.0)
        )
        task = stage.start()
        await asyncio.sleep(60.0)

        late_s = [
            stage.consumer.batches["headland", number].produced_at_s - EPOCH_S - number - 1.0
            for number in (5, 10, 14, 40)
        ]
        assert late_s == pytest.approx([0.0, 20.0, 20.0, 0.0], abs=0.01)
        await stop(task)


@virtually
async def test_a_clean_stop_says_offline_for_every_sensor() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(10.0)
        await stop(task)
        await asyncio.sleep(0.1)

        states = {
            decode(delivery.payload, SensorStatus).sensor: decode(delivery.payload, SensorStatus).state
            for _, delivery in stage.heard
            if delivery.topic.endswith("/status") and "/services/" not in delivery.topic
        }
        service = decode(stage.on(topics.service_status("test", "producers"))[-1][1].payload, ServiceStatus)
        assert states == dict.fromkeys(SOURCES, "offline")
        assert service.state == "offline"


@virtually
async def test_what_is_not_for_this_exercise_or_cannot_be_read_is_counted_and_left_out() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(5.0)
        other = InjectList(exercise="other", injects=())
        stage.say(other, topics.injects("test"))
        stage.broker.deliver(topics.clock("test"), b"\xff\x00 no clock", retain=True)
        stage.broker.deliver(topics.watermark("test", "fusion"), b"{}", retain=True)
        await asyncio.sleep(10.5)

        status = decode(stage.on(topics.service_status("test", "producers"))[-1][1].payload, ServiceStatus)
        assert status.counters["messages_refused"] == 3.0
        assert stage.consumer.numbers("headland") == list(range(15))
        await stop(task)


@virtually
async def test_two_processes_share_an_exercise_by_feed() -> None:
    async with a_stage() as stage:
        radar = stage.start(feeds=("radar",), instance="producers-radar")
        rest = stage.start(feeds=("world", "sigint", "cyber"), instance="producers-rest")
        await asyncio.sleep(20.5)

        assert {name for name, _ in stage.consumer.batches} == set(SOURCES)
        assert max(stage.consumer.times.values()) == 1
        for task in (radar, rest):
            await stop(task)


@virtually
async def test_the_same_seed_gives_the_same_reports_in_any_process() -> None:
    runs = []
    for feeds in (("world", "radar", "sigint", "cyber"), ("radar", "sigint", "cyber")):
        async with a_stage() as stage:
            task = stage.start(feeds=feeds)
            await asyncio.sleep(60.5)
            runs.append(run_of(stage))
            await stop(task)

    assert runs[0] == runs[1]
    assert len(runs[0]) == 60 + 30 + 30 + 12


@virtually
async def test_reports_can_be_sent_as_json() -> None:
    async with a_stage() as stage:
        task = stage.start(encoding="json")
        await asyncio.sleep(5.5)

        topic = "triptych/v1/test/JPN/radar/headland/reports"
        assert all(delivery.payload.startswith(b"{") for _, delivery in stage.on(topic))
        assert stage.consumer.numbers("headland") == list(range(5))
        await stop(task)


@virtually
async def test_a_process_that_is_killed_leaves_its_will() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(10.0)
        task_session = stage.broker._sessions["triptych-test-producers"]
        task_session.break_off("killed")
        await asyncio.sleep(0.05)

        status = decode(stage.on(topics.service_status("test", "producers"))[-1][1].payload, ServiceStatus)
        assert status.state == "offline"
        await stop(task)


@virtually
async def test_a_stop_while_the_broker_is_lost_is_a_stop() -> None:
    async with a_stage() as stage:
        task = stage.start()
        await asyncio.sleep(10.0)
        stage.broker.stop()
        task.cancel()
        await asyncio.sleep(5.0)

        assert task.done()
        stage.broker.start()
