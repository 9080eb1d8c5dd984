"""What can be seen of an exercise from its broker: who is there, and which pictures come."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from contracts import topics
from contracts.broker import Session
from contracts.codec import encode
from contracts.control import ServiceStatus
from contracts.memory import MemoryBroker
from tests.gateway.pictures import a_picture, a_published
from triptych.observer import Observer, Seen

EXERCISE = "corridor"
PATIENCE_S = 10.0


def a_status(service: str = "fusion", started_at_s: float = 100.0, **counters: float) -> bytes:
    status = ServiceStatus(
        exercise=EXERCISE,
        service=service,
        state="online",
        at_s=started_at_s,
        started_at_s=started_at_s,
        counters=counters,
    )
    return encode(status, "json")


def a_published_picture(cycle: int, tracks: int = 5) -> bytes:
    return encode(a_published(a_picture(tracks=tracks, cycle=cycle)))


@asynccontextmanager
async def observing(broker: MemoryBroker) -> AsyncGenerator[tuple[Observer, Session]]:
    """An observer that listens, and a session to speak to it."""
    observer = Observer(EXERCISE)
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        listening = group.create_task(observer.run(broker, "observer"))
        async with broker.connect("speaker") as session:
            # The observer listens when it has seen the first word.
            while "hello" not in observer.seen.services:
                await session.publish(topics.service_status(EXERCISE, "hello"), a_status("hello"))
            yield observer, session
        listening.cancel()


async def test_a_service_is_online_when_it_says_so() -> None:
    async with observing(MemoryBroker()) as (observer, session):
        await session.publish(topics.service_status(EXERCISE, "fusion"), a_status(), retain=True)
        await observer.wait_until(lambda seen: seen.is_online("fusion"))

        assert not observer.seen.is_online("gateway")


async def test_a_service_of_an_earlier_run_is_not_taken_for_the_new_one() -> None:
    async with observing(MemoryBroker()) as (observer, session):
        await session.publish(topics.service_status(EXERCISE, "fusion"), a_status(started_at_s=100.0))
        await observer.wait_until(lambda seen: "fusion" in seen.services)

        assert not observer.seen.is_online("fusion", since_s=101.0)


async def test_pictures_are_counted_and_so_are_those_that_never_came() -> None:
    async with observing(MemoryBroker()) as (observer, session):
        topic = topics.picture(EXERCISE, "ALL")
        await session.publish(topic, a_published_picture(3))
        await session.publish(topic, a_published_picture(4))
        await session.publish(topic, a_published_picture(7, tracks=9))
        await observer.wait_until(lambda seen: seen.last_cycle == 7)

        seen = observer.seen
        assert (seen.first_cycle, seen.pictures, seen.missing, seen.tracks) == (3, 3, 2, 9)


async def test_a_picture_that_comes_twice_counts_once() -> None:
    async with observing(MemoryBroker()) as (observer, session):
        topic = topics.picture(EXERCISE, "ALL")
        await session.publish(topic, a_published_picture(3))
        await session.publish(topic, a_published_picture(3))
        await session.publish(topic, a_published_picture(4))
        await observer.wait_until(lambda seen: seen.last_cycle == 4)

        assert (observer.seen.pictures, observer.seen.missing) == (2, 0)


async def test_a_picture_that_the_broker_had_kept_is_seen_but_not_counted() -> None:
    broker = MemoryBroker()
    broker.deliver(topics.picture(EXERCISE, "ALL"), a_published_picture(3), retain=True)

    async with observing(broker) as (observer, _):
        await observer.wait_until(lambda seen: seen.newest is not None)

        assert observer.seen.pictures == 0
        assert observer.seen.first_cycle is None


async def test_what_cannot_be_read_is_counted_and_disturbs_nothing() -> None:
    async with observing(MemoryBroker()) as (observer, session):
        await session.publish(topics.service_status(EXERCISE, "fusion"), b"\xff")
        await session.publish(topics.service_status(EXERCISE, "gateway"), a_status("gateway"))
        await observer.wait_until(lambda seen: seen.is_online("gateway"))

        assert observer.seen.malformed == 1


def test_what_was_dropped_anywhere_is_named() -> None:
    seen = Seen()
    status = ServiceStatus(
        exercise=EXERCISE,
        service="fusion",
        state="online",
        at_s=1.0,
        started_at_s=1.0,
        counters={"incoming_dropped": 3.0, "inbox_dropped": 0.0, "reports": 9.0},
    )

    seen.services["fusion"] = status

    assert seen.dropped() == {"fusion.incoming_dropped": 3.0}
