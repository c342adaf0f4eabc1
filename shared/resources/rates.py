"""Exchange rates as clients list, count and open them: every one recorded by then, those corrected too."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Text, any_, func, literal, or_, select
from sqlalchemy.orm import aliased

from shared.facts.parameters import KNOWN_AT
from shared.fields import DecimalText
from shared.models import ExchangeRate
from shared.models.rate import RateSource
from shared.reading.filters import Filter, OrderKey, among, between, whether
from shared.reading.resource import Resource
from shared.reading.shown import Listed, Shown

_later = aliased(ExchangeRate)
_SUPERSEDED_BY = (
    select(_later.id)
    .where(_later.supersedes_id == ExchangeRate.id, _later.recorded_at <= KNOWN_AT)
    .correlate(ExchangeRate)
    .scalar_subquery()
)
_TABLE = (
    select(ExchangeRate.__table__, _SUPERSEDED_BY.label("superseded_by_id"))
    .where(ExchangeRate.recorded_at <= KNOWN_AT)
    .subquery("rate")
)
_rate = _TABLE.c
_CURRENCIES = func.concat(_rate.base, "/", _rate.quote)


class RateRead(Shown):
    """A rate as held."""

    id: UUID
    base: str
    quote: str
    value: DecimalText
    source: RateSource
    effective_on: date
    document: str
    reason: str | None
    recorded_at: datetime
    recorded_by: str
    supersedes_id: UUID | None
    superseded_by_id: UUID | None = None


class RateItem(RateRead, Listed):
    """A rate in a list."""


RATES = Resource(
    "rates",
    ExchangeRate,
    RateItem,
    RateItem,
    rows=_TABLE,
    version=literal(1),
    filters=(
        among("source", _rate.source, "unore, ecb, contract, manual.", RateSource),
        Filter(
            "currency__in",
            list,
            lambda v: or_(_rate.base == any_(v), _rate.quote == any_(v)),
            "Currencies on either side (ISO 4217).",
        ),
        *between("effective_on", _rate.effective_on, "In force"),
        whether("is_superseded", _rate.superseded_by_id.is_not(None), "Only (or no) corrected ones."),
    ),
    order=("effective_on", OrderKey("currencies", _CURRENCIES, Text())),
    default_order="-effective_on",
    dimensions={"source": _rate.source, "currencies": _CURRENCIES},
    actions={},
)
"""What `/v1/exchange-rates` lists, counts and opens."""
