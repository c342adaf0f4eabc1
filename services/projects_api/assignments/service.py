"""Sectors and places: each statement is the whole set from a date on; percentages add up to 100 or are unknown."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.projects_api.assignments.schemas import PlacesCommand, SectorsCommand
from services.projects_api.content.parts import PlacePart, PlacesStated, SectorPart, SectorsStated
from services.projects_api.entry.rules import look_up_judged
from services.projects_api.opened import is_approved, open_project, subject_of
from shared.models import PlaceAssignment, PlaceShare, SectorAssignment, SectorShare
from shared.models.base import Base
from shared.recording.directory import Directory
from shared.recording.facts import fact_columns, insist_on_reason, row_to_correct, standing_rows
from shared.recording.rows import save
from shared.unit_of_work import UnitOfWork

Assignment = SectorAssignment | PlaceAssignment
Shares = dict[UUID, Decimal | None]
"""Percentages by sector or place; None where they are not known."""


def shares_of(stated: SectorsStated | PlacesStated, directory: Directory) -> Shares:
    """What a statement says; two names of one row are one share."""
    found: Shares = {}
    for share in stated.shares:
        match share:
            case SectorPart():
                row_id = directory.id_of("sector", share.sector)
            case PlacePart():
                row_id = directory.id_of("place", share.place)
        found[row_id] = added(found[row_id], share.percentage) if row_id in found else share.percentage
    return found


def added(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """Two shares together; unknown where one of them is."""
    return None if one is None or other is None else one + other


def new_assignment(
    unit: UnitOfWork,
    project_id: UUID,
    stated: SectorsStated | PlacesStated,
    directory: Directory,
    *,
    rows: Sequence[Assignment],
    superseded: Assignment | None = None,
    **facts: Any,
) -> list[Base]:
    """The statement and its shares, to be saved; `rows` are the standing statements of the same kind."""
    columns = {"id": uuid7(), "project_id": project_id, **fact_columns(unit, stated, rows, superseded, **facts)}
    shares = shares_of(stated, directory).items()
    if isinstance(stated, SectorsStated):
        return [
            SectorAssignment(**columns),
            *(SectorShare(assignment_id=columns["id"], sector_id=one, percentage=share) for one, share in shares),
        ]
    return [
        PlaceAssignment(**columns),
        *(PlaceShare(assignment_id=columns["id"], place_id=one, percentage=share) for one, share in shares),
    ]


async def assign(unit: UnitOfWork, project_id: UUID, command: SectorsCommand | PlacesCommand) -> Assignment:
    """Record the sectors or the places of a project from a date on, or correct an earlier statement.

    Raises:
        UnknownKeys: a sector or place does not exist.
        EntryRefused: a sector is another mechanism's, a place did not exist on that date.
        FactNotFound, AlreadyCorrected, CorrectionWithoutReason, DateInFuture: see there.
    """
    project, _ = await open_project(unit, project_id, "projects:edit")
    directory = await look_up_judged(unit, command, project.mechanism_code)
    model: type[Assignment] = SectorAssignment if isinstance(command, SectorsCommand) else PlaceAssignment
    subject = subject_of(project)
    superseded: Assignment | None = None
    if command.supersedes_id is not None:
        superseded = await row_to_correct(unit.session, model, subject, command.supersedes_id)
        is_used = await is_approved(unit.session, project_id)
        insist_on_reason(unit, superseded, command.reason, is_used=is_used)
    rows = (await standing_rows(unit.session, model, subject.column, [project_id]))[project_id]
    made = new_assignment(unit, project_id, command, directory, rows=rows, superseded=superseded)
    await save(unit.session, made)
    named = "sectors" if isinstance(command, SectorsCommand) else "places"
    unit.record(
        f"project.{named}_recorded" if superseded is None else f"project.{named}_corrected",
        "project",
        project.id,
        before=None if superseded is None else {"id": superseded.id},
        after=command.model_dump(mode="json", include={"on", "shares"}),
        reason=command.reason,
    )
    unit.changed(project)
    assignment = made[0]
    assert isinstance(assignment, SectorAssignment | PlaceAssignment)
    return assignment
