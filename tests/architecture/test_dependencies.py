"""Every dependency stands in the decision about dependencies, and is one that we may use."""

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DECISION = ROOT / "docs" / "adr" / "0016-dependencies.md"
TYPES_ONLY = re.compile(r"^(types-|@types/)")
COPYLEFT = re.compile(r"\bA?GPL|General Public License", re.IGNORECASE)
WEAK_COPYLEFT = re.compile(r"\bLGPL|Lesser General", re.IGNORECASE)


def project() -> dict[str, Any]:
    loaded: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return loaded


def page() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ROOT / "ui" / "package.json").read_text())
    return loaded


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0] for requirement in requirements]


AT_RUN_TIME = names(project()["dependencies"])
FOR_WORK = [name for name in names(project()["optional-dependencies"]["dev"]) if not TYPES_ONLY.match(name)]
IN_THE_PAGE = list(page()["dependencies"])
FOR_THE_PAGE = [name for name in page()["devDependencies"] if not TYPES_ONLY.match(name)]


@pytest.mark.parametrize("name", AT_RUN_TIME + FOR_WORK + IN_THE_PAGE + FOR_THE_PAGE)
def test_a_dependency_is_named_in_the_decision(name: str) -> None:
    # A package of a scope may be written by the second half of its name beside one of the same scope.
    short = name.rpartition("/")[2]

    assert re.search(rf"(?<![\w-]){re.escape(short)}(?![\w-])", DECISION.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", AT_RUN_TIME)
def test_a_dependency_at_run_time_is_not_under_the_gpl(name: str) -> None:
    metadata = importlib.metadata.metadata(name)
    said = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License")]
    fields = [field for field in ("License-Expression", "License") if field in metadata]
    said += [metadata[field].partition("\n")[0] for field in fields]

    under_gpl = [words for words in said if COPYLEFT.search(words) and not WEAK_COPYLEFT.search(words)]

    assert under_gpl == []


def test_nothing_that_the_page_carries_is_under_the_gpl() -> None:
    packages = json.loads((ROOT / "ui" / "package-lock.json").read_text())["packages"]
    carried = {path: row for path, row in packages.items() if path and not row.get("dev")}

    under_gpl = {path for path, row in carried.items() if COPYLEFT.search(str(row.get("license")))}

    assert carried
    assert under_gpl == set()
