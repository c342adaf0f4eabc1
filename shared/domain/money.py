"""Amounts of money: a Decimal with its currency, at the scale that its kind declares (DESIGN 5)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from shared.domain.notation import WIDE, number

EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
"""The arithmetic of amounts: 50 digits hold every product and quotient of our columns without loss that matters."""

SCALES: dict[str, int] = {
    "XOF": 0, "XAF": 0, "JPY": 0, "KRW": 0,
    "AED": 2, "AUD": 2, "CAD": 2, "CHF": 2, "CNY": 2, "CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2, "NOK": 2, "PLN": 2,
    "QAR": 2, "SAR": 2, "SEK": 2, "TRY": 2, "USD": 2,
}  # fmt: skip
"""Decimals of an amount by currency (ISO 4217 minor units); a currency that is not here is not booked."""

TRUST_FUND = "TF"
TRUST_FUND_SCALES: dict[str, int] = {"USD": 3}
"""The Trust Fund prints its dollars with three decimals: 110,726.859."""


class MoneyError(ValueError):
    """An amount or a currency that cannot be booked; `fr` and `en` say why."""

    def __init__(self, fr: str, en: str) -> None:
        self.fr = fr
        self.en = en
        super().__init__(en)

    @property
    def detail(self) -> dict[str, str]:
        """The sentence by language, as problems carry it."""
        return {"fr": self.fr, "en": self.en}


class UnknownCurrency(MoneyError):
    """No scale is declared for this currency."""

    def __init__(self, currency: str) -> None:
        known = ", ".join(sorted(SCALES))
        super().__init__(
            f"La monnaie « {currency} » n'est pas connue ; sont connues : {known}.",
            f"The currency '{currency}' is not known; known are: {known}.",
        )


class TooManyDecimals(MoneyError):
    """More decimals than the amount's kind has."""

    def __init__(self, amount: Decimal, currency: str, scale: int) -> None:
        super().__init__(
            f"{number(amount, 'fr')}{WIDE}{currency} a trop de décimales : {scale} au plus pour ce montant.",
            f"{number(amount, 'en')} {currency} has too many decimals: at most {scale} for this kind of amount.",
        )


class NotAnAmount(MoneyError):
    """Not a finite number."""

    def __init__(self, amount: Decimal) -> None:
        super().__init__(f"« {amount} » n'est pas un montant.", f"'{amount}' is not an amount.")


def scale_of(currency: str, mechanism: str | None = None) -> int:
    """Decimals of an amount in `currency`, for a project or contribution of `mechanism`.

    >>> scale_of("XOF"), scale_of("USD"), scale_of("USD", "TF")
    (0, 2, 3)

    Raises:
        UnknownCurrency: no scale is declared.
    """
    if mechanism == TRUST_FUND and currency in TRUST_FUND_SCALES:
        return TRUST_FUND_SCALES[currency]
    if currency not in SCALES:
        raise UnknownCurrency(currency)
    return SCALES[currency]


def rounded(amount: Decimal, scale: int) -> Decimal:
    """The amount half-up to `scale` decimals, for showing; what is stored is rounded by the conversion alone."""
    return amount.quantize(Decimal(1).scaleb(-scale), context=EXACT)


@dataclass(frozen=True)
class Money:
    """A finite amount in a known currency."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not self.amount.is_finite():
            raise NotAnAmount(self.amount)
        if self.currency not in SCALES:
            raise UnknownCurrency(self.currency)

    def at_scale(self, scale: int) -> "Money":
        """The same money with exactly `scale` decimals.

        Raises:
            TooManyDecimals: a digit would be lost.
        """
        quantized = rounded(self.amount, scale)
        if quantized != self.amount:
            raise TooManyDecimals(self.amount, self.currency, scale)
        return Money(quantized, self.currency)


def money(amount: Decimal, currency: str, mechanism: str | None = None) -> Money:
    """Money at the scale of its kind.

    Raises:
        MoneyError: not finite, currency unknown, or more decimals than the kind has.
    """
    return Money(amount, currency).at_scale(scale_of(currency, mechanism))
