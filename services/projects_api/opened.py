"""A project opened for a change: locked, its version compared, with whose it is; and what rules about its facts read."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.lifecycle import State, was_approved
from shared.errors import NotFound
from shared.locks import lock_project
from shared.models import Amount, Organisation, Policy, Project, Role, Transition
from shared.models.organisation import RoleKind
from shared.models.project import AmountKind
from shared.models.reference import PolicyKind
from shared.permissions import Ownership, require
from shared.recording.facts import Subject, standing
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork


class ProjectNotFound(Refusal, NotFound):
    """No project of that id is visible to the caller."""

    fr = "Aucun projet {project_id} n'est visible pour vous."
    en = "No project {project_id} is visible to you."
    project_id: UUID


def subject_of(project: Project) -> Subject:
    """The project as the subject of facts."""
    return Subject("project_id", project.id, project.mechanism_code)


async def open_project(unit: UnitOfWork, project_id: UUID, permission: str) -> tuple[Project, Ownership]:
    """The project, locked for the whole of the unit of work, its version compared, with whose it is.

    Raises:
        ProjectNotFound: there is none.
        NotPermitted: the caller may not do this to a project of these sections.
        PreconditionRequired, PreconditionFailed: see `UnitOfWork.expect_version`.
    """
    await lock_project(unit.session, project_id)
    project = await project_for_change(unit.session, project_id)
    if project is None:
        raise ProjectNotFound(project_id)
    ownership = Ownership(await sponsoring_sections(unit.session, project_id), project.author)
    require(unit.principal, permission, ownership)
    unit.expect_version(project)
    return project, ownership


async def project_for_change(session: AsyncSession, project_id: UUID) -> Project | None:
    """The project, locked against other changes until the transaction ends."""
    return await session.get(Project, project_id, with_for_update=True)


async def sponsoring_sections(session: AsyncSession, project_id: UUID) -> frozenset[str]:
    """Slugs of the sections that sponsor the project."""
    slugs = await session.scalars(
        select(Organisation.slug)
        .join(Role, Role.organisation_id == Organisation.id)
        .where(Role.project_id == project_id, Role.kind == RoleKind.SPONSOR)
    )
    return frozenset(slugs)


async def is_approved(session: AsyncSession, project_id: UUID) -> bool:
    """Whether the project was approved at some time, by the transitions that stand."""
    states = await session.scalars(
        select(Transition.to_state).where(Transition.project_id == project_id, standing(Transition))
    )
    return was_approved(map(State, states))


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


def amount_on(rows: Iterable[Amount], on: date) -> Amount | None:
    """The amount in force on a date: the latest approved, revised or final one of the rows that stand."""
    counted = [row for row in rows if row.kind in AmountKind.counted() and row.value_on <= on]
    return max(counted, key=lambda row: (row.value_on, row.position), default=None)
