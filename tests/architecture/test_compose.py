"""docker-compose.yml follows the Compose specification, and runs commands that there are.

``compose_spec.json`` is the specification's own JSON schema, taken from the PyPI package
docker-compose 1.29.2 (Apache-2.0), which carries it.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from jsonschema import Draft201909Validator

from tests.triptych.command_line import parse

ROOT: Final = Path(__file__).parent.parent.parent
SERVICES: Final = ("mosquitto", "producers", "fusion", "gateway", "exercise")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text))


def test_the_file_is_valid_by_the_compose_specification(compose: dict[str, Any]) -> None:
    schema = json.loads((Path(__file__).parent / "compose_spec.json").read_text(encoding="utf-8"))

    errors = Draft201909Validator(schema).iter_errors(compose)

    assert [f"{'.'.join(map(str, error.path))}: {error.message}" for error in errors] == []


def test_there_are_five_containers_of_one_image(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert tuple(services) == SERVICES
    assert {(service["image"], service["build"]) for service in services.values()} == {
        ("triptych:0.1.0", ".")
    }


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_runs_a_command_that_there_is(compose: dict[str, Any], name: str) -> None:
    program, *arguments = compose["services"][name]["command"]

    assert program == "triptych"
    assert parse(arguments)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_asked_for_its_health_by_a_command_that_there_is(
    compose: dict[str, Any], name: str
) -> None:
    how, program, *arguments = compose["services"][name]["healthcheck"]["test"]

    assert (how, program) == ("CMD", "triptych")
    assert parse(arguments)["service"] == ["broker" if name == "mosquitto" else name]


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_that_falls_over_is_started_again(compose: dict[str, Any], name: str) -> None:
    assert compose["services"][name]["restart"] == "unless-stopped"


def test_the_map_is_published_on_this_machine_alone_and_nothing_else_is(compose: dict[str, Any]) -> None:
    published = {name: service.get("ports", []) for name, service in compose["services"].items()}

    assert published.pop("gateway") == ["127.0.0.1:${TRIPTYCH_PORT:-8321}:8321"]
    assert not any(published.values())


def test_the_broker_is_on_a_network_without_a_way_out(compose: dict[str, Any]) -> None:
    assert compose["services"]["mosquitto"]["networks"] == ["inside"]
    assert compose["networks"]["inside"] == {"internal": True}


def test_there_is_no_default_password(compose: dict[str, Any]) -> None:
    text = json.dumps(compose)

    assert not re.search(r"passw|secret|token", text, re.IGNORECASE)
    assert not re.search(r"mqtt://[^/@\"]+:[^/@\"]+@", text)


@pytest.mark.parametrize(("name", "volume"), [("mosquitto", "broker"), ("fusion", "ledger")])
def test_what_must_survive_lies_on_a_volume(compose: dict[str, Any], name: str, volume: str) -> None:
    (mount,) = compose["services"][name]["volumes"]
    arguments = compose["services"][name]["command"]

    assert mount == f"{volume}:/var/lib/triptych"
    assert volume in compose["volumes"]
    assert f"/var/lib/triptych/{volume}" in arguments


def test_the_variables_that_containers_get_are_ones_that_commands_read(compose: dict[str, Any]) -> None:
    ours = {
        variable
        for service in compose["services"].values()
        for variable in service["environment"]
        if variable.startswith("TRIPTYCH_")
    }
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "triptych").rglob("*.py"))

    assert {variable for variable in ours if f'envvar="{variable}"' not in sources} == set()
