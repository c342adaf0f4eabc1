"""The sets that hang on records, as they stand."""

from collections.abc import Iterable, Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects_api.recording import SubjectColumn
from shared.models import Link, Output, QuotedFigure, Role
from shared.models.among import among

Attachment = Output | Role | QuotedFigure | Link

MODELS: dict[str, type[Output] | type[Role] | type[QuotedFigure] | type[Link]] = {
    "outputs": Output,
    "roles": Role,
    "quoted_figures": QuotedFigure,
    "links": Link,
}
"""The kinds of set, by their name in inputs."""


async def attached(
    session: AsyncSession, kind: str, column: SubjectColumn, ids: Iterable[UUID]
) -> dict[UUID, list[Attachment]]:
    """The set of one kind, per subject, in its order."""
    model = MODELS[kind]
    wanted = list(ids)
    found: dict[UUID, list[Attachment]] = {one: [] for one in wanted}
    order = QuotedFigure.reference if model is QuotedFigure else getattr(model, "position")  # noqa: B009
    statement = select(model).where(among(getattr(model, column), wanted)).order_by(order)
    rows = cast("Sequence[Attachment]", (await session.scalars(statement)).all())
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


async def quoted_elsewhere(
    session: AsyncSession, references: Iterable[str], subject: UUID | None
) -> list[str]:
    """Which of these references of quoted figures stand at another record than the subject (None: at any)."""
    rows = await session.scalars(select(QuotedFigure).where(among(QuotedFigure.reference, references)))
    return [
        row.reference
        for row in rows
        if subject is None or subject not in {row.project_id, row.activity_id, row.announcement_id}
    ]
