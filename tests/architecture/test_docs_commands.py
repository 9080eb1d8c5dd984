"""Every command that the documents show is one that there is: they are parsed, and the scripts looked for."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.triptych.command_line import parse

ROOT: Final = Path(__file__).parent.parent.parent
MADE: Final = frozenset({".venv", "node_modules", "var", ".git"})
SHELLS: Final = frozenset({"", "sh", "bash", "shell", "console"})
FENCE: Final = re.compile(r"^ *```(?P<language>[a-z]*)[^\n]*\n(?P<body>.*?)^ *```", re.MULTILINE | re.DOTALL)


def documents() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.md")):
        if not MADE & set(path.relative_to(ROOT).parts):
            yield path


def command_lines(document: str) -> Iterator[str]:
    """Yield the shell lines of a document's fenced blocks, continued ones joined, comments cut off."""
    for block in FENCE.finditer(document):
        if block["language"] not in SHELLS:
            continue
        for line in block["body"].replace("\\\n", " ").splitlines():
            words = line.strip().removeprefix("$ ")
            if words and not words.startswith("#"):
                yield words


def words_of(line: str) -> list[str]:
    """Return the words of a line up to a pipe, a redirection or the next command; assignments left out."""
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:
        return []
    end = next((place for place, word in enumerate(words) if set(word) <= set("|&;<>()")), len(words))
    words = words[:end]
    while words and re.match(r"^[A-Z_]+=", words[0]):
        words.pop(0)
    return words


def shown(program: str) -> list[tuple[str, list[str]]]:
    """Return (document, words) of every command whose first word ends with the program."""
    found: list[tuple[str, list[str]]] = []
    for path in documents():
        for line in command_lines(path.read_text(encoding="utf-8")):
            words = words_of(line)
            if words and re.search(program, words[0]):
                found.append((str(path.relative_to(ROOT)), words))
    return found


def _id(value: str | list[str]) -> str:
    return value if isinstance(value, str) else " ".join(value)[:80]


TRIPTYCH: Final = shown(r"(^|/)triptych$")
SCRIPTS: Final = shown(r"^(\./)?scripts/")


@pytest.mark.parametrize(("document", "words"), TRIPTYCH, ids=_id)
def test_a_triptych_command_in_the_documents_can_be_given(document: str, words: list[str]) -> None:
    del document
    if words[-1] in ("-h", "--help", "--version"):
        words = words[:-1]

    assert words[1:] == [] or parse(words[1:]) is not None


@pytest.mark.parametrize(("document", "words"), SCRIPTS, ids=_id)
def test_a_script_in_the_documents_is_there_and_can_be_run(document: str, words: list[str]) -> None:
    del document
    script = ROOT / words[0]

    assert script.is_file()
    assert script.stat().st_mode & 0o111


def test_the_documents_show_the_two_commands_of_the_first_screen() -> None:
    readme = {words[0] for document, words in SCRIPTS if document == "README.md"}

    assert {"./scripts/demo", "./scripts/test"} <= readme
