"""The audit as Postgres hands it out: JSON of one page, newest first, by id (UUIDv7: by time)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.database import Reader
from shared.models.naming import NAMES

_NAME = " ".join(
    f"WHEN '{noun}' THEN (SELECT {key.name} FROM {key.class_.__tablename__} WHERE id = subject_id)"  # noqa: S608
    for noun, (key, target, _) in NAMES.items()
    if key is not target
)
"""The reference of an audited row, where rows of its kind have one."""

_PAGE = """
WITH page AS (
    SELECT id, at, service, actor, action, subject_type, subject_id, before, after, reason, request_id
    FROM audit
    WHERE ($1::uuid IS NULL OR id < $1)
      AND ($2::text IS NULL OR subject_type = $2)
      AND ($3::uuid[] IS NULL OR subject_id = ANY ($3))
      AND ($4::text IS NULL OR actor = $4)
      AND ($5::text IS NULL OR action = $5)
      AND ($6::timestamptz IS NULL OR at >= $6)
      AND ($7::timestamptz IS NULL OR at < $7)
    ORDER BY id DESC LIMIT $8 + 1
), shown AS (
    SELECT *, CASE subject_type <names> END AS subject FROM page ORDER BY id DESC LIMIT $8
)
SELECT coalesce((SELECT json_agg(shown ORDER BY id DESC) FROM shown), '[]'::json) AS items,
       CASE WHEN (SELECT count(*) FROM page) > $8
            THEN (SELECT id::text FROM shown ORDER BY id LIMIT 1) END AS last
""".replace("<names>", _NAME)


@dataclass(frozen=True)
class AuditFilter:
    """What to keep, in the order of the statement's parameters; None keeps all."""

    subject_type: str | None = None
    subjects: Sequence[UUID] | None = None
    actor: str | None = None
    action: str | None = None
    at_gte: datetime | None = None
    at_lt: datetime | None = None


async def audit_page(reads: Reader, wanted: AuditFilter, before: UUID | None, limit: int) -> tuple[str, str | None]:
    """The JSON array of one page, and the id after which the next one starts (None on the last)."""
    row = await reads.fetchrow(_PAGE, before, *vars(wanted).values(), limit)
    return row["items"], row["last"]
