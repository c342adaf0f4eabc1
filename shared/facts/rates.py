"""Which exchange rate is in force on a date, as known at an instant (DESIGN 5), and the conversion rule in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    Text,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from shared.database import Reader
from shared.domain.conversion import AMOUNT_LIMIT, DECIMALS, convert, direction_of
from shared.domain.money import Money
from shared.errors import RateMissing, RuleBroken, Texts
from shared.facts.statement import compiled
from shared.models import ExchangeRate, RatePolicy
from shared.models.rate import RateSource
from shared.refusal import Refusal
from shared.sentences import sentence

FUNCTIONAL = "USD"
"""The currency of totals and of the journal's functional amounts."""

AGELESS = frozenset({RateSource.CONTRACT, RateSource.MANUAL})
"""Policies that need no `rate_policy` row: an agreement's rate does not age unless a row says so."""


class ConvertedBeyondMeasure(Refusal, RuleBroken):
    """An amount that becomes larger than any that is held: the amount or the rate is mistyped."""

    kind, at = "converted-beyond-measure", "/amount"
    fr = "{amount} au taux {rate} font plus de {target} qu'aucun montant tenu : vérifiez le montant et le taux."
    en = "{amount} at the rate {rate} make more {target} than any amount held: check the amount and the rate."
    amount: Money
    target: str
    rate: Decimal


@dataclass(frozen=True)
class RateWanted:
    """A question: the rate of `currency` to the USD under `policy` on `value_on`."""

    policy: str
    currency: str
    value_on: date


@dataclass(frozen=True)
class RateInForce:
    """The answer: `value` units of `quote` for one `base`, as `source` prints it, effective from `effective_on`."""

    id: UUID
    value: Decimal
    effective_on: date
    source: str
    base: str
    quote: str
    document: str

    def convert(self, amount: Decimal, currency: str, target: str = FUNCTIONAL) -> Decimal:
        """`amount` of `currency` in `target`, rounded half-up once to ten decimals.

        Raises:
            ConvertedBeyondMeasure: the result is larger than any amount that is held.
        """
        direction = direction_of(currency, target, base=self.base, quote=self.quote)
        assert direction is not None, f"{self.base}/{self.quote} does not join {currency} and {target}"
        result = convert(amount, self.value, direction)
        if abs(result) >= AMOUNT_LIMIT:
            raise ConvertedBeyondMeasure(Money(amount, currency), target, self.value)
        return result

    def as_json(self) -> dict[str, str]:
        """How answers, figures and snapshots name the rate they used; the policy bears the source's name."""
        return {
            "id": str(self.id),
            "base": self.base,
            "quote": self.quote,
            "value": format(self.value.normalize(), "f"),
            "effective_on": self.effective_on.isoformat(),
            "source": self.source,
            "policy": self.source,
        }


def converted(amount: ColumnElement[Any], rate: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """The SQL twin of `convert` towards the base currency; a property test holds the two equal."""
    return func.round(cast(amount, Numeric(38, 20)) / rate, DECIMALS)


def converted_to_quote(amount: ColumnElement[Any], rate: ColumnElement[Any]) -> ColumnElement[Decimal]:
    """The SQL twin of `convert` towards the quote currency."""
    return func.round(cast(amount, Numeric(38, 20)) * rate, DECIMALS)


def known_rates(known_at: ColumnElement[datetime]) -> ColumnElement[bool]:
    """The condition on `exchange_rate`: recorded by `known_at` and not superseded by then."""
    later = ExchangeRate.__table__.alias("superseding")
    superseded = (
        select(literal(1)).where(later.c.supersedes_id == ExchangeRate.id, later.c.recorded_at <= known_at).exists()
    )
    return and_(ExchangeRate.recorded_at <= known_at, ~superseded)


def greatest_age(policy: Any, known_at: ColumnElement[datetime]) -> ColumnElement[int | None]:
    """How many days old a rate of the policy may be, as known then; NULL where nobody had said so."""
    return (
        select(RatePolicy.max_age_days)
        .where(RatePolicy.policy == policy, RatePolicy.recorded_at <= known_at)
        .order_by(RatePolicy.recorded_at.desc(), RatePolicy.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_COLUMNS = (
    ExchangeRate.id,
    ExchangeRate.value,
    ExchangeRate.effective_on,
    ExchangeRate.source,
    ExchangeRate.base,
    ExchangeRate.quote,
    ExchangeRate.document,
)
_wanted = (
    func.unnest(
        bindparam("policies", type_=ARRAY(Text)),
        bindparam("currencies", type_=ARRAY(Text)),
        bindparam("dates", type_=ARRAY(Date)),
    )
    .table_valued(column("policy", Text), column("currency", Text), column("value_on", Date), name="wanted")
    .render_derived()
)
_known_at = func.coalesce(
    bindparam("known_at", type_=DateTime(timezone=True)), literal("infinity").cast(DateTime(timezone=True))
)
_latest = (
    select(*_COLUMNS)
    .where(
        ExchangeRate.source == _wanted.c.policy,
        or_(
            and_(ExchangeRate.base == FUNCTIONAL, ExchangeRate.quote == _wanted.c.currency),
            and_(ExchangeRate.quote == FUNCTIONAL, ExchangeRate.base == _wanted.c.currency),
        ),
        ExchangeRate.effective_on <= _wanted.c.value_on,
        known_rates(_known_at),
    )
    .order_by(ExchangeRate.effective_on.desc(), ExchangeRate.recorded_at.desc(), ExchangeRate.id.desc())
    .limit(1)
    .lateral("latest")
)
_IN_FORCE = (
    select(
        _wanted.c.policy, _wanted.c.currency, _wanted.c.value_on, greatest_age(_wanted.c.policy, _known_at), *_latest.c
    )
    .select_from(_wanted)
    .outerjoin(_latest, true())
)


_READ = compiled(_IN_FORCE)


async def rates_in_force(
    session: AsyncSession | AsyncConnection, wanted: Iterable[RateWanted], known_at: datetime | None = None
) -> dict[RateWanted, RateInForce | RateMissing]:
    """The rate in force for each question, in one round trip; where none is, the error that says what to load.

    In force is the latest rate effective on or before the value date, recorded by `known_at` (None: all that is
    committed) and not superseded by then, and at most as old as its policy allows.
    """
    asked = list(dict.fromkeys(wanted))
    return _answers(await session.execute(_IN_FORCE, _question(asked, known_at))) if asked else {}


async def read_rates_in_force(
    reads: Reader, wanted: Iterable[RateWanted], known_at: datetime | None = None
) -> dict[RateWanted, RateInForce | RateMissing]:
    """The same on a bare pool, for reads."""
    asked = list(dict.fromkeys(wanted))
    return _answers(await reads.fetch(*_READ.asked(**_question(asked, known_at))))


def _question(asked: list[RateWanted], known_at: datetime | None) -> dict[str, Any]:
    return {
        "policies": [one.policy for one in asked],
        "currencies": [one.currency for one in asked],
        "dates": [one.value_on for one in asked],
        "known_at": known_at,
    }


def _answers(rows: Iterable[Any]) -> dict[RateWanted, RateInForce | RateMissing]:
    return {
        RateWanted(policy, currency, value_on): _judged(
            RateWanted(policy, currency, value_on), max_age, RateInForce(*found) if found[0] else None
        )
        for policy, currency, value_on, max_age, *found in rows
    }


async def rate_in_force(
    session: AsyncSession | AsyncConnection,
    policy: str,
    currency: str,
    value_on: date,
    known_at: datetime | None = None,
) -> RateInForce:
    """The rate of `currency` to the USD in force on `value_on` under `policy`, as known at `known_at`.

    Raises:
        RateMissing: none is held, or the latest is older than the policy allows; it says what to load.
    """
    wanted = RateWanted(policy, currency, value_on)
    found = (await rates_in_force(session, [wanted], known_at))[wanted]
    if isinstance(found, RateMissing):
        raise found
    return found


async def latest_rate(
    session: AsyncSession | AsyncConnection, policy: str, currency: str, value_on: date
) -> RateInForce | None:
    """The latest rate on or before `value_on` whatever its age: for the headroom shown beside an unconverted draft."""
    row = (await session.execute(_IN_FORCE, _question([RateWanted(policy, currency, value_on)], None))).one()
    return RateInForce(*row[4:]) if row[4] else None


def _judged(wanted: RateWanted, max_age: int | None, found: RateInForce | None) -> RateInForce | RateMissing:
    if found is None:
        return _missing(
            wanted,
            {
                "fr": "aucun taux en vigueur à cette date ou avant n'est enregistré",
                "en": "no rate effective on or before that date is held",
            },
        )
    if max_age is None:
        if wanted.policy in AGELESS:
            return found
        return _missing(
            wanted,
            {
                "fr": "l'âge maximal des taux de cette politique n'est pas déclaré (ligne « rate_policy »)",
                "en": "the greatest age of this policy's rates is not declared (a 'rate_policy' row)",
            },
        )
    if wanted.value_on - found.effective_on > timedelta(days=max_age):
        return _missing(
            wanted,
            sentence(
                "le plus récent, du {latest}, a plus de {days} {days:jour|jours}",
                "the latest, of {latest}, is more than {days} {days:day|days} old",
                latest=found.effective_on,
                days=max_age,
            ),
        )
    return found


def _missing(wanted: RateWanted, why: Texts) -> RateMissing:
    question = {"policy": wanted.policy, "currency": wanted.currency, "value_on": wanted.value_on.isoformat()}
    return RateMissing(
        sentence(
            "Taux {currency}/{functional} manquant au {on} (politique {policy}) : {why}. Chargez le taux {policy} "
            "{currency} en vigueur à cette date, par « djoliba rates load FICHIER » ou POST /v1/exchange-rates.",
            "The {currency}/{functional} rate on {on} is missing (policy {policy}): {why}. Load the {policy} rate of "
            "{currency} in force on that date, with 'djoliba rates load FILE' or POST /v1/exchange-rates.",
            currency=wanted.currency,
            functional=FUNCTIONAL,
            why=why,
            on=wanted.value_on,
            policy=wanted.policy,
        ),
        extra={"rate_wanted": question},
    )
