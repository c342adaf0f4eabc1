"""`/v1/history` of one row, in words, and `/v1/changes` of all, for systems that keep a copy."""

from typing import Annotated

from fastapi import Query

from services.reporting_worker.history.schemas import ChangePage, HistoryPage
from services.reporting_worker.history.service import NoHistory, UnknownNoun, changes_since, history_of
from shared.pagination import LIMIT_DEFAULT, LIMIT_MAX
from shared.web.route import Caller, Reads, permission, router

history = router("/history", "history")
changes = router("/changes", "history")


@history.get("", summary="Read what became of a row, in words")
@permission("enumerations:read", refuses=(NoHistory, UnknownNoun))
async def read_history(
    *,
    caller: Caller,
    reads: Reads,
    noun: Annotated[str, Query(description="What the row is.", examples=["project"])],
    key: Annotated[str, Query(description="Its id, reference or slug.", examples=["QIP-2022-MNK-014"], max_length=200)],
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(description="The `next_cursor` of the page before.")] = None,
) -> HistoryPage:
    """Who changed what, when and why, newest first; for whoever may read such rows."""
    return await history_of(reads, caller, noun, key, cursor=cursor, limit=limit)


@changes.get("", summary="List the changes of all rows since a position")
@permission("enumerations:read", refuses=(UnknownNoun,))
async def list_changes_since(
    *,
    caller: Caller,
    reads: Reads,
    since: Annotated[
        str | None,
        Query(description="The `next_cursor` of an earlier answer, or an instant; without it, from the first."),
    ] = None,
    noun_in: Annotated[
        str | None,
        Query(
            alias="noun__in", description="Kinds of rows. Several, separated by commas.", examples=["project,activity"]
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_MAX,
) -> ChangePage:
    """In the order in which they were committed: none is missed and none is told twice, also where one commits late."""
    wanted = None if noun_in is None else frozenset(part for part in noun_in.split(",") if part)
    return await changes_since(reads, caller, since, wanted, limit)
