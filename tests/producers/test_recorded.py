import asyncio
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contracts import topics
from contracts.broker import Session
from contracts.codec import decode, encode
from contracts.control import ClockState, SensorStatus
from contracts.labels import Classification, Label
from contracts.memory import MemoryBroker
from contracts.reports import SelfReports
from producers.recorded import (
    RecordedPlan,
    RecordedSource,
    RecordingOutsideExercise,
    first_time_s,
    run_recorded,
)
from producers.recording import read_recording
from producers.settings import RecordedSettings
from tests.producers.consumer import Consumer
from tests.virtual_time import EPOCH_S, in_virtual_time, virtual_clock

SOLENT = Path("../shared/data/ais/SolentAIS_20160112_130211.csv")
needs_recordings = pytest.mark.skipif(
    not SOLENT.exists(), reason="the AIS recordings are not at ../shared/data/ais"
)
FIRST_S = 1_673_395_205.0
ROWS = (
    "MMSI,BaseDateTime,LAT,LON,SOG,COG\n"
    "100000001,2023-01-11T00:00:05.400,43.00,-70.00,8.0,90.0\n"
    "100000002,2023-01-11T00:00:05.900,43.10,-70.00,102.3,360.0\n"
    "100000001,2023-01-11T00:00:07.000,43.00,-69.99,8.0,90.0\n"
    "100000001,2023-01-11T00:00:14.999,43.00,-69.98,8.0,90.0\n"
)


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "ais.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def settings(file: Path, **changes: Any) -> RecordedSettings:
    keys: dict[str, Any] = {
        "exercise": "test",
        "file": file,
        "rate": 10.0,
        "nation": "JPN",
        "sensor": "recorded",
        "label": Label(classification=Classification.UNCLASSIFIED, releasable_to=("JPN", "KOR")),
    }
    return RecordedSettings(**(keys | changes))


def a_source(file: Path, **changes: Any) -> RecordedSource:
    return RecordedSource(settings(file, **changes), read_recording(file))


def batches(source: RecordedSource) -> list[SelfReports]:
    return [source.produce(n, 0.0).batch for n in range(source.batches or 0)]  # type: ignore[misc]


def test_the_first_time_is_a_whole_second_at_or_before_the_first_report(recording: Path) -> None:
    assert first_time_s(recording) == FIRST_S


def test_every_report_is_played_once_in_its_own_second(recording: Path) -> None:
    found = batches(a_source(recording))

    assert [batch.rows for batch in found] == [2, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    assert found[0].claimed_id.tolist() == [100000001, 100000002]
    assert np.isnan(found[0].speed_m_per_s[1])
    assert np.isnan(found[0].course_rad[1])
    assert np.isnan(found[0].height_m).all()


def test_nobody_knows_the_truth_of_a_recording(recording: Path) -> None:
    source = a_source(recording)

    assert source.produce(0, 0.0).attribution is None
    assert RecordedPlan(settings(recording), read_recording(recording)).truth(FIRST_S) is None


def test_after_its_last_report_the_receiver_is_off(recording: Path) -> None:
    source = a_source(recording)

    assert source.status(FIRST_S + 10.0, 0.0).state == "online"
    assert source.status(FIRST_S + 10.1, 0.0).state == "offline"


def test_an_exercise_at_another_time_is_refused(recording: Path) -> None:
    plan = RecordedPlan(settings(recording), read_recording(recording))

    with pytest.raises(
        RecordingOutsideExercise, match=r"recording, 2023-01-11T00:00:05Z .* got STARTEX 2031"
    ):
        plan.sources(1_936_483_200.0, ())


@in_virtual_time
async def _play(file: Path, own_clock: bool) -> tuple[Consumer, list[ClockState], list[SensorStatus]]:
    broker, clock = MemoryBroker(), virtual_clock()
    consumer = Consumer("test", 0)
    clocks: list[ClockState] = []
    statuses: list[SensorStatus] = []

    async def listen(session: Session) -> None:
        await session.subscribe("#")
        async for delivery in session.messages():
            if delivery.topic == topics.clock("test"):
                clocks.append(decode(delivery.payload, ClockState))
            elif delivery.topic.endswith("/recorded/status"):
                statuses.append(decode(delivery.payload, SensorStatus))

    if not own_clock:
        state = ClockState(
            exercise="test",
            startex_s=FIRST_S,
            wall_at_s=EPOCH_S,
            exercise_at_s=FIRST_S,
            running=True,
            rate=1.0,
        )
        broker.deliver(topics.clock("test"), encode(state), retain=True)

    async def connected() -> None:
        async with broker.connect("listener") as session:
            await listen(session)

    async with asyncio.TaskGroup() as tasks:
        around = [
            tasks.create_task(consumer.serve(broker), name="consumer"),
            tasks.create_task(connected(), name="listener"),
        ]
        await asyncio.sleep(0)
        playing = tasks.create_task(run_recorded(broker, clock, settings(file)), name="recorded")
        await asyncio.sleep(20.0)
        for task in (playing, *around):
            task.cancel()
    return consumer, clocks, statuses


def test_a_recording_follows_the_exercise_clock(recording: Path) -> None:
    consumer, _, statuses = _play(recording, own_clock=False)

    assert consumer.numbers("recorded") == list(range(10))
    late_s = [
        batch.produced_at_s - EPOCH_S - (batch.measured_to_s - FIRST_S)
        for (_, number), batch in consumer.batches.items()
        if number > 0
    ]
    assert max(abs(late) for late in late_s) < 0.002
    assert [statuses[0].state, statuses[-1].state] == ["online", "offline"]


def test_without_an_exercise_clock_it_starts_one_at_its_own_rate(recording: Path) -> None:
    consumer, clocks, _ = _play(recording, own_clock=True)

    assert (clocks[0].startex_s, clocks[0].rate) == (FIRST_S, 10.0)
    assert clocks[0].wall_at_s >= EPOCH_S + 5.0
    assert len(consumer.numbers("recorded")) == 10


def test_a_wrong_exercise_stops_the_feed_with_one_clear_error(recording: Path) -> None:
    @in_virtual_time
    async def play() -> None:
        broker, clock = MemoryBroker(), virtual_clock()
        state = ClockState(exercise="test", startex_s=2e9, wall_at_s=EPOCH_S, exercise_at_s=2e9, running=True)
        broker.deliver(topics.clock("test"), encode(state), retain=True)
        await run_recorded(broker, clock, settings(recording))

    with pytest.raises(RecordingOutsideExercise):
        play()


@needs_recordings
def test_the_whole_solent_hour_is_played_and_each_ship_stays_itself() -> None:
    recording = read_recording(SOLENT)

    found = batches(a_source(SOLENT))

    assert sum(batch.rows for batch in found) == 18_623
    assert len({int(number) for batch in found for number in batch.claimed_id}) == 91
    assert found[0].measured_from_s == math.floor(recording.at_s[0])
    assert all(
        batch.measured_from_s <= batch.measured_at_s.min()
        and batch.measured_at_s.max() <= batch.measured_to_s
        for batch in found
        if batch.rows
    )
