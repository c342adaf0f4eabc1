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

from shared.web.examples import Document, example_of, resolve


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
