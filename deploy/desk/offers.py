"""The rows that an input can name: all of them where they are few, else those that words find."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from deploy.desk.contract import Resource
from deploy.desk.work import Desk, called

OFFERED = 500
"""How many rows a choice offers; beyond, words find them, and the API names what resembles a key that is none."""
FOUND = 12


async def choices(desk: Desk, nouns: Iterable[str | None]) -> Mapping[str, Mapping[str, str]]:
    """The rows of each kind that can be named, by key, where they are not too many."""
    wanted = sorted({one for one in nouns if one is not None and one in desk.contract.by_noun})

    async def offered(noun: str) -> Mapping[str, str]:
        resource = desk.contract.by_noun[noun]
        page = await desk.lasting(f"/v1/{resource.name}", {"limit": str(OFFERED)} if resource.is_paged else None)
        if page is None or page.get("next_cursor"):
            return {}
        return {str(row[resource.key]): _said(desk, resource, row) for row in page["items"]}

    return dict(zip(wanted, await asyncio.gather(*map(offered, wanted)), strict=True))


async def options(desk: Desk) -> Response:
    """The rows of one kind that words find, for an input that searches as one types (JSON)."""
    resource = desk.contract.by_noun.get(desk.request.path_params["noun"])
    words = desk.request.query_params.get("q", "").strip()
    if resource is None or not resource.is_searched or not words:
        return JSONResponse([])
    page = await desk.asked(f"/v1/{resource.name}", {"q": words, "limit": str(FOUND)})
    rows = page["items"] if page else ()
    return JSONResponse([{"key": str(row[resource.key]), "label": _said(desk, resource, row)} for row in rows])


def _said(desk: Desk, resource: Resource, row: Mapping[str, Any]) -> str:
    """A row in a choice: its name, and of a place what kind of place, since regions and their towns share names."""
    name = called(row, desk.session.language)
    kind = row.get("kind")
    if kind is None:
        return name
    return f"{name} ({desk.contract.word(desk.contract.resolved(resource.item['properties']['kind']), kind)})"
