"""How numbers, amounts and dates are printed in each language; nothing here knows where they come from."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from shared.currencies import Currency
from shared.domain import notation
from shared.domain.notation import NARROW, WIDE, day_of_month, month
from shared.sentences import is_singular

MILLION = Decimal(1_000_000)
BILLION = Decimal(1_000_000_000)

CURRENCY_WORDS = {"XOF": "FCFA"}
"""What stands after an amount, where it is not the ISO code."""
MAGNITUDES = {
    "fr": {MILLION: ("million", "millions"), BILLION: ("milliard", "milliards")},
    "en": {MILLION: ("million", "million"), BILLION: ("billion", "billion")},
}


def rounded(value: Decimal, decimals: int) -> Decimal:
    """The value at so many decimals, half-up, as the reference bulletin rounds (DESIGN 5)."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def number(value: Decimal, language: str, decimals: int = 0) -> str:
    """A number with its language's separators: 1 234,5 or 1,234.5."""
    return notation.grouped(rounded(value, decimals), language)


def percentage(value: Decimal, language: str, decimals: int = 0) -> str:
    """A share in percent: 83 % or 83%."""
    return number(value, language, decimals) + (f"{WIDE}%" if language == "fr" else "%")


def in_magnitude(value: Decimal, language: str, decimals: int = 1) -> str:
    """A large number in millions or milliards, at most one decimal, none when it is zero: 28,2 millions."""
    unit = BILLION if value >= BILLION else MILLION
    scaled = rounded(value / unit, decimals)
    shown = decimals if scaled != scaled.to_integral_value() else 0
    one, several = MAGNITUDES[language][unit]
    return number(scaled, language, shown) + WIDE + (one if is_singular(scaled, language) else several)


def decimals_of(value: Decimal) -> int:
    """How many decimals a value has, trailing zeros left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def amount(value: Decimal, currency: str, language: str, decimals: int | None = None) -> str:
    """An amount with its currency; a whole number of millions is said in words: 65 millions de FCFA."""
    word = CURRENCY_WORDS.get(currency, currency)
    if decimals is None and value >= MILLION and value % MILLION == 0:
        return in_magnitude(value, language) + " " + _of_currency(currency, language)
    shown = decimals_of(value) if decimals is None else decimals
    if decimals is None and shown and currency in {"USD", "EUR"}:
        shown = max(shown, 2)
    return number(value, language, shown) + WIDE + word


def _of_currency(currency: str, language: str) -> str:
    named = Currency.__members__.get(currency)
    words = named.words if named else {"fr": currency, "en": currency}
    french, english = words["fr"], words["en"]
    if language == "en":
        return english
    return f"d’{french}" if french[0] in "AEÉIOUY" or french == "euros" else f"de {french}"


def day(one: date, language: str, *, with_year: bool = False) -> str:
    """A day in words, which no line break parts: 2 mars, 1er mars, 31 mars 2022; 2 March."""
    return notation.day(one, language, with_year=with_year).replace(" ", WIDE)


def days(start: date, end: date, language: str, *, with_year: bool = False) -> str:
    """A day or a range without article: 9 et 10 février, 8 au 10 février; 9 and 10 February, 8 to 10 February."""
    if start == end:
        return day(start, language, with_year=with_year)
    is_pair = (end - start).days == 1
    link = {"fr": " et " if is_pair else " au ", "en": " and " if is_pair else " to "}[language]
    if start.month == end.month and start.year == end.year:
        first = day_of_month(start, language)
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
    text = text.replace("'", "’").replace(" :", f"{WIDE}:").replace("« ", f"«{NARROW}").replace(" »", f"{NARROW}»")
    for mark in ";?!":
        text = text.replace(f" {mark}", f"{NARROW}{mark}")
    return text


def listed(names: Sequence[str], language: str) -> str:
    """Names in running text: a, b et c."""
    if len(names) < 2:
        return "".join(names)
    link = " et " if language == "fr" else " and "
    return ", ".join(names[:-1]) + link + names[-1]


def agreeing(forms: str, value: int | Decimal, language: str) -> str:
    """The one of `singular|plural` that agrees with a number; a word without forms as it stands."""
    one, _, several = forms.partition("|")
    return one if not several or is_singular(value, language) else several
