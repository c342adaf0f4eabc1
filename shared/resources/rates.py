"""Exchange rates as clients list, count and open them: every one recorded by then, those corrected too."""

from datetime import date

from sqlalchemy import Date, Text, any_, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from shared.facts.parameters import KNOWN_AT
from shared.models import ExchangeRate
from shared.models.rate import RateSource
from shared.resources.declaration import Filter, OrderKey, Resource

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

RATES = Resource(
    name="rates",
    noun="exchange_rate",
    table=_TABLE,
    identity=_rate.id,
    version=literal(1),
    filters=(
        Filter(
            "source__in",
            list,
            lambda v: _rate.source == any_(v),
            "unore, ecb, contract, manual.",
            among=RateSource,
        ),
        Filter(
            "currency__in",
            list,
            lambda v: or_(_rate.base == any_(v), _rate.quote == any_(v)),
            "Currencies on either side (ISO 4217).",
        ),
        Filter("effective_on__gte", date, lambda v: _rate.effective_on >= v, "In force, from."),
        Filter("effective_on__lte", date, lambda v: _rate.effective_on <= v, "In force, to."),
        Filter(
            "is_superseded",
            bool,
            lambda v: _rate.superseded_by_id.is_not(None) == v,
            "Only (or no) corrected ones.",
        ),
    ),
    order=(
        OrderKey("effective_on", _rate.effective_on, Date()),
        OrderKey("currencies", _CURRENCIES, Text()),
    ),
    default_order="-effective_on",
    item={
        "id": _rate.id,
        "base": _rate.base,
        "quote": _rate.quote,
        "value": cast(func.trim_scale(_rate.value), Text),
        "source": _rate.source,
        "effective_on": _rate.effective_on,
        "document": _rate.document,
        "reason": _rate.reason,
        "recorded_at": _rate.recorded_at,
        "recorded_by": _rate.recorded_by,
        "supersedes_id": _rate.supersedes_id,
        "superseded_by_id": _rate.superseded_by_id,
    },
    detail={},
    dimensions={"source": _rate.source, "currencies": _CURRENCIES},
)
"""What `/v1/exchange-rates` lists, counts and opens."""
