"""Who may do what, in words, as the permission table says it."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from starlette.responses import Response

from deploy.desk.work import Desk


async def people(desk: Desk) -> Response:
    """Every permission by what it is about, with the roles that have it; one's own are marked."""
    language = desk.session.language
    found: Sequence[Mapping[str, Any]] = (await desk.api.get("/v1/permissions")).body["items"]
    groups = [(what, list(rows)) for what, rows in groupby(found, key=lambda one: one["resource"][language])]
    return desk.draw(
        "people.html", groups=sorted(groups), acts=desk.contract.words({"x-enumeration": "permission_action"}),
        roles={role: word for role, word in desk.contract.words({"x-enumeration": "user_role"}).items() if role != "service"},
        reaches=desk.contract.words({"x-enumeration": "permission_scope"}), yours=desk.session.claims.get("roles", ()),
        pairs=lambda holders: [(one["role"], one["on"]) for one in holders],
    )  # fmt: skip
