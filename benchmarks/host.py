"""What a number was measured on: the machine, its load, and the versions of what ran."""

import os
import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

PACKAGES: Final = (
    "triptych",
    "aiomqtt",
    "amqtt",
    "fastapi",
    "msgspec",
    "numba",
    "numpy",
    "pydantic",
    "scipy",
    "uvicorn",
    "websockets",
)
_CPUINFO: Final = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Host:
    """Facts about the machine at one time.

    Attributes:
        measured_at: date and time, UTC, ISO 8601.
        load_1min: runnable processes, mean over the last minute, before the bench began.
        commit: of the checkout; "+" after it where files differ from it; empty outside of one.
    """

    measured_at: str
    cpus: int
    cpu: str
    load_1min: float
    memory_bytes: int
    system: str
    python: str
    packages: dict[str, str]
    commit: str


def host_now() -> Host:
    """Return the facts about this machine now."""
    return Host(
        measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
        cpus=os.cpu_count() or 0,
        cpu=_cpu(),
        load_1min=os.getloadavg()[0],
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        packages={name: version(name) for name in PACKAGES},
        commit=_commit(),
    )


def first_line(*command: str) -> str:
    """Return the first line that a program prints; empty where it is not here or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10.0, check=True)  # noqa: S603 - our own fixed commands
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip().partition("\n")[0]


def _cpu() -> str:
    if _CPUINFO.is_file():
        for line in _CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _commit() -> str:
    here = str(Path(__file__).parent)
    commit = first_line("git", "-C", here, "rev-parse", "--short=12", "HEAD")
    changed = first_line("git", "-C", here, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}+" if commit and changed else commit
