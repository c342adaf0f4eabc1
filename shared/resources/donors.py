"""Donors as clients list, count and open them, under the name of the day, with what they gave as of a date."""

from typing import Any

from sqlalchemy import Select, Text, any_, cast, func, select
from sqlalchemy.orm import aliased

from shared.domain.ledger import AccountKind
from shared.facts.agreements import agreement_in_force
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import Account, Contribution, Donor, JournalEntry, Organisation, OrganisationName, Posting
from shared.models.organisation import OrganisationKind
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.search import Search, found, organisations

_NAME = (
    select(OrganisationName.name)
    .where(OrganisationName.organisation_id == Organisation.id, OrganisationName.valid_from <= AS_OF)
    .order_by(OrganisationName.valid_from.desc())
    .limit(1)
    .correlate(Organisation)
    .scalar_subquery()
)
_RECEIVED = (
    select(cast(func.trim_scale(func.coalesce(-func.sum(Posting.usd), 0)), Text))
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


_SEARCH = Search("donors", Donor.slug, found(Donor), _by_organisation())

DONORS = Resource(
    name="donors",
    noun="donor",
    table=Donor.__table__.join(Organisation.__table__, Organisation.id == Donor.organisation_id),
    identity=Donor.id,
    version=Donor.version,
    filters=(
        Filter("slug__in", list, lambda v: Donor.slug == any_(v), "Slugs of donors."),
        Filter(
            "kind__in",
            list,
            lambda v: Organisation.kind == any_(v),
            "Kinds of organisation.",
            among=OrganisationKind,
        ),
        Filter("is_synthetic", bool, lambda v: Donor.is_synthetic == v, "Only (or no) made-up rows."),
        _SEARCH.filter(Donor.id),
    ),
    order=(OrderKey("slug", Donor.slug, Text()), _SEARCH.order),
    default_order="slug",
    item={
        "id": Donor.id,
        "slug": Donor.slug,
        "organisation": Organisation.slug,
        "name": _NAME,
        "kind": Organisation.kind,
        "is_listed_last": Donor.is_listed_last,
        "contributions": _CONTRIBUTIONS,
        "received_usd": _RECEIVED,
        "protection": Donor.protection,
        "is_synthetic": Donor.is_synthetic,
    },
    detail={"recorded_at": Donor.recorded_at},
    dimensions={"kind": Organisation.kind},
    actions={"edit": None, "delete": None},
)
"""What `/v1/donors` lists, counts and opens."""
