"""Home: what waits for the officer, the figures of the day, and every list."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from deploy.desk.contract import Resource
from deploy.desk.reception import Desk


async def home(desk: Desk) -> Response:
    """What waits, the figures of the day, and every list."""
    figures, waiting = await asyncio.gather(_figures(desk), _waiting(desk))
    groups: dict[str, list[Resource]] = {}
    for one in desk.contract.resources.values():
        groups.setdefault(one.tag, []).append(one)
    return desk.draw("home.html", figures=figures, waiting=waiting, groups=groups)


async def _figures(desk: Desk) -> Sequence[Mapping[str, Any]]:
    found = await desk.asked("/v1/figures")
    rows = found["items"] if found else ()
    shown_here = [one for one in rows if one["unit"] in {"projects", "USD"} and one["value"] is not None]
    return [{**one, "value": Decimal(one["value"]).quantize(Decimal(1))} for one in shown_here]


_WAITS = (
    ("proposals", {"state__in": "proposed"}),
    ("projects", {"status__in": "under_review"}),
    ("projects", {"status__in": "submitted"}),
    ("editions", {"state__in": "in_review"}),
    ("deliveries", {"state__in": "dead"}),
)


async def _waiting(desk: Desk) -> Sequence[tuple[Resource, str, int, str]]:
    """What lists hold that somebody has to act on: the list, the state in words, how many, and the address."""

    async def one(name: str, chosen: Mapping[str, str]) -> tuple[Resource, str, int, str] | None:
        resource = desk.contract.resources.get(name)
        found = None if resource is None else await desk.asked(f"/v1/{name}/totals", chosen)
        if resource is None or found is None:
            return None
        members = resource.item["properties"]
        state = desk.contract.resolved(members.get("state") or members.get("status") or {})
        word = desk.contract.word(state, next(iter(chosen.values())))
        return resource, word, found["total"], f"/desk/{name}?{urlencode(chosen)}"

    found = await asyncio.gather(*(one(name, chosen) for name, chosen in _WAITS))
    return [each for each in found if each is not None and each[2]]
