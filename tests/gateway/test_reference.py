"""The reference pages name everything there is, and nothing else."""

import re
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from contracts.memory import MemoryBroker
from gateway.app import create_app
from gateway.frames import LOB_COLUMNS, TRACK_COLUMNS
from gateway.health import Health, PictureHealth
from gateway.lag import STAGES
from gateway.messages import BROWSER_MODELS, SERVER_MODELS, FrameHeader
from gateway.settings import GatewaySettings

REFERENCE: Final = Path(__file__).parents[2] / "docs" / "reference"
PAGES: Final = {"/", "/docs", "/api/v1/stream"}
"""Addresses that OpenAPI does not describe."""


def page(name: str) -> str:
    return (REFERENCE / name).read_text()


def words(text: str) -> set[str]:
    """Return everything that is written as code."""
    return {part for code in re.findall(r"`([^`]+)`", text) for part in re.split(r"[\s,]+", code)}


def fields(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


def test_every_address_is_in_the_api_page_and_no_other() -> None:
    described = create_app(MemoryBroker(), GatewaySettings(exercise="corridor")).openapi()["paths"]
    served = {(verb.upper(), path) for path, verbs in described.items() for verb in verbs}

    written = set(re.findall(r"^\| `(GET|POST) ([^?` ]+)", page("api.md"), re.MULTILINE))

    assert written == served | {("GET", path) for path in PAGES}


def test_every_field_of_health_is_explained() -> None:
    written = words(page("health.md"))

    assert (fields(Health) | fields(PictureHealth)) - {"simulated", "exercise", "scope"} <= written


def test_every_stage_of_the_lag_is_explained() -> None:
    written = words(page("health.md"))

    plain = {stage.name for stage in STAGES if not stage.name.startswith("sensor_to_glass")}
    assert plain <= written
    assert {"sensor_to_glass_wall_*", "sensor_to_glass_exercise_*"} <= written


def test_every_field_of_the_frames_header_is_explained() -> None:
    assert fields(FrameHeader) <= words(page("stream.md"))


def test_every_column_of_the_stream_is_listed_with_its_type() -> None:
    listed = set(re.findall(r"`(\w+)` ([fiu]\d(?:x\d+)?)", page("stream.md").replace("\u00d7", "x")))

    shapes = (*TRACK_COLUMNS, *LOB_COLUMNS)
    made = {(s.name, f"{s.dtype}x{s.width}" if s.width > 1 else s.dtype) for s in shapes}
    assert listed == made | {("removed", "u4")}


def test_every_control_message_and_its_fields_are_explained() -> None:
    written = words(page("stream.md"))
    models = [model for model in (*SERVER_MODELS, *BROWSER_MODELS) if model is not FrameHeader]

    kinds = {str(model.model_json_schema()["properties"]["type"]["const"]) for model in models}
    assert kinds <= written
    assert set().union(*(fields(model) for model in models)) - {"type"} <= written
