"""A real Mosquitto for the tests marked ``broker``, set up as the embedded one is."""

import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from triptych.embedded import BrokerSettings, find_mosquitto, free_port, mosquitto_configuration

READY_S: Final = 10.0


@contextmanager
def a_mosquitto(folder: Path) -> Generator[str]:
    """Run Mosquitto on a free port and yield its address, ``mqtt://…``."""
    settings = BrokerSettings(host="127.0.0.1", port=free_port(), folder=folder)
    configuration = folder / "mosquitto.conf"
    configuration.write_text(mosquitto_configuration(settings), encoding="utf-8")
    program = find_mosquitto() or "mosquitto"
    with subprocess.Popen([program, "-c", str(configuration)]) as mosquitto:  # noqa: S603 - a fixed program
        try:
            _wait_for(settings.port)
            yield f"mqtt://127.0.0.1:{settings.port}"
        finally:
            mosquitto.terminate()


def _wait_for(port: int) -> None:
    until_s = time.monotonic() + READY_S
    while time.monotonic() < until_s:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
            return
        time.sleep(0.02)
    raise TimeoutError(f"Mosquitto does not listen on port {port} within {READY_S} s")
