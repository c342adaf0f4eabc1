"""Reads that rules about announcements need."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models import Announcement


async def is_below(session: AsyncSession, node: UUID, above: UUID) -> bool:
    """Whether a node is, or stands somewhere below, another one."""
    current: UUID | None = node
    seen: set[UUID] = set()
    while current is not None and current not in seen:
        if current == above:
            return True
        seen.add(current)
        current = await session.scalar(select(Announcement.parent_id).where(Announcement.id == current))
    return False
