"""Contributions as clients list, count and open them, with what was received and allocated as of a date."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Date, Select, Text, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.domain.ledger import AccountKind
from shared.domain.money import SCALES
from shared.errors import Texts
from shared.facts.agreements import agreement_in_force
from shared.facts.in_force import stands_from_any_date
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.fields import DecimalText
from shared.models import Account, Agreement, Contribution, Donor, JournalEntry, Mechanism, Organisation, Posting
from shared.models.base import Protection
from shared.models.contribution import EarmarkKind
from shared.models.journal import EntryKind
from shared.reading.filters import OrderKey, among, between, whether
from shared.reading.json import exact, listed
from shared.reading.resource import Resource
from shared.reading.search import Search, found, organisations
from shared.reading.shown import From, Listed, Shown, key_of, object_of
from shared.resources.parts import name_of

_agreed = agreement_in_force().c
_TABLE = (
    Contribution.__table__.join(agreement_in_force(), agreement_in_force().c.contribution_id == Contribution.id)
    .join(Donor.__table__, Donor.id == Contribution.donor_id)
    .join(Organisation.__table__, Organisation.id == Donor.organisation_id)
    .join(Mechanism.__table__, Mechanism.code == Contribution.mechanism_code)
)


def _held(kind: AccountKind, column: Any) -> ColumnElement[Any]:
    """What the contribution's accounts of one kind hold, as of the date and as known then."""
    return (
        select(exact(func.coalesce(func.sum(column), 0)))
        .select_from(Posting)
        .join(Account, Account.id == Posting.account_id)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(
            Account.contribution_id == Contribution.id,
            Account.kind == kind,
            JournalEntry.value_on <= AS_OF,
            JournalEntry.recorded_at <= KNOWN_AT,
        )
        .correlate(Contribution)
        .scalar_subquery()
    )


def _by_donor() -> Select[Any]:
    hit, donor = organisations(), aliased(Donor)
    return (
        select(Contribution.id, hit.c.first, hit.c.last, hit.c.score)
        .join(donor, donor.id == Contribution.donor_id)
        .join(hit, hit.c.id == donor.organisation_id)
    )


class EntryItem(Shown):
    """An entry booked on the contribution; open it for its postings."""

    id: UUID
    reference: str
    kind: EntryKind
    value_on: date
    recorded_at: datetime
    reverses_id: UUID | None
    is_synthetic: bool


class AgreementRead(Shown):
    """What was agreed from a date on."""

    id: UUID
    on: Annotated[date, From(Agreement.value_on)]
    amount: DecimalText = Field(description="The whole amount agreed from then on, in the contribution's currency.")
    earmark_kind: EarmarkKind
    earmark: Texts | None
    earmark_sectors: list[str]
    earmark_places: list[str]
    reason: str | None
    source: str | None
    supersedes_id: UUID | None
    recorded_at: datetime
    recorded_by: str
    is_synthetic: bool


def _entries() -> ColumnElement[Any]:
    ordered = aggregate_order_by(object_of(EntryItem, JournalEntry), JournalEntry.value_on, JournalEntry.reference)
    return listed(
        select(func.json_agg(ordered))
        .where(
            JournalEntry.contribution_id == Contribution.id,
            JournalEntry.value_on <= AS_OF,
            JournalEntry.recorded_at <= KNOWN_AT,
        )
        .correlate(Contribution)
    )


def _agreements() -> ColumnElement[Any]:
    """What stands of the agreement and its amendments, those to come too."""
    ordered = aggregate_order_by(object_of(AgreementRead, Agreement), Agreement.value_on, Agreement.position)
    return (
        select(func.json_agg(ordered))
        .where(Agreement.contribution_id == Contribution.id, *stands_from_any_date(Agreement))
        .correlate(Contribution)
        .scalar_subquery()
    )


class DonorName(Shown):
    """The donor under the name of the day."""

    slug: str
    name: Annotated[Texts | None, From(name_of(Organisation))]


class ContributionItem(Listed):
    """A contribution in a list, with what it holds as of the date."""

    id: UUID
    reference: str
    donor: Annotated[DonorName, From(object_of(DonorName, Donor))]
    mechanism: str
    agreement_on: Annotated[date, From(_agreed.agreement_on)]
    amount: Annotated[DecimalText, From(exact(_agreed.amount))] = Field(
        description="As agreed, with the amendments in force on the date."
    )
    currency: str
    earmark_kind: Annotated[EarmarkKind, From(_agreed.earmark_kind)]
    earmark: Annotated[Texts | None, From(_agreed.earmark)]
    available_usd: Annotated[DecimalText, From(_held(AccountKind.AVAILABLE, Posting.usd))]
    allocated_usd: Annotated[DecimalText, From(_held(AccountKind.ALLOCATED, Posting.usd))]
    protection: Protection
    is_synthetic: bool


class ContributionDetail(ContributionItem):
    """A contribution with its entries."""

    available: Annotated[DecimalText, From(_held(AccountKind.AVAILABLE, Posting.amount))] = Field(
        description="In the contribution's currency."
    )
    earmark_sectors: Annotated[list[str], From(_agreed.earmark_sectors)]
    earmark_places: Annotated[list[str], From(_agreed.earmark_places)]
    activity: Annotated[str | None, From(key_of(Contribution.activity_id))]
    recorded_at: datetime
    author: str
    agreements: Annotated[list[AgreementRead], From(_agreements())] = Field(
        description="What stands of the agreement and its amendments, in the order of their dates."
    )
    entries: Annotated[list[EntryItem], From(_entries())]


CONTRIBUTIONS = Resource(
    "contributions",
    Contribution,
    ContributionItem,
    ContributionDetail,
    rows=_TABLE,
    filters=(
        among("donor", Donor.slug, "Slugs of donors."),
        among("mechanism", Contribution.mechanism_code, "Mechanism codes."),
        among("currency", Contribution.currency, "Currencies (ISO 4217).", SCALES),
        *between("agreement_on", _agreed.agreement_on, "Agreed"),
        whether("is_synthetic", Contribution.is_synthetic, "Only (or no) made-up rows."),
    ),
    search=Search(
        "contributions",
        Contribution.reference,
        found(Contribution),
        found(Agreement, Agreement.contribution_id),
        _by_donor(),
    ),
    order=("reference", OrderKey("agreement_on", _agreed.agreement_on, Date()), OrderKey("donor", Donor.slug, Text())),
    dimensions={"donor": Donor.slug, "currency": Contribution.currency, "mechanism": Contribution.mechanism_code},
    actions={"edit": None},
)
"""What `/v1/contributions` lists, counts and opens."""
