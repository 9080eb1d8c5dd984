"""The command line: wrong input ends with exit code 2 and a sentence, never with a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from contracts.topics import NAME_PATTERN
from triptych import options, running
from triptych.cli import app
from triptych.embedded import free_port
from triptych.running import RunningDemo


@pytest.fixture(autouse=True)
def _nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No demo runs, and no variable of the one who runs the tests is seen."""
    monkeypatch.setattr(running, "data_folder", lambda: tmp_path / "var")
    for name in ("BROKER", "EXERCISE", "SCENARIO", "CYCLE", "SEED", "PORT", "LOG", "TOKENS"):
        monkeypatch.delenv(f"TRIPTYCH_{name}", raising=False)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def assert_refused(result: Result, *said: str) -> None:
    text = " ".join(result.output.split())
    assert result.exit_code == 2, text
    assert "Traceback" not in text
    assert all(part in text for part in said), text


def test_the_version_is_printed() -> None:
    assert run("--version").output == "triptych 0.1.0\n"


def test_the_help_loads_no_service() -> None:
    code = (
        "import sys; from triptych.cli import app\n"
        "heavy = {'numba', 'scipy', 'fastapi', 'amqtt', 'fusion', 'gateway', 'producers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    said = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert said == "[]\n"


@pytest.mark.parametrize("url", ["localhost:1883", "http://localhost", "mqtt://", "mqtt://host:port"])
def test_a_broker_that_is_no_address_is_refused(url: str) -> None:
    assert_refused(run("fusion", "--broker", url), "--broker", "mqtt://[user:password@]host[:port]", url)


@pytest.mark.parametrize("cycle", ["30", "fast", "-1s", "2 weeks"])
def test_a_cycle_that_is_no_length_of_time_is_refused(cycle: str) -> None:
    assert_refused(run("fusion", "--cycle", cycle), "--cycle", "such as 90s or 10m", cycle)


def test_a_cycle_out_of_bounds_is_refused_by_the_settings() -> None:
    assert_refused(run("fusion", "--cycle", "2h"), "cycle_s", "7200")


def test_an_exercise_whose_name_cannot_be_in_a_topic_is_refused() -> None:
    assert_refused(run("gateway", "--exercise", "Corridor #1"), "--exercise", "lower case")
    assert NAME_PATTERN.startswith("^[a-z0-9]")


def test_a_scenario_that_is_not_there_is_refused() -> None:
    assert_refused(run("produce", "radar", "--scenario", "nowhere.toml"), "--scenario", "nowhere.toml")


def test_a_scenario_with_a_mistake_is_refused_with_the_key(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text('exercise = "x"\nunknown_key = 1\n', encoding="utf-8")

    assert_refused(run("scenario", "check", str(file)), "unknown_key")


def test_a_port_that_is_none_is_refused() -> None:
    assert_refused(run("gateway", "--port", "70000"), "--port", "65535")


def test_tokens_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "tokens.toml"
    file.write_text("not toml at all", encoding="utf-8")

    assert_refused(run("gateway", "--tokens", str(file)), "--tokens", "tokens.toml")


def test_an_unknown_level_of_logging_is_refused() -> None:
    assert_refused(run("--log", "loud", "status"), "--log", "debug, info, warning, error")


def test_a_command_that_there_is_not_is_refused() -> None:
    assert_refused(run("fuson"), "No such command 'fuson'", "fusion")


def test_status_without_a_broker_says_so() -> None:
    result = run("status", "--broker", f"mqtt://127.0.0.1:{free_port()}")

    assert result.exit_code == 3
    assert result.output.startswith("No broker at mqtt://127.0.0.1:")


def test_commands_speak_to_the_running_demo_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    demo = RunningDemo(1, "mqtt://127.0.0.1:4321", "http://127.0.0.1:5432", "night-watch")
    without = (options.default_broker(), options.default_gateway(), options.default_exercise())

    monkeypatch.setattr(options, "running_demo", lambda: demo)

    assert without == ("mqtt://127.0.0.1:1883", "http://127.0.0.1:8321", "corridor")
    assert options.default_broker() == demo.broker
    assert options.default_gateway() == demo.gateway
    assert options.default_exercise() == demo.exercise
