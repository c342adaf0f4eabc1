"""Allocations as clients list, count and open them: entries by which money was set aside, those reversed too."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from sqlalchemy import Text, case, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from shared.domain.ledger import AccountKind
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.fields import DecimalText
from shared.models import Account, Announcement, Contribution, Donor, ExchangeRate, JournalEntry, Posting, Project
from shared.models.base import Precision
from shared.models.journal import EntryKind
from shared.models.naming import NAMES
from shared.reading.filters import OrderKey, among, between, whether
from shared.reading.resource import Resource
from shared.reading.shown import From, Listed, Made, Shown, object_of

_later = aliased(JournalEntry)
_REVERSED_BY = (
    select(_later.id)
    .where(_later.reverses_id == JournalEntry.id, _later.value_on <= AS_OF, _later.recorded_at <= KNOWN_AT)
    .correlate(JournalEntry)
    .scalar_subquery()
)
_PROJECT = NAMES["project"].key_meant
_TABLE = (
    select(
        JournalEntry.__table__,
        _REVERSED_BY.label("reversed_by_id"),
        Contribution.reference.label("contribution"),
        Donor.slug.label("donor"),
        _PROJECT.label("project"),
        Announcement.reference.label("announcement"),
        func.coalesce(_PROJECT, Announcement.reference).label("target"),
        Posting.amount,
        Posting.currency,
        Posting.usd,
        Posting.policy,
        ExchangeRate.id.label("rate_id"),
        ExchangeRate.base,
        ExchangeRate.quote,
        ExchangeRate.value,
        ExchangeRate.effective_on,
        ExchangeRate.source.label("rate_source"),
    )
    .join(Posting, Posting.entry_id == JournalEntry.id)
    .join(Account, Account.id == Posting.account_id)
    .join(Contribution, Contribution.id == JournalEntry.contribution_id)
    .join(Donor, Donor.id == Contribution.donor_id)
    .outerjoin(Project, Project.id == Account.project_id)
    .outerjoin(Announcement, Announcement.id == Account.announcement_id)
    .outerjoin(ExchangeRate, ExchangeRate.id == Posting.exchange_rate_id)
    .where(
        JournalEntry.kind == EntryKind.ALLOCATION,
        Account.kind == AccountKind.ALLOCATED,
        JournalEntry.value_on <= AS_OF,
        JournalEntry.recorded_at <= KNOWN_AT,
    )
    .subquery("allocation")
)
_row = _TABLE.c


class RateOfConversion(Shown):
    """The rate behind a converted amount."""

    id: Annotated[UUID, Made(lambda row: row.rate_id)]
    base: str
    quote: str
    value: DecimalText
    effective_on: date
    source: Annotated[str, Made(lambda row: row.rate_source)]
    policy: str


_RATE = case((_row.rate_id.is_not(None), object_of(RateOfConversion, _row)), else_=literal_column("NULL::json"))


class AllocationItem(Listed):
    """An allocation in a list: money set aside on its value date, with the rate of its USD amount."""

    id: UUID
    reference: str
    contribution: str
    donor: str
    project: str | None
    announcement: str | None
    amount: DecimalText
    currency: str
    usd: DecimalText
    rate: Annotated[RateOfConversion | None, From(_RATE)]
    value_on: date
    precision: Precision
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    reason: str | None
    source: str | None
    is_synthetic: bool


class AllocationDetail(AllocationItem):
    """One allocation."""

    recorded_at: datetime
    recorded_by: str


ALLOCATIONS = Resource(
    "allocations",
    JournalEntry,
    AllocationItem,
    AllocationDetail,
    rows=_TABLE,
    noun="allocation",
    version=literal(1),
    filters=(
        among("contribution", _row.contribution, "Contributions' references."),
        among("donor", _row.donor, "Slugs of donors."),
        among("project", _row.project, "Projects' references.", noun="project"),
        among("announcement", _row.announcement, "Announcements' references."),
        *between("value_on", _row.value_on, "Value date"),
        whether("is_reversal", _row.reverses_id.is_not(None), "Only (or no) reversals."),
        whether("is_synthetic", _row.is_synthetic, "Only (or no) made-up rows."),
    ),
    order=("value_on", "reference", OrderKey("project", func.coalesce(_row.target, ""), Text())),
    default_order="reference",
    dimensions=("donor", "contribution"),
    actions={},
)
"""What `/v1/allocations` lists, counts and opens."""
