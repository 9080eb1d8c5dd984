"""The wall clock of a running loop, and a sleep that keeps its phase."""

import asyncio
import time

from contracts.wall import LoopClock, sleep_until
from tests.virtual_time import EPOCH_S, in_virtual_time, virtual_clock

SECOND = 1.0


async def test_it_tells_the_machines_time() -> None:
    assert abs(LoopClock().now_s() - time.time()) < SECOND


@in_virtual_time
async def test_it_follows_the_loop() -> None:
    clock = virtual_clock()

    await asyncio.sleep(1234.5)

    assert clock.now_s() == EPOCH_S + 1234.5


@in_virtual_time
async def test_a_sleep_ends_at_the_wall_time_it_was_told() -> None:
    clock = virtual_clock()

    late_s = await sleep_until(clock, EPOCH_S + 30.0)

    assert 0.0 <= late_s < 1e-3
    assert 0.0 <= clock.now_s() - (EPOCH_S + 30.0) < 1e-3


@in_virtual_time
async def test_a_time_that_is_past_is_not_waited_for() -> None:
    clock = virtual_clock()

    assert await sleep_until(clock, EPOCH_S - 5.0) == 5.0
