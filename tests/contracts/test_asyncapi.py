"""The written-down topic tree says what contracts.topics builds and what services really publish."""

import inspect
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
import yaml

from contracts import topics
from contracts.codec import MODELS, decode, decode_any, encode
from contracts.labels import Nation, Scope
from contracts.memory import MemoryBroker
from tests.system.chain import a_chain
from tests.virtual_time import run_in_virtual_time

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


NOT_SPOKEN = {"presented"}
"""Channels that need a browser; tests/browser speaks on them."""

CHECKED_MAX = 6
"""Messages of one kind that are held against its schema."""


class ListeningBroker(MemoryBroker):
    """A broker that remembers everything that was published on it."""

    def __init__(self) -> None:
        super().__init__()
        self.published: list[tuple[str, bytes, bool]] = []

    def deliver(self, topic: str, payload: bytes, *, retain: bool) -> None:
        self.published.append((topic, payload, retain))
        super().deliver(topic, payload, retain=retain)


async def an_exercise_with_everything(broker: ListeningBroker) -> None:
    """Ninety seconds in which every channel but the browsers' is spoken on."""
    async with a_chain(broker=broker, encoding="json") as chain:
        await chain.run_for(20.0)
        await chain.inject(
            "new-track", platform="patrol-boat", identity="hostile",
            lat_deg=33.5, lon_deg=128.9, course_deg=90.0, speed_m_per_s=10.0,
        )  # fmt: skip
        await chain.publish(topics.reports(chain.exercise, "JPN", "radar", "nobody"), b"{}")
        await chain.run_for(70.0)
        await chain.why(int(chain.witness.picture(1).track_number[0]))
        await chain.turn_clock("pause")
        await chain.run_for(1.0)


@pytest.fixture(scope="module")
def traffic() -> list[tuple[str, bytes, bool]]:
    broker = ListeningBroker()
    run_in_virtual_time(an_exercise_with_everything(broker))
    return broker.published


def channel_of(document: dict[str, Any], topic: str) -> str:
    """The channel whose address a topic has, each parameter within its choices."""
    for name, channel in document["channels"].items():
        pattern = channel["address"]
        for parameter, reference in channel["parameters"].items():
            choices = found(document, reference["$ref"]).get("enum")
            pattern = pattern.replace(
                f"{{{parameter}}}", f"({'|'.join(choices)})" if choices else "[a-z0-9-]+"
            )
        if re.fullmatch(pattern, topic):
            return str(name)
    raise AssertionError(f"{topic} is no channel of the document")


def test_every_message_that_services_publish_is_on_a_channel_that_names_its_kind(
    document: dict[str, Any], traffic: list[tuple[str, bytes, bool]]
) -> None:
    spoken = {
        (channel_of(document, topic), kind_of(payload)) for topic, payload, _ in traffic if payload != b"{}"
    }

    written = {
        (name, kind) for name, channel in document["channels"].items() for kind in kinds_of(document, channel)
    }

    assert spoken - written == set()
    assert {name for name, _ in written} - {name for name, _ in spoken} == NOT_SPOKEN


def test_services_retain_exactly_what_the_document_says(
    document: dict[str, Any], traffic: list[tuple[str, bytes, bool]]
) -> None:
    retained = {
        operation["channel"]["$ref"].rpartition("/")[2]: operation["bindings"]["mqtt"]["retain"]
        for operation in document["operations"].values()
    }

    wrong = {
        (topic, retain) for topic, _, retain in traffic if retain != retained[channel_of(document, topic)]
    }

    assert wrong == set()


def test_what_services_publish_fits_the_schemas(traffic: list[tuple[str, bytes, bool]]) -> None:
    seen: Counter[str] = Counter()
    for _, payload, _ in traffic:
        kind = kind_of(payload)
        seen[kind] += 1
        if payload == b"{}" or seen[kind] > CHECKED_MAX:
            continue
        schema = json.loads((DOCUMENT.parent / "schemas" / f"{kind}.json").read_text())
        jsonschema.validate(as_json(payload), schema, cls=jsonschema.Draft202012Validator)

    assert {"radar-scan/1", "sigint-intercepts/1", "self-reports/1", "cyber-events/1"} <= set(seen)


def test_every_kind_that_services_publish_survives_the_way_through_json(
    traffic: list[tuple[str, bytes, bool]],
) -> None:
    newest = {kind_of(payload): payload for _, payload, _ in traffic if payload != b"{}"}
    messages = {kind: decode(payload, MODELS[kind]) for kind, payload in newest.items()}

    back = {kind: decode(encode(message, "json"), MODELS[kind]) for kind, message in messages.items()}

    assert {kind: encode(one) for kind, one in back.items()} == {
        kind: encode(one) for kind, one in messages.items()
    }


def kind_of(payload: bytes) -> str:
    return str(as_json(payload).get("kind"))


def as_json(payload: bytes) -> dict[str, Any]:
    if payload.startswith(b"{"):
        loaded: dict[str, Any] = json.loads(payload)
        return loaded
    return decode_any(payload, tuple(MODELS.values())).model_dump(mode="json")
