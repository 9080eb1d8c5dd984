"""The scripts: what they pin, and when the map's page is built again."""

import importlib.util
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).parent.parent.parent
SCRIPTS: Final = ("setup", "check", "test", "demo", "lock")


@pytest.fixture(scope="module")
def build_page() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_page", ROOT / "scripts" / "build_page.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, build_page: ModuleType) -> Path:
    """A checkout whose page is built."""
    ui, page = tmp_path / "ui", tmp_path / "gateway" / "page"
    (ui / "src").mkdir(parents=True)
    (ui / "src" / "main.ts").write_text("export {}", encoding="utf-8")
    page.mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html>", encoding="utf-8")
    (page / ".stamp").write_text(build_page.ui_stamp(ui), encoding="utf-8")
    return tmp_path


def test_a_page_that_was_built_from_these_sources_is_current(build_page: ModuleType, checkout: Path) -> None:
    assert build_page.page_is_current(checkout)
    assert not build_page.build_page(checkout)


def test_a_changed_source_asks_for_a_new_page(build_page: ModuleType, checkout: Path) -> None:
    (checkout / "ui" / "src" / "main.ts").write_text("export { }", encoding="utf-8")

    assert not build_page.page_is_current(checkout)


def test_a_renamed_source_asks_for_a_new_page(build_page: ModuleType, checkout: Path) -> None:
    (checkout / "ui" / "src" / "main.ts").rename(checkout / "ui" / "src" / "index.ts")

    assert not build_page.page_is_current(checkout)


def test_what_tools_make_in_the_sources_asks_for_nothing(build_page: ModuleType, checkout: Path) -> None:
    (checkout / "ui" / "node_modules").mkdir()
    (checkout / "ui" / "node_modules" / "thing.js").write_text("1", encoding="utf-8")
    (checkout / "ui" / "app.tsbuildinfo").write_text("{}", encoding="utf-8")

    assert build_page.page_is_current(checkout)


def test_a_page_that_is_gone_is_not_current(build_page: ModuleType, checkout: Path) -> None:
    (checkout / "gateway" / "page" / "index.html").unlink()

    assert not build_page.page_is_current(checkout)


@pytest.mark.parametrize(
    ("version", "new_enough"), [("v20.19.0", True), ("v24.1.2", True), ("v20.18.9", False), ("oops", False)]
)
def test_an_older_node_or_a_name_that_runs_nothing_is_not_taken(
    build_page: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, new_enough: bool
) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    assert (build_page.system_node() is not None) is new_enough


def test_a_machine_without_node_gets_one_from_the_python_environment(
    build_page: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.prefix", str(tmp_path))

    environment = build_page.node_environment()

    said = subprocess.run(
        ["node", "--version"],  # noqa: S607 - which one is found is what is tested
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.startswith("v")
    assert environment["PATH"].startswith(str(tmp_path / "node" / "bin"))


def test_the_node_of_the_build_is_the_node_of_the_lock(build_page: ModuleType) -> None:
    lock = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")

    assert f"\n{build_page.NODE_REQUIREMENT} \\\n" in lock


def test_what_runs_is_locked_in_the_versions_that_are_tested() -> None:
    runs, tested = (_locked(name) for name in ("requirements.lock", "requirements-dev.lock"))

    assert runs <= tested
    assert len(runs) > 20


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {_name(requirement) for requirement in wanted}

    assert names <= {line.partition("==")[0] for line in _locked("requirements-dev.lock")}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_does_not_say_where_packages_were_fetched_from(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")

    assert "://" not in text
    assert "index-url" not in text


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_bash_that_can_be_read(name: str) -> None:
    script = ROOT / "scripts" / name

    checked = subprocess.run(  # noqa: S603 - our own script, only parsed
        ["bash", "-n", str(script)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stderr == ""
    assert script.stat().st_mode & 0o111


def _locked(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.partition(" ")[0].rstrip(";") for line in lines if line[:1].isalnum()}


def _name(requirement: str) -> str:
    head = requirement.partition("[")[0]
    for sign in (">=", "==", ">", "<", "~"):
        head = head.partition(sign)[0]
    return head.strip().lower()
