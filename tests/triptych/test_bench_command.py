"""The benches' command runs what is named, and says what it lacks."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import drawings, fusion_page, fusion_parts
from triptych.cli import app


def test_recordings_that_are_asked_for_and_not_there_are_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"

    result = CliRunner().invoke(app, ["bench", "fusion", "autoferry", "--recordings", str(folder)])

    assert result.exit_code == 2
    assert "wanted the folder of the Autoferry recordings" in " ".join(
        result.output.replace("│", " ").split()
    )


def test_without_recordings_all_other_parts_are_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def play(part: str, *_: object) -> bool:
        played.append(part)
        return True

    monkeypatch.setattr(fusion_parts, "run_part", play)

    result = CliRunner().invoke(app, ["bench", "fusion", "--recordings", str(tmp_path), "--peers", "none"])

    assert result.exit_code == 0, result.output
    assert played == ["corridor", "quality", "speed"]
    assert "that part is left out" in result.output


def test_the_page_alone_runs_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(drawings, "installed", lambda: True)

    def refuse(*_: object) -> bool:
        raise AssertionError("a part was run")

    def write(found: Path, _: Path) -> Path:
        page.write_text(str(found))
        return page

    monkeypatch.setattr(fusion_page, "write_page", write)
    monkeypatch.setattr(fusion_parts, "run_part", refuse)
    results = tmp_path / "results"
    results.mkdir()
    (results / "fusion-speed-20260101T000000Z.json").write_text(json.dumps({}))

    result = CliRunner().invoke(app, ["bench", "fusion", "--page", "--results", str(results)])

    assert result.exit_code == 0, result.output
    assert page.read_text() == str(results)
