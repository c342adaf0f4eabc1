"""Amounts converted, the rates that were used, and the rates that are held; compiled once."""

from sqlalchemy import Subquery, and_, func, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from services.reporting_worker.figures.columns import Rows, of_subject
from shared.facts import KNOWN_AT, amount_in_force, compiled, posting_effective
from shared.facts.rates import greatest_age, known_rates
from shared.models import ExchangeRate
from shared.models.project import ConversionBasis


def _printed_amounts() -> Rows:
    amount = amount_in_force()
    return (
        of_subject(
            amount,
            amount.c.amount,
            amount.c.currency,
            amount.c.usd,
            amount.c.usd_decimals,
            amount.c.qualifier,
            amount.c.value_on,
            func.coalesce(amount.c.policy, "unore").label("policy"),
        )
        .where(amount.c.basis == ConversionBasis.PRINTED)
        .order_by("reference")
    )


def _rates() -> Rows:
    rate = ExchangeRate
    return (
        select(
            rate.id,
            rate.source,
            rate.quote,
            rate.value,
            rate.effective_on,
            greatest_age(rate.source, KNOWN_AT).label("max_age_days"),
        )
        .where(rate.base == "USD", known_rates(KNOWN_AT))
        .order_by(rate.effective_on)
    )


def _used() -> Subquery:
    """reference, value_on, exchange_rate_id of every conversion in force, of amounts and of postings."""
    amount, posting = amount_in_force(), posting_effective()
    return union_all(
        of_subject(amount, amount.c.value_on, amount.c.exchange_rate_id).where(amount.c.exchange_rate_id.is_not(None)),
        select(posting.c.reference, posting.c.value_on, posting.c.exchange_rate_id)
        .where(posting.c.exchange_rate_id.is_not(None))
        .distinct(),
    ).subquery("used")


def _conversions() -> Rows:
    """Every conversion in force: the rate used, its age on the value date, and the rate that would be used now."""
    used, rate = _used(), ExchangeRate
    now = aliased(ExchangeRate)
    is_newest = and_(
        now.source == rate.source,
        now.base == rate.base,
        now.quote == rate.quote,
        now.effective_on <= used.c.value_on,
        now.recorded_at <= KNOWN_AT,
    )
    subject = (used.c.reference, used.c.value_on, rate.id)
    return (
        select(
            used.c.reference,
            used.c.value_on,
            rate.quote,
            rate.value,
            rate.effective_on,
            (used.c.value_on - rate.effective_on).label("age"),
            greatest_age(rate.source, KNOWN_AT).label("max_age_days"),
            now.value.label("now_value"),
            now.effective_on.label("now_effective_on"),
            (now.id != rate.id).label("would_change"),
        )
        .ext(distinct_on(*subject))
        .select_from(used)
        .join(rate, rate.id == used.c.exchange_rate_id)
        .join(now, is_newest)
        .order_by(*subject, now.effective_on.desc(), now.recorded_at.desc())
    )


PRINTED_AMOUNTS = compiled(_printed_amounts())
RATES = compiled(_rates())
CONVERSIONS = compiled(_conversions())
