"""OpenAPI 3.1 of one service: errors as problem documents, security, the headers that every write takes."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from shared.settings import Service, Settings
from shared.web.examples import Document, example_of
from shared.web.problems import MEDIA_TYPE, TYPE_PREFIX

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

_FAULT: Document = {
    "title": "Fault",
    "type": "object",
    "required": ["detail", "code"],
    "properties": {
        "pointer": {"type": "string", "description": "RFC 6901 pointer into the body."},
        "parameter": {
            "type": "string",
            "description": "Name of the parameter or header, instead of a pointer.",
        },
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; for programs."},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
    },
}
_PROBLEM: Document = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. `type` is stable; `detail` says what to do.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "examples": [TYPE_PREFIX + "invalid-input"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        "request_id": {"type": "string", "description": "That of the log lines; quote it when you report."},
    },
    "examples": [
        {
            "type": TYPE_PREFIX + "invalid-input",
            "title": "Invalid input",
            "status": 422,
            "detail": "The request has 1 fault(s); nothing was recorded.",
            "errors": [
                {
                    "pointer": "/amount",
                    "detail": 'An amount is written as a JSON string ("64636472.50"), never as a number.',
                    "code": "amount_not_text",
                }
            ],
            "request_id": "0193b1a2-7a52-7cc0-8f7a-0c8c6f2f9d11",
        }
    ],
}

_WARNINGS: Document = {
    "type": "array",
    "items": {"$ref": "#/components/schemas/Fault"},
    "description": "After a write: what was accepted and is probably a slip; absent where there is no doubt.",
    "examples": [[]],
}

_ERRORS: Mapping[int, str] = {
    400: "The request cannot be read, or lacks a required `Idempotency-Key`.",
    401: "The token is missing or not valid.",
    403: "The roles or scopes do not grant the permission in `x-permission`.",
    404: "Nothing of that name is visible to the caller.",
    406: "`Accept` names no type that this address serves.",
    408: "The body did not arrive in time.",
    409: "The state or a rule forbids it, or the first request with this key is still in work.",
    412: "`If-Match` names another version than the current one, which stands in the answer.",
    413: "The body is too large.",
    422: "Values or parameters are wrong, or a rule of the field is not met; every fault is listed.",
    428: "`If-Match` is required; the answer carries the current ETag.",
    500: "Something failed on our side; nothing was recorded.",
    503: "A dependency does not answer; try again.",
}

_HEADERS: Mapping[str, Document] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A UUID, the same at each retry: the effect happens once and the stored answer is replayed.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "RequiredIdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "A UUID, the same at each retry: money and publications never happen twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The ETag of the representation that was read.",
        "schema": {"type": "string"},
    },
    "Reason": {
        "name": "X-Reason",
        "in": "header",
        "required": False,
        "description": "Why; kept in the audit.",
        "schema": {"type": "string"},
    },
}


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
        title=TITLES[service], version=app.version, description=DESCRIPTION, routes=app.routes
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
    schemas |= deepcopy({"Problem": _PROBLEM, "Fault": _FAULT})
    components["responses"] = {str(status): _error(text) for status, text in _ERRORS.items()}
    components["parameters"] = dict(_HEADERS)
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
    _add_examples(document)
    document["security"] = [{"bearer": []}]
    document["servers"] = [{"url": settings.public_url}]
    return document


def _complete(operation: Document, method: str, route: APIRoute) -> None:
    operation["operationId"] = route.name
    access = route.access  # type: ignore[attr-defined]
    is_write = method not in {"get", "head"}
    parameters = operation.setdefault("parameters", [])
    wanted = {"Reason"} if is_write else set()
    if method == "post":
        wanted.add("RequiredIdempotencyKey" if access.needs_key else "IdempotencyKey")
    if access.if_match:
        wanted.add("IfMatch")
    parameters += [{"$ref": f"#/components/parameters/{name}"} for name in sorted(wanted)]
    if not parameters:
        del operation["parameters"]
    statuses = {406, 422, 500, 503}
    if operation.get("security") != []:
        statuses |= {401, 403}
    if "{" in route.path:
        statuses.add(404)
    if is_write:
        statuses |= {400, 408, 409, 413}
    if access.if_match:
        statuses |= {412, 428}
    responses = operation.setdefault("responses", {})
    for status in sorted(statuses):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = dict(sorted(responses.items()))


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
                    named["properties"]["warnings"] = deepcopy(_WARNINGS)


def _add_examples(document: Document) -> None:
    """Show every JSON body by an example; its author's, or one that has the schema's form."""
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            for part in (operation.get("requestBody", {}), *answers):
                content = part.get("content", {}).get("application/json", {})
                if content.get("schema"):
                    content["example"] = example_of(document, content["schema"])


def _error(text: str) -> Document:
    return {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        "headers": {"X-Request-Id": {"schema": {"type": "string"}}},
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
