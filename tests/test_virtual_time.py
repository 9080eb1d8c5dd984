"""The virtual clock that other tests stand on."""

import asyncio
import time

import pytest

from contracts.wall import sleep_until
from tests.virtual_time import (
    EPOCH_S,
    NothingScheduled,
    VirtualLoop,
    in_virtual_time,
    run_in_virtual_time,
    virtual_clock,
)

REAL_SECOND = 1.0
NANOSECOND = 1e-9


def test_an_hour_of_sleep_takes_no_real_time() -> None:
    async def sleep_an_hour() -> float:
        clock = virtual_clock()
        for _ in range(3600):
            await asyncio.sleep(1.0)
        return clock.now_s()

    began = time.monotonic()
    ended_s = run_in_virtual_time(sleep_an_hour())

    assert ended_s == pytest.approx(EPOCH_S + 3600.0, abs=1e-6)
    assert time.monotonic() - began < 5 * REAL_SECOND


@in_virtual_time
async def test_sleepers_wake_in_the_order_of_their_times() -> None:
    woken: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(sleeper("late", 30.0))
        group.create_task(sleeper("early", 0.001))
        group.create_task(sleeper("middle", 29.999))

    assert woken == ["early", "middle", "late"]


@in_virtual_time
async def test_sleep_until_hits_its_instant() -> None:
    clock = virtual_clock()

    late_s = await sleep_until(clock, EPOCH_S + 30.0)

    assert 0.0 <= late_s < 1e-6


@in_virtual_time
async def test_work_in_a_thread_takes_no_virtual_time() -> None:
    clock = virtual_clock()
    timer = asyncio.create_task(asyncio.sleep(1000.0))

    await asyncio.to_thread(time.sleep, 0.05)

    assert clock.now_s() == pytest.approx(EPOCH_S, abs=1e-6)
    assert not timer.done()
    timer.cancel()


@in_virtual_time
async def test_a_timeout_fires_at_its_virtual_time() -> None:
    clock = virtual_clock()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(5.0):
            await asyncio.Event().wait()

    assert clock.now_s() == pytest.approx(EPOCH_S + 5.0, abs=1e-6)


def test_a_run_that_never_ends_is_stopped_at_its_limit() -> None:
    async def for_ever() -> None:
        while True:
            await asyncio.sleep(60.0)

    with pytest.raises(TimeoutError):
        run_in_virtual_time(for_ever(), limit_s=3600.0)


def test_a_loop_in_which_nothing_can_happen_says_so() -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner, pytest.raises(NothingScheduled):
        runner.run(asyncio.Event().wait())


def test_two_runs_have_the_same_trace() -> None:
    async def trace() -> list[tuple[float, int]]:
        stamps: list[tuple[float, int]] = []
        clock = virtual_clock()

        async def worker(number: int) -> None:
            for step in range(5):
                await asyncio.sleep(0.1 * number + 0.01 * step)
                await asyncio.to_thread(time.sleep, 0.001)
                stamps.append((clock.now_s(), number))

        async with asyncio.TaskGroup() as group:
            for number in range(1, 5):
                group.create_task(worker(number))
        return stamps

    assert run_in_virtual_time(trace()) == run_in_virtual_time(trace())
