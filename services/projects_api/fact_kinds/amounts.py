"""Amounts of projects and groups, converted at the rate in force on their date as far as one is held."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from shared.domain.conversion import QUANTUM, RATE_WHOLE_DIGITS
from shared.domain.money import EXACT, MoneyError, money
from shared.errors import Fault, InvalidInput, RateMissing
from shared.facts.rates import FUNCTIONAL, RateInForce, RateWanted, rates_in_force
from shared.fields import AmountText, CurrencyCode
from shared.models import Amount
from shared.models.base import Qualifier
from shared.models.project import AmountKind, ConversionBasis
from shared.models.rate import RateSource
from shared.portfolio import Part
from shared.recording.fact_kind import FactKind
from shared.recording.facts import Stated, Subject
from shared.recording.rows import Columns
from shared.sentences import refusal
from shared.unit_of_work import UnitOfWork

IMPLIED_LIMIT = Decimal(10) ** RATE_WHOLE_DIGITS
"""A printed value far from its amount implies a rate that no column holds; then none is noted."""

Rates = dict[RateWanted, RateInForce | RateMissing]


class NotBookable(InvalidInput):
    """The amount has more decimals than its kind, or a currency that is not known."""

    def __init__(self, problem: MoneyError, pointer: str) -> None:
        super().__init__(problem.detail, faults=[Fault(pointer, problem.detail, "not_bookable")])


class AmountPart(Part):
    """An amount in its own currency, with the USD that the document prints beside it, where it does."""

    amount: AmountText
    currency: CurrencyCode
    qualifier: Qualifier = Qualifier.EXACT
    usd: AmountText | None = Field(None, description="The USD printed in the document beside the amount.")
    usd_decimals: Annotated[int, Field(strict=True, ge=0, le=3)] | None = None
    """Decimals with which the USD is printed; by default those written."""
    policy: RateSource = RateSource.UNORE
    """Whose rate converts it."""

    @model_validator(mode="after")
    def _printed_usd(self) -> Self:
        if self.usd is None and self.usd_decimals is not None:
            raise refusal("usd_missing", "usd_decimals va avec usd.", "usd_decimals goes with usd.")
        if self.usd is not None and self.currency == "USD":
            raise refusal(
                "usd_twice",
                "Un montant en USD n'a pas de seconde valeur en USD.",
                "An amount in USD has no second value in USD.",
            )
        return self

    @property
    def printed_decimals(self) -> int | None:
        """Decimals of the printed USD; None where none is printed."""
        if self.usd is None or self.usd_decimals is not None:
            return self.usd_decimals
        exponent = self.usd.as_tuple().exponent
        return max(0, -exponent) if isinstance(exponent, int) else None


class AmountStated(Stated, AmountPart):
    """An amount of a project or a group, of one kind, from a date on."""

    kind: AmountKind


def rate_wanted(stated: AmountStated) -> RateWanted | None:
    """The rate that its conversion needs; None where it is in USD or the document prints USD."""
    if stated.currency == FUNCTIONAL or stated.usd is not None:
        return None
    return RateWanted(stated.policy, stated.currency, stated.on)


async def rates_for(unit: UnitOfWork, amounts: Iterable[AmountStated]) -> Rates:
    """The rates in force for all these amounts, or why one is missing, in one round trip."""
    return await rates_in_force(unit.session, [one for one in map(rate_wanted, amounts) if one is not None])


def _refuse_unless_bookable(stated: AmountStated, mechanism: str | None) -> None:
    try:
        money(stated.amount, stated.currency, mechanism)
    except MoneyError as problem:
        raise NotBookable(problem, "/amount") from problem
    if stated.usd is not None:
        try:
            money(stated.usd, FUNCTIONAL, mechanism)
        except MoneyError as problem:
            raise NotBookable(problem, "/usd") from problem


def _conversion(stated: AmountStated, rates: Rates, subject: Subject) -> Columns:
    """The columns of the USD value: stated, printed, at a rate, or none.

    Raises:
        NotBookable: too many decimals for the kind, or an unknown currency.
    """
    _refuse_unless_bookable(stated, subject.mechanism)
    if stated.currency == FUNCTIONAL:
        return {"basis": ConversionBasis.IDENTITY, "usd": stated.amount.quantize(QUANTUM)}
    if stated.usd is not None:
        implied = EXACT.divide(stated.amount, stated.usd).quantize(QUANTUM, context=EXACT)
        return {
            "basis": ConversionBasis.PRINTED,
            "usd": stated.usd.quantize(QUANTUM),
            "usd_decimals": stated.printed_decimals,
            "rate": implied if 0 < implied < IMPLIED_LIMIT else None,
        }
    wanted = rate_wanted(stated)
    assert wanted is not None
    rate = rates[wanted]
    if isinstance(rate, RateMissing):
        return {"basis": ConversionBasis.UNCONVERTED, "policy": wanted.policy}
    return {
        "basis": ConversionBasis.RATE,
        "usd": rate.convert(stated.amount, stated.currency),
        "policy": wanted.policy,
        "exchange_rate_id": rate.id,
        "rate": rate.value,
    }


def _is_as_stated(row: Amount, stated: AmountStated) -> bool:
    printed = row.usd if row.basis == ConversionBasis.PRINTED else None
    return (
        (row.amount, row.currency, row.qualifier, printed)
        == (stated.amount, stated.currency, stated.qualifier, stated.usd)
        and row.usd_decimals == stated.printed_decimals
        and row.policy in {None, stated.policy}
    )


AMOUNTS = FactKind(
    "amounts",
    Amount,
    AmountStated,
    event="amount",
    same=("kind",),
    beside=("usd", "usd_decimals", "policy"),
    prepare=rates_for,
    derived=_conversion,
    is_as_stated=_is_as_stated,
    told=("usd", "basis", "rate", "exchange_rate_id"),
    repeats=("Un montant de même nature et de même date", "An amount of one kind and date"),
    example={
        "kind": "requested",
        "amount": "24752766",
        "currency": "XOF",
        "on": "2022-03-23",
        "source": "Request of 23 March 2022",
    },
)
