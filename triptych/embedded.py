"""The embedded broker: Mosquitto when the machine has it, otherwise amqtt, on this machine alone.

The broker is a carrier, not a store: what must survive is in
the fusion's ledger, and every service tells again what it keeps retained. So Mosquitto saves its
retained messages now and then and when it ends, not on every change (which, measured, held it to
141 messages a second).
"""

import getpass
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from contracts.broker import INBOX_MAX
from contracts.codec import PAYLOAD_BYTES_MAX

Kind = Literal["auto", "mosquitto", "amqtt"]

_SYSTEM_FOLDERS: Final = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
"""Where Mosquitto lies when an ordinary user's PATH does not show it."""
_AUTOSAVE_S: Final = 30


class NoMosquitto(RuntimeError):
    """Mosquitto was asked for and is not here."""

    def __init__(self) -> None:
        super().__init__(
            "Mosquitto is not on PATH; on Debian: apt-get install mosquitto. Or let amqtt do it: --kind amqtt"
        )


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """How the embedded broker runs.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        folder: where Mosquitto keeps its configuration and what is retained.
        password_file: made with ``mosquitto_passwd``; without one, anyone who can reach it is let in.
        kind: which broker; ``auto`` takes Mosquitto when it is here.
    """

    host: str
    port: int
    folder: Path
    password_file: Path | None = None
    kind: Kind = "auto"


def find_mosquitto() -> str | None:
    """Return the path of Mosquitto; None when it is not here."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS))
    return shutil.which("mosquitto", path=path)


def choose(kind: Kind) -> Literal["mosquitto", "amqtt"]:
    """Return the broker that will run.

    Raises:
        NoMosquitto: it was asked for by name and is not here.
    """
    here = find_mosquitto() is not None
    if kind == "mosquitto" and not here:
        raise NoMosquitto
    return "mosquitto" if here and kind != "amqtt" else "amqtt"


def free_port(host: str = "127.0.0.1", wanted: int = 0) -> int:
    """Return a port that no one listens on: the wanted one if it is free, else any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError:
            probe.bind((host, 0))
        return int(probe.getsockname()[1])


def mosquitto_configuration(settings: BrokerSettings) -> str:
    """Return Mosquitto's configuration file.

    Every line was chosen for a measured reason: without ``set_tcp_nodelay`` QoS 1 runs at a fifth
    of its pace; the default queue of 1,000 messages drops what it has already acknowledged.
    """
    access = f"password_file {settings.password_file}" if settings.password_file else ""
    return "\n".join((
        f"listener {settings.port} {settings.host}",
        f"allow_anonymous {'false' if settings.password_file else 'true'}",
        access,
        "set_tcp_nodelay true",
        "max_inflight_messages 200",
        f"max_queued_messages {INBOX_MAX}",
        f"max_packet_size {PAYLOAD_BYTES_MAX}",
        "persistence true",
        f"persistence_location {settings.folder}/",
        f"autosave_interval {_AUTOSAVE_S}",
        "connection_messages false",
        "log_dest stderr",
        "log_type error",
        # Only root's Mosquitto changes its user; it stays who started it, who owns the folder.
        f"user {getpass.getuser()}",
        "",
    ))  # fmt: skip


def become_mosquitto(settings: BrokerSettings) -> None:
    """Write the configuration and turn this process into Mosquitto; does not return.

    Signals and the wish to die with the parent stay with the process, so there is none in between.
    """
    mosquitto = find_mosquitto()
    if mosquitto is None:
        raise NoMosquitto
    settings.folder.mkdir(parents=True, exist_ok=True)
    configuration = settings.folder / "mosquitto.conf"
    configuration.write_text(mosquitto_configuration(settings), encoding="utf-8")
    os.execv(mosquitto, [mosquitto, "-c", str(configuration)])  # noqa: S606 - a fixed program, no shell
