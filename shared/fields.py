"""Field types of every input and answer: exact amounts, texts by language, real dates, keys; what is inexact is refused."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

from shared.clock import today
from shared.currencies import Currency
from shared.domain import text
from shared.sentences import refusal

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,16})(\.[0-9]{1,10})?", re.ASCII)
_ANY_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
TEXT_MAX_CHARACTERS = 20_000
LINE_MAX_CHARACTERS = 1_000
"""Of a title, a name or a label: the longest that an office ever typed has 300."""
LANGUAGES = ("fr", "en")


def _exact(french: str, english: str, example: str) -> Callable[[Any], Decimal]:
    """Read an exact number, which refusals call by its name: "un montant" / "an amount"."""

    def read(value: Any) -> Decimal:
        if isinstance(value, Decimal) and value.is_finite():
            return value
        if not isinstance(value, str):
            raise refusal(
                "amount_not_text",
                f'{french.capitalize()} s\'écrit entre guillemets ("{example}") : un nombre JSON perdrait des décimales.',
                f'{english.capitalize()} is written between quotes ("{example}"): a JSON number would lose decimals.',
            )
        if len(value) <= 100 and _ANY_DECIMAL.fullmatch(value) and not _DECIMAL.fullmatch(value):
            raise refusal(
                "too_many_digits",
                f"« {value[:40]} » a trop de chiffres : au plus 17 avant le point décimal et 10 après.",
                f"'{value[:40]}' has too many digits: at most 17 before the decimal point and 10 after it.",
            )
        if not _DECIMAL.fullmatch(value):
            raise refusal(
                "amount_form",
                f"« {value[:40]} » n'est pas {french} : des chiffres, au plus un point décimal, sans espace, virgule "
                "ni exposant.",
                f"'{value[:40]}' is not {english}: digits and at most one decimal point, no space, comma or exponent.",
            )
        return Decimal(value)

    return read


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise refusal("amount_not_positive", "Le montant doit être supérieur à zéro.", "The amount must be above zero.")
    return value


def _percentage(value: Decimal) -> Decimal:
    if not 0 <= value <= 100:
        raise refusal(
            "percentage_range", "Un pourcentage est compris entre 0 et 100.", "A percentage lies between 0 and 100."
        )
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


TYPES_SAY: set[str] = set()
"""What types say of themselves in the contract; a member's own meaning stands before it."""


def _schema(description: str, pattern: str, example: str) -> WithJsonSchema:
    TYPES_SAY.add(description)
    return WithJsonSchema({"type": "string", "pattern": pattern, "description": description, "examples": [example]})


DecimalText = Annotated[
    Decimal,
    BeforeValidator(_exact("un nombre", "a number", "583.747")),
    PlainSerializer(_plain, when_used="json"),
    _schema("An exact decimal number as a string.", r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", "583.747"),
]
"""An exact number, a string in JSON both ways; the scale of its kind is the service's to check."""

AmountText = Annotated[
    Decimal,
    BeforeValidator(_exact("un montant", "an amount", "64636472.50")),
    AfterValidator(_positive),
    PlainSerializer(_plain, when_used="json"),
    _schema("An amount above zero, an exact decimal as a string.", r"^(0|[1-9][0-9]*)(\.[0-9]+)?$", "64636472"),
]
"""An amount above zero in the currency beside it."""

PercentageText = Annotated[
    Decimal,
    BeforeValidator(_exact("un pourcentage", "a percentage", "62.5")),
    AfterValidator(_percentage),
    PlainSerializer(_plain, when_used="json"),
    _schema("A percentage from 0 to 100, an exact decimal as a string.", r"^[0-9]{1,3}(\.[0-9]+)?$", "62.5"),
]
"""A share in percent."""


def _text(value: str) -> str:
    try:
        stored = text.lines(value)
    except text.Unwritable as problem:
        raise refusal(problem.code, problem.fr, problem.en) from problem
    if not stored or all(unicodedata.category(one)[0] in "MZC" for one in stored):
        raise refusal("text_blank", "Le texte est vide.", "The text is blank.")
    return stored


def _line(value: str) -> str:
    return " ".join(line.strip() for line in _text(value).split("\n") if line)


PlainText = Annotated[str, Field(strict=True, max_length=TEXT_MAX_CHARACTERS), AfterValidator(_text)]
"""A text of several lines, not blank, stored as `shared.domain.text.lines` says."""

LineText = Annotated[str, Field(strict=True, max_length=500), AfterValidator(_line)]
"""A text of one line: a name, a reference, a source. A line break, as pasted from a cell or a PDF, becomes a blank."""


def _texts(value: Any) -> Any:
    if not isinstance(value, Mapping) or not value:
        raise refusal(
            "texts_form",
            'Un texte s\'écrit par langue : {"fr": "...", "en": "..."}, au moins l\'une des deux.',
            'A text is written by language: {"fr": "...", "en": "..."}, at least one of them.',
        )
    if unknown := sorted(str(language)[:20] for language in value if language not in LANGUAGES):
        raise refusal(
            "texts_language",
            f"Langue inconnue : {', '.join(unknown)} ; les langues sont fr et en.",
            f"Unknown language: {', '.join(unknown)}; the languages are fr and en.",
        )
    return value


_BY_LANGUAGE = "A text by language; a missing language is missing, never another's words."


def _texts_schema(most: int) -> WithJsonSchema:
    TYPES_SAY.add(_BY_LANGUAGE)
    return WithJsonSchema(
        {
            "type": "object",
            "properties": {language: {"type": "string", "maxLength": most} for language in LANGUAGES},
            "additionalProperties": False,
            "minProperties": 1,
            "description": _BY_LANGUAGE,
            "examples": [{"fr": "Réhabilitation d'une école", "en": "Rehabilitation of a school"}],
        }
    )


TextsField = Annotated[dict[str, PlainText], BeforeValidator(_texts), _texts_schema(TEXT_MAX_CHARACTERS)]
"""A text in French, English or both."""

_Line = Annotated[str, Field(strict=True, max_length=LINE_MAX_CHARACTERS), AfterValidator(_line)]

LineTextsField = Annotated[dict[str, _Line], BeforeValidator(_texts), _texts_schema(LINE_MAX_CHARACTERS)]
"""A title, a name or a label, of one line, in French, English or both; a line break in it becomes a blank."""


EARLIEST, LATEST = date(1000, 1, 1), date(2199, 12, 31)
"""The dates that are taken: no party of a project is older than a thousand years, 0202 and 2202 are slips for 2022. Which
year is too early for a fact its mechanism says (`shared.entry_dates`)."""


def _date(value: Any) -> Any:
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise refusal("date_type", "Une date AAAA-MM-JJ est attendue.", "A date YYYY-MM-DD is expected.")
    if isinstance(value, str):
        if not _DATE.fullmatch(value):
            raise refusal(
                "date_form",
                f"« {value[:40]} » n'est pas une date AAAA-MM-JJ.",
                f"'{value[:40]}' is not a date YYYY-MM-DD.",
            )
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise refusal(
                "date_impossible", f"« {value} » n'existe pas au calendrier.", f"'{value}' is not in the calendar."
            ) from None
    if not EARLIEST <= value <= LATEST:
        raise refusal(
            "date_out_of_range",
            "Le {value} est hors des années {first} à {last} ; vérifiez l'année.",
            "{value} is outside the years {first} to {last}; check the year.",
            value=value,
            first=EARLIEST.year,
            last=LATEST.year,
        )
    return value


DateText = Annotated[date, BeforeValidator(_date)]
"""A real calendar date of the years 1000 to 2199, written YYYY-MM-DD; never a number or an instant."""


def _not_future(value: date) -> date:
    if value > today():
        raise refusal(
            "date_future",
            "Le {value} est à venir ; la date la plus récente admise est aujourd'hui.",
            "{value} is in the future; the latest date allowed is today.",
            value=value,
        )
    return value


PastDateText = Annotated[DateText, AfterValidator(_not_future)]
"""A real date that is not in the future: `as_of`, and the value date of anything that has happened."""


def parse_instant(text: str) -> datetime | None:
    """The instant of an RFC 3339 text, in UTC; None for anything else, and outside the dates that are taken."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if EARLIEST <= instant.date() <= LATEST else None


def _instant(value: Any) -> datetime:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    found = parse_instant(value) if isinstance(value, str) else None
    if found is None:
        raise refusal(
            "instant_form",
            "Écrivez un instant avec son fuseau (2022-04-04T09:00:00Z).",
            "Write an instant with its time zone (2022-04-04T09:00:00Z).",
        )
    return found


InstantText = Annotated[datetime, BeforeValidator(_instant)]
"""An instant with its time zone (RFC 3339); never a number."""

CurrencyCode = Annotated[
    str, Field(strict=True, pattern=r"^[A-Z]{3}$", examples=["XOF"], json_schema_extra={"x-enumeration": Currency.key})
]
"""An ISO 4217 code."""
