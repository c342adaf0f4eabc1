"""The rows of a portfolio file that become records: what a person gives, with the key, and whether it was made up."""

from collections import Counter
from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any, ClassVar, Literal, cast

from pydantic import create_model

from shared.keys import Code, ReferenceText, Slug
from shared.portfolio import Row, named_types
from shared.recording.directory import Directory
from shared.recording.facts import Synthetic
from shared.recording.record import Record
from shared.unit_of_work import UnitOfWork


class SlugRow(Row):
    """A row whose key is a slug."""

    key_field: ClassVar[str | None] = "slug"
    slug: Slug


class CodeRow(Row):
    """A row whose key is a code."""

    key_field: ClassVar[str | None] = "code"
    code: Code


class ReferenceRow(Row):
    """A row whose key is a reference."""

    reference: ReferenceText


class KeylessRow(Row):
    """A row that no other one names."""

    key_field: ClassVar[str | None] = None


_BY_KEY: dict[str, type[Row]] = {"slug": SlugRow, "code": CodeRow, "reference": ReferenceRow}


def row_of(record: Record[Any, Any]) -> type[Row]:
    """The model of a record's rows."""
    if record.row is not None:
        assert issubclass(record.row, Row)
        return record.row
    base = _BY_KEY[record.key[0]] if len(record.key) == 1 else KeylessRow
    bases: tuple[type[Any], ...] = (base, record.content)
    if "is_synthetic" in record.columns:
        bases = (*bases, Synthetic)
    kind: Any = Literal[record.name]
    model: Any = create_model(
        f"{record.content.__name__.removesuffix('Content')}Row",
        __base__=bases,
        __doc__=record.content.__doc__,
        type=(kind, ...),
    )
    return cast("type[Row]", model)


def in_order(rows: Mapping[str, type[Row]], after: Mapping[str, Sequence[str]] | None = None) -> dict[str, type[Row]]:
    """The types of row, each after those that it names and those it is said to come `after`; else as they were given."""
    places = list(rows)
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name, model in rows.items():
        before = (named_types(model) | {*(after or {}).get(name, ())}) - {name}
        sorter.add(name, *sorted((one for one in before if one in rows), key=places.index))
    return {name: rows[name] for name in sorter.static_order()}


async def import_records(
    unit: UnitOfWork, record: Record[Any, Any], rows: Sequence[Row], directory: Directory
) -> Counter[str]:
    """Create, change or leave what the rows say; how many of each.

    Raises:
        KeptForEver, NameRetired, OwnAncestor, and what the record's rules refuse.
    """
    written = await record.write(unit, [(row, _further(record, row)) for row in rows], directory)
    if record.after is not None:
        await record.after(unit, written, False)
    if record.warn_of_doubles is not None:
        new = {one.id: f"/{place}" for place, one in enumerate(written) if one.outcome == "created"}
        await record.warn_of_doubles(unit, new)
    return record.note(unit, written)


def _further(record: Record[Any, Any], row: Row) -> dict[str, Any]:
    """The columns that a row gives beyond its content: its key, and whether it is made up."""
    columns: dict[str, Any] = {} if row.key_field is None else {record.key[0]: row.key}
    if isinstance(row, Synthetic):
        columns["is_synthetic"] = row.is_synthetic
    return columns
