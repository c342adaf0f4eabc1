"""Allocations as clients list, count and open them: entries by which money was set aside, those reversed too."""

from datetime import date

from sqlalchemy import Date, Text, any_, case, cast, func, literal, literal_column, select
from sqlalchemy.orm import aliased

from shared.domain.ledger import AccountKind
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import (
    Account,
    Announcement,
    Contribution,
    Donor,
    ExchangeRate,
    JournalEntry,
    Posting,
    Project,
)
from shared.models.journal import EntryKind
from shared.models.naming import NAMES
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.statements import json_object

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
_RATE = case(
    (
        _row.rate_id.is_not(None),
        json_object(
            {
                "id": _row.rate_id,
                "base": _row.base,
                "quote": _row.quote,
                "value": cast(func.trim_scale(_row.value), Text),
                "effective_on": _row.effective_on,
                "source": _row.rate_source,
                "policy": _row.policy,
            }
        ),
    ),
    else_=literal_column("NULL::json"),
)

ALLOCATIONS = Resource(
    name="allocations",
    noun="allocation",
    table=_TABLE,
    identity=_row.id,
    version=literal(1),
    filters=(
        Filter(
            "contribution__in", list, lambda v: _row.contribution == any_(v), "Contributions' references."
        ),
        Filter("donor__in", list, lambda v: _row.donor == any_(v), "Slugs of donors."),
        Filter("project__in", list, lambda v: _row.project == any_(v), "Projects' references.", "project"),
        Filter(
            "announcement__in", list, lambda v: _row.announcement == any_(v), "Announcements' references."
        ),
        Filter("value_on__gte", date, lambda v: _row.value_on >= v, "Value date, from."),
        Filter("value_on__lte", date, lambda v: _row.value_on <= v, "Value date, to."),
        Filter("is_reversal", bool, lambda v: _row.reverses_id.is_not(None) == v, "Only (or no) reversals."),
        Filter("is_synthetic", bool, lambda v: _row.is_synthetic == v, "Only (or no) made-up rows."),
    ),
    order=(
        OrderKey("value_on", _row.value_on, Date()),
        OrderKey("reference", _row.reference, Text()),
        OrderKey("project", func.coalesce(_row.target, ""), Text()),
    ),
    default_order="reference",
    item={
        "id": _row.id,
        "reference": _row.reference,
        "contribution": _row.contribution,
        "donor": _row.donor,
        "project": _row.project,
        "announcement": _row.announcement,
        "amount": cast(func.trim_scale(_row.amount), Text),
        "currency": _row.currency,
        "usd": cast(func.trim_scale(_row.usd), Text),
        "rate": _RATE,
        "value_on": _row.value_on,
        "precision": _row.precision,
        "reverses_id": _row.reverses_id,
        "reversed_by_id": _row.reversed_by_id,
        "reason": _row.reason,
        "source": _row.source,
        "is_synthetic": _row.is_synthetic,
    },
    detail={"recorded_at": _row.recorded_at, "recorded_by": _row.recorded_by},
    dimensions={"donor": _row.donor, "contribution": _row.contribution},
)
"""What `/v1/allocations` lists, counts and opens."""
