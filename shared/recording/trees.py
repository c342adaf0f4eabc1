"""Rows of one table that lie within or follow one another: no walk through them may come back to where it began."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from shared.models.among import among
from shared.recording.refusals import OwnAncestor
from shared.unit_of_work import UnitOfWork


async def refuse_circles(unit: UnitOfWork, key: str, column: str, rows: Sequence[Any]) -> None:
    """Refuse rows that, by the column that leads to another one, lead back to themselves.

    Raises:
        OwnAncestor: one does; it is named by its key.
    """
    linked = [row for row in rows if getattr(row, column) is not None]
    if not linked:
        return
    model: Any = type(linked[0])
    above = (
        select(model.id.label("start"), getattr(model, column).label("at"))
        .where(among(model.id, [row.id for row in linked]))
        .cte(recursive=True)
    )
    above = above.union(select(above.c.start, getattr(model, column)).join(model, model.id == above.c.at))
    own = await unit.session.scalar(select(above.c.start).where(above.c.start == above.c.at).limit(1))
    if own is not None:
        raise OwnAncestor(column.removesuffix("_id"), next(getattr(row, key) for row in linked if row.id == own))
