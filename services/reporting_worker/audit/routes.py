"""`/v1/audit`: reading only; rows are written by units of work and never changed."""

import json
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import AwareDatetime

from services.reporting_worker.audit.queries import AuditFilter, audit_page
from services.reporting_worker.audit.schemas import AuditPage
from shared.pagination import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.web.route import Reads, permission, router

routes = router("/audit", "audit")

NEWEST_FIRST = "-id"


@routes.get("", response_model=AuditPage, summary="List changes, newest first")
@permission("audit:read")
async def list_changes(
    *,
    reads: Reads,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(description="The `next_cursor` of the page before.")] = None,
    subject_type: Annotated[str | None, Query(examples=["project"])] = None,
    subject_id: UUID | None = None,
    actor: str | None = None,
    action: Annotated[str | None, Query(examples=["project.approved"])] = None,
    at_gte: Annotated[AwareDatetime | None, Query(alias="at__gte")] = None,
    at_lt: Annotated[AwareDatetime | None, Query(alias="at__lt")] = None,
) -> Response:
    """Who changed what, when and why, with the state before and after."""
    before = decode_cursor(cursor, NEWEST_FIRST)[1] if cursor is not None else None
    wanted = AuditFilter(subject_type, subject_id, actor, action, at_gte, at_lt)
    items, last = await audit_page(reads, wanted, before, limit)
    following = json.dumps(encode_cursor(NEWEST_FIRST, "", last) if last else None)
    return Response(f'{{"items":{items},"next_cursor":{following}}}', media_type="application/json")
