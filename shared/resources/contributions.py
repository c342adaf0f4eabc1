"""Contributions as clients list, count and open them, with what was received and allocated as of a date."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Text, any_, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.domain.ledger import AccountKind
from shared.domain.money import SCALES
from shared.facts.agreements import agreement_in_force
from shared.facts.in_force import stands_from_any_date
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import (
    Account,
    Agreement,
    Contribution,
    Donor,
    JournalEntry,
    Mechanism,
    Organisation,
    OrganisationName,
    Posting,
)
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.search import Search, found, organisations
from shared.resources.statements import json_object

_agreed = agreement_in_force().c
_TABLE = (
    Contribution.__table__.join(
        agreement_in_force(), agreement_in_force().c.contribution_id == Contribution.id
    )
    .join(Donor.__table__, Donor.id == Contribution.donor_id)
    .join(Organisation.__table__, Organisation.id == Donor.organisation_id)
    .join(Mechanism.__table__, Mechanism.code == Contribution.mechanism_code)
)

_DONOR_NAME = (
    select(OrganisationName.name)
    .where(OrganisationName.organisation_id == Organisation.id, OrganisationName.valid_from <= AS_OF)
    .order_by(OrganisationName.valid_from.desc())
    .limit(1)
    .correlate(Organisation)
    .scalar_subquery()
)


def _held(kind: AccountKind, column: Any) -> ColumnElement[Any]:
    """What the contribution's accounts of one kind hold, as of the date and as known then."""
    return (
        select(cast(func.trim_scale(func.coalesce(func.sum(column), 0)), Text))
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


def _entries() -> ColumnElement[Any]:
    item = json_object(
        {
            "id": JournalEntry.id,
            "reference": JournalEntry.reference,
            "kind": JournalEntry.kind,
            "value_on": JournalEntry.value_on,
            "recorded_at": JournalEntry.recorded_at,
            "reverses_id": JournalEntry.reverses_id,
            "is_synthetic": JournalEntry.is_synthetic,
        }
    )
    rows = (
        select(func.json_agg(aggregate_order_by(item, JournalEntry.value_on, JournalEntry.reference)))
        .where(
            JournalEntry.contribution_id == Contribution.id,
            JournalEntry.value_on <= AS_OF,
            JournalEntry.recorded_at <= KNOWN_AT,
        )
        .correlate(Contribution)
    )
    return func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))


def _by_donor() -> Select[Any]:
    hit, donor = organisations(), aliased(Donor)
    return (
        select(Contribution.id, hit.c.first, hit.c.last, hit.c.score)
        .join(donor, donor.id == Contribution.donor_id)
        .join(hit, hit.c.id == donor.organisation_id)
    )


_SEARCH = Search(
    "contributions",
    Contribution.reference,
    found(Contribution),
    found(Agreement, Agreement.contribution_id),
    _by_donor(),
)


def _agreements() -> ColumnElement[Any]:
    """What stands of the agreement and its amendments, those to come too."""
    item = json_object(
        {
            "id": Agreement.id,
            "on": Agreement.value_on,
            "amount": cast(func.trim_scale(Agreement.amount), Text),
            "earmark_kind": Agreement.earmark_kind,
            "earmark": Agreement.earmark,
            "earmark_sectors": func.to_json(Agreement.earmark_sectors),
            "earmark_places": func.to_json(Agreement.earmark_places),
            "reason": Agreement.reason,
            "source": Agreement.source,
            "supersedes_id": Agreement.supersedes_id,
            "recorded_at": Agreement.recorded_at,
            "recorded_by": Agreement.recorded_by,
            "is_synthetic": Agreement.is_synthetic,
        }
    )
    return (
        select(func.json_agg(aggregate_order_by(item, Agreement.value_on, Agreement.position)))
        .where(Agreement.contribution_id == Contribution.id, *stands_from_any_date(Agreement))
        .correlate(Contribution)
        .scalar_subquery()
    )


CONTRIBUTIONS = Resource(
    name="contributions",
    noun="contribution",
    table=_TABLE,
    identity=Contribution.id,
    version=Contribution.version,
    filters=(
        Filter("donor__in", list, lambda v: Donor.slug == any_(v), "Slugs of donors."),
        Filter("mechanism__in", list, lambda v: Contribution.mechanism_code == any_(v), "Mechanism codes."),
        Filter(
            "currency__in",
            list,
            lambda v: Contribution.currency == any_(v),
            "Currencies (ISO 4217).",
            among=SCALES,
        ),
        Filter("agreement_on__gte", date, lambda v: _agreed.agreement_on >= v, "Agreed, from."),
        Filter("agreement_on__lte", date, lambda v: _agreed.agreement_on <= v, "Agreed, to."),
        Filter("is_synthetic", bool, lambda v: Contribution.is_synthetic == v, "Only (or no) made-up rows."),
        _SEARCH.filter(Contribution.id),
    ),
    order=(
        OrderKey("reference", Contribution.reference, Text()),
        OrderKey("agreement_on", _agreed.agreement_on, Date()),
        OrderKey("donor", Donor.slug, Text()),
        _SEARCH.order,
    ),
    default_order="reference",
    item={
        "id": Contribution.id,
        "reference": Contribution.reference,
        "donor": json_object({"slug": Donor.slug, "name": _DONOR_NAME}),
        "mechanism": Contribution.mechanism_code,
        "agreement_on": _agreed.agreement_on,
        "amount": cast(func.trim_scale(_agreed.amount), Text),
        "currency": Contribution.currency,
        "earmark_kind": _agreed.earmark_kind,
        "earmark": _agreed.earmark,
        "available_usd": _held(AccountKind.AVAILABLE, Posting.usd),
        "allocated_usd": _held(AccountKind.ALLOCATED, Posting.usd),
        "protection": Contribution.protection,
        "is_synthetic": Contribution.is_synthetic,
    },
    detail={
        "available": _held(AccountKind.AVAILABLE, Posting.amount),
        "earmark_sectors": func.to_json(_agreed.earmark_sectors),
        "earmark_places": func.to_json(_agreed.earmark_places),
        "recorded_at": Contribution.recorded_at,
        "author": Contribution.author,
        "agreements": _agreements(),
        "entries": _entries(),
    },
    dimensions={
        "donor": Donor.slug,
        "currency": Contribution.currency,
        "mechanism": Contribution.mechanism_code,
    },
    actions={"edit": None},
)
"""What `/v1/contributions` lists, counts and opens."""
