"""The recorder reads what passes the broker, whichever comes first: the picture or its frame."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from benchmarks.lag_recorder import Recorder
from benchmarks.lag_stages import FrameSeen
from contracts import topics
from contracts.codec import encode
from contracts.control import ClockState, Presented
from contracts.memory import MemoryBroker, MemorySession
from contracts.picture import PublishedPicture
from fusion.drawing import fingerprint
from fusion.scopes import Scopes
from fusion.settings import EngineSettings
from tests.fusion.sky import START_S, Radar, ships
from tests.virtual_time import in_virtual_time

EXERCISE = "test"
SCANS = list(Radar(clutter=0.0).scans(ships(5), 60))


def published(cycle: int) -> PublishedPicture:
    """A picture of five ships, 60 s after START_S."""
    scopes = Scopes.begin(EXERCISE, ("ALL",), EngineSettings())
    for scan in SCANS:
        scopes.fold(scan)
    encoded = encode(scopes.draw(cycle, START_S + 30.0, START_S + 60.0)["ALL"])
    return PublishedPicture(
        exercise=EXERCISE, scope="ALL", cycle=cycle, cycle_s=30.0, next_due_at_s=130.0, due_at_s=100.0,
        closed_at_s=100.1, published_at_s=100.2, exercise_now_s=START_S + 60.0, caught_up=True,
        arrivals={"radar-a": (3, 0.01, 0.02)}, picture_sha256=fingerprint(encoded), picture=encoded,
    )  # fmt: skip


def presented(cycle: int) -> Presented:
    return Presented(
        exercise=EXERCISE, scope="ALL", session="s", cycle=cycle, received_at_s=100.3, sent_at_s=100.4,
        decoded_at_s=100.5, drawn_at_s=100.6, presented_at_s=100.7, clock_error_s=0.001, estimated=False, tracks=5,
    )  # fmt: skip


def a_clock() -> ClockState:
    return ClockState(
        exercise=EXERCISE, startex_s=START_S, wall_at_s=40.0, exercise_at_s=START_S, running=True
    )


@asynccontextmanager
async def recording() -> AsyncGenerator[tuple[Recorder, MemorySession]]:
    """Yield a recorder that listens, and a session to speak with."""
    broker, recorder = MemoryBroker(), Recorder(EXERCISE)
    async with broker.connect("recorder") as ears, broker.connect("speaker") as mouth:
        listening = asyncio.create_task(recorder.listen(ears))
        await asyncio.sleep(0.1)
        assert isinstance(mouth, MemorySession)
        yield recorder, mouth
        await asyncio.sleep(0.1)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


@in_virtual_time
async def test_a_batch_is_known_by_the_mean_of_its_reports() -> None:
    scan = next(scan for scan in SCANS if scan.rows)
    async with recording() as (recorder, session):
        await session.publish(topics.clock(EXERCISE), encode(a_clock()))
        await session.publish(topics.reports(EXERCISE, "JPN", "radar", "radar-a"), encode(scan))

    batch = recorder.seen().batches[0]
    assert batch.source == "radar-a"
    assert batch.measured_s == float(scan.measured_at_s.mean())


@in_virtual_time
async def test_an_empty_batch_has_no_time_of_measurement_and_is_left_out() -> None:
    empty = next(iter(Radar(clutter=0.0).scans(ships(0), 1)))
    async with recording() as (recorder, session):
        await session.publish(topics.clock(EXERCISE), encode(a_clock()))
        await session.publish(topics.reports(EXERCISE, "JPN", "radar", "radar-a"), encode(empty))

    assert recorder.seen().batches == []


@in_virtual_time
async def test_a_picture_and_its_presented_frame_are_brought_together() -> None:
    async with recording() as (recorder, session):
        await session.publish(topics.clock(EXERCISE), encode(a_clock()))
        await session.publish(topics.picture(EXERCISE, "ALL"), encode(published(7)))
        await session.publish(topics.presented(EXERCISE), encode(presented(7)))
        await recorder.wait_for_frame(7)

    seen = recorder.seen()
    assert seen.frames[7].presented_at_s == 100.7
    assert seen.pictures[7].published_at_s == 100.2
    assert seen.pictures[7].contributed_s.size == seen.pictures[7].tracks == 5


@in_virtual_time
async def test_a_frame_that_comes_before_the_benchs_copy_of_its_picture_is_matched_all_the_same() -> None:
    async with recording() as (recorder, session):
        await session.publish(topics.clock(EXERCISE), encode(a_clock()))
        await recorder.frame(FrameSeen(7, received_at_s=100.3, sent_at_s=100.4, decoded_at_s=100.5))
        await session.publish(topics.picture(EXERCISE, "ALL"), encode(published(7)))

    assert set(recorder.seen().pictures) == {7}


@in_virtual_time
async def test_a_frame_that_is_shown_twice_counts_the_first_time() -> None:
    async with recording() as (recorder, session):
        await session.publish(topics.clock(EXERCISE), encode(a_clock()))
        await session.publish(topics.presented(EXERCISE), encode(presented(7)))
        again = presented(7).model_copy(update={"presented_at_s": 160.0})
        await session.publish(topics.presented(EXERCISE), encode(again))

    assert recorder.seen().frames[7].presented_at_s == 100.7
