"""A real Mosquitto that a test starts, kills and starts again."""

import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from triptych.embedded import BrokerSettings, find_mosquitto, free_port, mosquitto_configuration

PATIENCE_S: Final = 10.0
_POLL_S: Final = 0.02


class Mosquitto:
    """One broker process, always on the same port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"mqtt://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start, and wait until it lets us in."""
        program = find_mosquitto()
        assert program is not None, "tests that need this are marked broker"
        configuration = self._folder / "mosquitto.conf"
        settings = BrokerSettings(host="127.0.0.1", port=self._port, folder=self._folder, kind="mosquitto")
        configuration.write_text(mosquitto_configuration(settings))
        command = [program, "-c", str(configuration)]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - found on PATH
        deadline_s = time.monotonic() + PATIENCE_S
        while not self._answers():
            assert self._process.poll() is None, f"mosquitto ended with code {self._process.returncode}"
            assert time.monotonic() < deadline_s, "mosquitto does not answer"
            time.sleep(_POLL_S)

    def stop(self) -> None:
        """Kill it, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE_S)
            self._process = None

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1.0):
                return True
        except OSError:
            return False
