"""Worklists: what waits to be done, how much of it by whom, and each row with the act that mends it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from starlette.responses import Response

from deploy.desk.work import Desk

WORKLISTS = "/v1/worklists"
EACH_PAGE = "50"


async def worklists(desk: Desk) -> Response:
    """Every worklist with what waits in it, what is the officer's own to do first."""
    found = (await desk.api.get(WORKLISTS)).body
    rows = sorted(found["items"], key=lambda one: (-one["mine"], -one["count"]))
    return desk.draw("worklists.html", rows=rows, total=found["count"], mine=found["mine"])


async def worklist(desk: Desk) -> Response:
    """The rows of one worklist, what waits longest first."""
    key = desk.request.path_params["worklist"]
    asked = {"limit": EACH_PAGE, "include": "total"}
    if cursor := desk.request.query_params.get("cursor"):
        asked["cursor"] = cursor
    listed = (await desk.api.get(WORKLISTS)).body["items"]
    page = (await desk.api.get(f"{WORKLISTS}/{quote(key, safe='')}", asked)).body
    following = page.get("next_cursor")
    return desk.draw(
        "worklist.html", worklist=next((one for one in listed if one["key"] == key), None), rows=page["items"],
        total=page.get("total"), page_of=lambda address: page_of(desk, address),
        act_of=lambda row: _act(desk, row),
        following=urlencode({"cursor": following}) if following else None,
    )  # fmt: skip


def page_of(desk: Desk, address: str) -> str | None:
    """The desk's page for an address of the API; None where it has none."""
    parts = address.removeprefix("/v1/").split("/")
    resource = desk.contract.resources.get(parts[0])
    if resource is None or not resource.is_opened:
        return None
    return f"/desk/{'/'.join(parts[:2])}"


def _act(desk: Desk, row: Mapping[str, Any]) -> str | None:
    """The form that mends a row; the row's own page where the act is no form."""
    parts = row["act"]["href"].removeprefix("/v1/").split("/")
    resource = desk.contract.resources.get(parts[0])
    if resource is None or not row["is_mine"]:
        return None
    if len(parts) == 1:
        return f"/desk/{parts[0]}/new" if resource.create else None
    name = (
        parts[2]
        if len(parts) > 2
        else {"PUT": "edit", "PATCH": "edit", "DELETE": "delete"}.get(row["act"]["method"], "")
    )
    return f"/desk/{parts[0]}/{parts[1]}/{name}" if name in resource.acts else page_of(desk, row["href"])
