"""Projects of a register: entered in any state that it says, with the dates known; the same row again changes nothing."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.projects_api import reconciliation
from services.projects_api.amounts.service import Rates, rates_for
from services.projects_api.attachments import service as attachments
from services.projects_api.attachments.queries import MODELS
from services.projects_api.directory import Directory
from services.projects_api.doubles import warn_of_projects
from services.projects_api.held import Held, project_facts
from services.projects_api.imports.refusals import at_row
from services.projects_api.imports.schemas import ProjectRow
from services.projects_api.projects.queries import projects_for_change
from services.projects_api.projects.service import described, new_project, subject_of
from services.projects_api.recording import change, save
from services.projects_api.stated import facts_of
from shared.deletion import refuse_retired
from shared.errors import Conflict, Fault
from shared.models import Project
from shared.models.base import Base
from shared.unit_of_work import UnitOfWork


class AnotherMechanism(Conflict):
    """A reference names one project for ever, and its mechanism with it."""

    kind = "reference-taken"

    def __init__(self, row: ProjectRow, held: str) -> None:
        sentence = {
            "fr": f"{row.reference} est un projet {held}, pas {row.mechanism}.",
            "en": f"{row.reference} is a project of {held}, not of {row.mechanism}.",
        }
        super().__init__(sentence, faults=[Fault("/mechanism", sentence, "another_mechanism")])


async def import_projects(unit: UnitOfWork, rows: Sequence[ProjectRow], directory: Directory) -> Counter[str]:
    """Create, change or leave the projects of a chunk; one audit row and event for each that is not as it was."""
    held_projects = await projects_for_change(unit.session, [row.reference for row in rows])
    gone = [project.reference for project in held_projects.values() if project.is_deleted]
    await refuse_retired(unit.session, "project", gone)
    held = await project_facts(unit.session, [project.id for project in held_projects.values()])
    rates = await rates_for(unit, [amount for row in rows for amount in row.amounts])
    new: list[Base] = []
    entered: dict[UUID, str] = {}
    new_sets: dict[str, list[Any]] = {kind: [] for kind in MODELS}
    counter: Counter[str] = Counter()
    for place, row in enumerate(rows):
        with at_row(place, "project", row.reference):
            project = held_projects.get(row.reference)
            if project is None:
                project = new_project(unit, row.reference, row.mechanism, _columns(row))
                new += [project, *_facts(unit, project, row, directory, held=held, rates=rates)]
                for kind in MODELS:
                    new_sets[kind].append((subject_of(project), getattr(row, kind)))
                unit.record("project.imported", "project", project.id, after=described(project))
                entered[project.id] = f"/{place}"
                counter["created"] += 1
            else:
                counter[await _change(unit, project, row, directory, held=held, rates=rates)] += 1
    await save(unit.session, new)
    for kind, sets in new_sets.items():
        await attachments.add_sets(unit, kind, sets, directory)
    await warn_of_projects(unit, entered)
    return counter


def _columns(row: ProjectRow) -> dict[str, Any]:
    return row.model_dump(include={"title", "summary", "protection", "is_synthetic"})


def _facts(
    unit: UnitOfWork, project: Project, row: ProjectRow, directory: Directory, *, held: Held, rates: Rates
) -> list[Base]:
    """The facts that the row states and that do not stand as stated."""
    standing = held.transitions.get(project.id, ())
    return [
        *reconciliation.transitions(unit, subject_of(project), row.transitions, standing),
        *facts_of(unit, project, row, row.places, directory, held=held, rates=rates),
    ]


async def _change(
    unit: UnitOfWork, project: Project, row: ProjectRow, directory: Directory, *, held: Held, rates: Rates
) -> str:
    """Bring a project that exists to what the row says; `changed` or `unchanged`."""
    if project.mechanism_code != row.mechanism:
        raise AnotherMechanism(row, project.mechanism_code)
    before, after = change(project, _columns(row))
    facts = _facts(unit, project, row, directory, held=held, rates=rates)
    if facts:
        await save(unit.session, facts)
        after["facts"] = sorted({fact.__tablename__ for fact in facts})
    for kind in MODELS:
        parts = getattr(row, kind)
        current = held.sets[kind][project.id]
        if await attachments.replace_set(
            unit, subject_of(project), kind, parts, current=current, directory=directory
        ):
            after[kind] = [part.model_dump(mode="json") for part in parts]
    if not after:
        return "unchanged"
    unit.record(
        "project.changed", "project", project.id, before=before, after=after, reason=reconciliation.REASON
    )
    unit.changed(project)
    return "changed"
