"""Forms drawn from a JSON schema, and read back into the document that the API takes.

Every input is named after the JSON pointer of its member (RFC 6901), so that a fault of the API finds its input.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from deploy.desk.contract import Contract, Schema, label_of

Kind = Literal[
    "text", "long", "texts", "choice", "row", "date", "yes", "number", "decimal", "group", "rows", "list", "hidden"
]
LONG = 1000
LANGUAGES = ("fr", "en")
FINE_PRINT = frozenset({
    "archived_url", "is_lead", "office", "person", "policy", "precision", "qualifier", "reason", "region", "source", "unit",
    "usd", "usd_decimals",
})  # fmt: skip
"""Members that most officers leave as they are: they are folded away, and open where something is wrong."""
DATED = "on"
"""The value date of a fact."""
CORRECTION = ("supersedes_id", "is_retraction")
"""What makes a fact a correction of another: asked for where a form corrects one, and nowhere else."""


@dataclass(frozen=True)
class Field:
    """One input, or a group of them, with what it holds."""

    pointer: str
    name: str
    kind: Kind
    label: str
    help: str
    is_required: bool
    value: Any
    schema: Schema
    choices: Mapping[str, str]
    refers_to: str | None
    parts: Sequence["Field"] = ()
    is_dated_elsewhere: bool = False
    """Whether it is a date that another input gives where this one is left empty."""

    @property
    def is_fine(self) -> bool:
        """Whether it is folded away."""
        is_seldom = self.name in FINE_PRINT and not self.is_required and self.kind not in {"group", "rows"}
        return is_seldom or self.is_dated_elsewhere


def fields(
    contract: Contract, schema: Schema, value: Mapping[str, Any], pointer: str = "", *, dated_by: str | None = None
) -> list[Field]:
    """The inputs of an object, those that it must have first.

    `dated_by` names the input of a whole form whose date all facts of the form take that have none of their own.
    """
    required = frozenset(schema.get("required", ()))
    found = [
        _field(
            contract, name, part, value.get(name), f"{pointer}/{name}", is_required=name in required, dated_by=dated_by
        )
        for name, part in schema.get("properties", {}).items()
        if name not in CORRECTION or value.get("supersedes_id")
    ]
    return sorted(found, key=lambda one: (not one.is_required, one.kind in {"rows", "group"}))


def _field(
    contract: Contract, name: str, given: Schema, value: Any, pointer: str, *, is_required: bool, dated_by: str | None
) -> Field:
    schema = contract.resolved(given)
    kind: Kind = "hidden" if name == CORRECTION[0] else kind_of(contract, schema)
    inner = contract.resolved(schema["items"]) if kind == "list" else schema
    parts: list[Field] = []
    if kind == "group":
        parts = fields(contract, schema, value or {}, pointer, dated_by=dated_by)
    elif kind == "rows":
        rows = [*(value or ())] or [{}]
        item = contract.resolved(schema["items"])
        for index, row in enumerate(rows):
            at = f"{pointer}/{index}"
            own = fields(contract, item, row, at, dated_by=dated_by)
            parts.append(Field(at, name, "group", str(index + 1), "", False, row, item, {}, None, own))
    is_dated_elsewhere = dated_by is not None and name == DATED
    begins = None if is_dated_elsewhere else _begins_with(given, name, kind)
    return Field(
        pointer=pointer,
        name=name,
        kind=kind,
        label=label_of(name, schema),
        help="" if contract.words(inner) or inner.get("x-refers-to") else help_of(schema),
        is_required=is_required,
        value=begins if value is None else value,
        schema=schema,
        choices=contract.words(inner),
        refers_to=inner.get("x-refers-to"),
        parts=parts,
        is_dated_elsewhere=is_dated_elsewhere,
    )


def help_of(schema: Schema) -> str:
    """What stands beside an input: what the member means, where its label does not say all of it."""
    said = str(schema.get("x-meaning") or schema.get("description") or "")
    return "" if said.rstrip(".") == label_of("", schema) else said


def _begins_with(given: Schema, name: str, kind: Kind) -> Any:
    """What an input holds before anybody types: what the contract takes by default, and today where a fact is dated."""
    if kind == "date" and name == DATED:
        return datetime.now(UTC).date().isoformat()
    return given.get("default") if kind == "choice" else None


_KINDS: Mapping[str, Kind] = {"boolean": "yes", "integer": "number"}


def kind_of(contract: Contract, schema: Schema) -> Kind:
    """How a member is asked for."""
    match schema.get("type"):
        case "object":
            return "texts" if set(schema.get("properties", ())) == set(LANGUAGES) else "group"
        case "array":
            return "rows" if contract.resolved(schema["items"]).get("type") == "object" else "list"
        case str(name) if name in _KINDS:
            return _KINDS[name]
    return _kind_of_text(schema)


def _kind_of_text(schema: Schema) -> Kind:
    is_decimal = str(schema.get("pattern", "")).startswith(("^(0|[1-9]", "^-?(0|[1-9]"))
    found: tuple[tuple[bool, Kind], ...] = (
        ("enum" in schema, "choice"),
        ("x-refers-to" in schema, "row"),
        (schema.get("format") == "date", "date"),
        (is_decimal, "decimal"),
        (schema.get("maxLength", 0) > LONG, "long"),
    )
    return next((kind for is_so, kind in found if is_so), "text")


def read(contract: Contract, schema: Schema, given: Mapping[str, str], *, is_patch: bool = False) -> dict[str, Any]:
    """The document that a form says; what was left empty is left out, or null where a PATCH empties it."""
    found = _read_object(contract, schema, given, "") or {}
    if is_patch:
        for name, part in schema.get("properties", {}).items():
            if name not in found and {"type": "null"} in part.get("anyOf", ()) and f"/{name}" in given:
                found[name] = None
    return found


def dated(given: Mapping[str, str], dated_by: str) -> dict[str, str]:
    """A form in which every fact that was given no date has that of the whole, which is today where nothing is said."""
    on = given.get(f"/{dated_by}") or datetime.now(UTC).date().isoformat()
    return {name: value or (on if name.endswith(f"/{DATED}") else value) for name, value in given.items()}


def _read_object(contract: Contract, schema: Schema, given: Mapping[str, str], pointer: str) -> dict[str, Any] | None:
    found = {}
    required = frozenset(schema.get("required", ()))
    for name, part in schema.get("properties", {}).items():
        resolved = contract.resolved(part)
        value = _read(contract, resolved, given, f"{pointer}/{name}")
        is_said = name in required or kind_of(contract, resolved) != "group" or _says_something(resolved, value or {})
        if value is not None and is_said:
            found[name] = value
    return found or None


def _read(contract: Contract, schema: Schema, given: Mapping[str, str], pointer: str) -> Any:
    kind = kind_of(contract, schema)
    if kind in {"group", "texts"}:
        return _read_object(contract, schema, given, pointer)
    if kind == "rows":
        item = contract.resolved(schema["items"])
        rows = [_read_object(contract, item, given, f"{pointer}/{one}") for one in _indices(given, pointer)]
        return [row for row in rows if row is not None and _says_something(item, row)] or None
    return _read_plain(kind, schema, given.get(pointer, "").replace("\r\n", "\n").strip())


def _read_plain(kind: Kind, schema: Schema, text: str) -> Any:
    match kind:
        case "list":
            return [one.strip() for one in text.replace("\n", ",").split(",") if one.strip()] or None
        case "yes":
            return True if text else (False if schema.get("default") is True else None)
        case "number" if plain_number(text).isascii() and plain_number(text).removeprefix("-").isdigit():
            return int(plain_number(text))
        case "decimal":
            return plain_number(text) or None
    return text or None


def plain_number(text: str) -> str:
    """A number as people write it (`24 752 766,50`) as the API takes it (`24752766.50`)."""
    bare = text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    if bare.count(",") == 1 and "." not in bare:
        return bare.replace(",", ".")
    return bare


def _says_something(item: Schema, row: Mapping[str, Any]) -> bool:
    """Whether somebody typed into a row: what is chosen beforehand alone says nothing."""
    properties = item.get("properties", {})
    return any(properties.get(name, {}).get("default") != value for name, value in row.items() if name != DATED)


def _indices(given: Mapping[str, str], pointer: str) -> list[int]:
    begin = f"{pointer}/"
    found = {name.removeprefix(begin).partition("/")[0] for name in given if name.startswith(begin)}
    return sorted(int(one) for one in found if one.isdigit())
