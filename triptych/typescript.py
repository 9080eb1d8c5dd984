"""TypeScript types from JSON Schemas: only what our models use, and an error for anything else."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Schema = dict[str, Any]


class UnknownSchema(ValueError):
    """A JSON Schema that this writer has no TypeScript for."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        super().__init__(f"wanted a schema with $ref, const, enum, anyOf or type, got {schema}")


class TypeScript:
    """Collects types by name and writes each once, in the order of first mention."""

    def __init__(self, choices: Mapping[str, Sequence[str]] | None = None) -> None:
        """Begin with named choices: wherever a field may hold just these words, the name stands."""
        self._choices = {tuple(words): name for name, words in (choices or {}).items()}
        self._types: dict[str, str] = {
            name: f"export type {name} = {_either(words)};" for name, words in (choices or {}).items()
        }

    def add(self, schema: Schema, *, complete: bool) -> None:
        """Take a model's schema and those it refers to.

        Args:
            schema: as pydantic makes it; its ``title`` is the type's name.
            complete: fields with defaults are always there; otherwise they may be left out.
        """
        for name, definition in schema.get("$defs", {}).items():
            self._declare(name, definition, complete=True)
        self._declare(schema["title"], schema, complete=complete, again=True)

    def text(self) -> str:
        """Return the declarations."""
        return "\n\n".join(self._types.values())

    def _declare(self, name: str, schema: Schema, *, complete: bool, again: bool = False) -> None:
        if name in self._types and not again:
            return
        comment = _comment(schema.get("description", ""))
        if "properties" not in schema:
            self._types[name] = f"{comment}export type {name} = {self._type(schema)};"
            return
        required = set(schema.get("required", ()))
        lines = [
            f"  readonly {field}{'' if complete or field in required else '?'}: {self._type(part)};"
            for field, part in schema["properties"].items()
        ]
        self._types[name] = "\n".join([f"{comment}export interface {name} {{", *lines, "}"])

    def _type(self, schema: Schema) -> str:
        if "$ref" in schema:
            return str(schema["$ref"]).rpartition("/")[2]
        if "const" in schema:
            return json.dumps(schema["const"])
        if "enum" in schema:
            return self._choices.get(tuple(schema["enum"])) or _either(schema["enum"])
        if "anyOf" in schema:
            return " | ".join(self._type(part) for part in schema["anyOf"])
        kinds = schema.get("type")
        return " | ".join(
            self._of_kind(kind, schema) for kind in (kinds if isinstance(kinds, list) else [kinds])
        )

    def _of_kind(self, kind: str | None, schema: Schema) -> str:
        match kind:
            case "string" | "boolean" | "null":
                return kind
            case "integer" | "number":
                return "number"
            case "array":
                return self._array(schema)
            case "object":
                return f"Readonly<Record<string, {self._type(schema['additionalProperties'])}>>"
            case _:
                raise UnknownSchema(schema)

    def _array(self, schema: Schema) -> str:
        if "prefixItems" in schema:
            return f"readonly [{', '.join(self._type(part) for part in schema['prefixItems'])}]"
        item = self._type(schema["items"])
        return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"


def _either(values: Iterable[object]) -> str:
    return " | ".join(json.dumps(value) for value in values)


def _comment(text: str) -> str:
    lines = text.strip().splitlines()
    if not lines:
        return ""
    if len(lines) == 1:
        return f"/** {lines[0]} */\n"
    body = "\n".join(f" * {line}".rstrip() for line in lines)
    return f"/**\n{body}\n */\n"
