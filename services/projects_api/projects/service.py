"""Projects: created, edited, opened for a change of their facts."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.projects_api.content.sets import SETS
from services.projects_api.entry.doubles import warn_of_projects
from services.projects_api.opened import is_approved, open_project, sponsoring_sections
from services.projects_api.projects.queries import state_beyond_draft
from services.projects_api.projects.schemas import ProjectEdit
from shared.domain.lifecycle import State
from shared.errors import Conflict
from shared.models import Project
from shared.models.base import Protection
from shared.permissions import Ownership, require
from shared.portfolio import Part
from shared.recording.children import Parent, write_children
from shared.recording.directory import look_up
from shared.recording.facts import SecondPersonDecides
from shared.recording.mistakes import delete_entry
from shared.recording.rows import change, plain
from shared.refusal import Refusal
from shared.two_persons import OF_PROJECTS, hands_in
from shared.unit_of_work import UnitOfWork


def new_project(unit: UnitOfWork, reference: str, mechanism: str, columns: Mapping[str, Any]) -> Project:
    """A project recorded now by the actor; to be saved with its first facts."""
    return Project(
        id=uuid7(),
        reference=reference,
        mechanism_code=mechanism,
        author=unit.actor,
        recorded_at=unit.recorded_at,
        version=1,
        **columns,
    )


_READERS = {Protection.INTERNAL: 0, Protection.PARTNERS: 1, Protection.PUBLIC: 2}


class _ShownByAnother(SecondPersonDecides):
    at, code = "/protection", "shown_by_another"
    fr = "Le projet est approuvé : qui l'a enregistré ou modifié depuis ne l'ouvre pas à davantage de lecteurs ; demandez à un autre approbateur."
    en = "The project is approved: who recorded it or changed it since does not show it to more readers; ask another approver."


async def edit_project(unit: UnitOfWork, project_id: UUID, command: ProjectEdit) -> Project:
    """Change title, summary or protection; an edit that changes nothing is recorded as one that was made.

    Raises:
        SecondPersonDecides: the project was approved, and who would show it to more readers had a hand in it since.
        NotPermitted: the same, and the caller is no approver.
    """
    project, ownership = await open_project(unit, project_id, "projects:revise")
    held = Protection(project.protection)
    before, after = change(project, command.columns)
    asked = set(after)
    if _READERS[Protection(project.protection)] > _READERS[held] and await is_approved(unit.session, project_id):
        require(unit.principal, "projects:approve", ownership)
        if unit.actor in {project.author, *await hands_in(unit.session, OF_PROJECTS, [project_id])}:
            raise _ShownByAnother
        asked -= {"protection"}
    if asked or not after:
        require(unit.principal, "projects:edit", ownership)
    unit.record("project.edited", "project", project.id, before=before, after=after)
    if after:
        unit.changed(project)
    else:
        unit.etag = f'"{project.version}"'
    if "title" in after:
        await unit.session.flush()
        await warn_of_projects(unit, {project.id: ""})
    return project


class NotADraft(Refusal, Conflict):
    """A project that has gone beyond its draft is history: it is rejected or cancelled, never deleted."""

    kind, at = "not-a-draft", ""
    fr = "{reference} est au statut « {state} » ou a été approuvé : seul un projet identifié, jamais approuvé, se supprime ; retirez-le d'abord, rejetez-le ou annulez-le."
    en = "{reference} is {state} or was approved: only an identified project that never was approved is deleted; withdraw it first, reject it or cancel it."
    reference: str
    state: State


async def delete_project(unit: UnitOfWork, project_id: UUID) -> None:
    """Delete a draft that was entered by mistake: nothing refers to it, and no edition names it.

    Raises:
        NotADraft: it is no longer identified, or was approved at some time.
        ProjectNotFound, NotPermitted, StillReferredTo: see there.
    """
    project, _ = await open_project(unit, project_id, "projects:delete")
    if (state := await state_beyond_draft(unit.session, project_id)) is not None:
        raise NotADraft(project.reference, state)
    await delete_entry(unit, "project", project)


async def replace_attachments(unit: UnitOfWork, project_id: UUID, kind: str, parts: Sequence[Part]) -> Project:
    """Give the project this set of `outputs`, `roles`, `quoted_figures` or `links` in place of the one it has.

    Raises:
        UnknownKeys: a party or place does not exist.
        QuotedElsewhere: a quoted figure's reference stands at another record.
    """
    project, ownership = await open_project(unit, project_id, "projects:edit")
    directory = await look_up(unit.session, parts)
    parent = Parent("project_id", project.id, parts)
    await write_children(unit, SETS[kind], [parent], directory)
    if kind == "roles":
        # a section may not hand its project to another one, nor take one
        left = Ownership(await sponsoring_sections(unit.session, project_id), project.author)
        require(unit.principal, "projects:edit", left if left.sections else ownership)
    unit.record(
        f"project.{kind}_replaced", "project", project.id, after={kind: plain(parts)} if parent.is_changed else {}
    )
    unit.changed(project)
    return project


def described(project: Project) -> dict[str, Any]:
    """The project's own columns, for audit and events."""
    return {
        "reference": project.reference,
        "mechanism": project.mechanism_code,
        "title": project.title,
        "protection": project.protection,
        "is_synthetic": project.is_synthetic,
    }
