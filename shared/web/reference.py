"""The OpenAPI document as the pages of `/docs` show it: operations by resource, members in rows, a command to paste."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shared.permissions import GRANTS
from shared.web.examples import Document, example_of, resolve
from shared.web.words import path_example, query_example

DEPTH = 4
"""Members of members are shown so deep; what lies deeper is named by its type."""


@dataclass(frozen=True)
class Member:
    """A member of a body or an answer, or a parameter: one row of a table."""

    name: str
    kind: str
    is_required: bool
    meaning: str
    values: tuple[str, ...] = ()
    default: str | None = None
    place: str = ""
    """Of a parameter: path, query or header."""


@dataclass(frozen=True)
class Answer:
    """One status that an operation can give."""

    status: str
    meaning: str
    types: tuple[str, ...]
    """Of a problem: its stable types."""
    headers: tuple[str, ...]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Operation:
    """One operation as its page shows it."""

    name: str
    method: str
    path: str
    summary: str
    description: str
    permission: str
    roles: tuple[str, ...]
    parameters: tuple[Member, ...]
    body: tuple[Member, ...]
    body_example: str | None
    answers: tuple[Answer, ...]
    answer_example: str | None
    curl: str


def operations(document: Document) -> Iterator[tuple[str, Operation]]:
    """Every operation with its tag, in the document's order."""
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            tag = (described.get("tags") or ["other"])[0]
            yield tag, _operation(document, path, method, described)


def _operation(document: Document, path: str, method: str, described: Document) -> Operation:
    parameters = [resolve(document, one) for one in described.get("parameters", [])]
    body = _schema(resolve(document, described.get("requestBody", {})))
    example = _example(described.get("requestBody", {}), document, body)
    permission = described.get("x-permission", "")
    url = document.get("servers", [{"url": ""}])[0]["url"]
    answers = tuple(_answer(document, status, one) for status, one in described["responses"].items())
    shown: Document = next((one for status, one in described["responses"].items() if status.startswith("2")), {})
    return Operation(
        name=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        description=described.get("description", ""),
        permission=permission,
        roles=tuple(sorted({grant.role for grant in GRANTS if grant.permission == permission})),
        parameters=tuple(_parameter(document, one) for one in parameters),
        body=tuple(members(document, body)) if body else (),
        body_example=_text(example) if body else None,
        answers=answers,
        answer_example=_text(_example(shown, document, _schema(shown))) if _schema(shown) else None,
        curl=_curl(
            method,
            url + _example_address(path, described["operationId"], parameters),
            described,
            parameters,
            body and _line(example),
        ),
    )


def _schema(part: Document) -> Document:
    schema: Document = part.get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _example(part: Document, document: Document, schema: Document) -> Any:
    given = part.get("content", {}).get("application/json", {})
    return given["example"] if "example" in given else example_of(document, schema)


def _text(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False, indent=2)


def _answer(document: Document, status: str, answer: Document) -> Answer:
    resolved = resolve(document, answer)
    schema = _schema(resolved)
    problem = resolved.get("content", {}).get("application/problem+json", {}).get("schema", {})
    types = [one for part in problem.get("allOf", ()) for one in _types(part)]
    return Answer(
        status,
        resolved.get("description", ""),
        tuple(types),
        tuple(resolved.get("headers", {})),
        tuple(members(document, schema)) if schema else (),
    )


def _types(part: Document) -> list[str]:
    types: list[str] = part.get("properties", {}).get("type", {}).get("examples", [])
    return types


def _parameter(document: Document, parameter: Document) -> Member:
    schema = parameter.get("schema", {})
    return Member(
        parameter["name"],
        _kind(document, schema),
        parameter.get("required", False),
        parameter.get("description") or schema.get("description", ""),
        _values(document, schema),
        _default(schema),
        parameter["in"],
    )


def members(document: Document, schema: Document, prefix: str = "", depth: int = DEPTH) -> Iterator[Member]:
    """The members of an object, those of its objects and lists below them with a dotted name."""
    part = _object_in(document, schema)
    required = set(part.get("required", ()))
    for name, one in part.get("properties", {}).items():
        resolved = resolve(document, one)
        said = one.get("description") or resolved.get("description", "")
        yield Member(prefix + name, _kind(document, one), name in required, said, _values(document, one), _default(one))
        inner = _object_in(document, one)
        if depth > 1 and inner.get("properties") and inner is not part:
            mark = "[]." if _is_list(document, one) else "."
            yield from members(document, inner, f"{prefix}{name}{mark}", depth - 1)


def _choices(document: Document, schema: Document) -> list[Document]:
    schema = resolve(document, schema)
    listed = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or [schema]
    return [resolve(document, one) for one in listed if one.get("type") != "null"]


def _object_in(document: Document, schema: Document) -> Document:
    for one in _choices(document, schema):
        if "properties" in one:
            return one
        if one.get("type") == "array":
            return _object_in(document, one.get("items", {}))
    return {}


def _is_list(document: Document, schema: Document) -> bool:
    return any(one.get("type") == "array" for one in _choices(document, schema))


def _kind(document: Document, schema: Document) -> str:
    names = []
    for one in _choices(document, schema):
        name = one.get("format") or one.get("type") or ("enum" if "enum" in one else "object")
        if name == "array":
            name = f"list of {_kind(document, one.get('items', {}))}"
        if name not in names:
            names.append(str(name))
    return " or ".join(names)


def _values(document: Document, schema: Document) -> tuple[str, ...]:
    found = [value for one in _choices(document, schema) for value in one.get("enum", ())]
    return tuple(str(value) for value in found)


def _default(schema: Document) -> str | None:
    value = schema.get("default")
    return None if value in (None, [], {}, "") else json.dumps(value, ensure_ascii=False)


def _line(example: Any) -> str:
    return json.dumps(example, ensure_ascii=False)


def _curl(method: str, url: str, described: Document, parameters: list[Document], body: str | Document | None) -> str:
    words = ["curl"] if method == "get" else ["curl", "-X", method.upper()]
    if described.get("security") != []:
        words += ["-H", '"Authorization: Bearer $TOKEN"']
    for one in parameters:
        if one["in"] == "header" and one["name"] == "Idempotency-Key":
            words += ["-H", '"Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)"']
        elif one["in"] == "header" and one.get("required"):
            words += ["-H", f"'{one['name']}: *'"]
    if body:
        text = str(body).replace("'", "'\\''")
        words += ["-H", '"Content-Type: application/json"', "-d", f"'{text}'"]
    return " ".join([*words, f"'{url}'"])


def _example_address(path: str, operation: str, parameters: list[Document]) -> str:
    for one in parameters:
        if one["in"] == "path" and (given := path_example(operation, one["name"])):
            path = path.replace(f"{{{one['name']}}}", given)
    query = urlencode(query_example(operation))
    return f"{path}?{query}" if query else path
