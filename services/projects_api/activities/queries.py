"""Reads that rules about activities need."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models import Organisation, Role


async def sections_of(session: AsyncSession, activity_id: UUID) -> frozenset[str]:
    """Slugs of the organisations that take part in the activity."""
    slugs = await session.scalars(
        select(Organisation.slug)
        .join(Role, Role.organisation_id == Organisation.id)
        .where(Role.activity_id == activity_id)
    )
    return frozenset(slugs)
