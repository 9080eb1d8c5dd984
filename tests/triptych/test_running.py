"""The note of a running demo is found while it runs, and only then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from triptych import running
from triptych.running import RunningDemo, leave_note, note_path, remove_note, running_demo


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "data_folder", lambda: tmp_path / "var")


def a_demo(pid: int | None = None) -> RunningDemo:
    return RunningDemo(pid or os.getpid(), "mqtt://127.0.0.1:4321", "http://127.0.0.1:8321", "corridor")


def test_without_a_note_there_is_no_demo() -> None:
    assert running_demo() is None


def test_a_note_that_was_left_is_found() -> None:
    leave_note(a_demo())

    assert running_demo() == a_demo()


def test_the_note_of_a_killed_demo_is_not_believed() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    leave_note(a_demo(pid=ended.pid))

    assert running_demo() is None


def test_half_a_note_is_no_note() -> None:
    leave_note(a_demo())
    note_path().write_text('{"pid": 1, "bro', encoding="utf-8")

    assert running_demo() is None


def test_a_demo_takes_only_its_own_note_away() -> None:
    leave_note(a_demo())

    remove_note(os.getpid() + 1)
    still_there = running_demo()
    remove_note(os.getpid())

    assert still_there == a_demo()
    assert running_demo() is None
