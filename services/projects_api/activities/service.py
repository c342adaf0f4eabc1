"""Activities: what happened, with its texts, parties, projects, quoted figures and links."""

from collections.abc import Iterable
from uuid import UUID

from services.projects_api.activities.queries import sections_of
from services.projects_api.activities.schemas import ActivityCreate
from services.projects_api.contents import ActivityContent
from services.projects_api.directory import Directory
from services.projects_api.editing import (
    create_record,
    delete_entry,
    edit_record,
    record_for_change,
)
from services.projects_api.facts import RolePart
from services.projects_api.records import (
    Children,
    Columns,
    Kind,
    record,
)
from shared.models import Activity, ActivityProject
from shared.permissions import Ownership, require
from shared.references import next_reference
from shared.unit_of_work import UnitOfWork

_OWN = {
    "kind", "title", "short", "long", "start_on", "end_on", "precision", "attendance", "attendance_qualifier",
    "decisions", "protection",
}  # fmt: skip


def _activity(content: ActivityContent, directory: Directory) -> Columns:
    return {
        **content.model_dump(include=_OWN),
        "reporting_area_id": directory.optional("reporting_area", content.area),
        "place_slugs": directory.keys_of("place", content.places),
    }


ACTIVITY = Kind(
    "activity",
    Activity,
    ("reference",),
    _activity,
    children=(
        Children(
            "projects",
            ActivityProject,
            "activity_id",
            ("project_id",),
            lambda content, directory: [
                {"project_id": directory.id_of("project", project)} for project in content.projects
            ],
            may_be_removed=False,
        ),
    ),
    attachments=("roles", "quoted_figures", "links"),
    subject="activity_id",
)


async def create_activity(unit: UnitOfWork, command: ActivityCreate) -> Activity:
    """Record an activity; a sponsor editor only one in which its own section takes part.

    Raises:
        ReferenceTaken, UnknownKeys, NotPermitted: see there.
    """
    require(unit.principal, "activities:create", Ownership(_sections(command.roles)))
    prefix = f"ACT-{command.start_on.year}"
    reference = command.reference or await next_reference(unit.session, Activity, prefix)
    activity: Activity = (await create_record(unit, ACTIVITY, reference, command)).row
    return activity


async def edit_activity(unit: UnitOfWork, activity_id: UUID, content: ActivityContent) -> Activity:
    """Give an activity this content as a whole.

    Raises:
        RecordNotFound, UnknownKeys, KeptForEver, QuotedElsewhere, NotPermitted: see there.
    """
    row = await record_for_change(unit, ACTIVITY, activity_id)
    sections = await sections_of(unit.session, activity_id)
    require(unit.principal, "activities:edit", Ownership(sections))
    require(unit.principal, "activities:edit", Ownership(_sections(content.roles)))
    written = await edit_record(unit, ACTIVITY, row, content)
    record(unit, ACTIVITY, [written])
    activity: Activity = written.row
    return activity


async def delete_activity(unit: UnitOfWork, activity_id: UUID) -> None:
    """Delete an activity that was entered by mistake: nothing refers to it, and no edition names or prints it.

    Raises:
        RecordNotFound, StillReferredTo, NotPermitted: see there.
    """
    row = await record_for_change(unit, ACTIVITY, activity_id)
    require(unit.principal, "activities:delete", Ownership(await sections_of(unit.session, activity_id)))
    await delete_entry(unit, ACTIVITY.name, row)


def _sections(roles: Iterable[RolePart]) -> frozenset[str]:
    return frozenset(role.organisation for role in roles if role.organisation is not None)
