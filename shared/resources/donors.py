"""Donors as clients list, count and open them, under the name of the day, with what they gave as of a date."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from shared.domain.ledger import AccountKind
from shared.errors import Texts
from shared.facts.agreements import agreement_in_force
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.fields import DecimalText
from shared.models import Account, Contribution, Donor, JournalEntry, Organisation, Posting
from shared.models.base import Protection
from shared.models.organisation import OrganisationKind
from shared.reading.filters import among, whether
from shared.reading.json import exact
from shared.reading.resource import Resource
from shared.reading.search import Search, found, organisations
from shared.reading.shown import From, Listed
from shared.resources.parts import name_of

_RECEIVED = (
    select(exact(func.coalesce(-func.sum(Posting.usd), 0)))
    .select_from(Posting)
    .join(Account, Account.id == Posting.account_id)
    .join(JournalEntry, JournalEntry.id == Posting.entry_id)
    .join(Contribution, Contribution.id == Account.contribution_id)
    .where(
        Contribution.donor_id == Donor.id,
        Account.kind == AccountKind.RECEIVABLE,
        JournalEntry.value_on <= AS_OF,
        JournalEntry.recorded_at <= KNOWN_AT,
    )
    .correlate(Donor)
    .scalar_subquery()
)
_CONTRIBUTIONS = (
    select(func.count())
    .select_from(Contribution)
    .join(agreement_in_force(), agreement_in_force().c.contribution_id == Contribution.id)
    .where(Contribution.donor_id == Donor.id, agreement_in_force().c.agreement_on <= AS_OF)
    .correlate(Donor)
    .scalar_subquery()
)


def _by_organisation() -> Select[Any]:
    hit, donor = organisations(), aliased(Donor)
    return select(donor.id, hit.c.first, hit.c.last, hit.c.score).join(hit, hit.c.id == donor.organisation_id)


class DonorItem(Listed):
    """A donor in a list, under the name of the day, with what it gave as of the date."""

    id: UUID
    slug: str
    organisation: Annotated[str, From(Organisation.slug)]
    name: Annotated[Texts | None, From(name_of(Organisation))]
    kind: Annotated[OrganisationKind, From(Organisation.kind)]
    is_listed_last: bool
    contributions: Annotated[int, From(_CONTRIBUTIONS)]
    received_usd: Annotated[DecimalText, From(_RECEIVED)]
    protection: Protection
    is_synthetic: bool


class DonorDetail(DonorItem):
    """One donor."""

    recorded_at: datetime


DONORS = Resource(
    "donors",
    Donor,
    DonorItem,
    DonorDetail,
    rows=Donor.__table__.join(Organisation.__table__, Organisation.id == Donor.organisation_id),
    filters=(
        among("slug", Donor.slug, "Slugs of donors."),
        among("kind", Organisation.kind, "Kinds of organisation.", OrganisationKind),
        whether("is_synthetic", Donor.is_synthetic, "Only (or no) made-up rows."),
    ),
    search=Search("donors", Donor.slug, found(Donor), _by_organisation()),
    order=("slug",),
    dimensions=("kind",),
)
"""What `/v1/donors` lists, counts and opens."""
