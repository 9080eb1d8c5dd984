"""The whole chain as processes of this machine, the same commands as in the demo, for a browser to look at."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from triptych.chain import ChainSettings, broker_process, service_processes
from triptych.embedded import free_port
from triptych.lifetime import PARENT_VARIABLE
from triptych.supervisor import ChildSpec

SCENARIOS: Final = Path(__file__).parents[2] / "scenarios"
READY_S: Final = 90.0
STOP_S: Final = 10.0


class BrowsedChain:
    """Broker, producers, fusion, gateway and exercise; leave it and every process is gone."""

    def __init__(
        self, folder: Path, *, scenario: str = "minimal", cycle_s: float = 2.0, rate: float = 1.0
    ) -> None:
        """Choose ports; nothing runs yet."""
        self._broker_port = free_port()
        self._settings = ChainSettings(
            broker=f"mqtt://127.0.0.1:{self._broker_port}",
            exercise=scenario,
            scenario=SCENARIOS / f"{scenario}.toml",
            recording=None,
            seed=1,
            cycle_s=cycle_s,
            rate=rate,
            port=free_port(),
            data=folder,
        )
        self._specs: dict[str, ChildSpec] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.url = f"http://127.0.0.1:{self._settings.port}"
        self.broker = self._settings.broker
        self.exercise = self._settings.exercise

    def __enter__(self) -> Self:
        try:
            self._start(broker_process(self._broker_port, self._settings.data, "auto"))
            *services, exercise = service_processes(self._settings)
            for spec in services:
                self._start(spec)
            self.wait_for("the gateway and its broker", lambda: self.get("/healthz")["ok"])
            self.wait_for("fusion", lambda: "fusion" in json.dumps(self.get("/api/v1/health")))
            self._start(exercise)
            self.wait_for(
                "a picture with tracks", lambda: len(self.get("/api/v1/picture")["track_number"]) > 0
            )
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self._processes.values()):
            process.terminate()
        for process in self._processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_S)
            process.kill()
            process.wait()

    def kill(self, name: str) -> None:
        """End a process without a chance to say goodbye."""
        self._processes[name].kill()
        self._processes[name].wait()

    def start_again(self, name: str) -> None:
        """Start a process that was killed."""
        self._start(self._specs[name])

    def get(self, path: str) -> Any:
        """Return what the gateway answers."""
        with urllib.request.urlopen(self.url + path, timeout=5.0) as answer:  # noqa: S310 - our own address
            return json.loads(answer.read())

    def wait_for(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until something is so; the gateway may not answer yet."""
        until_s = time.monotonic() + READY_S
        while time.monotonic() < until_s:
            with suppress(urllib.error.URLError, ConnectionError, TimeoutError, KeyError):
                if condition():
                    return
            time.sleep(0.1)
        raise TimeoutError(f"waited {READY_S:g} s for {what}")

    def _start(self, spec: ChildSpec) -> None:
        environment = {**os.environ, **spec.environment, PARENT_VARIABLE: str(os.getpid())}
        self._specs[spec.name] = spec
        self._processes[spec.name] = subprocess.Popen(spec.command, env=environment)  # noqa: S603 - our own
