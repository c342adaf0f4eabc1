"""Reads that rules about projects need."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects_api.entry.frame import REGION_LETTERS
from shared.domain.lifecycle import State
from shared.locks import lock_project
from shared.models import Project, Transition
from shared.models.among import among
from shared.recording.facts import standing

_EVER_APPROVED = literal(sorted(State.ever_approved()), ARRAY(Text))


async def projects_for_change(session: AsyncSession, references: Sequence[str]) -> dict[str, Project]:
    """The projects of these references, each locked against other changes until the transaction ends."""
    ids = (await session.scalars(select(Project.id).where(among(Project.reference, references)))).all()
    await lock_project(session, *ids)
    rows = await session.scalars(select(Project).where(among(Project.id, ids)).with_for_update())
    return {project.reference: project for project in rows}


_REGIONS = text("""
WITH RECURSIVE above AS (
    SELECT id, parent_id FROM place WHERE slug = ANY(:places)
    UNION SELECT place.id, place.parent_id FROM place JOIN above ON place.id = above.parent_id
)
SELECT DISTINCT code FROM above JOIN place_code ON place_id = above.id WHERE scheme = :letters LIMIT 2
""").bindparams(bindparam("places", type_=ARRAY(Text)), letters=REGION_LETTERS)


async def region_of(session: AsyncSession, places: Sequence[str]) -> str | None:
    """The letters of the region in which these places lie; None where they lie in several, or in none that has letters."""
    found = (await session.scalars(_REGIONS, {"places": list(places)})).all()
    return found[0] if len(found) == 1 else None


async def is_reference_taken(session: AsyncSession, reference: str) -> bool:
    """Whether a project bears it, or ever did: deleted projects keep theirs."""
    return await session.scalar(select(Project.id).where(Project.reference == reference)) is not None


async def state_beyond_draft(session: AsyncSession, project_id: UUID) -> State | None:
    """The state that keeps a project from being a draft: where it stands, or an approval at any time; None for a draft."""
    held = await session.scalars(
        select(Transition.to_state)
        .where(Transition.project_id == project_id, Transition.to_state == any_(_EVER_APPROVED))
        .union_all(
            select(Transition.to_state)
            .where(Transition.project_id == project_id, standing(Transition))
            .order_by(Transition.value_on.desc(), Transition.position.desc())
            .limit(1)
        )
    )
    return next((State(state) for state in held if state != State.IDENTIFIED), None)
