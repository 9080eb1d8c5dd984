"""The whole chain as separate processes, through a real Mosquitto and through the embedded broker.

One chain for each broker serves all tests here, in their order: each kills something, and the next
one begins with whatever came back.
"""

import asyncio
import functools
import json
import os
import signal
import time
import urllib.request
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from contracts.mqtt import MqttBroker
from tests.broker.processes import BROKER, Containers
from triptych.observer import Observer, Seen
from triptych.supervisor import Supervisor

EXERCISE = "corridor"
CYCLE = "2s"
PATIENCE_S = 120.0

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Chain:
    """A chain that runs."""

    containers: Containers
    children: Supervisor
    observer: Observer
    news: list[str]

    async def get(self, path: str) -> Any:
        """Ask the gateway."""
        url = f"http://127.0.0.1:{self.containers.gateway_port}{path}"
        return json.loads(await asyncio.to_thread(_read, url))

    async def more_pictures(self, count: int) -> None:
        """Wait for so many pictures from now on."""
        wanted = self.observer.seen.pictures + count
        await self.observer.wait_until(lambda seen: seen.pictures >= wanted)

    async def kill_and_see_it_come_back(self, name: str) -> None:
        """End a process without a chance to say goodbye, and wait until it, or its successor, speaks again."""
        killed_at_s = time.time()
        os.kill(self.children.pids()[name], signal.SIGKILL)
        if name != BROKER:
            await self.observer.wait_until(lambda seen: seen.is_online(name, since_s=killed_at_s))


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10.0) as answer:  # noqa: S310 - our own http address
        return bytes(answer.read())


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=[pytest.param("mosquitto", marks=pytest.mark.broker), "amqtt"],
)
async def chain(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Chain]:
    """Every container's command as a process, in the order in which compose starts them."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    containers = Containers(folder, request.param, TRIPTYCH_CYCLE=CYCLE)
    observer = Observer(EXERCISE)
    news: list[str] = []
    async with Supervisor(lambda name, line: print(f"{name}: {line}"), news.append) as children:
        await children.start(containers.spec(BROKER))
        observing = asyncio.create_task(
            observer.run(MqttBroker(containers.broker), "observer"), name="observer"
        )
        async with asyncio.timeout(PATIENCE_S):
            for name in containers.others():
                await children.start(containers.spec(name))
            for name in containers.others():
                await observer.wait_until(functools.partial(Seen.is_online, service=name))
            await children.start(containers.spec("exercise"))
        yield Chain(containers, children, observer, news)
        observing.cancel()
        await asyncio.gather(observing, return_exceptions=True)


async def test_reports_of_every_feed_become_a_picture_that_browsers_can_ask_for(chain: Chain) -> None:
    async with asyncio.timeout(PATIENCE_S):
        await chain.more_pictures(4)
        picture = await chain.get("/api/v1/picture")

    seen = chain.observer.seen
    assert len(picture["track_number"]) > 100
    assert {sensor.discipline for sensor in seen.sensors.values()} == {"radar", "sigint", "cyber"}
    assert (seen.first_cycle, seen.missing) == (0, 0)
    assert seen.dropped() == {}
    assert chain.news == []


@pytest.mark.parametrize("name", ["producers", "fusion", "gateway", "exercise", BROKER])
async def test_whoever_is_killed_comes_back_and_pictures_go_on(chain: Chain, name: str) -> None:
    restarts = chain.children.restarts[name]
    tracks = chain.observer.seen.tracks

    async with asyncio.timeout(PATIENCE_S):
        await chain.kill_and_see_it_come_back(name)
        await chain.more_pictures(3)
        picture = await chain.get("/api/v1/picture")

    assert chain.children.restarts[name] == restarts + 1
    assert chain.observer.seen.tracks > 0.9 * tracks
    assert len(picture["track_number"]) > 0.9 * tracks
    assert chain.observer.seen.malformed == 0


async def test_no_cycle_was_left_out_and_none_was_drawn_differently_twice(chain: Chain) -> None:
    seen = chain.observer.seen

    assert seen.last_cycle is not None
    assert seen.missing <= 3, "only what was published while the broker was down may have been missed"
