"""Human references: the next one under a prefix, given out once among any number of sessions."""

from typing import Any

from sqlalchemy import select, text, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models import RetiredName

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 2))")


async def next_reference(session: AsyncSession, model: type[Any], prefix: str) -> str:
    """The reference after the highest number under a prefix; concurrent callers wait for each other.

    The references of deleted records count too, so none is used twice.
    """
    await session.execute(_LOCK, {"name": prefix})
    columns = (model.reference, RetiredName.key)
    begun = (select(one).where(one.startswith(f"{prefix}-", autoescape=True)) for one in columns)
    taken = await session.scalars(union_all(*begun))
    tails = (reference.removeprefix(f"{prefix}-") for reference in taken)
    return f"{prefix}-{1 + max((int(tail) for tail in tails if tail.isdecimal()), default=0):03d}"
