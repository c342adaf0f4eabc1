"""Sentences in both languages: each writes numbers, amounts of money and dates as its readers do."""

from datetime import date
from decimal import Decimal
from typing import Any

from shared.domain.lifecycle import STATE_WORDS, State
from shared.domain.money import SCALES, Money
from shared.domain.notation import WIDE, day, grouped, number
from shared.errors import Texts


def sentence(fr: str, en: str, **values: Any) -> Texts:
    """A sentence in both languages whose `{names}` are replaced, each value written as the language writes it.

    >>> sentence("{a} au {d}", "{a} on {d}", a=Money(Decimal(1250), "USD"), d=date(2022, 3, 1))["en"]
    '1,250 USD on 1 March 2022'
    """
    return {
        language: template.format(**{name: written(value, language) for name, value in values.items()})
        for language, template in (("fr", fr), ("en", en))
    }


def written(value: Any, language: str) -> Any:
    """A Decimal, Money, date, state of a project, words in both languages, or a list of these as the language writes it.

    Anything else stays as it is.
    """
    match value:
        case list() | tuple():
            return ", ".join(str(written(one, language)) for one in value) or "-"
        case State():
            return STATE_WORDS[value][language == "en"]
        case {"fr": _, "en": _}:
            return value[language]
        case Money():
            space = WIDE if language == "fr" else " "
            return f"{grouped(_to_the_cent(value), language)}{space}{value.currency}"
        case Decimal() | date():
            return number(value, language) if isinstance(value, Decimal) else day(value, language)
    return value


def _to_the_cent(money: Money) -> Decimal:
    """Without the zeros that a column adds; whole, or with all the decimals of its currency at least."""
    if money.amount == money.amount.to_integral():
        return money.amount.quantize(Decimal(1))
    decimals = max(-money.amount.normalize().as_tuple().exponent, SCALES[money.currency])  # type: ignore[operator]
    return money.amount.quantize(Decimal(1).scaleb(-decimals))
