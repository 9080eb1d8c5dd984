"""The whole chain on this machine: a broker, every service as a process of its own, and the map."""

import asyncio
import contextlib
import os
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Final

from contracts.broker import BrokerLost
from contracts.mqtt import MqttBroker
from triptych.chain import ChainSettings, broker_process, service_processes
from triptych.embedded import Kind, choose, free_port
from triptych.observer import Observer, Seen
from triptych.running import RunningDemo, leave_note, remove_note
from triptych.screen import Screen, Summary
from triptych.supervisor import GaveUp, Supervisor

BROKER_WAIT_S: Final = 15.0
READY_WAIT_S: Final = 300.0
"""Longest wait for the services: where `scripts/setup` has not done it, fusion first compiles its kernels."""
PATIENCE_S: Final = 20.0
"""After so long it is said what is still waited for."""

_PROBE_S: Final = 0.1


class DemoFailed(RuntimeError):
    """The demo did not come up, or fell over too often."""


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """How a demo is run.

    Attributes:
        chain: what its parts agree on; ``chain.broker`` is empty where the embedded broker is used.
        kind: which broker is embedded.
        run_s: wall time after which it ends by itself; none: never.
        open_browser: whether the map is opened.
    """

    chain: ChainSettings
    kind: Kind = "auto"
    run_s: float | None = None
    open_browser: bool = True


async def run_demo(settings: DemoSettings, screen: Screen, stop: asyncio.Event) -> Summary:
    """Bring everything up, run until told to stop or the time is over, and leave no process behind.

    Raises:
        DemoFailed: something did not come up in time, or fell over too often.
    """
    started_s = time.monotonic()
    observer = Observer(settings.chain.exercise, screen.picture)
    supervisor = Supervisor(screen.line_of, screen.news)
    try:
        async with supervisor:
            await _until(stop, _Demo(settings, screen, observer, supervisor).run())
            screen.begin("stopping")
    except GaveUp as error:
        raise DemoFailed(str(error)) from error
    finally:
        remove_note(os.getpid())
    return Summary(time.monotonic() - started_s, observer.seen, supervisor.restarts, settings.chain.data)


class _Demo:
    def __init__(
        self, settings: DemoSettings, screen: Screen, observer: Observer, supervisor: Supervisor
    ) -> None:
        self._settings = settings
        self._chain = settings.chain
        self._screen = screen
        self._observer = observer
        self._supervisor = supervisor

    async def run(self) -> None:
        """Bring everything up, in order, and run for the time that was asked for."""
        await self._find_broker()
        async with asyncio.TaskGroup() as group:
            broker = MqttBroker(self._chain.broker)
            listening = group.create_task(self._observer.run(broker, f"demo-{os.getpid()}"), name="observer")
            await self._start_services()
            url = f"http://127.0.0.1:{self._chain.port}/"
            leave_note(RunningDemo(os.getpid(), self._chain.broker, url.rstrip("/"), self._chain.exercise))
            self._screen.map_is_at(url, recorded=self._chain.recording is not None)
            if self._settings.open_browser:
                group.create_task(asyncio.to_thread(_open_browser, url), name="open-browser")
            with self._screen.waiting("the first picture is being made"), contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.run_s):
                    await asyncio.Event().wait()
            listening.cancel()

    async def _find_broker(self) -> None:
        """Start the embedded broker, or see that the other one is there."""
        if self._chain.broker:
            with self._screen.waiting(f"looking for the broker at {self._chain.broker}"):
                await _broker_answers(self._chain.broker)
            self._screen.done(f"broker at {self._chain.broker}")
            return
        port = free_port()
        self._chain = replace(self._chain, broker=f"mqtt://127.0.0.1:{port}")
        name = choose(self._settings.kind)
        with self._screen.waiting(f"starting the broker ({name})"):
            await self._supervisor.start(
                broker_process(port, self._chain.data, self._settings.kind, self._chain.log)
            )
            await _broker_answers(self._chain.broker)
        self._screen.done(f"broker: {name} at 127.0.0.1:{port}")

    async def _start_services(self) -> None:
        began_s, since_s = time.monotonic(), time.time() - 1.0
        with self._screen.waiting("starting the services"):
            specs = service_processes(self._chain)
            missing = [spec.name for spec in specs]
            for spec in specs:
                await self._supervisor.start(spec)

            async def see(name: str) -> None:
                await self._observer.wait_until(lambda seen: _is_ready(seen, name, since_s))
                if name == "gateway":
                    await _gateway_answers(self._chain.port)
                missing.remove(name)
                what = f"exercise {self._chain.exercise} has begun" if name == "exercise" else name
                self._screen.done(f"{what} ({time.monotonic() - began_s:.1f} s)")
                self._screen.now_waiting_for(f"waiting for {', '.join(missing)}")

            async def explain() -> None:
                await asyncio.sleep(PATIENCE_S)
                why = "; it compiles its kernels once, for a minute or two" if "fusion" in missing else ""
                self._screen.begin(f"still waiting for {', '.join(missing)}{why}")

            try:
                async with asyncio.timeout(READY_WAIT_S), asyncio.TaskGroup() as group:
                    explaining = group.create_task(explain(), name="explain")
                    async with asyncio.TaskGroup() as seeing:
                        for spec in specs:
                            seeing.create_task(see(spec.name), name=f"see-{spec.name}")
                    explaining.cancel()
            except TimeoutError as error:
                raise DemoFailed(f"not ready after {READY_WAIT_S:g} s: {', '.join(missing)}") from error


def _is_ready(seen: Seen, name: str, since_s: float) -> bool:
    return seen.is_online(name, since_s) and (name != "exercise" or seen.clock is not None)


async def _until(stop: asyncio.Event, running: Coroutine[object, object, None]) -> None:
    """Run something to its end, or until told to stop."""
    task = asyncio.create_task(running, name="demo")
    told = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        told.cancel()
        task.cancel()
        await asyncio.gather(task, told, return_exceptions=True)
    if not task.cancelled() and (error := task.exception()) is not None:
        raise _cause(error)


def _cause(error: BaseException) -> BaseException:
    """Return the one error that a group of tasks ended with."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


async def _broker_answers(url: str) -> None:
    """Return when a broker lets us in."""
    reason = "no answer"
    try:
        async with asyncio.timeout(BROKER_WAIT_S):
            while True:
                try:
                    async with MqttBroker(url).connect(f"demo-probe-{os.getpid()}"):
                        return
                except BrokerLost as error:
                    reason = str(error)
                await asyncio.sleep(_PROBE_S)
    except TimeoutError as error:
        raise DemoFailed(f"no broker after {BROKER_WAIT_S:g} s: {reason}") from error


async def _gateway_answers(port: int) -> None:
    """Return when the gateway serves."""
    while not await asyncio.to_thread(_is_healthy, f"http://127.0.0.1:{port}/healthz"):
        await asyncio.sleep(_PROBE_S)


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2.0) as answer:  # noqa: S310 - our own http address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _open_browser(url: str) -> None:
    # Without a display Python would open a text browser inside this terminal.
    if sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
