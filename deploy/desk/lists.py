"""Lists: filters kept in the address, the counts of exactly what they keep, columns to choose; and search over all of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.responses import Response

from deploy.desk.api import Answer
from deploy.desk.contract import Contract, Resource, label_of
from deploy.desk.map import map_of
from deploy.desk.offers import choices
from deploy.desk.work import Desk, resource_of

_Counted = tuple[str, int, str | None]

EACH_PAGE = "50"
COLUMNS = 8
"""How many columns a list shows at first; the others are chosen."""
FOUND = "8"
_LAST = frozenset({"protection", "is_synthetic", "id", "version"})
"""Members that are seldom looked for: the last to have a column."""
_MOMENT = ("as_of", "known_at")


async def rows(desk: Desk) -> Response:
    """A list with its filters in the address, and the counts of exactly what they keep."""
    resource = resource_of(desk)
    given = desk.request.query_params.multi_items()
    asked = _asked(resource, given)
    counted = {name: value for name, value in asked.items() if name not in {"cursor", "ordering", "limit"}}
    named = {one["name"]: noun_of(desk.contract, one) for one in resource.filters}
    page, totals, offered, views = await asyncio.gather(
        desk.api.get(f"/v1/{resource.name}", {**({"limit": EACH_PAGE} if resource.is_paged else {}), **asked}),
        desk.api.get(f"/v1/{resource.name}/totals", counted) if resource.is_counted else _nothing(),
        choices(desk, named.values()),
        desk.asked("/v1/saved-views", {"list__in": resource.name, "limit": "20"}),
    )
    drawn = await map_of(desk, resource.name, asked, totals.body) if totals.body else None
    told = _Told(resource, named, offered)
    tally = told.tally(desk, totals.body, counted) if totals.body else ()
    columns = columns_of(resource, [value for name, value in given if name == "columns"])
    following = page.body.get("next_cursor")
    return desk.draw(
        "rows.html", resource=resource, rows=page.body["items"], asked=asked, named=named, totals=totals.body, map=drawn, views=views["items"] if views else (),
        keeping=urlencode({"list": resource.name, "query": kept_query(given), "slug": f"{resource.name}-{uuid4().hex[:6]}"}),
        tally=tally,
        exported=urlencode({name: value for name, value in asked.items() if name not in {"cursor", "limit", "include"}}),

        choices=offered, columns=columns, kept=urlencode([*asked.items(), *(("columns", one) for one in columns)]),
        chips=told.chips(desk, asked),
        following=urlencode([*{**asked, "cursor": following}.items(), *_columns(given)]) if following else None,
    )  # fmt: skip


def kept_query(given: Sequence[tuple[str, str]]) -> str:
    """The query of an address as a saved view keeps it: without the page that was looked at."""
    return urlencode([(name, value) for name, value in given if value and name not in {"cursor", "language", "saved"}])


async def export(desk: Desk) -> Response:
    """The whole list as a file, as the API gives it."""
    name, suffix = desk.request.path_params["resource"], desk.request.path_params["suffix"]
    resource = desk.contract.resources.get(name)
    if resource is None or suffix not in resource.formats:
        raise HTTPException(404)
    content, media_type = await desk.api.file(f"/v1/{name}.{suffix}", dict(desk.request.query_params))
    headers = {"Content-Disposition": f'attachment; filename="{name}.{suffix}"'}
    return Response(content, media_type=media_type, headers=headers)


async def search(desk: Desk) -> Response:
    """What words find in every list that is searched."""
    words = desk.request.query_params.get("q", "").strip()
    searched = [one for one in desk.contract.resources.values() if one.is_searched] if words else []

    async def found(one: Resource) -> tuple[Resource, Sequence[Mapping[str, Any]]]:
        page = await desk.asked(f"/v1/{one.name}", {"q": words, "limit": FOUND})
        return one, page["items"] if page else ()

    results = [one for one in await asyncio.gather(*map(found, searched)) if one[1]]
    return desk.draw("search.html", q=words, results=results)


def columns_of(resource: Resource, chosen: Sequence[str]) -> Sequence[str]:
    """The members that have a column: the chosen ones, else the first that people look for."""
    known = [one for one in resource.columns if one in chosen]
    return known or [one for one in resource.columns if one not in _LAST][:COLUMNS]


def noun_of(contract: Contract, parameter: Mapping[str, Any]) -> str | None:
    """What a filter takes keys of: what it says, or the noun that it is called after."""
    said = contract.resolved(parameter.get("schema", {})).get("x-refers-to")
    called_after = parameter["name"].partition("__")[0]
    return said or (called_after if called_after in contract.by_noun else None)


def _asked(resource: Resource, given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """What the API is asked: several values of one filter are one parameter with commas."""
    known = {one["name"] for one in resource.parameters}
    found: dict[str, str] = {}
    for name, value in given:
        if value and name in known:
            found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _columns(given: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in given if name == "columns"]


UNTOLD = frozenset({"place"})
"""Dimensions that the map tells instead: there are as many places as villages."""


@dataclass(frozen=True)
class _Told:
    """A list's filters and counts in words."""

    resource: Resource
    named: Mapping[str, str | None]
    offered: Mapping[str, Mapping[str, str]]

    def chips(self, desk: Desk, asked: Mapping[str, str]) -> list[tuple[str, str, str]]:
        """Each filter in force: what it is called, its values in words, and the address without it."""
        found = []
        for one in self.resource.filters:
            name = one["name"]
            if name in asked:
                words = self._words(desk, name, one["schema"])
                values = ", ".join(words.get(value, value) for value in asked[name].split(","))
                rest = {other: value for other, value in asked.items() if other not in {name, "cursor"}}
                found.append((self.resource.label_of_filter(one), values, urlencode(rest)))
        return found

    def tally(self, desk: Desk, totals: Mapping[str, Any], kept: Mapping[str, str]) -> list[tuple[str, list[_Counted]]]:
        """Each dimension: what it is called, and its values in words, with their number and the address that filters."""
        filters = {one["name"]: one for one in self.resource.filters}
        found = []
        for dimension, counts in totals["by"].items():
            if not counts or dimension in UNTOLD:
                continue
            parameter = f"{dimension}__in"
            chosen_by = filters.get(parameter)
            schema = self.resource.item.get("properties", {}).get(dimension) or (chosen_by or {}).get("schema", {})
            words = {**self._words(desk, parameter, schema), "none": desk.said["nothing"]}
            label = self.resource.label_of_filter(chosen_by) if chosen_by else label_of(dimension, schema)
            rows = [
                (words.get(value, value), count, self._address(kept, parameter, value) if chosen_by else None)
                for value, count in sorted(counts.items(), key=lambda one: -one[1])
            ]
            found.append((label, rows))
        return found

    def _words(self, desk: Desk, parameter: str, schema: Any) -> Mapping[str, str]:
        offered = self.offered.get(self.named.get(parameter) or "", {})
        return {**desk.contract.words(desk.contract.resolved(schema)), **offered}

    def _address(self, kept: Mapping[str, str], parameter: str, value: str) -> str | None:
        return None if value == "none" else f"/desk/{self.resource.name}?{urlencode({**kept, parameter: value})}"


async def _nothing() -> Answer:
    return Answer(None, None, None)
