"""The chain as docker-compose.yml runs it: the same commands and variables, as processes of this machine.

Only what belongs to a container is put in another's place: host names, addresses, ports, and the
folder that a volume is mounted at.
"""

import re
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from triptych.embedded import Kind, free_port
from triptych.supervisor import ChildSpec

ROOT: Final = Path(__file__).parent.parent.parent
BROKER: Final = "mosquitto"


class Containers:
    """The five containers' commands, made fit for this machine."""

    def __init__(self, folder: Path, kind: Kind, **variables: str) -> None:
        """Choose ports.

        Args:
            folder: in place of the volumes.
            kind: which broker runs in place of Mosquitto.
            variables: set on top of the file's own, as a user's environment would.
        """
        text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
        self._services: dict[str, dict[str, Any]] = yaml.safe_load(text)["services"]
        self._folder = folder
        self._kind = kind
        self._variables = variables
        self.broker_port = free_port()
        self.gateway_port = free_port()

    @property
    def broker(self) -> str:
        """The broker's address."""
        return f"mqtt://127.0.0.1:{self.broker_port}"

    def spec(self, name: str) -> ChildSpec:
        """Return what a container runs."""
        service = self._services[name]
        program, *arguments = service["command"]
        assert program == "triptych"
        environment = {
            key: self._fit(self._resolve(key, value)) for key, value in service["environment"].items()
        }
        fitted = tuple(self._fit(argument) for argument in arguments)
        return ChildSpec(name, (sys.executable, "-m", "triptych", *fitted), environment)

    def others(self) -> tuple[str, ...]:
        """Return the names of all but the broker and the exercise, which come first and last."""
        return tuple(name for name in self._services if name not in (BROKER, "exercise"))

    def _resolve(self, key: str, value: str) -> str:
        if key in self._variables:
            return self._variables[key]
        return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)

    def _fit(self, text: str) -> str:
        places = {
            "mosquitto:1883": f"127.0.0.1:{self.broker_port}",
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - what a container listens on
            "1883": str(self.broker_port),
            "8321": str(self.gateway_port),
            "/var/lib/triptych": str(self._folder),
            "mosquitto": self._kind,
        }
        for container, here in places.items():
            if container in text:
                return text.replace(container, here)
        return text
