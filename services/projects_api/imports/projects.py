"""Projects of a register: entered in any state that it says, with the dates known; the same row again changes nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.projects_api.content.filed import ProjectRow
from services.projects_api.content.sets import SETS
from services.projects_api.entry.doubles import warn_of_projects
from services.projects_api.facts.held import Held, project_facts
from services.projects_api.facts.stated import Prepared, facts_of, prepared_for
from services.projects_api.imports.refusals import at_row
from services.projects_api.imports.transitions import transitions_to_save
from services.projects_api.opened import subject_of
from services.projects_api.projects.queries import projects_for_change
from services.projects_api.projects.service import described, new_project
from shared.deletion import refuse_retired
from shared.errors import Conflict
from shared.models import Project
from shared.models.base import Base
from shared.recording.children import Parent, write_children
from shared.recording.directory import Directory
from shared.recording.facts import REGISTER
from shared.recording.rows import Columns, change, plain, save
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork


class AnotherMechanism(Refusal, Conflict):
    """A reference names one project for ever, and its mechanism with it."""

    kind, at, code = "reference-taken", "/mechanism", "another_mechanism"
    fr = "{reference} est un projet {held}, pas {given}."
    en = "{reference} is a project of {held}, not of {given}."
    reference: str
    held: str
    given: str


async def import_projects(unit: UnitOfWork, rows: Sequence[ProjectRow], directory: Directory) -> Counter[str]:
    """Create, change or leave the projects of a chunk; one audit row and event for each that is not as it was."""
    held_projects = await projects_for_change(unit.session, [row.reference for row in rows])
    gone = [project.reference for project in held_projects.values() if project.is_deleted]
    await refuse_retired(unit.session, "project", gone)
    held = await project_facts(unit.session, [project.id for project in held_projects.values()])
    prepared = await prepared_for(unit, rows)
    new: list[Base] = []
    brought: list[_Brought] = []
    for place, row in enumerate(rows):
        with at_row(place, "project", row.reference):
            project = held_projects.get(row.reference)
            if project is None:
                one = _Brought(new_project(unit, row.reference, row.mechanism, _columns(row)), row, is_new=True)
                new.append(one.project)
            else:
                if project.mechanism_code != row.mechanism:
                    raise AnotherMechanism(row.reference, project.mechanism_code, row.mechanism)
                one = _Brought(project, row)
                one.before, one.after = change(project, _columns(row))
            facts = _facts(unit, one.project, row, directory, held=held, prepared=prepared)
            if facts:
                one.after["facts"] = sorted({fact.__tablename__ for fact in facts})
            new += facts
            brought.append(one)
    await save(unit.session, new)
    for name, children in SETS.items():
        parents = [Parent("project_id", one.project.id, getattr(one.row, name), one.is_new) for one in brought]
        await write_children(unit, children, parents, directory)
        for one, parent in zip(brought, parents, strict=True):
            if parent.is_changed:
                one.after[name] = plain(parent.parts)
    await warn_of_projects(unit, {one.project.id: f"/{place}" for place, one in enumerate(brought) if one.is_new})
    return Counter(_noted(unit, one) for one in brought)


@dataclass
class _Brought:
    """A project that a row brings, with what it changes."""

    project: Project
    row: ProjectRow
    is_new: bool = False
    before: Columns = field(default_factory=dict)
    after: Columns = field(default_factory=dict)


def _noted(unit: UnitOfWork, one: _Brought) -> str:
    """Note for the audit what a row brought; `created`, `changed` or `unchanged`."""
    project = one.project
    if one.is_new:
        unit.record("project.imported", "project", project.id, after=described(project))
        return "created"
    if not one.after:
        return "unchanged"
    reason = REGISTER
    unit.record("project.changed", "project", project.id, before=one.before, after=one.after, reason=reason)
    unit.changed(project)
    return "changed"


def _columns(row: ProjectRow) -> dict[str, Any]:
    return row.model_dump(include={"title", "summary", "protection", "is_synthetic"})


def _facts(
    unit: UnitOfWork, project: Project, row: ProjectRow, directory: Directory, *, held: Held, prepared: Prepared
) -> list[Base]:
    """The facts that the row states and that do not stand as stated."""
    standing = held.transitions.get(project.id, ())
    return [
        *transitions_to_save(unit, subject_of(project), row.transitions, standing),
        *facts_of(unit, project, row, row.places, directory, held=held, prepared=prepared),
    ]
