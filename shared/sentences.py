"""Sentences in both languages: each writes numbers, amounts of money and dates as its readers do."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from shared.domain.money import SCALES, Money
from shared.domain.notation import WIDE, day, grouped, number
from shared.errors import Fault, Texts
from shared.worded import Worded


def sentence(fr: str, en: str, **values: Any) -> Texts:
    """A sentence in both languages whose `{names}` are replaced, each value written as the language writes it.

    `{count:projet|projets}` is the form of the noun that agrees with the number.

    >>> sentence("{a} au {d}", "{a} on {d}", a=Money(Decimal(1250), "USD"), d=date(2022, 3, 1))["en"]
    '1,250 USD on 1 March 2022'
    """
    return {
        language: template.format(**{name: agreeing(value, language) for name, value in values.items()})
        for language, template in (("fr", fr), ("en", en))
    }


MANY = 10_000
"""From here on a whole number has its digits grouped; below it may be a year."""


class _Number(str):
    """A number as a language writes it, which chooses the form of a noun: `{count:projet|projets}`."""

    __slots__ = ("is_singular",)
    is_singular: bool

    def __format__(self, form: str) -> str:
        one, bar, several = form.partition("|")
        if not bar:
            return super().__format__(form)
        return one if self.is_singular else several


def agreeing(value: Any, language: str) -> Any:
    """A value as `written`; a number also chooses the form of its noun."""
    shown = written(value, language)
    if not isinstance(value, int | Decimal):
        return shown
    number_ = _Number(shown)
    number_.is_singular = is_singular(value, language)
    return number_


def is_singular(value: int | Decimal, language: str) -> bool:
    """Whether a noun stands in the singular beside a number: below two in French, at one in English.

    >>> [is_singular(count, "fr") for count in (0, 1, 2)], [is_singular(count, "en") for count in (0, 1, 2)]
    ([True, True, False], [False, True, False])
    """
    return -2 < value < 2 if language == "fr" else value == 1


def written(value: Any, language: str) -> Any:
    """A Decimal, Money, date, value of an enumeration, words in both languages, or a list of these as the language writes it.

    Anything else stays as it is.
    """
    match value:
        case list() | tuple():
            return ", ".join(str(written(one, language)) for one in value) or "-"
        case Worded():
            return value.words[language]
        case {"fr": _, "en": _}:
            return value[language]
        case Money():
            space = WIDE if language == "fr" else " "
            return f"{grouped(_to_the_cent(value), language)}{space}{value.currency}"
        case Decimal() | int() | date():
            return _plain(value, language)
    return value


def _plain(value: Decimal | int | date, language: str) -> str | int:
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, int) and abs(value) < MANY:
        return value
    return number(Decimal(value), language)


def _to_the_cent(money: Money) -> Decimal:
    """Without the zeros that a column adds; whole, or with all the decimals of its currency at least."""
    if money.amount == money.amount.to_integral():
        return money.amount.quantize(Decimal(1))
    decimals = max(-money.amount.normalize().as_tuple().exponent, SCALES[money.currency])  # type: ignore[operator]
    return money.amount.quantize(Decimal(1).scaleb(-decimals))


def fault(pointer: str, code: str, french: str, english: str, **values: Any) -> Fault:
    """A fault with its own sentences; with values, their `{names}` are replaced as `sentence` does."""
    said = sentence(french, english, **values) if values else {"fr": french, "en": english}
    return Fault(pointer, said, code)


def refusal(code: str, french: str, english: str, **values: Any) -> PydanticCustomError:
    """An error for validators of ours to raise, with its own sentences; `code` is stable.

    With values, their `{names}` are replaced as `shared.sentences.sentence` does.
    """
    said = sentence(french, english, **values) if values else {"fr": french, "en": english}
    # the sentences are values of the template, so that a brace in them is only a brace
    return PydanticCustomError(code, "{en}", dict(said))
