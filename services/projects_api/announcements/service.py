"""Announcements as trees; an amount or a number of people known only for a group stays at the group."""

from collections.abc import Sequence

from services.projects_api import reconciliation
from services.projects_api.amounts.service import Rates
from services.projects_api.contents import AnnouncementContent
from services.projects_api.directory import Directory
from services.projects_api.held import counted_facts
from services.projects_api.recording import Subject, save
from services.projects_api.records import Children, Columns, Kind, Written
from shared.models import Announcement, AnnouncementProject
from shared.unit_of_work import UnitOfWork


def _announcement(content: AnnouncementContent, directory: Directory) -> Columns:
    return {
        "activity_id": directory.optional("activity", content.activity),
        "mechanism_code": content.mechanism,
        "sector_slugs": list(content.sectors),
        "place_slugs": list(content.places),
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


async def write_counted(unit: UnitOfWork, written: Sequence[Written], rates: Rates) -> None:
    """Record the amounts and counts of people of groups, as far as they do not stand as stated."""
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
        if facts:
            await save(unit.session, facts)
            one.note({}, {"facts": sorted({fact.__tablename__ for fact in facts})})
