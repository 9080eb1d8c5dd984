"""The written-down topic tree says what contracts.topics builds and contracts.codec reads."""

import inspect
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from contracts import topics
from contracts.codec import MODELS
from contracts.labels import Nation, Scope

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "topics.asyncapi.yaml"
INSIDE_ANOTHER = {"inject/1", "picture/1"}
"""Kinds that travel inside another message and have no topic of their own."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(DOCUMENT.read_text())
    return loaded


def built_addresses() -> dict[str, str]:
    """Every topic builder with the address it builds from its own parameters' names."""
    builders = {
        name: function
        for name, function in inspect.getmembers(topics, inspect.isfunction)
        if "exercise" in inspect.signature(function).parameters
    }
    return {
        name: function(*(f"{{{parameter}}}" for parameter in inspect.signature(function).parameters))
        for name, function in builders.items()
    }


def kinds_of(document: dict[str, Any], channel: dict[str, Any]) -> set[str]:
    return {found(document, message["$ref"])["name"] for message in channel["messages"].values()}


def found(document: dict[str, Any], reference: str) -> Any:
    place: Any = document
    for part in reference.removeprefix("#/").split("/"):
        place = place[part]
    return place


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [ref for value in node.values() for ref in references(value)]
    return [ref for value in node for ref in references(value)] if isinstance(node, list) else []


def test_every_topic_builder_is_a_channel_with_its_address(document: dict[str, Any]) -> None:
    written = {name: channel["address"] for name, channel in document["channels"].items()}

    assert written == built_addresses()


def test_every_channel_names_exactly_the_parameters_of_its_address(document: dict[str, Any]) -> None:
    channels = document["channels"].values()

    named = [(channel["address"], set(channel["parameters"])) for channel in channels]

    assert named == [(address, set(re.findall(r"{(\w+)}", address))) for address, _ in named]


def test_every_kind_of_message_is_described_and_no_other(document: dict[str, Any]) -> None:
    described = {message["name"] for message in document["components"]["messages"].values()}

    assert described == set(MODELS)


def test_every_kind_travels_on_some_channel(document: dict[str, Any]) -> None:
    travelling = {kind for channel in document["channels"].values() for kind in kinds_of(document, channel)}

    assert travelling == set(MODELS) - INSIDE_ANOTHER


def test_every_payload_is_the_generated_schema_of_its_kind(document: dict[str, Any]) -> None:
    messages = document["components"]["messages"].values()

    ids = {
        message["name"]: json.loads((DOCUMENT.parent / message["payload"]["$ref"]).read_text())["$id"]
        for message in messages
    }

    assert ids == {kind: f"triptych:{kind}" for kind in MODELS}


def test_every_channel_has_one_operation_and_retains_what_the_topic_table_says(
    document: dict[str, Any],
) -> None:
    table = re.findall(r"^``([^`]+)`` {2,}(retained)?", topics.__doc__ or "", flags=re.MULTILINE)
    retained = {f"{topics.PREFIX}/{{exercise}}/{leaf}": bool(word) for leaf, word in table}

    written = {
        found(document, operation["channel"]["$ref"])["address"]: operation["bindings"]["mqtt"]["retain"]
        for operation in document["operations"].values()
    }

    assert len(written) == len(document["operations"])
    assert written == retained


def test_the_choices_are_those_of_the_contracts(document: dict[str, Any]) -> None:
    parameters = document["components"]["parameters"]

    choices = {name: parameters[name]["enum"] for name in ("nation", "discipline", "scope")}

    assert choices == {
        "nation": list(get_args(Nation)),
        "discipline": list(topics.DISCIPLINES),
        "scope": list(get_args(Scope)),
    }


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    inside = [ref for ref in references(document) if ref.startswith("#/")]

    assert inside
    assert all(found(document, ref) for ref in inside)
