"""The one route class: permission before everything, reads on the right pool, writes inside one unit of work.

A route without a declared permission is refused when the module is imported; a write that records nothing, or that
was to compare versions and did not, fails. Features hold the rule and nothing of this.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError

from shared import clock
from shared.auth import Principal
from shared.crash_points import reach
from shared.database import Pool
from shared.errors import Problem
from shared.permissions import require
from shared.unit_of_work import UnitOfWork, unit_of_work
from shared.web.body import checked, refuse_media_type
from shared.web.dry_run import DRY_RUN, Tried, is_dry_run
from shared.web.failures import is_transient
from shared.web.idempotency import Keyed
from shared.web.location import locate
from shared.web.parameters import declared_parameters, refused, unknown_parameters
from shared.web.problems import faults_of
from shared.web.refusals import is_declared
from shared.web.warned import warned, without

ANONYMOUS = "anonymous"
"""The permission of routes that answer without a token; their reads see public projections only."""

READING = frozenset({"GET", "HEAD"})
REASON_LENGTH = 2000
PAUSES_SECONDS = (0.02, 0.1, 0.3)
"""Before each further try of a write that Postgres rolled back in favour of another one."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """What a route asks of its caller."""

    permission: str
    if_match: bool = False
    """Changes a resource that has a version: If-Match is required (428, 412)."""
    needs_key: bool = False
    """Money and publication: `Idempotency-Key` is required."""
    refuses: tuple[type[Problem], ...] = ()
    """What its rules refuse, beside what every operation may (`shared.web.refusals`)."""


def permission(
    name: str, *, if_match: bool = False, needs_key: bool = False, refuses: tuple[type[Problem], ...] = ()
) -> Callable[[Endpoint], Endpoint]:
    """Declare what an endpoint asks of its caller; stands below the router's decorator."""

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__access__ = Access(name, if_match, needs_key, refuses)  # type: ignore[attr-defined]
        return endpoint

    return mark


class Route(APIRoute):
    """A route that opens the read path or the write path before its endpoint runs."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        access = getattr(endpoint, "__access__", None)
        if access is None:
            raise TypeError(
                f"{path}: {getattr(endpoint, '__name__', endpoint)} declares no permission; "
                "put @permission(...) below the router's decorator."
            )
        self.access: Access = access
        options["openapi_extra"] = {
            **(options.get("openapi_extra") or {}),
            "x-permission": access.permission,
            **({"security": []} if access.permission == ANONYMOUS else {}),
        }
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """The endpoint's handler inside the path that its method asks for."""
        handler = super().get_route_handler()
        return self._reading(handler) if self.is_read else self._writing(handler)

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return (self.methods or set()) <= READING

    @cached_property
    def _query_parameters(self) -> Mapping[str, bool]:
        return {**declared_parameters(self), **({} if self.is_read else {DRY_RUN: False})}

    @cached_property
    def _media_type(self) -> str | None:
        """What its body is: JSON, a file as it is, or nothing."""
        if self.body_field is None:
            return None
        return str(getattr(self.body_field.field_info, "media_type", "application/json"))

    async def _admit(self, request: Request) -> Principal:
        principal: Principal = await request.app.state.verifier.verify(request.headers.get("authorization"))
        if self.access.permission != ANONYMOUS:
            require(principal, self.access.permission)
        request.state.principal = principal
        return principal

    async def _answered(self, request: Request, handler: Handler) -> Response:
        """The endpoint's answer; with unknown parameters the refusal, which names all other faults too."""
        unknown = unknown_parameters(request, self._query_parameters) if request.scope["query_string"] else []
        if not unknown:
            return await self._as_declared(request, handler)
        request.state.is_judged_only = True  # what costs much need not be done for the faults
        try:
            await handler(request)
        except RequestValidationError as error:
            unknown += faults_of(error.errors())
        except Problem as problem:
            unknown += problem.faults
        raise refused(unknown)

    async def _as_declared(self, request: Request, handler: Handler) -> Response:
        """The endpoint's answer; in tests a refusal that the contract does not name is a programming error."""
        try:
            return await handler(request)
        except Problem as problem:
            is_test = request.app.state.settings.environment == "test"
            if is_test and not is_declared(self.access.refuses, problem):
                raise RuntimeError(
                    f"{self.name} answers {problem.kind}, which its @permission(..., refuses=...) does not say."
                ) from problem
            raise

    def _reading(self, handler: Handler) -> Handler:
        async def read(request: Request) -> Response:
            await self._admit(request)
            state = request.app.state
            await clock.agree(state.reads)
            request.state.reads = state.public_reads if self.access.permission == ANONYMOUS else state.reads
            return await self._answered(request, handler)

        return read

    def _writing(self, handler: Handler) -> Handler:
        async def write(request: Request) -> Response:
            principal = await self._admit(request)
            request = await checked(request)  # not before the caller is known
            refuse_media_type(request, await request.body(), self._media_type)
            is_dry = is_dry_run(request)
            keyed = None if is_dry else await Keyed.of(request, principal, is_required=self.access.needs_key)
            await clock.agree(request.app.state.reads)
            for pause in PAUSES_SECONDS:
                try:
                    return await self._tried_or_written(request, principal, keyed, handler)
                except DBAPIError as error:
                    if not is_transient(error):
                        raise
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311  (so that two do not meet again)
            return await self._tried_or_written(request, principal, keyed, handler)

        return write

    async def _tried_or_written(
        self, request: Request, principal: Principal, keyed: Keyed | None, handler: Handler
    ) -> Response:
        try:
            return await self._written(request, principal, keyed, handler)
        except Tried as tried:
            return tried.answer

    async def _written(self, request: Request, principal: Principal, keyed: Keyed | None, handler: Handler) -> Response:
        """The endpoint's answer, committed; the same one again for a key that was answered before."""
        state = request.app.state
        async with unit_of_work(
            state.engine,
            principal,
            service=state.service,
            reason=_reason(request),
            request_id=getattr(request.state, "request_id", None),
            wake=state.wake,
        ) as unit:
            unit.if_match = request.headers.get("if-match")
            unit.requires_match = self.access.if_match
            reach("route.unit_open")
            if keyed is not None and (replay := await keyed.earlier_answer(unit)) is not None:
                return replay
            request.state.unit = unit
            response = await self._answered(request, handler)
            reach("route.endpoint_done")
            self._insist(unit)
            if unit.location:
                response.headers["Location"] = unit.location
            locate(request, response)
            if unit.warnings:
                response = warned(request, response, unit.warnings)
            if unit.etag:
                response.headers["ETag"] = unit.etag
            if keyed is not None:
                unit.store_answer(keyed.reply(without(response, unit.shown_once)))
            if is_dry_run(request):
                await unit.write_mechanism()  # what the commit would have found is found here
                raise Tried(response)
        return response

    def _insist(self, unit: UnitOfWork) -> None:
        if not unit.has_recorded:
            raise RuntimeError(f"{self.path}: the write recorded nothing; call unit.record(...).")
        if self.access.if_match and not unit.is_version_checked:
            raise RuntimeError(f"{self.path}: the write did not compare versions; call unit.expect_version(row).")


def _reason(request: Request) -> str | None:
    """The header as its sender wrote it: curl sends UTF-8, browsers Latin-1; ASGI decodes both as Latin-1."""
    given = request.headers.get("x-reason", "").strip()
    with suppress(UnicodeDecodeError):
        given = given.encode("latin-1").decode()
    return given[:REASON_LENGTH] or None


async def current_unit(request: Request) -> UnitOfWork:
    """The unit of work of this request; only writes have one."""
    unit: UnitOfWork = request.state.unit
    return unit


async def current_reads(request: Request) -> Pool:
    """The asyncpg pool for this request's reads: the service's, or the public one on anonymous routes."""
    reads: Pool = request.state.reads
    return reads


async def current_principal(request: Request) -> Principal:
    """Who is calling."""
    principal: Principal = request.state.principal
    return principal


Unit = Annotated[UnitOfWork, Depends(current_unit)]
Reads = Annotated[Pool, Depends(current_reads)]
Caller = Annotated[Principal, Depends(current_principal)]


def router(prefix: str, tag: str, **options: Any) -> APIRouter:
    """A router below `/v1` whose every route is a `Route`."""
    return APIRouter(prefix=f"/v1{prefix}", tags=[tag], route_class=Route, **options)


__all__ = [
    "ANONYMOUS", "Access", "Caller", "Reads", "Route", "Unit", "current_principal", "current_reads",
    "current_unit", "permission", "router",
]  # fmt: skip
