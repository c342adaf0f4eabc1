"""Sentences in both languages: each writes numbers, amounts of money and dates as its readers do."""

from datetime import date
from decimal import Decimal
from typing import Any

from shared.domain.lifecycle import STATE_WORDS, State
from shared.domain.money import SCALES, Money
from shared.errors import Texts

NARROW_SPACE = "\u202f"
"""Between the thousands of a French number: narrow, and no line breaks there."""
NO_BREAK_SPACE = "\u00a0"
"""Between a French amount and its currency."""

_MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


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
    """A Decimal, Money, date, state of a project, or list of them as the language writes it; else as it is."""
    match value:
        case list() | tuple():
            return ", ".join(str(written(one, language)) for one in value) or "-"
        case State():
            return STATE_WORDS[value][language == "en"]
        case Money():
            space = NO_BREAK_SPACE if language == "fr" else " "
            return f"{_grouped(_to_the_cent(value), language)}{space}{value.currency}"
        case Decimal():
            return number(value, language)
        case date():
            return day(value, language)
        case _:
            return value


def number(value: Decimal, language: str) -> str:
    """A number with all its decimals, without zeros at the end.

    >>> number(Decimal("1234567.50"), "en"), number(Decimal("12.0"), "fr")
    ('1,234,567.5', '12')
    """
    whole, _, decimals = f"{value:f}".partition(".")
    return _grouped(Decimal(f"{whole}.{decimals.rstrip('0')}" if decimals.strip("0") else whole), language)


def day(on: date, language: str) -> str:
    """A date in words.

    >>> day(date(2022, 3, 1), "fr"), day(date(2022, 3, 1), "en")
    ('1er mars 2022', '1 March 2022')
    """
    first = "1er" if language == "fr" and on.day == 1 else f"{on.day}"
    return f"{first} {_MONTHS[language][on.month - 1]} {on.year}"


def _grouped(value: Decimal, language: str) -> str:
    text = f"{value:,f}"
    return text if language == "en" else text.replace(",", NARROW_SPACE).replace(".", ",")


def _to_the_cent(money: Money) -> Decimal:
    """Without the zeros that a column adds; whole, or with all the decimals of its currency at least."""
    if money.amount == money.amount.to_integral():
        return money.amount.quantize(Decimal(1))
    decimals = max(-money.amount.normalize().as_tuple().exponent, SCALES[money.currency])  # type: ignore[operator]
    return money.amount.quantize(Decimal(1).scaleb(-decimals))
