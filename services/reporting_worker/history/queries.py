"""The audit of one row, and the changes of all rows in the order in which they were committed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.database import Reader
from shared.models.naming import NAMES

_OF_ONE = """
SELECT id, at, actor, action, subject_type, before, after, reason
FROM audit
WHERE subject_type = $1 AND subject_id = ANY ($2) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4 + 1
"""

_REFERENCE = " ".join(
    f"WHEN '{noun}' THEN (SELECT {key.name}::text FROM {key.class_.__tablename__} WHERE id = subject_id)"  # noqa: S608
    for noun, (key, target, _) in NAMES.items()
    if key is not target
)

_FEED = """
SELECT id, transaction_id::text AS transaction, at, event, subject_type, subject_id,
       CASE subject_type <references> END AS reference
FROM outbox
WHERE (transaction_id, id) > ($1::text::xid8, $2)
  AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
  AND subject_type = ANY ($3)
  AND ($4::timestamptz IS NULL OR at >= $4)
ORDER BY transaction_id, id LIMIT $5
""".replace("<references>", _REFERENCE)
"""Only transactions before the oldest that still runs: one that commits late comes later, and none is missed or told twice."""


async def of_one(reads: Reader, noun: str, ids: Sequence[UUID], before: UUID | None, limit: int) -> list[Any]:
    """The changes of one row, the newest first; one more than the limit where there are more."""
    return await reads.fetch(_OF_ONE, noun, ids, before, limit)


async def feed(reads: Reader, after: tuple[str, int], nouns: Sequence[str], since: Any, limit: int) -> list[Any]:
    """The changes after a position, in the order of their transactions."""
    return await reads.fetch(_FEED, after[0], after[1], nouns, since, limit)
