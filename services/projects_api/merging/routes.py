"""The route by which a double is merged, the same for every kind of row that may be entered twice."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.projects_api.merging.schemas import MergeCommand
from services.projects_api.merging.service import Doubles, MergeRefused, merge
from shared.deletion import StillReferredTo
from shared.models.naming import NAMES
from shared.recording.routes import RecordWritten
from shared.web.named import named
from shared.web.route import Unit, permission


def add_merge_route(routes: APIRouter, name: str, doubles: Doubles) -> None:
    """Add the merging of a row into the one of which it is a double."""
    RowId: Any = Annotated[UUID, named(doubles.noun, is_ceasing=True)]  # noqa: N806  (a type)

    @routes.post(
        f"/{{{doubles.noun}}}/merge",
        summary=f"Merge {'an' if doubles.noun[0] in 'aeiou' else 'a'} {doubles.noun} into the one of which it is a double",
        name=f"merge_{doubles.noun}",
    )
    @permission(f"{name}:merge", if_match=True, refuses=(MergeRefused, StillReferredTo))
    async def merge_double(row_id: RowId, command: MergeCommand, unit: Unit, response: Response) -> RecordWritten:
        """What refers to it refers to the other one from now on, and its address answers 308 with that one's.

        Nothing counts it any more; as known before, all is as it was. While rows of another service refer to it (a
        donor, money set aside), 409 counts them by kind.
        """
        kept = await merge(unit, doubles, row_id, command)
        response.headers["Location"] = f"/v1/{name}/{kept.id}"
        return RecordWritten(id=kept.id, key=getattr(kept, NAMES[doubles.noun].key.name), version=kept.version)
