"""OpenAPI 3.1 of one service: errors as problem documents, security, the headers that every write takes."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.fields import TYPES_SAY
from shared.models.noun import nouns
from shared.models.words import rows
from shared.settings import Service, Settings
from shared.web.components import ANSWER_HEADERS, ERRORS, FAULT, PARAMETERS, PROBLEM, TAGS, WARNINGS
from shared.web.examples import Document, example_of
from shared.web.problems import MEDIA_TYPE, TYPE_PREFIX
from shared.web.refusals import by_status
from shared.web.words import body_example, label, meaning

TITLES: Mapping[Service, str] = {
    "projects": "Djoliba: projects",
    "funds": "Djoliba: funds",
    "reporting": "Djoliba: figures, editions and publication",
}
MERGED_TITLE = "Djoliba"
SCHEMAS = "#/components/schemas/"
DESCRIPTION = (
    "Portfolio, funds and bulletin of a UN mission's Stabilisation & Recovery section. Amounts are exact decimals "
    "in strings; dates are dates in Africa/Bamako (UTC+0); texts are objects by language. Errors are problem "
    "documents (RFC 9457) in the language of `Accept-Language`, with every fault at once."
)


def describe(app: FastAPI) -> None:
    """Let `app.openapi()` give the document described here, made once."""

    def openapi() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _document(app: FastAPI) -> Document:
    service: Service = app.state.service
    settings: Settings = app.state.settings
    document = get_openapi(
        title=TITLES[service],
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        contact={"name": "The operators of this installation", "url": f"{settings.public_url}/docs"},
    )
    routes = {
        (route.path_format, method.lower()): route
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    for path, operations in document.get("paths", {}).items():
        for method, operation in operations.items():
            _complete(operation, method, routes[path, method])
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas |= deepcopy({"Problem": PROBLEM, "Fault": FAULT})
    components["responses"] = {str(status): _error(text) for status, text in ERRORS.items()}
    components["parameters"] = dict(PARAMETERS)
    components["securitySchemes"] = {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": f"An access token (RFC 9068) of {settings.issuer} for the audience {settings.audience}.",
        }
    }
    _add_warnings(document)
    rename_schemas(document, _short_names(schemas))
    _drop_foreign_words(document)
    _add_meanings(document)
    _add_examples(document)
    used = {tag for one in document["paths"].values() for each in one.values() for tag in each["tags"]}
    document["tags"] = [
        {"name": name, "description": TAGS.get(name) or f"All about {_of_path(name)}."} for name in sorted(used)
    ]
    document["security"] = [{"bearer": []}]
    document["servers"] = [{"url": settings.public_url}]
    return document


def _of_path(name: str) -> str:
    """Several rows of the noun whose addresses begin so."""
    return next(rows(model.__tablename__)["en"] for model, noun in nouns().items() if noun.path == name)


def _complete(operation: Document, method: str, route: APIRoute) -> None:
    operation["operationId"] = route.name
    access = route.access  # type: ignore[attr-defined]
    is_write = method not in {"get", "head"}
    parameters = operation.setdefault("parameters", [])
    wanted = {"Reason", "DryRun"} if is_write else set()
    if method == "post":
        wanted.add("RequiredIdempotencyKey" if access.needs_key else "IdempotencyKey")
    if access.if_match:
        wanted.add("IfMatch")
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in sorted(wanted)]
    if not parameters:
        del operation["parameters"]
    responses = operation.setdefault("responses", {})
    own = by_status(access.refuses)
    for status in sorted(_statuses(operation, route, is_write=is_write) | own.keys()):
        responses[str(status)] = (
            _error(ERRORS[status], [*own[status]]) if status in own else {"$ref": f"#/components/responses/{status}"}
        )
    for status, answer in responses.items():
        if status.startswith("2"):
            answer["headers"] = {
                name: deepcopy(ANSWER_HEADERS[name]) for name in _headers(route, status, is_write=is_write)
            }
    operation["responses"] = dict(sorted(responses.items()))


def _statuses(operation: Document, route: APIRoute, *, is_write: bool) -> set[int]:
    """What the shell may answer instead of the operation."""
    statuses = {406, 408, 422, 429, 431, 500, 503}
    if operation.get("security") != []:
        statuses |= {401, 403}
    if "{" in route.path:
        statuses.add(404)
    if is_write:
        statuses |= {400, 409, 413, 415}
    if route.access.if_match:  # type: ignore[attr-defined]
        statuses |= {412, 428}
    return statuses


def _headers(route: APIRoute, status: str, *, is_write: bool) -> list[str]:
    """The headers that an answer bears: a version where one row is answered, an address where one was made."""
    is_row = "{" in route.path or status == "201"
    made = ["Location"] if status in {"201", "202"} else []
    return [*(["ETag"] if is_row else []), *made, *(["Dry-Run"] if is_write else [])]


_FOREIGN = frozenset({"ge", "gt", "le", "lt", "decimal_places", "max_digits"})
"""Bounds of decimals, which pydantic leaves in the schemas of our strings; JSON Schema does not know them."""


def _drop_foreign_words(part: Any) -> None:
    if isinstance(part, dict):
        if part.get("type") == "string":
            for word in _FOREIGN & part.keys():
                del part[word]
        for one in part.values():
            _drop_foreign_words(one)
    elif isinstance(part, list):
        for one in part:
            _drop_foreign_words(one)


def _add_meanings(document: Document) -> None:
    """Say what every member means: its model's own words, else those by its name (`shared/web/words`)."""
    for name, schema in document["components"]["schemas"].items():
        for member, part in schema.get("properties", {}).items():
            if said := meaning(name, member):
                own = part.get("description", said)
                part["description"] = f"{said} {own}" if own in TYPES_SAY else own
                part["x-meaning"] = said  # of the member itself, where its type says what it holds
            if headed := label(name, member):
                part["x-label"] = headed


def _add_warnings(document: Document) -> None:
    """Say on every object that a write answers that it may bear warnings (`UnitOfWork.warn`)."""
    schemas = document["components"]["schemas"]
    for operations in document.get("paths", {}).values():
        for method, operation in operations.items():
            if method in {"get", "head"}:
                continue
            for answer in (one for status, one in operation["responses"].items() if status.startswith("2")):
                schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
                named = schemas.get(schema.get("$ref", "").removeprefix(SCHEMAS), schema)
                if "properties" in named:
                    named["properties"]["warnings"] = deepcopy(WARNINGS)


def _add_examples(document: Document) -> None:
    """Show every JSON body by an example; its author's, or one that has the schema's form."""
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for part in (operation.get("requestBody", {}), *answers):
                content = part.get("content", {}).get("application/json", {})
                if not content.get("schema"):
                    continue
                given = body_example(operation["operationId"]) if "description" not in part else None
                content["example"] = given or example_of(document, content["schema"])


def _error(text: str, kinds: Sequence[str] = ()) -> Document:
    schema: Document = {"$ref": "#/components/schemas/Problem"}
    if kinds:
        types = [TYPE_PREFIX + kind for kind in kinds]
        schema = {"allOf": [schema, {"properties": {"type": {"type": "string", "examples": types}}}]}
    return {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": schema}},
        "headers": {
            "X-Request-Id": {
                "description": "The request's id in our log; quote it when you report.",
                "schema": {"type": "string"},
            },
            "Retry-After": ANSWER_HEADERS["Retry-After"],
        },
    }


def rename_schemas(document: Document, names: Mapping[str, str]) -> Document:
    """Give the document's schemas new names, in place and in every reference; titles follow, as generators use both."""
    schemas = document.get("components", {}).get("schemas", {})
    for name in names.keys() & schemas.keys():
        schemas[names[name]] = schemas.pop(name)
    for name, schema in schemas.items():
        schema["title"] = name
    _rename_references(document, names)
    return document


def _rename_references(part: Any, names: Mapping[str, str]) -> None:
    if isinstance(part, dict):
        for key, value in part.items():
            if isinstance(value, str) and value.startswith(SCHEMAS):  # `$ref`, and a discriminator's mapping
                name = value.removeprefix(SCHEMAS)
                part[key] = SCHEMAS + names.get(name, name)
            else:
                _rename_references(value, names)
    elif isinstance(part, list):
        for one in part:
            _rename_references(one, names)


def _short_names(schemas: Mapping[str, Any]) -> dict[str, str]:
    """Names for models that two features of one service call alike: the feature's before the model's own."""
    return {
        name: "".join(word.title() for word in name.split("__")[-3].split("_")) + name.split("__")[-1]
        for name in schemas
        if name.count("__") >= 2
    }
