"""Every error as an RFC 9457 problem document, in the caller's language, with all faults at once."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from shared import sentences
from shared.errors import Fault, InvalidInput, Problem, Texts
from shared.web.language import language_of
from shared.web.methods import allowed_methods
from shared.web.sentences import sentence
from shared.web.statuses import STATUSES

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:djoliba:problem:"
"""The stable `type` is this and the problem's kind."""

FAULTS_MAX = 200
"""A body of ten thousand wrong rows gets the first of them; the member `more` counts the rest."""


def document(
    *,
    kind: str,
    status: int,
    title: Texts,
    detail: Texts,
    language: str,
    faults: Sequence[Fault] = (),
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """The members of a problem document; the request id is that of the log lines."""
    body: dict[str, object] = {
        "type": TYPE_PREFIX + kind,
        "title": title.get(language, title["en"]),
        "status": status,
        "detail": detail.get(language, detail.get("en", "")),
    }
    if faults:
        body["errors"] = [shown(fault, language) for fault in faults[:FAULTS_MAX]]
    if len(faults) > FAULTS_MAX:
        body["more"] = len(faults) - FAULTS_MAX
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        body["request_id"] = request_id
    return {**(extra or {}), **body}


def shown(fault: Fault, language: str) -> dict[str, object]:
    """A fault or a doubt as JSON in the caller's language: `pointer` into the body, or `parameter`; detail and code."""
    place = "pointer" if fault.pointer.startswith("/") or not fault.pointer else "parameter"
    found: dict[str, object] = {
        place: fault.pointer,
        "detail": fault.detail.get(language, fault.detail.get("en", "")),
        "code": fault.code,
    }
    found |= {name: value for name, value in (("line", fault.line), ("column", fault.column)) if value is not None}
    return found


def respond(problem: Problem, language: str) -> Response:
    """The problem as the answer to a caller who reads `language`."""
    body = document(
        kind=problem.kind,
        status=problem.status,
        title=problem.title,
        detail=problem.detail,
        language=language,
        faults=problem.faults,
        extra=problem.extra,
    )
    return _response(body, problem.status, language, problem.headers)


def respond_status(status: int, language: str, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to an error that only has a status: the framework's own, or an unexpected one."""
    usual = HTTPStatus(status)
    kind, title, detail = STATUSES.get(
        status,
        (
            usual.phrase.lower().replace(" ", "-"),
            {"en": usual.phrase, "fr": usual.phrase},
            {"en": usual.description or usual.phrase, "fr": usual.description or usual.phrase},
        ),
    )
    body = document(kind=kind, status=status, title=title, detail=detail, language=language)
    return _response(body, status, language, headers or {})


def _response(body: Mapping[str, object], status: int, language: str, headers: Mapping[str, str]) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False, default=str),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store", **headers},
    )


def pointer(location: Sequence[str | int]) -> str:
    """The RFC 6901 pointer of a place in the body, or the name of a parameter, from pydantic's location."""
    where, *rest = location or ("body",)
    if where in {"query", "path", "header", "cookie"} and rest:
        return str(rest[0])
    steps = rest if where == "body" else list(location)
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Pydantic's errors as faults with sentences in both languages."""
    found = []
    for error in errors:
        location = error.get("loc", ())
        code = str(error.get("type", "invalid"))
        if code == "json_invalid":
            location = location[:1]
        found.append(Fault(pointer(location), sentence(error), code))
    return [fault for fault in found if not _is_echo(fault, found)]


def _is_echo(one: Fault, faults: Sequence[Fault]) -> bool:
    """Whether a list is only "too short" because pydantic does not count its refused items."""
    return one.code == "too_short" and any(other.pointer.startswith(f"{one.pointer}/") for other in faults)


def invalid_request(errors: Sequence[Mapping[str, Any]]) -> InvalidInput:
    """All of pydantic's refusals of one request as one problem."""
    faults = faults_of(errors)
    return InvalidInput(
        sentences.sentence(
            "La requête contient {number} {number:erreur|erreurs} ; rien n'a été enregistré.",
            "The request has {number} {number:fault|faults}; nothing was recorded.",
            number=len(faults),
        ),
        faults=faults,
    )


def install(app: Starlette) -> None:
    """Answer every expected error of `app` as a problem; unexpected ones are the outermost middleware's."""

    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return respond(error, _language(request))

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return respond(invalid_request(error.errors()), _language(request))

    async def on_status(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = {**(error.headers or {})}
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:  # the framework names the methods of one route only
            headers["Allow"] = allowed_methods(request.scope)
        return respond_status(error.status_code, _language(request), headers)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_status)


def _language(request: Request) -> str:
    return language_of(request.headers.get("accept-language"))
