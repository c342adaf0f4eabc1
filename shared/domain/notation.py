"""How each language writes numbers and days: the one place for sentences, pages and the printed bulletin."""

from datetime import UTC, date, datetime
from decimal import Decimal

NARROW, WIDE = "\u202f", "\u00a0"
"""No-break spaces of French typography: narrow between groups of digits, wide before a unit."""
MINUS = "\u2212"

MONTHS = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
"""Their names as they stand in running text, January first."""


def grouped(value: Decimal, language: str) -> str:
    """A number with the decimals that it bears, zeros at the end too.

    >>> grouped(Decimal("1234567.50"), "en"), grouped(Decimal("12.0"), "fr")
    ('1,234,567.50', '12,0')
    """
    text = f"{value:,f}".replace("-", MINUS)
    return text if language == "en" else text.replace(",", NARROW).replace(".", ",")


def number(value: Decimal, language: str) -> str:
    """A number with all its decimals, without zeros at the end.

    >>> number(Decimal("1234567.50"), "en"), number(Decimal("12.0"), "fr")
    ('1,234,567.5', '12')
    """
    whole, _, decimals = f"{value:f}".partition(".")
    return grouped(Decimal(f"{whole}.{decimals.rstrip('0')}" if decimals.strip("0") else whole), language)


def day_of_month(on: date, language: str) -> str:
    """The day's number, of which French makes an ordinal when it is the first."""
    return "1er" if language == "fr" and on.day == 1 else f"{on.day}"


def month(on: date, language: str, *, with_year: bool = True) -> str:
    """A month, its year with four digits.

    >>> month(date(2022, 2, 1), "fr"), month(date(25, 3, 1), "en")
    ('février 2022', 'March 0025')
    """
    name = MONTHS[language][on.month - 1]
    return f"{name} {on.year:04d}" if with_year else name


def day(on: date, language: str, *, with_year: bool = True) -> str:
    """A date in words.

    >>> day(date(2022, 3, 1), "fr"), day(date(2022, 3, 1), "en")
    ('1er mars 2022', '1 March 2022')
    """
    return f"{day_of_month(on, language)} {month(on, language, with_year=with_year)}"


def instant(at: datetime, language: str) -> str:
    """An instant to the minute, in UTC.

    >>> instant(datetime(2022, 4, 1, 9, 5, tzinfo=UTC), "fr")
    '1er avril 2022, 09:05 UTC'
    """
    utc = at.astimezone(UTC)
    return f"{day(utc.date(), language)}, {utc:%H:%M} UTC"
