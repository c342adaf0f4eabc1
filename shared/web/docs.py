"""`/docs`: the OpenAPI document as one plain page, without scripts or anything fetched from elsewhere."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChainableUndefined, Environment, Template
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from shared.web.openapi import Document

EXAMPLE_DEPTH = 6
"""Deeper parts of an example body are left empty."""

_PLAIN: dict[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": True, "null": None}
_FORMATS = {
    "date": "2022-03-31",
    "date-time": "2022-03-31T12:00:00Z",
    "uuid": "0193b1a2-7a52-7cc0-8f7a-0c8c6f2f9d11",
    "uri": "https://example.org/",
}


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    described: Document
    parameters: list[Document]
    request_example: str | None
    answers: list[tuple[str, str]]
    curl: str


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


def operations(document: Document) -> Iterator[Operation]:
    """Every operation of the document, in its order."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            parameters = [resolve(document, one) for one in described.get("parameters", [])]
            body = (
                described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            )
            example = example_of(document, body) if body is not None else None
            answers = [
                (status, resolve(document, answer).get("description", ""))
                for status, answer in described["responses"].items()
            ]
            text = json.dumps(example, ensure_ascii=False, indent=2) if body is not None else None
            url = document.get("servers", [{"url": ""}])[0]["url"] + path
            curl = _curl(method, url, parameters, example, is_anonymous=described.get("security") == [])
            yield Operation(method.upper(), path, described, parameters, text, answers, curl)


def _curl(method: str, url: str, parameters: list[Document], body: Any, *, is_anonymous: bool) -> str:
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    if not is_anonymous:
        words += ["-H", '"Authorization: Bearer $TOKEN"']
    for one in parameters:
        if one["in"] == "header" and one["name"] == "Idempotency-Key":
            words += ["-H", '"Idempotency-Key: $(uuidgen)"']
        elif one["in"] == "header" and one["required"]:
            words += ["-H", f"'{one['name']}: \"1\"'"]
    if body is not None:
        text = json.dumps(body, ensure_ascii=False).replace("'", "'\\''")
        words += ["-H", '"Content-Type: application/json"', "-d", f"'{text}'"]
    return " ".join([*words, f"'{url}'"])


def page(document: Document) -> str:
    """The whole page."""
    groups: dict[str, list[Operation]] = {}
    for operation in operations(document):
        groups.setdefault((operation.described.get("tags") or ["other"])[0], []).append(operation)
    return _template().render(document=document, groups=dict(sorted(groups.items())))


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=ChainableUndefined, trim_blocks=True, lstrip_blocks=True
    )
    text = files("shared.web").joinpath("templates/docs.html").read_text(encoding="utf-8")
    return environment.from_string(text)


def docs_route(document: Callable[[], Document]) -> Route:
    """The route of the page; rendered once."""
    rendered: list[str] = []

    async def docs(_: Request) -> Response:
        if not rendered:
            rendered.append(page(document()))
        return HTMLResponse(
            rendered[0],
            headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
        )

    return Route("/docs", docs, include_in_schema=False)
