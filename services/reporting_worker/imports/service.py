"""Registers come first: printed figures, standing texts and draft editions from a portfolio file, by reference.

The same row again changes nothing. A printed figure is what a document says and is never overwritten; a changed
standing text becomes its next version; an edition is replaced only while it is a draft.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.reporting_worker.imports.schemas import (
    EditionItemPart,
    EditionRow,
    PrintedFigureRow,
    StandingTextRow,
)
from shared.errors import Conflict
from shared.models.edition import Edition, EditionItem, EditionState, PrintedFigure, StandingText
from shared.portfolio import Row
from shared.unit_of_work import UnitOfWork

CREATED, UNCHANGED, CHANGED = "created", "unchanged", "changed"


class PrintedOtherwise(Conflict):
    """The document already has another value for this figure: what was printed does not change."""

    kind = "printed-otherwise"

    def __init__(self, row: PrintedFigureRow) -> None:
        super().__init__(
            {
                "fr": f"« {row.document} » a déjà une autre valeur pour {row.figure} {row.scope} ; ce qu'un document "
                "imprime ne change pas : donnez un autre nom de document.",
                "en": f"'{row.document}' already has another value for {row.figure} {row.scope}; what a document prints "
                "does not change: give the document another name.",
            }
        )


class EditionIsNoDraft(Conflict):
    """The edition has left its draft state, so a file no longer replaces it."""

    kind = "edition-is-no-draft"

    def __init__(self, slug: str, state: str) -> None:
        super().__init__(
            {
                "fr": f"L'édition {slug} est dans l'état « {state} » et diffère du fichier ; seule une édition en "
                "projet est remplacée. Corrigez-la par une nouvelle révision.",
                "en": f"Edition {slug} is in state '{state}' and differs from the file; only a draft is replaced. "
                "Correct it by a new revision.",
            }
        )


async def known_references(session: AsyncSession) -> dict[str, set[str]]:
    """The keys of this service's rows that a file may refer to."""
    return {
        "standing_text": set(await session.scalars(select(StandingText.key).distinct())),
        "edition": set(await session.scalars(select(Edition.slug))),
    }


async def import_rows(unit: UnitOfWork, rows: Sequence[Row]) -> Counter[str]:
    """Record rows of one or several types, in order; how many were created, unchanged and changed.

    Raises:
        PrintedOtherwise, EditionIsNoDraft: the row contradicts what is kept for good.
    """
    done: Counter[str] = Counter()
    for row in rows:
        match row:
            case PrintedFigureRow():
                outcome = await _import_printed_figure(unit, row)
            case StandingTextRow():
                outcome = await _import_standing_text(unit, row)
            case EditionRow():
                outcome = await _import_edition(unit, row)
            case _:
                raise TypeError(f"{type(row).__name__} is no row of reporting.")
        done[outcome] += 1
    return done


async def _import_printed_figure(unit: UnitOfWork, row: PrintedFigureRow) -> str:
    held = await unit.session.scalar(
        select(PrintedFigure).where(
            PrintedFigure.document == row.document,
            PrintedFigure.key == row.figure,
            PrintedFigure.scope == row.scope,
        )
    )
    values = {
        name: getattr(row, name) for name in ("value", "unit", "printed", "decimals", "magnitude", "as_of")
    }
    if held is not None:
        if any(getattr(held, name) != value for name, value in values.items()):
            raise PrintedOtherwise(row)
        return UNCHANGED
    figure = PrintedFigure(
        id=uuid7(),
        document=row.document,
        key=row.figure,
        scope=row.scope,
        recorded_at=unit.recorded_at,
        **values,
    )
    unit.session.add(figure)
    unit.record(
        "printed_figure.recorded",
        "printed_figure",
        figure.id,
        after=row.model_dump(mode="json", by_alias=True),
    )
    return CREATED


async def _import_standing_text(unit: UnitOfWork, row: StandingTextRow) -> str:
    latest = await unit.session.scalar(
        select(StandingText).where(StandingText.key == row.key).order_by(StandingText.version.desc()).limit(1)
    )
    if latest is not None and latest.text == row.text:
        return UNCHANGED
    text = StandingText(
        id=uuid7(),
        key=row.key,
        version=1 if latest is None else latest.version + 1,
        text=row.text,
        recorded_at=unit.recorded_at,
        recorded_by=unit.actor,
    )
    unit.session.add(text)
    unit.record(
        "standing_text.recorded",
        "standing_text",
        text.id,
        before=None if latest is None else {"version": latest.version, "text": latest.text},
        after={"key": text.key, "version": text.version, "text": text.text},
    )
    return CREATED if latest is None else CHANGED


async def _import_edition(unit: UnitOfWork, row: EditionRow) -> str:
    edition = await unit.session.scalar(select(Edition).where(Edition.slug == row.slug).with_for_update())
    values = {
        name: getattr(row, name)
        for name in ("series", "number", "title", "period_start", "period_end", "as_of")
    } | {"languages": list(row.languages)}
    if edition is None:
        edition = Edition(
            id=uuid7(), slug=row.slug, recorded_at=unit.recorded_at, author=unit.actor, **values
        )
        unit.session.add(edition)
        await unit.session.flush()
        _add_items(unit, edition.id, row.items)
        unit.record("edition.created", "edition", edition.id, after=row.model_dump(mode="json"))
        return CREATED
    held_items = await _items(unit.session, edition.id)
    items = _positioned(row.items)
    before = {name: getattr(edition, name) for name in values}
    if before == values and held_items == items:
        return UNCHANGED
    if edition.state != EditionState.DRAFT:
        raise EditionIsNoDraft(row.slug, edition.state)
    for name, value in values.items():
        setattr(edition, name, value)
    await unit.session.execute(delete(EditionItem).where(EditionItem.edition_id == edition.id))
    _add_items(unit, edition.id, row.items)
    unit.changed(edition)
    unit.record(
        "edition.edited", "edition", edition.id, before=_plain(before), after=row.model_dump(mode="json")
    )
    return CHANGED


def _positioned(items: Sequence[EditionItemPart]) -> list[dict[str, Any]]:
    """The items as columns; the position counts within the section, from 1."""
    counts: Counter[str] = Counter()
    columns = []
    for item in items:
        counts[item.section] += 1
        columns.append(
            {
                "section": item.section,
                "position": counts[item.section],
                "kind": str(item.kind),
                "heading": item.heading,
                "text": item.text,
                "standing_text_key": item.standing_text,
                "activity_reference": item.activity,
                "parameters": item.parameters,
            }
        )
    return sorted(columns, key=lambda one: (one["section"], one["position"]))


def _add_items(unit: UnitOfWork, edition_id: UUID, items: Sequence[EditionItemPart]) -> None:
    unit.session.add_all(EditionItem(id=uuid7(), edition_id=edition_id, **one) for one in _positioned(items))


async def _items(session: AsyncSession, edition_id: UUID) -> list[dict[str, Any]]:
    """The items held, as the columns of `_positioned`; order by bytes, as Python sorts."""
    rows = await session.scalars(
        select(EditionItem)
        .where(EditionItem.edition_id == edition_id)
        .order_by(func.convert_to(EditionItem.section, "UTF8"), EditionItem.position)
    )
    names = (
        "section", "position", "kind", "heading", "text", "standing_text_key", "activity_reference", "parameters",
    )  # fmt: skip
    return [{name: getattr(row, name) for name in names} for row in rows]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if isinstance(value, dict | list) else str(value) for name, value in values.items()}
