"""Human references: the next one under a prefix, given out once among any number of sessions."""

from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))")


async def next_reference(session: AsyncSession, model: type[Any], prefix: str) -> str:
    """The reference after the highest number under a prefix; concurrent callers wait for each other.

    Records that have references are never deleted, so none is used twice.
    """
    await session.execute(_LOCK, {"name": prefix})
    taken = await session.scalars(
        select(model.reference).where(model.reference.startswith(f"{prefix}-", autoescape=True))
    )
    tails = (reference.removeprefix(f"{prefix}-") for reference in taken)
    return f"{prefix}-{1 + max((int(tail) for tail in tails if tail.isdecimal()), default=0):03d}"
