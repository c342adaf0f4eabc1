"""The page of a donor: what was promised, what came, what it pays for, and what is left."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from deploy.desk.row import moment_of, stated
from deploy.desk.work import Desk

EACH = "200"


async def donor(desk: Desk) -> Response:
    """A donor with each contribution, its receipts and its balance, and the projects that it pays for."""
    slug = desk.request.path_params["row"]
    found = (await desk.api.get(f"/v1/donors/{quote(slug, safe='')}", moment_of(desk))).body
    asked = {**moment_of(desk), "donor__in": found["slug"], "limit": EACH}
    contributions, allocations = await asyncio.gather(
        _items(desk, "/v1/contributions", asked), _items(desk, "/v1/allocations", asked)
    )
    held = await asyncio.gather(*(desk.asked(f"/v1/contributions/{one['reference']}") for one in contributions))
    return desk.draw(
        "donor.html", resource=desk.contract.resources["donors"], found=found, contributions=contributions,
        allocations=allocations, receipts=[one for each in held if each for one in each["entries"] if one["kind"] == "receipt"],
        sums={name: _sum(contributions, name) for name in ("available_usd", "allocated_usd")}, **stated(desk),
    )  # fmt: skip


async def _items(desk: Desk, path: str, asked: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    page = await desk.asked(path, asked)
    return page["items"] if page else ()


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(one[name]) for one in rows if one[name] is not None), Decimal(0))
