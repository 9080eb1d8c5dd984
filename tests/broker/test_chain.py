"""The whole chain as separate processes, through a real Mosquitto and through the embedded broker."""

import asyncio
import functools
import json
import os
import signal
import urllib.request
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contracts.mqtt import MqttBroker
from tests.broker.processes import BROKER, Containers
from triptych.embedded import Kind
from triptych.observer import Observer, Seen
from triptych.supervisor import Supervisor

EXERCISE = "corridor"
PATIENCE_S = 60.0

BROKERS = [pytest.param("mosquitto", marks=pytest.mark.broker), "amqtt"]


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

    async def wait_for_cycle(self, cycle: int) -> None:
        """Wait for a picture."""
        await self.observer.wait_until(lambda seen: (seen.last_cycle or -1) >= cycle)

    def kill(self, name: str) -> None:
        """End a process without a chance to say goodbye."""
        os.kill(self.children.pids()[name], signal.SIGKILL)


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10.0) as answer:  # noqa: S310 - our own http address
        return bytes(answer.read())


@asynccontextmanager
async def running(folder: Path, kind: Kind, **variables: str) -> AsyncGenerator[Chain]:
    """Every container's command as a process, in the order in which compose starts them."""
    containers = Containers(folder, kind, **variables)
    observer = Observer(EXERCISE)
    lines: list[str] = []
    news: list[str] = []
    children = Supervisor(lambda name, line: lines.append(f"{name}: {line}"), news.append)
    try:
        async with children, asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            await children.start(containers.spec(BROKER))
            observing = group.create_task(observer.run(MqttBroker(containers.broker), "observer"))
            for name in containers.others():
                await children.start(containers.spec(name))
            for name in containers.others():
                await observer.wait_until(functools.partial(Seen.is_online, service=name))
            await children.start(containers.spec("exercise"))
            yield Chain(containers, children, observer, news)
            observing.cancel()
    except BaseException:
        print("\n".join(lines[-60:]))
        raise


@pytest.mark.parametrize("kind", BROKERS)
async def test_reports_of_every_feed_become_a_picture_that_browsers_can_ask_for(
    kind: Kind, tmp_path: Path
) -> None:
    async with running(tmp_path, kind, TRIPTYCH_CYCLE="2s") as chain:
        await chain.wait_for_cycle(3)
        picture = await chain.get("/api/v1/picture")
        online = {sensor.discipline for sensor in chain.observer.seen.sensors.values()}

    assert chain.observer.seen.missing == 0
    assert chain.observer.seen.dropped() == {}
    assert chain.news == []
    assert online == {"radar", "sigint", "cyber"}
    assert len(picture["track_number"]) > 100


@pytest.mark.parametrize("kind", BROKERS)
@pytest.mark.parametrize("name", ["fusion", "producers", "gateway", "exercise", BROKER])
async def test_whoever_is_killed_comes_back_and_no_cycle_is_missing(
    kind: Kind, name: str, tmp_path: Path
) -> None:
    async with running(tmp_path, kind, TRIPTYCH_CYCLE="2s") as chain:
        await chain.wait_for_cycle(2)
        chain.kill(name)
        await chain.wait_for_cycle(8)

    assert chain.children.restarts[name] == 1
    assert chain.observer.seen.malformed == 0
