"""Announcements as trees; an amount or a number of people known only for a group stays at the group."""

from collections.abc import Sequence
from typing import Any

from services.projects_api.content.filed import AnnouncementRow
from services.projects_api.content.nouns import AnnouncementContent
from services.projects_api.content.sets import LINKS, OUTPUTS, QUOTED_FIGURES, ROLES
from services.projects_api.entry.rules import look_up_judged
from services.projects_api.fact_kinds import OF_GROUPS
from services.projects_api.facts.held import facts_held
from services.projects_api.facts.stated import facts_stated, prepared_for
from shared.errors import RateMissing
from shared.facts.rates import ConvertedBeyondMeasure
from shared.models import Announcement, AnnouncementProject
from shared.recording.children import Children
from shared.recording.facts import REGISTER, CorrectionWithoutReason, Subject
from shared.recording.record import Record, Written
from shared.recording.routes import record_routes
from shared.recording.rows import save
from shared.resources.announcements import ANNOUNCEMENTS
from shared.unit_of_work import UnitOfWork


async def _write_counted(unit: UnitOfWork, written: Sequence[Written[Announcement]], is_edited: bool) -> None:
    """Record the amounts and counts of people of groups, as far as they do not stand as stated.

    Raises:
        CorrectionWithoutReason: a person corrects one, and neither it nor the unit of work says why.
    """
    prepared = await prepared_for(unit, [one.content for one in written])
    old = [one.row.id for one in written if one.outcome != "created"]
    held = await facts_held(unit.session, "announcement_id", old, OF_GROUPS)
    for one in written:
        subject = Subject("announcement_id", one.row.id, one.row.mechanism_code)
        facts = facts_stated(unit, subject, one.content, held, prepared)
        if is_edited and not unit.reason and any(map(_lacks_reason, facts)):
            raise CorrectionWithoutReason
        if facts:
            await save(unit.session, facts)
            one.note({}, {"facts": sorted({fact.__tablename__ for fact in facts})})


def _lacks_reason(fact: Any) -> bool:
    return fact.supersedes_id is not None and fact.reason == REGISTER


ANNOUNCEMENT = Record(
    Announcement,
    AnnouncementContent,
    numbered="ANN",
    into={"sectors": "sector_slugs", "places": "place_slugs"},
    children=(
        Children("projects", AnnouncementProject, AnnouncementContent, ("project_id",), may_be_removed=False),
        OUTPUTS,
        ROLES,
        QUOTED_FIGURES,
        LINKS,
    ),
    beside=("amounts", "beneficiaries"),
    row=AnnouncementRow,
    look_up=look_up_judged,
    after=_write_counted,
    example={
        "mechanism": "QIP",
        "project_count": 7,
        "title": {"fr": "Sept projets au profit de groupements de femmes", "en": "Seven projects for women's groups"},
        "amounts": [{"kind": "approved", "amount": "78500000", "currency": "XOF", "on": "2022-03-30"}],
    },
)
announcements = record_routes(
    ANNOUNCEMENT,
    ANNOUNCEMENTS,
    create="A node of a tree; an amount known only for the group stays at the group, and no split is invented.",
    replace="The whole content; facts that differ are corrected, which needs a reason in the header X-Reason.",
    needs_key=True,
    refuses=(CorrectionWithoutReason, RateMissing, ConvertedBeyondMeasure),
)
