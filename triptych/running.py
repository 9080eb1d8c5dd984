"""The note that a running demo leaves, so that ``triptych inject`` and the others find it by themselves."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from triptych.places import data_folder


@dataclass(frozen=True, slots=True)
class RunningDemo:
    """A demo that runs on this machine.

    Attributes:
        pid: its process.
        broker: the broker's address, ``mqtt://…``.
        gateway: the map's address, ``http://…``.
        exercise: name of the exercise.
    """

    pid: int
    broker: str
    gateway: str
    exercise: str


def note_path() -> Path:
    """Return where the note lies."""
    return data_folder() / "running.json"


def leave_note(demo: RunningDemo) -> None:
    """Write the note; a newer demo replaces an older one's."""
    path = note_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{demo.pid}")
    partial.write_text(json.dumps(asdict(demo)), encoding="utf-8")
    partial.replace(path)


def remove_note(pid: int) -> None:
    """Take the note away, if it is still this process's."""
    demo = _read_note()
    if demo is not None and demo.pid == pid:
        note_path().unlink(missing_ok=True)


def running_demo() -> RunningDemo | None:
    """Return the demo that runs now; None when there is none, or only the note of one that was killed."""
    demo = _read_note()
    return demo if demo is not None and _is_alive(demo.pid) else None


def _read_note() -> RunningDemo | None:
    try:
        return RunningDemo(**json.loads(note_path().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
