"""Reads that rules about amounts need."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models import Amount, Policy, Transition
from shared.models.project import AmountKind
from shared.models.reference import PolicyKind
from shared.recording.facts import standing


async def ceiling_on(session: AsyncSession, mechanism: str, on: date) -> Policy | None:
    """The mechanism's ceiling in force on a date, if it has one."""
    return await session.scalar(
        select(Policy)
        .where(
            Policy.mechanism_code == mechanism,
            Policy.kind == PolicyKind.CEILING,
            Policy.valid_from <= on,
            standing(Policy),
        )
        .order_by(Policy.valid_from.desc())
        .limit(1)
    )


async def states_held(session: AsyncSession, project_id: UUID) -> list[str]:
    """Every state that the project has held, by the transitions that stand."""
    return list(
        await session.scalars(
            select(Transition.to_state).where(Transition.project_id == project_id, standing(Transition))
        )
    )


def amount_on(rows: Iterable[Amount], on: date) -> Amount | None:
    """The amount in force on a date: the latest approved, revised or final one of the rows that stand."""
    counted = [row for row in rows if row.kind in AmountKind.counted() and row.value_on <= on]
    return max(counted, key=lambda row: (row.value_on, row.position), default=None)
