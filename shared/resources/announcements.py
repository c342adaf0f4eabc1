"""Announcements as clients list, count and open them."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import Text, cast

from shared.errors import Texts
from shared.fields import DecimalText
from shared.models import Amount, Announcement, AnnouncementProject, BeneficiaryCount, Link, Output, QuotedFigure, Role
from shared.models.base import Protection, Qualifier
from shared.models.project import AmountKind, ConversionBasis
from shared.reading.filters import among, keyed
from shared.reading.resource import Resource
from shared.reading.search import Search, by_party, by_place_slugs, found
from shared.reading.shown import From, Listed, Rows, Shown
from shared.resources.parts import (
    GroupCountRead,
    GroupOutputRead,
    LinkRead,
    PartRead,
    QuotedRead,
    facts_standing,
    projects_linked,
    roles,
)


class GroupAmountRead(Shown):
    """An amount of a group; no split of it is known."""

    id: UUID
    kind: AmountKind
    amount: DecimalText
    currency: str
    qualifier: Qualifier
    value_on: date
    usd: Annotated[DecimalText | None, From(cast(Amount.usd, Text))]
    basis: ConversionBasis
    is_synthetic: bool


class AnnouncementItem(Listed):
    """A node in a list."""

    id: UUID
    reference: str
    parent: str | None
    activity: str | None
    mechanism: str | None
    project_count: int
    title: Texts
    position: int
    projects: Annotated[list[str], From(projects_linked(AnnouncementProject.announcement_id))]
    amounts: Annotated[list[GroupAmountRead], From(facts_standing(GroupAmountRead, Amount.announcement_id))]
    protection: Protection
    is_synthetic: bool


class AnnouncementDetail(AnnouncementItem):
    """A node with all that hangs on it."""

    sectors: Annotated[list[str], From(Announcement.sector_slugs)]
    places: Annotated[list[str], From(Announcement.place_slugs)]
    beneficiaries: Annotated[
        list[GroupCountRead], From(facts_standing(GroupCountRead, BeneficiaryCount.announcement_id))
    ]
    outputs: Annotated[list[GroupOutputRead], Rows(Output.announcement_id, (Output.position,))]
    roles: Annotated[list[PartRead], From(roles(Role.announcement_id))]
    quoted_figures: Annotated[list[QuotedRead], Rows(QuotedFigure.announcement_id, (QuotedFigure.reference,))]
    links: Annotated[list[LinkRead], Rows(Link.announcement_id, (Link.position,))]
    recorded_at: datetime


ANNOUNCEMENTS = Resource(
    "announcements",
    Announcement,
    AnnouncementItem,
    AnnouncementDetail,
    filters=(
        among("mechanism", Announcement.mechanism_code, "Mechanism codes."),
        keyed("parent", Announcement.parent_id, "References of the nodes above."),
    ),
    search=Search(
        "announcements",
        Announcement.reference,
        found(Announcement),
        by_place_slugs(Announcement),
        by_party(Role.announcement_id),
    ),
    order=("reference",),
    dimensions=("mechanism",),
)
"""What `/v1/announcements` lists, counts and opens."""
