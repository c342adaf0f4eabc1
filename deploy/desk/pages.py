"""The pages that are read: home, lists, rows, and what words find."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from deploy.desk.api import Answer, Refused
from deploy.desk.contract import Contract, Resource
from deploy.desk.reception import Desk, resource_of
from deploy.desk.writing import Writing

STATIC = Path(__file__).parent / "static"
EACH_PAGE = "50"


class Pages(Writing):
    """All pages of the desk."""

    async def home(self, request: Request) -> Response:
        """What waits, the figures of the day, and every list."""
        return await self._answered(request, self._home)

    async def rows(self, request: Request) -> Response:
        """A list with its filters in the address, and the counts of exactly what they keep."""
        return await self._answered(request, self._rows)

    async def row(self, request: Request) -> Response:
        """All of one row, and what can be done to it."""
        return await self._answered(request, self._row)

    async def search(self, request: Request) -> Response:
        """What words find in every list that is searched."""
        return await self._answered(request, self._search)

    async def _home(self, desk: Desk) -> Response:
        figures, waiting = await asyncio.gather(_figures(desk), _waiting(desk))
        groups: dict[str, list[Resource]] = {}
        for one in desk.contract.resources.values():
            groups.setdefault(one.tag, []).append(one)
        return self._draw(
            desk.request, desk.session, "home.html", desk, figures=figures, waiting=waiting, groups=groups
        )

    async def _search(self, desk: Desk) -> Response:
        words = desk.request.query_params.get("q", "").strip()
        searched = [one for one in desk.contract.resources.values() if one.is_searched] if words else []

        async def found(one: Resource) -> tuple[Resource, Sequence[Mapping[str, Any]]]:
            try:
                answer = await desk.api.get(f"/v1/{one.name}", {"q": words, "limit": "8"})
            except Refused:
                return one, ()
            return one, answer.body["items"]

        results = [one for one in await asyncio.gather(*map(found, searched)) if one[1]]
        return self._draw(desk.request, desk.session, "search.html", desk, q=words, results=results)

    async def _rows(self, desk: Desk) -> Response:
        resource = resource_of(desk)
        known = {one["name"] for one in resource.parameters}
        asked = {name: value for name, value in desk.request.query_params.items() if value and name in known}
        counted = {name: value for name, value in asked.items() if name not in {"cursor", "ordering", "limit"}}
        named = {one["name"]: _named(desk.contract, one) for one in resource.filters}
        page, totals, choices = await asyncio.gather(
            desk.api.get(f"/v1/{resource.name}", {**({"limit": EACH_PAGE} if resource.is_paged else {}), **asked}),
            desk.api.get(f"/v1/{resource.name}/totals", counted) if resource.is_counted else _nothing(),
            self._choices(desk, [named[one["name"]] for one in resource.filters]),
        )
        following = page.body.get("next_cursor")
        return self._draw(
            desk.request, desk.session, "rows.html", desk, resource=resource, rows=page.body["items"],
            asked=asked, named=named, totals=totals.body, choices=choices,
            following=urlencode({**asked, "cursor": following}) if following else None,
        )  # fmt: skip

    async def _row(self, desk: Desk) -> Response:
        resource = resource_of(desk)
        moment = {name: desk.request.query_params[name] for name in ("as_of", "known_at")
                  if desk.request.query_params.get(name)}  # fmt: skip
        path = f"/v1/{resource.name}/{quote(desk.request.path_params['row'], safe='')}"
        answer, allowed = await asyncio.gather(
            desk.api.get(path, moment), _allowed(desk, path) if "transitions" in resource.acts else _nothing()
        )
        return self._draw(
            desk.request, desk.session, "row.html", desk, resource=resource, found=answer.body,
            allowed=allowed.body, moment=moment, is_saved="saved" in desk.request.query_params,
        )  # fmt: skip


async def _nothing() -> Answer:
    return Answer(None, None, None)


async def _allowed(desk: Desk, path: str) -> Answer:
    try:
        return await desk.api.get(f"{path}/transitions/allowed")
    except Refused:
        return await _nothing()


async def _figures(desk: Desk) -> Sequence[Mapping[str, Any]]:
    try:
        found: Sequence[Mapping[str, Any]] = (await desk.api.get("/v1/figures")).body["items"]
    except Refused:
        return ()
    shown_here = [one for one in found if one["unit"] in {"projects", "USD"} and one["value"] is not None]
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
        if resource is None:
            return None
        try:
            total = (await desk.api.get(f"/v1/{name}/totals", chosen)).body["total"]
        except Refused:
            return None
        state = next(iter(chosen.values()))
        schema = desk.contract.resolved(
            resource.item["properties"].get("state") or resource.item["properties"].get("status") or {}
        )
        return resource, desk.contract.word(schema, state), total, f"/desk/{name}?{urlencode(chosen)}"

    found = await asyncio.gather(*(one(name, chosen) for name, chosen in _WAITS))
    return [each for each in found if each is not None and each[2]]


def _named(contract: Contract, parameter: Mapping[str, Any]) -> str | None:
    """What a filter takes keys of: what it says, or the noun that it is called after."""
    said = contract.resolved(parameter.get("schema", {})).get("x-refers-to")
    called_after = parameter["name"].partition("__")[0]
    return said or (called_after if called_after in contract.by_noun else None)
