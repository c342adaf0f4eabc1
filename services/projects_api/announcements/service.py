"""Announcements as trees; an amount or a number of people known only for a group stays at the group."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.projects_api import reconciliation
from services.projects_api.amounts.service import Rates, rates_for
from services.projects_api.announcements.schemas import AnnouncementCreate, AnnouncementEdit
from services.projects_api.contents import AnnouncementContent
from services.projects_api.directory import Directory
from services.projects_api.editing import (
    create_record,
    edit_record,
    record_for_change,
)
from services.projects_api.held import counted_facts
from services.projects_api.recording import CorrectionWithoutReason, Subject, save, today
from services.projects_api.records import (
    Children,
    Columns,
    Kind,
    Written,
    record,
)
from shared.models import Announcement, AnnouncementProject
from shared.references import next_reference
from shared.unit_of_work import UnitOfWork


def _announcement(content: AnnouncementContent, directory: Directory) -> Columns:
    return {
        "activity_id": directory.optional("activity", content.activity),
        "mechanism_code": content.mechanism,
        "sector_slugs": directory.keys_of("sector", content.sectors),
        "place_slugs": directory.keys_of("place", content.places),
        **content.model_dump(include={"project_count", "title", "position", "protection"}),
    }


def _tree(content: AnnouncementContent, directory: Directory) -> Columns:
    return {"parent_id": directory.optional("announcement", content.parent)}


ANNOUNCEMENT = Kind(
    "announcement",
    Announcement,
    ("reference",),
    _announcement,
    _tree,
    children=(
        Children(
            "projects",
            AnnouncementProject,
            "announcement_id",
            ("project_id",),
            lambda content, directory: [
                {"project_id": directory.id_of("project", project)} for project in content.projects
            ],
            may_be_removed=False,
        ),
    ),
    attachments=("outputs", "roles", "quoted_figures", "links"),
    subject="announcement_id",
)


async def write_counted(
    unit: UnitOfWork, written: Sequence[Written], rates: Rates, *, needs_reason: bool = False
) -> None:
    """Record the amounts and counts of people of groups, as far as they do not stand as stated.

    Raises:
        CorrectionWithoutReason: one is corrected and neither it nor the unit of work says why.
    """
    old = [one.row.id for one in written if one.outcome != "created"]
    held = await counted_facts(unit.session, "announcement_id", old)
    for one in written:
        subject = Subject("announcement_id", one.row.id, one.row.mechanism_code)
        facts = [
            *reconciliation.amounts(
                unit, subject, one.content.amounts, held.amounts.get(one.row.id, ()), rates
            ),
            *reconciliation.counts(unit, subject, one.content.beneficiaries, held.counts.get(one.row.id, ())),
        ]
        if needs_reason and not unit.reason and any(_lacks_reason(fact) for fact in facts):
            raise CorrectionWithoutReason
        if facts:
            await save(unit.session, facts)
            one.note({}, {"facts": sorted({fact.__tablename__ for fact in facts})})


def _lacks_reason(fact: Any) -> bool:
    return fact.supersedes_id is not None and fact.reason == reconciliation.REASON


async def create_announcement(unit: UnitOfWork, command: AnnouncementCreate) -> Announcement:
    """Record a node of what was announced together.

    Raises:
        ReferenceTaken, UnknownKeys, QuotedElsewhere, NotBookable, DateInFuture: see there.
    """
    prefix = f"ANN-{today(unit).year}"
    reference = command.reference or await next_reference(unit.session, Announcement, prefix)
    written = await create_record(unit, ANNOUNCEMENT, reference, command)
    await write_counted(unit, [written], await rates_for(unit, command.amounts))
    announcement: Announcement = written.row
    return announcement


async def edit_announcement(
    unit: UnitOfWork, announcement_id: UUID, command: AnnouncementEdit
) -> Announcement:
    """Give a node this content; amounts and counts that differ are corrected, which needs a reason (X-Reason).

    Raises:
        RecordNotFound, UnknownKeys, OwnAncestor, KeptForEver, QuotedElsewhere, CorrectionWithoutReason: see there.
    """
    row = await record_for_change(unit, ANNOUNCEMENT, announcement_id)
    written = await edit_record(unit, ANNOUNCEMENT, row, command)
    await write_counted(unit, [written], await rates_for(unit, command.amounts), needs_reason=True)
    record(unit, ANNOUNCEMENT, [written])
    announcement: Announcement = written.row
    return announcement
