"""What each kind of token prints: one function a kind, from the material, in one language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.reporting_worker.prose.formats import (
    BILLION,
    MILLION,
    amount,
    day,
    days,
    decimals_of,
    in_magnitude,
    listed,
    number,
    percentage,
    rounded,
)
from services.reporting_worker.prose.material import Material, StatedAmount
from services.reporting_worker.prose.tokens import Token, at_position
from services.reporting_worker.prose.unresolved import (
    NO_ATTENDANCE,
    NO_CONVERSION,
    NO_FIRST_YEAR,
    NO_QUANTITY,
    NO_SUCH_NAME,
    NO_SUM,
    NO_VALUE,
    NOTHING_KNOWN,
    UnresolvedToken,
)
from services.reporting_worker.rendering.spans import Span
from shared.domain.conversion import PEG
from shared.domain.money import SCALES
from shared.errors import Texts

Held = TypeVar("Held")

FigureAddress = Callable[[str], str]
"""Where a reader opens the rows of a figure."""


@dataclass(frozen=True)
class Asked:
    """A token with what it is printed from."""

    token: Token
    material: Material
    language: str
    figure_address: FigureAddress
    said: Callable[[Texts, str], str]
    """A text that must exist in the language."""

    @property
    def argument(self) -> str:
        """What stands after the kind."""
        return self.token.argument

    def known(self, held: Mapping[str, Held], key: str) -> Held:
        """What the material holds under a key.

        Raises:
            UnresolvedToken: nothing.
        """
        return self.needed(held.get(key))

    def needed(self, value: Held | None, why: Texts = NOTHING_KNOWN) -> Held:
        """The value, without which there is nothing to print.

        Raises:
            UnresolvedToken: there is none, and why.
        """
        if value is None:
            raise UnresolvedToken(self.token, why)
        return value


def stated(one: StatedAmount, language: str) -> str:
    """An amount and its currency as stated."""
    return amount(one.amount, one.currency, language)


def in_usd(one: StatedAmount, language: str) -> str | None:
    """The USD value of an amount, with the decimals that its document prints; None where none is known."""
    if one.usd is None:
        return None
    return amount(one.usd, "USD", language, 2 if one.usd_decimals is None else one.usd_decimals)


def figure_value(value: Decimal, unit: str, language: str) -> str:
    """A figure's value as printed in its unit: counts in full, USD in millions, shares in whole percent."""
    if unit == "percent":
        return percentage(value, language)
    if unit == "USD" and value >= MILLION:
        return in_magnitude(value, language)
    if unit == "USD":
        return number(value, language, 0 if value == rounded(value, 0) else 2)
    return number(value, language)


def _figure(asked: Asked) -> Span:
    key, _, cut = asked.argument.partition("@")
    figure = asked.known(asked.material.figures, key)
    value = figure.number
    if cut:
        dimension, _, line = cut.partition("=")
        value = figure.line("sector" if dimension == "sector" else "area", line)
    shown = figure_value(asked.needed(value, NO_VALUE), figure.unit, asked.language)
    return Span(text=shown, figure=key, href=asked.figure_address(key))


def _policy(asked: Asked) -> Span:
    value, currency = asked.known(asked.material.policies, asked.argument)
    shown = amount(value, currency, asked.language) if currency else number(value, asked.language)
    return Span(text=shown)


def _list(asked: Asked) -> Span:
    figure = asked.known(asked.material.figures, asked.argument)
    parts = [part for part in figure.parts if part.label]
    parts.sort(key=lambda part: getattr(part.order, asked.language) if part.order else 0)
    names = [asked.said(part.label, part.key) for part in parts if part.label]
    return Span(text=listed(names, asked.language), figure=figure.key, href=asked.figure_address(figure.key))


def _amount(asked: Asked) -> Span:
    one = asked.known(asked.material.amounts, asked.argument)
    return Span(text=stated(one, asked.language), synthetic=one.is_synthetic)


def _usd(asked: Asked) -> Span:
    one = asked.known(asked.material.amounts, asked.argument)
    return Span(text=asked.needed(in_usd(one, asked.language)), synthetic=one.is_synthetic)


def _sum(asked: Asked) -> Span:
    parts = asked.known(asked.material.part_amounts, asked.argument)
    currencies = {part.currency for part in parts}
    if len(currencies) != 1:
        raise UnresolvedToken(asked.token, NO_SUM)
    total = sum((part.amount for part in parts), Decimal(0))
    return Span(text=amount(total, currencies.pop(), asked.language))


def _beneficiaries(asked: Asked) -> Span:
    reference, _, what = asked.argument.partition(".")
    counts = asked.known(asked.material.beneficiaries, reference)
    match what:
        case "female":
            shown = [number(Decimal(one.female), asked.language) for one in counts if one.female is not None]
        case "female_share":
            shares = [one.female_share for one in counts if one.female_share is not None]
            shown = [percentage(share, asked.language, decimals_of(share)) for share in shares]
        case _:
            shown = [number(Decimal(one.total), asked.language) for one in counts if not what or one.unit == what]
    return Span(text=asked.needed(next(iter(shown), None)))


def _count(asked: Asked) -> Span:
    count = asked.known(asked.material.project_counts, asked.argument)
    return Span(text=number(Decimal(count), asked.language))


def _quoted(asked: Asked) -> Span:
    one = asked.known(asked.material.quoted, asked.argument)
    if one.unit in SCALES:
        return Span(text=amount(one.value, one.unit, asked.language))
    if one.unit == "percent":
        return Span(text=percentage(one.value, asked.language, decimals_of(one.value)))
    shown = number(one.value, asked.language, decimals_of(one.value))
    if one.value >= BILLION:
        shown = in_magnitude(one.value, asked.language)
    return Span(text=f"{shown}\u00a0km" if one.unit in {"km", "kilometres"} else shown)


def _date(asked: Asked) -> Span:
    reference, _, part = asked.argument.partition(".")
    if reference == "edition":
        edition = asked.material.edition
        moments: Mapping[str, date] = {name: getattr(edition, name) for name in ("as_of", "period_start", "period_end")}
        return Span(text=day(asked.known(moments, part), asked.language, with_year=True))
    one = asked.known(asked.material.activities, reference)
    return Span(text=days(one.start_on, one.end_on, asked.language, with_year=part == "year"))


def _contribution(asked: Asked) -> Span:
    reference, _, currency = asked.argument.partition(".")
    one = asked.known(asked.material.contributions, reference)
    if not currency:
        return Span(text=amount(one.amount, one.currency, asked.language))
    if currency == "xof" and one.currency == "EUR":
        return Span(text=amount(rounded(one.amount * PEG, 0), "XOF", asked.language, 0))
    if currency == "usd" and one.usd is not None:
        return Span(text=amount(one.usd, "USD", asked.language, 2))
    raise UnresolvedToken(asked.token, NO_CONVERSION)


def _output(asked: Asked) -> Span:
    reference, _, position = asked.argument.rpartition(".")
    one = asked.needed(at_position(asked.known(asked.material.outputs, reference), position))
    quantity = asked.needed(one.quantity, NO_QUANTITY)
    shown = number(quantity, asked.language, decimals_of(quantity))
    unit = one.unit.get(asked.language) if one.unit else None
    return Span(text=f"{shown}\u00a0{unit}" if unit else shown)


def _attendance(asked: Asked) -> Span:
    attendance = asked.known(asked.material.activities, asked.argument).attendance
    return Span(text=number(Decimal(asked.needed(attendance, NO_ATTENDANCE)), asked.language))


def _since(asked: Asked) -> Span:
    since = asked.known(asked.material.mechanisms, asked.argument).since
    return Span(text=str(asked.needed(since, NO_FIRST_YEAR)))


def _ref(asked: Asked) -> Span:
    if asked.argument in asked.material.edition.names:
        return Span(text=asked.argument)
    name = asked.material.renamed.get(asked.argument, asked.argument)
    if name == asked.argument and name not in asked.material.names:
        raise UnresolvedToken(asked.token, NO_SUCH_NAME)
    return Span(text=name)


PRINTERS: Mapping[str, Callable[[Asked], Span]] = {
    "figure": _figure,
    "policy": _policy,
    "list": _list,
    "amount": _amount,
    "usd": _usd,
    "sum": _sum,
    "beneficiaries": _beneficiaries,
    "count": _count,
    "quoted": _quoted,
    "date": _date,
    "contribution": _contribution,
    "output": _output,
    "attendance": _attendance,
    "since": _since,
    "ref": _ref,
}
"""By the kind that a token names."""
