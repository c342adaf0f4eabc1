"""Example values built from JSON schemas: what authors gave where they gave it, the form of the rest."""

from typing import Any

Document = dict[str, Any]

EXAMPLE_DEPTH = 8
"""Deeper parts of an example body are left empty."""

_PLAIN: dict[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": True, "null": None}
_FORMATS = {
    "date": "2022-03-31",
    "date-time": "2022-03-31T12:00:00Z",
    "uuid": "0193b1a2-7a52-7cc0-8f7a-0c8c6f2f9d11",
    "uri": "https://example.org/",
}


def resolve(document: Document, part: Document) -> Document:
    """The part itself, or what its `$ref` names."""
    while "$ref" in part:
        found: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def example_of(document: Document, schema: Document, depth: int = EXAMPLE_DEPTH) -> Any:
    """A value that shows the schema's form: its first example, its default, or one built from its parts."""
    schema = resolve(document, schema)
    given = [schema[known] for known in ("const", "default") if schema.get(known) is not None]
    given += [*schema.get("examples", ()), *schema.get("enum", ())]
    if given:
        return given[0]
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if choices:
        return example_of(document, choices[0], depth)
    kind = schema.get("type")
    if kind == "array":
        return [example_of(document, schema.get("items", {}), depth - 1)] if depth > 0 else []
    if kind == "object" or "properties" in schema:
        parts = schema.get("properties", {}) if depth > 0 else {}
        return {name: example_of(document, part, depth - 1) for name, part in parts.items()}
    return _FORMATS.get(schema.get("format", ""), _PLAIN.get(kind or "", {}))
