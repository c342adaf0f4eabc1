"""The columns of a workbook: the members of a content that fit in one cell each, with how their cells are read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from shared.currencies import Currency
from shared.errors import Texts
from shared.portfolio import refers_to
from shared.sentences import written
from shared.web.exports.columns import APART, LANGUAGES, bare
from shared.web.words import headed
from shared.worded import Worded
from shared.workbooks import cells
from shared.workbooks.cells import Unread

Kind = Literal["text", "number", "integer", "date", "yes", "several", "word"]
_KINDS: Mapping[type, Kind] = {str: "text", bool: "yes", int: "integer", Decimal: "number", date: "date"}
_YES = {"oui": True, "yes": True, "true": True, "vrai": True, "non": False, "no": False, "false": False, "faux": False}
_IN_WORDS: Mapping[bool, Texts] = {True: {"fr": "oui", "en": "yes"}, False: {"fr": "non", "en": "no"}}


@dataclass(frozen=True, eq=False)
class Column:
    """One column: which member its cells say, what it is headed by, and how they are read and compared."""

    path: tuple[str, ...]
    kind: Kind
    heading: Texts
    adapter: TypeAdapter[Any] = field(repr=False)
    """Of the whole member, so that a cell is compared as the member would be stored."""
    words: type[Worded] | None = None
    is_fixed: bool = False
    """Whether it is said once, of a new row, and is not edited here afterwards."""

    @property
    def pointer(self) -> str:
        """The member's JSON pointer."""
        return "/" + "/".join(self.path)

    def value(self, content: Mapping[str, Any]) -> Any:
        """What a content says, as JSON."""
        found: Any = content.get(self.path[0])
        for step in self.path[1:]:
            found = found.get(step) if isinstance(found, Mapping) else None
        return self.as_stored(None if found in ([], "") else found)

    def read(self, cell: Any) -> Any:
        """What a cell says, as JSON; None for an empty one.

        Raises:
            Unread: it is no such value.
        """
        if cell is None:
            return None
        return self.as_stored(self._read(cell))

    def _read(self, cell: Any) -> Any:
        if self.words is not None:
            return cells.word(self.words, cell)
        return _READERS[self.kind](cell)

    def as_stored(self, value: Any) -> Any:
        """The value as it would be kept: blanks and accents as texts are stored, numbers without ending zeros.

        One that is refused stays as it is, to be told where it is used.
        """
        if value is None:
            return None
        whole: Any = value
        for step in reversed(self.path[1:]):
            whole = {step: whole}
        with suppress(ValidationError):
            whole = self.adapter.dump_python(self.adapter.validate_python(whole), mode="json")
            for step in self.path[1:]:
                whole = whole[step]
            value = whole
        if self.kind == "number":
            with suppress(InvalidOperation):
                value = format(Decimal(value).normalize(), "f")
        return value

    def shown(self, value: Any, language: str) -> Any:
        """A value as its cell holds it: text, a number, a date."""
        if value is None:
            return None
        if self.words is not None:
            return _in_words(self.words, value, language)
        if self.kind == "yes":
            return _IN_WORDS[value][language]
        return _SHOWN.get(self.kind, _as_it_is)(value)

    def said(self, value: Any, language: str) -> str:
        """A value as people read it."""
        shown = self.shown(value, language)
        return "-" if shown is None else str(written(shown, language) if isinstance(shown, Decimal | date) else shown)


def _as_it_is(value: Any) -> Any:
    return value


def _in_words(words: type[Worded], value: str, language: str) -> str:
    try:
        return words(value).words[language]
    except ValueError:
        return value


def _yes(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    said = _YES.get(cells.folded(str(cell)))
    if said is None:
        raise Unread({"fr": f"« {cell} » : écrivez oui ou non.", "en": f"'{cell}': write yes or no."})
    return said


def _number(cell: Any) -> str:
    amount, currency = cells.money(cell)
    if currency is not None:
        raise Unread({
            "fr": f"« {cell} » : la devise a sa colonne ; écrivez le nombre seul.",
            "en": f"'{cell}': the currency has a column of its own; write the number alone.",
        })  # fmt: skip
    return amount


def _several(cell: Any) -> list[str]:
    return [one.strip() for one in str(cell).split(APART.strip()) if one.strip()]


def _text(cell: Any) -> str:
    return str(cell).replace("\r\n", "\n")


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "integer": cells.whole_number,
    "date": cells.day,
    "yes": _yes,
    "several": _several,
}
_SHOWN: Mapping[str, Callable[[Any], Any]] = {"number": Decimal, "date": date.fromisoformat, "several": APART.join}


def columns_of(content: type[BaseModel], *, leave: Iterable[str] = (), fixed: Iterable[str] = ()) -> Sequence[Column]:
    """The columns of a content, those that only a new row says first.

    Members that are parts of their own, and those to `leave`, have none: they are edited on the row's own page.
    """
    left, once = set(leave), set(fixed)
    found = [
        replace(one, is_fixed=name in once)
        for name, field_ in content.model_fields.items()
        if name not in left
        for one in _of(name, field_)
    ]
    return sorted(found, key=lambda one: not one.is_fixed)


def key_column(member: str, content: type[BaseModel]) -> Column:
    """The column that names a row: its reference, or that of the project that it belongs to."""
    field_ = content.model_fields.get(member)
    adapter: TypeAdapter[Any] = TypeAdapter(str if field_ is None else field_.rebuild_annotation())
    return Column((member,), "text", dict(headed(member)), adapter, is_fixed=True)


def _of(name: str, field_: FieldInfo) -> Iterator[Column]:
    kind = bare(field_.annotation)
    adapter: TypeAdapter[Any] = TypeAdapter(field_.rebuild_annotation())
    heading = dict(headed(name))
    if get_origin(kind) is dict:
        for language in LANGUAGES:
            said = {reader: f"{words} ({language})" for reader, words in heading.items()}
            yield Column((name, language), "text", said, adapter)
    elif get_origin(kind) in {list, tuple}:
        if refers_to(field_) is not None and bare(get_args(kind)[0]) is str:
            yield Column((name,), "several", heading, adapter)
    elif isinstance(kind, type) and issubclass(kind, Worded):
        yield Column((name,), "word", heading, adapter, kind)
    elif kind is Currency or (isinstance(kind, type) and kind in _KINDS):
        yield Column((name,), _KINDS.get(kind, "text"), heading, adapter)
