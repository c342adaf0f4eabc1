"""Registers come first: printed figures, standing texts and draft editions from a portfolio file, by reference.

The same row again changes nothing. A printed figure is what a document says and is never overwritten; a changed
standing text becomes its next version; an edition is replaced only while it is a draft.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.reporting_worker.desk.drafting import create_edition, update_edition
from services.reporting_worker.desk.schemas import EditionCreate, EditionUpdate, ItemCommand
from services.reporting_worker.imports.schemas import EditionRow, PrintedFigureRow, StandingTextRow
from services.reporting_worker.records import RECORDS
from services.reporting_worker.standing_texts.service import import_standing_text
from shared.domain.publication import EditionState
from shared.errors import Conflict
from shared.models.among import among
from shared.models.edition import Edition, EditionItem, PrintedFigure, StandingText
from shared.models.naming import NAMES
from shared.portfolio import Row
from shared.recording.directory import look_up
from shared.recording.register import import_records
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork

CREATED, UNCHANGED, CHANGED = "created", "unchanged", "changed"


class PrintedOtherwise(Refusal, Conflict):
    """The document already has another value for this figure: what was printed does not change."""

    kind = "printed-otherwise"
    fr = (
        "« {document} » a déjà une autre valeur pour {figure} ; ce qu'un document imprime ne change pas : donnez un "
        "autre nom de document."
    )
    en = (
        "'{document}' already has another value for {figure}; what a document prints does not change: give the "
        "document another name."
    )
    document: str
    figure: str


class OtherEdition(Refusal, Conflict):
    """The slug names an edition of another number or period."""

    kind = "other-edition"
    fr = "L'édition {slug} a déjà un autre {member} ; donnez un autre slug."
    en = "Edition {slug} already has another {member}; give another slug."
    slug: str
    member: str


class EditionIsNoDraft(Refusal, Conflict):
    """The edition has left its draft state, so a file no longer replaces it."""

    kind = "edition-is-no-draft"
    fr = (
        "L'édition {slug} est {state} et diffère du fichier ; seul un brouillon est remplacé. Corrigez-la par une nouvelle "
        "révision."
    )
    en = "Edition {slug} is {state} and differs from the file; only a draft is replaced. Correct it by a new revision."
    slug: str
    state: EditionState


async def known_references(session: AsyncSession, wanted: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Those of the keys wanted, by type of row, that rows of this service bear."""
    known: dict[str, set[str]] = {}
    keys = {name: NAMES[name].key for name in RECORDS}
    for kind, key in {**keys, "standing_text": StandingText.key, "edition": Edition.slug}.items():
        if kind in wanted:
            known[kind] = set(await session.scalars(select(key).where(among(key, wanted[kind])).distinct()))
    return known


async def import_rows(unit: UnitOfWork, rows: Sequence[Row]) -> Counter[str]:
    """Record rows of one or several types, in order; how many were created, unchanged and changed.

    Raises:
        PrintedOtherwise, OtherEdition, EditionIsNoDraft: the row contradicts what is kept for good.
    """
    done: Counter[str] = Counter()
    for name, record in RECORDS.items():
        if own := [row for row in rows if getattr(row, "type", None) == name]:
            done += await import_records(unit, record, own, await look_up(unit.session, own))
    for row in rows:
        match row:
            case PrintedFigureRow():
                outcome = await _import_printed_figure(unit, row)
            case StandingTextRow():
                outcome = await import_standing_text(unit, row.key, row.text)
            case EditionRow():
                outcome = await _import_edition(unit, row)
            case _:
                continue
        done[outcome] += 1
    return done


async def _import_printed_figure(unit: UnitOfWork, row: PrintedFigureRow) -> str:
    held = await unit.session.scalar(
        select(PrintedFigure).where(
            PrintedFigure.document == row.document, PrintedFigure.key == row.figure, PrintedFigure.scope == row.scope
        )
    )
    values = {name: getattr(row, name) for name in ("value", "unit", "printed", "decimals", "magnitude", "as_of")}
    if held is not None:
        if any(getattr(held, name) != value for name, value in values.items()):
            scope = "".join(f"@{part}={value}" for part, value in row.scope.items())
            raise PrintedOtherwise(row.document, row.figure + scope)
        return UNCHANGED
    figure = PrintedFigure(
        id=uuid7(), document=row.document, key=row.figure, scope=row.scope, recorded_at=unit.recorded_at, **values
    )
    unit.session.add(figure)
    unit.record(
        "printed_figure.recorded", "printed_figure", figure.id, after=row.model_dump(mode="json", by_alias=True)
    )
    return CREATED


async def _import_edition(unit: UnitOfWork, row: EditionRow) -> str:
    held = await unit.session.scalar(select(Edition).where(Edition.slug == row.slug))
    if held is None:
        await create_edition(unit, EditionCreate.model_validate(row.model_dump(exclude={"type"})))
        return CREATED
    fixed = {name: getattr(row, name) for name in ("series", "number", "period_start", "period_end")}
    for name, value in {**fixed, "languages": list(row.languages)}.items():
        if getattr(held, name) != value:
            raise OtherEdition(row.slug, name)
    items = [ItemCommand.model_validate(item.model_dump()) for item in row.items]
    is_same = (
        (held.title, held.as_of, held.names) == (row.title, row.as_of, row.names)
        and await _items(unit.session, held.id) == [item.model_dump(mode="json") for item in items]
    )  # fmt: skip
    if is_same:
        return UNCHANGED
    if held.state != EditionState.DRAFT:
        raise EditionIsNoDraft(row.slug, EditionState(held.state))
    await update_edition(unit, held.id, EditionUpdate(title=row.title, as_of=row.as_of, names=row.names, items=items))
    return CHANGED


async def _items(session: AsyncSession, edition_id: UUID) -> list[dict[str, Any]]:
    """The items held, in the words of a file."""
    rows = await session.scalars(
        select(EditionItem).where(EditionItem.edition_id == edition_id).order_by(EditionItem.position)
    )
    return [
        {
            "section": row.section,
            "kind": row.kind,
            "heading": row.heading,
            "text": row.text,
            "standing_text": row.standing_text_key,
            "activity": row.activity_reference,
            "parameters": row.parameters,
        }
        for row in rows
    ]
