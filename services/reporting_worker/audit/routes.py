"""`/v1/audit`: reading only; rows are written by units of work and never changed."""

import json
from typing import Annotated

from fastapi import Query, Response

from services.reporting_worker.audit.queries import AuditFilter, audit_page
from services.reporting_worker.audit.schemas import AuditPage
from shared.fields import InstantText
from shared.pagination import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.web.named import ids_named
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
    subject_id: Annotated[
        str | None,
        Query(
            description="An id, or a reference or slug: of that type of subject, or of any.",
            examples=["QIP-2022-MNK-014"],
        ),
    ] = None,
    actor: str | None = None,
    action: Annotated[str | None, Query(examples=["project.approved"])] = None,
    at_gte: Annotated[InstantText | None, Query(alias="at__gte")] = None,
    at_lt: Annotated[InstantText | None, Query(alias="at__lt")] = None,
) -> Response:
    """Who changed what, when and why, with the state before and after."""
    before = decode_cursor(cursor, NEWEST_FIRST)[1] if cursor is not None else None
    subjects = None if subject_id is None else await ids_named(reads, subject_id, subject_type)
    wanted = AuditFilter(subject_type, subjects, actor, action, at_gte, at_lt)
    items, last = await audit_page(reads, wanted, before, limit)
    following = json.dumps(encode_cursor(NEWEST_FIRST, "", last) if last else None)
    return Response(f'{{"items":{items},"next_cursor":{following}}}', media_type="application/json")
