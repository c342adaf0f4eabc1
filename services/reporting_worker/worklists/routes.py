"""`/v1/worklists`: what waits to be done, counted; and the rows of one worklist."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request
from pydantic import ConfigDict, Field, create_model

from services.reporting_worker.worklists import service
from services.reporting_worker.worklists.schemas import WaitingRows, Worklists
from services.reporting_worker.worklists.worklist import FILTERS
from shared.auth import Principal
from shared.pagination import LIMIT_DEFAULT, LIMIT_MAX
from shared.permissions import NotPermitted
from shared.resources.projects import PROJECTS
from shared.web.list_queries import parameter, values_asked
from shared.web.moment import Asked, Moment
from shared.web.route import Caller, Reads, permission, router

routes = router("/worklists", "worklists")

_FILTERS = [PROJECTS.filter_named(name) for name in FILTERS]
_FIELDS: dict[str, Any] = {one.name: parameter(one) for one in _FILTERS}
_PAGE: dict[str, Any] = {
    "mine": (bool, Field(False, description="Only rows that the bearer may mend.")),
    "limit": (int, Field(LIMIT_DEFAULT, ge=1, le=LIMIT_MAX)),
    "cursor": (str | None, Field(None, description="The `next_cursor` of the page before.")),
    "include": (Literal["total"] | None, Field(None, description="`total` counts all rows.")),
}
_LAX = ConfigDict(extra="ignore")
"""The route class refuses what a query does not know."""
WorklistsQuery: Any = Annotated[create_model("WorklistsQuery", __config__=_LAX, **_FIELDS), Query()]
RowsQuery: Any = Annotated[create_model("WorklistRowsQuery", __config__=_LAX, **_FIELDS, **_PAGE), Query()]


def _asked(query: Any, moment: Moment, caller: Principal, *, is_mine: bool = False) -> service.Asked:
    return service.Asked(caller, moment.bound, values_asked(_FILTERS, query), is_mine)


@routes.get("", summary="List worklists, with how much waits in each")
@permission("worklists:read")
async def list_worklists(
    request: Request, query: WorklistsQuery, moment: Asked, reads: Reads, caller: Caller
) -> Worklists:
    """Those of which the bearer may read the rows. A worklist whose rows do not know a filter counts nothing with it."""
    return await service.read_worklists(reads, _asked(query, moment, caller), request.url.query)


@routes.get("/{worklist}", summary="List the rows of a worklist", response_model_exclude_unset=True)
@permission("worklists:read", refuses=(service.UnknownWorklist, NotPermitted))
async def list_worklist_rows(
    worklist: Annotated[str, Path(description="Its key.", examples=["projects.without_amount"], max_length=100)],
    query: RowsQuery,
    moment: Asked,
    reads: Reads,
    caller: Caller,
) -> WaitingRows:
    """What waits longest comes first. Each row says what to do, and names the operation that mends it."""
    page = service.PageAsked(query.limit, query.cursor, is_counted=query.include == "total")
    wanted = service.worklist_named(worklist)
    return await service.read_rows(reads, wanted, _asked(query, moment, caller, is_mine=query.mine), page)
