"""A demo that cannot come up says why, and leaves no process behind."""

import asyncio
from pathlib import Path

import pytest
from rich.console import Console

from triptych import demo as module
from triptych.chain import ChainSettings
from triptych.demo import DemoFailed, DemoSettings, run_demo
from triptych.embedded import free_port
from triptych.screen import Screen


def a_demo(folder: Path, broker: str) -> DemoSettings:
    chain = ChainSettings(
        broker=broker,
        exercise="corridor",
        scenario=folder / "corridor.toml",
        recording=None,
        seed=1,
        cycle_s=30.0,
        rate=1.0,
        port=free_port(),
        data=folder,
    )
    return DemoSettings(chain, open_browser=False)


@pytest.fixture
def screen() -> Screen:
    return Screen(Console(quiet=True))


async def test_a_broker_that_does_not_answer_is_named(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BROKER_WAIT_S", 0.3)
    port = free_port()

    with pytest.raises(DemoFailed, match=f"no broker after 0.3 s: 127.0.0.1:{port}"):
        await run_demo(a_demo(tmp_path, f"mqtt://127.0.0.1:{port}"), screen, asyncio.Event())


async def test_a_demo_that_is_told_to_stop_while_it_waits_for_a_broker_stops(
    tmp_path: Path, screen: Screen
) -> None:
    stop = asyncio.Event()
    stop.set()

    summary = await run_demo(a_demo(tmp_path, f"mqtt://127.0.0.1:{free_port()}"), screen, stop)

    assert summary.seen.pictures == 0
    assert summary.restarts == {}


async def test_services_that_do_not_become_ready_are_named(
    tmp_path: Path, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READY_WAIT_S", 0.05)
    settings = a_demo(tmp_path, "")

    with pytest.raises(DemoFailed, match=r"not ready after 0\.05 s: fusion, gateway, producers-world"):
        await run_demo(settings, screen, asyncio.Event())
