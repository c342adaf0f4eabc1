"""One OpenAPI document of several services at one origin."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from fastapi import FastAPI

from shared.settings import Service
from shared.web.examples import Document
from shared.web.openapi import MERGED_TITLE, SCHEMAS, rename_schemas


def merged_openapi(applications: Mapping[Service, FastAPI]) -> Document:
    """The one document of the origin; raises `ValueError` as `merge` does."""
    return merge({service: application.openapi() for service, application in applications.items()})


def merge(documents: Mapping[str, Document]) -> Document:
    """The documents as one; a schema that two services describe differently gets the service's name before its own.

    Raises:
        ValueError: two services describe the same path, or name two operations alike.
    """
    contested = _contested(documents)
    merged: Document = {}
    for service, document in documents.items():
        names = {name: f"{service.title()}{name}" for name in contested}
        each = rename_schemas(deepcopy(document), names)
        if not merged:
            merged = {**each, "info": {**each["info"], "title": MERGED_TITLE}}
            continue
        twice = merged["paths"].keys() & each["paths"].keys()
        if twice:
            raise ValueError(f"Two services describe {', '.join(sorted(twice))}.")
        merged["paths"] |= each["paths"]
        merged["tags"] = merged.get("tags", []) + [
            tag for tag in each.get("tags", ()) if tag not in merged.get("tags", ())
        ]
        for kind, entries in each.get("components", {}).items():
            merged["components"].setdefault(kind, {}).update(entries)
    merged["paths"] = dict(sorted(merged["paths"].items()))
    merged["tags"] = sorted(merged.get("tags", ()), key=lambda tag: str(tag["name"]))
    _refuse_repeated_operations(merged)
    return merged


def _contested(documents: Mapping[str, Document]) -> set[str]:
    """Names of schemas that services describe differently, themselves or through a schema that they use."""
    described: dict[str, list[Any]] = {}
    for document in documents.values():
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            described.setdefault(name, []).append(schema)
    shared = {name: schemas for name, schemas in described.items() if len(schemas) > 1}
    contested = {name for name, schemas in shared.items() if any(one != schemas[0] for one in schemas)}
    while True:
        further = {name for name, schemas in shared.items() if _references(schemas[0]) & contested} - contested
        if not further:
            return contested
        contested |= further


def _references(part: Any) -> set[str]:
    if isinstance(part, dict):
        named = part.get("$ref")
        own = {named.removeprefix(SCHEMAS)} if isinstance(named, str) else set()
        return own.union(*(_references(one) for one in part.values()))
    if isinstance(part, list):
        return set().union(*(_references(one) for one in part))
    return set()


def _refuse_repeated_operations(document: Document) -> None:
    seen: set[str] = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            name = operation["operationId"]
            if name in seen:
                raise ValueError(f"{method.upper()} {path}: another operation is named {name} too.")
            seen.add(name)
