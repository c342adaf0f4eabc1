"""What became of a row, in words: who changed what, when and why."""

from starlette.responses import Response

from deploy.desk.row import path_of
from deploy.desk.work import Desk, resource_of


async def history(desk: Desk) -> Response:
    """The changes of a row, newest first."""
    resource = resource_of(desk)
    found = (await desk.api.get(path_of(desk, resource))).body
    asked = {"noun": resource.noun, "key": str(found["id"]), "limit": "100"}
    if cursor := desk.request.query_params.get("cursor"):
        asked["cursor"] = cursor
    page = (await desk.api.get("/v1/history", asked)).body
    return desk.draw(
        "history.html", resource=resource, found=found, changes=page["items"], following=page["next_cursor"]
    )
