"""What the page about fusing a file says to do, done."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from triptych.cli import app

PAGE = Path(__file__).parent.parent.parent / "docs" / "how-to" / "fuse-a-file.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def command(line: str) -> None:
    result = CliRunner().invoke(app, shlex.split(line)[1:])
    assert result.exit_code == 0, result.output


def test_the_page_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write, read = blocks("python")
    # The rest asks for recordings that are not part of this.
    plain, with_settings = [block for block in blocks("sh") if "FOLDER" not in block]
    Path("settings.toml").write_text(blocks("toml")[0], encoding="utf-8")
    names: dict[str, object] = {}

    exec(write, names)  # noqa: S102 - our own page
    command(plain)
    exec(read, names)  # noqa: S102
    first = capsys.readouterr().out
    command(with_settings)

    assert "[0 1]" in first
    assert Path("timing.json").is_file()
