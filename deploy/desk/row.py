"""The page of a row: all that the contract shows of it, and what can be done to it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from deploy.desk.contract import Resource
from deploy.desk.work import Desk, resource_of


async def row(desk: Desk) -> Response:
    """All of one row, and what can be done to it."""
    resource = resource_of(desk)
    path = path_of(desk, resource)
    found, allowed = await asyncio.gather(desk.api.get(path, moment_of(desk)), allowed_of(desk, resource, path))
    return desk.draw("row.html", resource=resource, found=found.body, allowed=allowed, **stated(desk))


def path_of(desk: Desk, resource: Resource) -> str:
    """The row's address at the API."""
    return f"/v1/{resource.name}/{quote(desk.request.path_params['row'], safe='')}"


def moment_of(desk: Desk) -> dict[str, str]:
    """As of which date, and as known at which moment, the address asks."""
    given = desk.request.query_params
    return {name: given[name] for name in ("as_of", "known_at") if given.get(name)}


def stated(desk: Desk) -> Mapping[str, Any]:
    """What every page of a row says of how it is seen."""
    return {"moment": moment_of(desk), "is_saved": "saved" in desk.request.query_params}


async def allowed_of(desk: Desk, resource: Resource, path: str) -> Any:
    """The states that may follow, with the reasons against each; None where a row has no states."""
    return await desk.asked(f"{path}/transitions/allowed") if "transitions" in resource.acts else None
