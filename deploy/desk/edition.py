"""The page of an edition: where it stands, what its controls say, how it reads, and where it was sent."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import Response

from deploy.desk.api import Answer
from deploy.desk.filling import Task, form_page
from deploy.desk.row import stated
from deploy.desk.work import Desk

STEPS = ("controls", "submission", "approval", "freezing", "return", "revisions")
"""What is done to an edition, in the order of its life."""
ACCEPTANCE = "/v1/editions/{edition}/controls/{control}/acceptance"


async def edition(desk: Desk) -> Response:
    """Where an edition stands, and what comes next."""
    found = await _held(desk)
    deliveries = await desk.asked("/v1/deliveries", {"edition": found.body["slug"], "limit": "50"})
    resource = desk.contract.resources["editions"]
    return desk.draw(
        "edition.html", resource=resource, found=found.body, deliveries=deliveries["items"] if deliveries else (),
        steps=[resource.acts[name] for name in STEPS if name in resource.acts], **stated(desk),
    )  # fmt: skip


async def preview(desk: Desk) -> Response:
    """The edition as it would print now (PDF); of a frozen one, the file that was frozen."""
    language = desk.request.path_params["language"]
    path = f"/v1/editions/{quote(desk.request.path_params['row'], safe='')}/preview"
    content, media_type = await desk.api.file(path, {"language": language, "format": "pdf"})
    return Response(content, media_type=media_type, headers={"Content-Disposition": "inline"})


async def accept(desk: Desk) -> Response:
    """A form for the reason why a control that failed is accepted."""
    act = desk.contract.act(ACCEPTANCE, "post", "acceptance")
    if act is None:
        raise HTTPException(404)
    held = await _held(desk)
    control = quote(desk.request.path_params["control"], safe="")
    at = Task(desk.contract.resources["editions"], act.at("control", control), held)
    return await form_page(desk, at)


async def _held(desk: Desk) -> Answer:
    return await desk.api.get(f"/v1/editions/{quote(desk.request.path_params['row'], safe='')}")


async def last_editions(desk: Desk, how_many: int) -> Sequence[Mapping[str, Any]]:
    """The newest frozen ones, the newest first."""
    page = await desk.asked("/v1/editions", {"state__in": "frozen", "ordering": "-period_end", "limit": str(how_many)})
    return page["items"] if page else ()


async def figures_of(desk: Desk, editions: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, str]]:
    """The values that each edition printed, by key."""

    async def printed(slug: str) -> Mapping[str, str]:
        found = await desk.asked(f"/bulletins/{quote(slug, safe='')}/figures.json")
        figures = (found or {}).get("figures", {})
        return {key: one["value"] for key, one in figures.items() if one.get("value") is not None}

    return await asyncio.gather(*(printed(one["slug"]) for one in editions))
