"""`/v1/enumerations`: for everybody, since they hold no facts."""

from typing import Annotated

from fastapi import Path, Request, Response

from services.reporting_worker.enumerations.schemas import EnumerationList, EnumerationRead
from services.reporting_worker.enumerations.service import all_enumerations, read_enumeration
from shared.web.conditional import conditional
from shared.web.route import ANONYMOUS, permission, router

routes = router("/enumerations", "enumerations")


@routes.get("", response_model=EnumerationList, summary="List all enumerations with their labels")
@permission(ANONYMOUS)
async def list_enumerations(request: Request) -> Response:
    """Every enumeration of the API with labels in French and English; `If-None-Match` answers 304 until they change."""
    return conditional(request, all_enumerations())


@routes.get("/{enumeration}", summary="Read one enumeration")
@permission(ANONYMOUS)
async def read_one_enumeration(
    key: Annotated[str, Path(alias="enumeration", description="Its key.", examples=["project_state"])],
) -> EnumerationRead:
    """One enumeration by its key, such as `project_state`."""
    return read_enumeration(key)
