"""The generated schemas and types: up to date, true to the models, and read by others' tools."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contracts.codec import MODELS, encode
from contracts.labels import SCOPES
from contracts.platforms import PLATFORM_TYPES
from gateway.frames import TRACK_COLUMNS
from tests.contracts.messages import every_message
from triptych.schemas import ROOT, SCHEMAS, TYPES, files, main, stale, write
from triptych.typescript import TypeScript, UnknownSchema

EXAMPLES = every_message()
TSC = ROOT / "ui" / "node_modules" / ".bin" / "tsc"


def schema_of(kind: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / SCHEMAS / f"{kind}.json").read_text())
    return read


def test_the_files_are_what_the_models_say() -> None:
    assert stale() == [], "run: python -m triptych.schemas"


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_every_message_fits_its_schema(kind: str) -> None:
    message = json.loads(encode(EXAMPLES[kind], "json"))

    jsonschema.Draft202012Validator(schema_of(kind)).validate(message)


@pytest.mark.parametrize("kind", sorted(MODELS))
def test_a_message_with_a_field_nobody_knows_does_not(kind: str) -> None:
    message = json.loads(encode(EXAMPLES[kind], "json")) | {"colour": "red"}

    assert not jsonschema.Draft202012Validator(schema_of(kind)).is_valid(message)


def test_a_column_out_of_its_range_does_not_fit() -> None:
    message = json.loads(encode(EXAMPLES["self-reports/1"], "json"))
    message["lat_deg"][0] = 91.0

    assert not jsonschema.Draft202012Validator(schema_of("self-reports/1")).is_valid(message)


def test_a_file_that_is_missing_changed_or_left_over_is_stale(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / SCHEMAS / "clock" / "1.json").unlink()
    (tmp_path / SCHEMAS / "clock" / "0.json").write_text("{}")
    (tmp_path / TYPES).write_text("// edited by hand\n")

    lines = stale(tmp_path)

    assert f"{SCHEMAS}/clock/0.json: no message has this schema any more" in lines
    assert f"{SCHEMAS}/clock/1.json: missing" in lines
    assert any(line.startswith(f"{TYPES}: -// edited by hand") for line in lines)


def test_writing_mends_what_is_stale_and_touches_nothing_else(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / SCHEMAS / "clock" / "1.json").unlink()
    (tmp_path / SCHEMAS / "clock" / "0.json").write_text("{}")

    changed = write(tmp_path)

    assert (changed, stale(tmp_path)) == ([f"{SCHEMAS}/clock/1.json"], [])


def test_the_check_says_how_to_mend_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triptych.schemas.stale", lambda: ["ui/src/contracts.ts: -old"])

    assert main(["--check"]) == 1
    assert capsys.readouterr().out == "ui/src/contracts.ts: -old\nrun: python -m triptych.schemas\n"


def test_every_message_and_every_table_has_its_type() -> None:
    types = files()[TYPES]

    assert all(f"export interface {model.__name__} {{" in types for model in MODELS.values())
    assert all(f'"name": "{kind.name}"' in types for kind in PLATFORM_TYPES)
    assert all(f'"name": "{column.name}"' in types for column in TRACK_COLUMNS)
    assert f"export type Scope = {' | '.join(json.dumps(scope) for scope in SCOPES)};" in types


def test_what_browsers_send_may_leave_out_what_has_a_default() -> None:
    types = files()[TYPES]

    assert "readonly subject?: string | null;" in types
    assert "readonly caught_up: boolean;" in types


@pytest.mark.skipif(not TSC.exists(), reason="TypeScript is not installed (scripts/setup does it)")
def test_the_types_compile_under_the_strictest_rules(tmp_path: Path) -> None:
    shutil.copy(ROOT / TYPES, tmp_path / "contracts.ts")

    done = subprocess.run(  # noqa: S603 - our own compiler
        [str(TSC), "--noEmit", "--strict", "--exactOptionalPropertyTypes", str(tmp_path / "contracts.ts")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": "string"}, "string"),
        ({"type": "integer", "minimum": 0}, "number"),
        ({"type": ["number", "null"]}, "number | null"),
        ({"anyOf": [{"$ref": "#/$defs/Label"}, {"type": "null"}]}, "Label | null"),
        ({"const": True}, "true"),
        ({"enum": ["a", "b"]}, '"a" | "b"'),
        ({"enum": ["x", "y"]}, "Axis"),
        ({"type": "array", "items": {"type": "number"}}, "readonly number[]"),
        ({"type": "array", "items": {"type": ["number", "null"]}}, "readonly (number | null)[]"),
        (
            {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
            "readonly (readonly number[])[]",
        ),
        (
            {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]},
            "readonly [string, number]",
        ),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Readonly<Record<string, number>>"),
    ],
)
def test_a_schema_becomes_a_type(schema: dict[str, Any], wanted: str) -> None:
    writer = TypeScript({"Axis": ["x", "y"]})

    writer.add({"title": "Thing", "properties": {"field": schema}, "required": ["field"]}, complete=True)

    assert f"  readonly field: {wanted};" in writer.text()


def test_a_schema_without_a_type_of_ours_is_an_error() -> None:
    with pytest.raises(UnknownSchema, match="wanted a schema with"):
        TypeScript().add({"title": "Thing", "properties": {"field": {"not": {}}}}, complete=True)
