"""Real brokers, as the demo embeds them: Mosquitto for the tests marked ``broker``, and amqtt."""

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from triptych.embedded import BrokerSettings, find_mosquitto, free_port, mosquitto_configuration

READY_S: Final = 30.0


@contextmanager
def a_mosquitto(folder: Path) -> Generator[str]:
    """Run Mosquitto on a free port and yield its address, ``mqtt://…``."""
    settings = BrokerSettings(host="127.0.0.1", port=free_port(), folder=folder)
    configuration = folder / "mosquitto.conf"
    configuration.write_text(mosquitto_configuration(settings), encoding="utf-8")
    program = find_mosquitto() or "mosquitto"
    with _running(settings.port, program, "-c", str(configuration)) as url:
        yield url


@contextmanager
def an_amqtt() -> Generator[str]:
    """Run amqtt on a free port and yield its address."""
    port = free_port()
    command = (sys.executable, "-m", "triptych", "--log", "error", "broker", "--kind", "amqtt")
    with _running(port, *command, "--port", str(port)) as url:
        yield url


@contextmanager
def _running(port: int, *command: str) -> Generator[str]:
    with subprocess.Popen(command) as broker:  # noqa: S603 - fixed programs
        try:
            _wait_for(port)
            yield f"mqtt://127.0.0.1:{port}"
        finally:
            broker.terminate()


def _wait_for(port: int) -> None:
    until_s = time.monotonic() + READY_S
    while time.monotonic() < until_s:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
            return
        time.sleep(0.02)
    raise TimeoutError(f"the broker does not listen on port {port} within {READY_S} s")
