"""What allocations go to, as the rules about them need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.domain.lifecycle import State
from shared.models import Announcement, Project, Transition


@dataclass(frozen=True)
class Target:
    """A project or a group that money is set aside for."""

    id: UUID
    reference: str
    mechanism_code: str | None


async def projects_of(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Target]:
    """The projects that bear these references."""
    rows = await session.execute(
        select(Project.id, Project.reference, Project.mechanism_code).where(
            Project.reference.in_(set(wanted))
        )
    )
    return {row.reference: Target(*row) for row in rows}


async def announcements_of(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Target]:
    """The announcements that bear these references."""
    rows = await session.execute(
        select(Announcement.id, Announcement.reference, Announcement.mechanism_code).where(
            Announcement.reference.in_(set(wanted))
        )
    )
    return {row.reference: Target(*row) for row in rows}


async def project_states(
    session: AsyncSession, project_ids: Iterable[UUID], as_of: date
) -> dict[UUID, State]:
    """Where projects stand; read after their locks are held."""
    later = aliased(Transition)
    rows = await session.execute(
        select(Transition.project_id, Transition.to_state)
        .ext(distinct_on(Transition.project_id))
        .where(
            Transition.project_id.in_(set(project_ids)),
            Transition.value_on <= as_of,
            ~Transition.is_retraction,
            ~exists().where(later.supersedes_id == Transition.id),
        )
        .order_by(Transition.project_id, Transition.value_on.desc(), Transition.position.desc())
    )
    return {project_id: State(state) for project_id, state in rows}
