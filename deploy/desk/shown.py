"""Values as people read them: words, names, dates and amounts in their language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from deploy.desk.contract import Contract, Schema

NAMES = ("name", "title", "label", "reference", "slug", "key")
"""The members by which a part is called, the best first."""
_COUNTERS = frozenset({"since", "version", "position", "number"})
_NUMBERS = frozenset({"amount", "usd", "percentage", "headroom", "ceiling", "value", "total"})


def text_in(texts: Mapping[str, str], language: str) -> str:
    """A text in the language; in the other one, which is said, where there is no other."""
    if texts.get(language):
        return texts[language]
    return next((f"{said} [{one}]" for one, said in texts.items() if said), "")


def letter(column: int) -> str:
    """The letters by which a spreadsheet calls a column: 1 is A, 27 is AA."""
    found = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def is_texts(value: Any) -> bool:
    """Whether a value is a text by language."""
    return isinstance(value, dict) and bool(value) and value.keys() <= {"fr", "en"}


def number(value: Any, language: str) -> str:
    """An exact decimal with the language's separators; as it stands where it is none."""
    try:
        given = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    places = max(0, -int(given.normalize().as_tuple().exponent)) if given.is_finite() else 0
    return format_decimal(given, format="#,##0." + "0" * min(places, 2), locale=language).rstrip(".,")


@dataclass(frozen=True)
class Values:
    """How the values of the contract's members are said in its language."""

    contract: Contract
    said: Mapping[str, str]
    """The desk's own words."""
    known: dict[int, tuple[Schema, Schema]] = field(default_factory=dict)
    """The schemas of this page's columns, each as given (which keeps it alive) and resolved, once for all rows."""

    def __call__(self, name: str, given: Schema, value: Any) -> str:
        """A value in one line."""
        if value is None or value in ("", [], {}):
            return self.said["nothing"]
        if id(given) not in self.known:
            self.known[id(given)] = given, self.contract.resolved(given)
        schema = self.known[id(given)][1]
        match value:
            case bool():
                return self.said["yes" if value else "no"]
            case list():
                item = schema.get("items", {})
                return ", ".join(self(name, item, one) for one in value)
            case dict():
                return text_in(value, self.contract.language) if is_texts(value) else self._part(schema, value)
        return self._plain(name, schema, value)

    def _plain(self, name: str, schema: Schema, value: Any) -> str:
        language = self.contract.language
        if words := self.contract.words(schema):
            return words.get(value, str(value))
        match schema.get("format"):
            case "date":
                return format_date(date.fromisoformat(value), "d MMM y", locale=language)
            case "date-time":
                return format_datetime(datetime.fromisoformat(value), "d MMM y, HH:mm", locale=language)
        is_number = name in _NUMBERS or name.endswith("_usd") or (isinstance(value, int) and name not in _COUNTERS)
        return number(value, language) if is_number else str(value)

    def _part(self, schema: Schema, value: Mapping[str, Any]) -> str:
        if "currency" in value and "amount" in value:
            return self._money(value)
        name = next((name for name in NAMES if value.get(name)), None)
        if name is None:
            properties = schema.get("properties", {})
            parts = [self(one, properties.get(one, {}), said) for one, said in value.items() if one != "id" and said]
            return " · ".join(parts) or self.said["nothing"]
        words = text_in(value[name], self.contract.language) if is_texts(value[name]) else str(value[name])
        share = value.get("percentage")
        return words if share in (None, "100") else f"{words} ({number(share, self.contract.language)} %)"

    def _money(self, value: Mapping[str, Any]) -> str:
        language = self.contract.language
        money = f"{number(value['amount'], language)} {value['currency']}"
        if value.get("usd") is None or value["currency"] == "USD":
            return money
        return f"{money} ({number(Decimal(str(value['usd'])).quantize(Decimal(1)), language)} USD)"


def is_table(value: Any) -> bool:
    """Whether a value is shown as a table of its own: a list of parts with several members."""
    return (
        isinstance(value, list)
        and bool(value)
        and isinstance(value[0], dict)
        and not is_texts(value[0])
        and len(value[0]) > 3
    )


def columns_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The members that at least one of the rows has."""
    names = dict.fromkeys(name for row in rows for name in row if name != "id")
    return [name for name in names if any(row.get(name) not in (None, "", [], False) for row in rows)]
