"""Transaction advisory locks for rules that span owners, ids ascending (DESIGN 2).

What names stand for comes first. Projects come before announcements, and those before contributions.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_HOLD_NAMES = text("SELECT pg_advisory_xact_lock_shared(hashtextextended('names', 0))")
_LOCK_NAMES = text("SELECT pg_advisory_xact_lock(hashtextextended('names', 0))")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def hold_names(session: AsyncSession) -> None:
    """Keep what names stand for until this transaction ends, beside all others who do: no merge comes between.

    Whoever writes takes it before looking up a name, so before every other lock.
    """
    await session.execute(_HOLD_NAMES)


async def lock_names(session: AsyncSession) -> None:
    """Change what a name stands for: once all who hold names have ended, and before any other begins."""
    await session.execute(_LOCK_NAMES)


async def lock_project(session: AsyncSession, *ids: UUID) -> None:
    """Hold every other unit of work that locks one of these projects until this transaction ends."""
    await _lock(session, "project", ids)


async def lock_announcement(session: AsyncSession, *ids: UUID) -> None:
    """The same for announcements; take the projects' locks first."""
    await _lock(session, "announcement", ids)


async def lock_contribution(session: AsyncSession, *ids: UUID) -> None:
    """The same for contributions; take the projects' and announcements' locks first."""
    await _lock(session, "contribution", ids)


async def lock_standing_text(session: AsyncSession, key: str) -> None:
    """Hold every other unit of work that writes a version of this standing text, or draws on it anew."""
    await session.execute(_LOCK, {"name": f"standing_text:{key}"})


async def _lock(session: AsyncSession, kind: str, ids: tuple[UUID, ...]) -> None:
    for one in sorted(set(ids)):
        await session.execute(_LOCK, {"name": f"{kind}:{one}"})
