"""`/v1/standing-texts`: the texts that editions carry over, in versions."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.reporting_worker.standing_texts import service
from services.reporting_worker.standing_texts.schemas import (
    StandingTextContent,
    StandingTextCreate,
    StandingTextWritten,
)
from services.reporting_worker.standing_texts.service import KeyTaken
from shared.deletion import NameRetired, StillReferredTo
from shared.resources.standing_texts import STANDING_TEXTS
from shared.web.named import named
from shared.web.resource_routes import add_resource_routes
from shared.web.route import Unit, permission, router

routes = router("/standing-texts", "editions")

VersionId = Annotated[UUID, named("standing_text")]


@routes.post("", status_code=201, summary="Record a standing text")
@permission("standing-texts:create", refuses=(NameRetired, KeyTaken))
async def create_standing_text(command: StandingTextCreate, unit: Unit, response: Response) -> StandingTextWritten:
    """Under a key of its own, by which items of editions name it."""
    row = await service.create_standing_text(unit, command.key, command.text)
    response.headers["Location"] = f"/v1/standing-texts/{row.key}"
    return StandingTextWritten(id=row.id, key=row.key, version=row.version)


@routes.put("/{standing_text}", summary="Record the next version of a standing text")
@permission("standing-texts:edit", if_match=True)
async def edit_standing_text(version_id: VersionId, content: StandingTextContent, unit: Unit) -> StandingTextWritten:
    """Drafts print it from now on; what was frozen keeps the words that it printed."""
    row = await service.replace_standing_text(unit, version_id, content.text)
    return StandingTextWritten(id=row.id, key=row.key, version=row.version)


@routes.delete(
    "/{standing_text}",
    status_code=204,
    response_class=Response,
    summary="Withdraw a standing text that no edition names",
)
@permission("standing-texts:delete", if_match=True, refuses=(StillReferredTo,))
async def delete_standing_text(version_id: VersionId, unit: Unit) -> Response:
    """While items of editions name it, 409 counts them. Its versions are kept, and its key is never used again."""
    await service.delete_standing_text(unit, version_id)
    return Response(status_code=204)


add_resource_routes(
    routes,
    STANDING_TEXTS,
    {
        "list": "List standing texts",
        "totals": "Count standing texts",
        "detail": "Read a standing text with its versions",
    },
)
