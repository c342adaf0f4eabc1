"""A project entered by a person: itself and all that is known of it, in one unit of work."""

from datetime import date
from typing import Any

from services.projects_api.content.parts import PlacesStated
from services.projects_api.content.project import ProjectCreate
from services.projects_api.content.sets import SETS
from services.projects_api.entry.doubles import warn_of_projects
from services.projects_api.entry.region_letters import NATIONAL
from services.projects_api.entry.rules import look_up_judged
from services.projects_api.fact_kinds import FACTS
from services.projects_api.facts.held import Held
from services.projects_api.facts.stated import facts_of, prepared_for
from services.projects_api.projects.queries import is_reference_taken, region_of
from services.projects_api.projects.service import described, new_project
from shared.domain.lifecycle import State
from shared.models import Project, Transition
from shared.permissions import Ownership, require
from shared.recording.children import Parent, write_children
from shared.recording.facts import today
from shared.recording.refusals import ReferenceTaken
from shared.recording.rows import save
from shared.references import next_reference
from shared.unit_of_work import UnitOfWork


async def create_project(unit: UnitOfWork, command: ProjectCreate) -> Project:
    """Record an identified project with its facts, under the reference given or the next of mechanism, year, region.

    Raises:
        ReferenceTaken: another project bears the reference.
        UnknownKeys: mechanism, sectors, places or parties do not exist.
        EntryRefused: it cannot be so (amounts, dates, sectors, places, region letters); all faults at once.
        QuotedElsewhere: a quoted figure's reference stands at another record.
        NotPermitted: a sponsor editor creates for another section than its own.
    """
    sponsors = {role.organisation for role in command.roles if role.kind == "sponsor" and role.organisation}
    require(unit.principal, "projects:create", Ownership(frozenset(sponsors), unit.actor))
    on = command.identified_on or today(unit)
    directory = await look_up_judged(unit, command, command.mechanism)
    places = command.places_stated(on)
    reference = command.reference or await _assigned_reference(unit, command, places, on.year)
    if await is_reference_taken(unit.session, reference):
        raise ReferenceTaken("reference", reference)
    project = new_project(unit, reference, command.mechanism, _columns(command))
    prepared = await prepared_for(unit, [command])
    facts = facts_of(unit, project, command, places, directory, held=Held(), prepared=prepared)
    await save(unit.session, [project, _identified(unit, project, command, on), *facts])
    for name, children in SETS.items():
        parent = Parent("project_id", project.id, getattr(command, name), is_new=True)
        await write_children(unit, children, [parent], directory)
    stated = command.model_dump(mode="json", include=_STATED, exclude_unset=True)
    unit.record("project.identified", "project", project.id, after={**described(project), **stated})
    unit.etag = f'"{project.version}"'
    await warn_of_projects(unit, {project.id: ""})
    return project


_STATED = {"sectors", "places", *FACTS, *SETS}


def _columns(command: ProjectCreate) -> dict[str, Any]:
    return {**command.model_dump(include={"title", "summary", "protection"}), "is_synthetic": False}


def _identified(unit: UnitOfWork, project: Project, command: ProjectCreate, on: date) -> Transition:
    return Transition(
        project_id=project.id,
        from_state=None,
        to_state=State.IDENTIFIED,
        position=0,
        value_on=on,
        precision=command.precision,
        source=command.source,
        recorded_at=unit.recorded_at,
        recorded_by=unit.actor,
    )


async def _assigned_reference(unit: UnitOfWork, command: ProjectCreate, places: PlacesStated | None, year: int) -> str:
    region = command.region
    if region is None and places is not None:
        region = await region_of(unit.session, [one.place for one in places.shares])
    prefix = f"{command.mechanism}-{year}-{region or NATIONAL}"
    return await next_reference(unit.session, Project, prefix)
