"""How numbers, amounts and dates are printed in each language; nothing here knows where they come from."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

MILLION = Decimal(1_000_000)
BILLION = Decimal(1_000_000_000)
MINUS = "\u2212"
NARROW, WIDE = "\u202f", "\u00a0"
"""No-break spaces of French typography: narrow between groups of digits, wide before a unit."""

CURRENCY_WORDS = {
    "fr": {"XOF": "FCFA", "USD": "USD", "EUR": "EUR"},
    "en": {"XOF": "FCFA", "USD": "USD", "EUR": "EUR"},
}
MILLIONS_OF = {
    "fr": {"XOF": "de FCFA", "USD": "de dollars américains", "EUR": "d’euros"},
    "en": {"XOF": "FCFA", "USD": "US dollars", "EUR": "euros"},
}
MAGNITUDES = {
    "fr": {MILLION: ("million", "millions"), BILLION: ("milliard", "milliards")},
    "en": {MILLION: ("million", "million"), BILLION: ("billion", "billion")},
}


def rounded(value: Decimal, decimals: int) -> Decimal:
    """The value at so many decimals, half-up, as the reference bulletin rounds (DESIGN 5)."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: Decimal, language: str, decimals: int = 0) -> str:
    """A number with its language's separators: 1 234,5 or 1,234.5."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(rounded(value, decimals), format=pattern, locale=language).replace("-", MINUS)


def percentage(value: Decimal, language: str, decimals: int = 0) -> str:
    """A share in percent: 83 % or 83%."""
    return number(value, language, decimals) + (f"{WIDE}%" if language == "fr" else "%")


def in_magnitude(value: Decimal, language: str, decimals: int = 1) -> str:
    """A large number in millions or milliards, at most one decimal, none when it is zero: 28,2 millions."""
    unit = BILLION if value >= BILLION else MILLION
    scaled = rounded(value / unit, decimals)
    shown = decimals if scaled != scaled.to_integral_value() else 0
    one, several = MAGNITUDES[language][unit]
    is_plural = scaled >= 2 if language == "fr" else scaled != 1  # French plural starts at two: 1,8 million
    return number(scaled, language, shown) + WIDE + (several if is_plural else one)


def decimals_of(value: Decimal) -> int:
    """How many decimals a value has, trailing zeros left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def amount(value: Decimal, currency: str, language: str, decimals: int | None = None) -> str:
    """An amount with its currency; a whole number of millions is said in words: 65 millions de FCFA."""
    word = CURRENCY_WORDS[language].get(currency, currency)
    if decimals is None and value >= MILLION and value % MILLION == 0:
        return in_magnitude(value, language) + " " + MILLIONS_OF[language].get(currency, currency)
    shown = decimals_of(value) if decimals is None else decimals
    if decimals is None and shown and currency in {"USD", "EUR"}:
        shown = max(shown, 2)
    return number(value, language, shown) + WIDE + word


def day(one: date, language: str, *, with_year: bool = False) -> str:
    """A day in words, which no line break parts: 2 mars, 1er mars, 31 mars 2022; 2 March."""
    first = "1er" if language == "fr" and one.day == 1 else str(one.day)
    rest = format_date(one, "MMMM y" if with_year else "MMMM", locale=language)
    return (first + " " + rest).replace(" ", WIDE)


def days(start: date, end: date, language: str, *, with_year: bool = False) -> str:
    """A day or a range without article: 9 et 10 février, 8 au 10 février; 9 and 10 February, 8 to 10 February."""
    if start == end:
        return day(start, language, with_year=with_year)
    is_pair = (end - start).days == 1
    link = {"fr": " et " if is_pair else " au ", "en": " and " if is_pair else " to "}[language]
    if start.month == end.month and start.year == end.year:
        first = "1er" if language == "fr" and start.day == 1 else str(start.day)
    else:
        first = day(start, language)
    return first + link + day(end, language, with_year=with_year)


def short_days(start: date, end: date) -> str:
    """A day or range for the margin: 07/02, 07-08/02."""
    if start == end:
        return f"{start:%d/%m}"
    if start.month == end.month:
        return f"{start:%d}\u2013{end:%d/%m}"
    return f"{start:%d/%m}\u2013{end:%d/%m}"


def month(one: date, language: str, *, with_year: bool = True) -> str:
    """A month: mars 2022, March 2022."""
    return format_date(one, "MMMM y" if with_year else "MMMM", locale=language)


def period(start: date, end: date, language: str) -> str:
    """The months of a period as an edition's label: Février - Mars 2022."""
    first = month(start, language, with_year=start.year != end.year)
    last = month(end, language)
    text = last if (start.year, start.month) == (end.year, end.month) else f"{first} \u2013 {last}"
    return text[:1].upper() + text[1:] if language == "fr" else text


def typeset(text: str, language: str) -> str:
    """A plain sentence with its language's typography: French apostrophes and the no-break spaces before ; : ? !."""
    if language != "fr":
        return text
    text = (
        text.replace("'", "’")
        .replace(" :", f"{WIDE}:")
        .replace("« ", f"«{NARROW}")
        .replace(" »", f"{NARROW}»")
    )
    for mark in ";?!":
        text = text.replace(f" {mark}", f"{NARROW}{mark}")
    return text


def listed(names: Sequence[str], language: str) -> str:
    """Names in running text: a, b et c."""
    if len(names) < 2:
        return "".join(names)
    link = " et " if language == "fr" else " and "
    return ", ".join(names[:-1]) + link + names[-1]
