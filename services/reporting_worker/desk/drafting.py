"""Drafts: a new edition, its content changed, and the revision of a frozen one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, inspect, select
from uuid_utils.compat import uuid7

from services.reporting_worker.desk.opened import edition_for_change, state_after
from services.reporting_worker.desk.schemas import EditionCreate, EditionUpdate, ItemCommand, Revision
from services.reporting_worker.desk.section_key import refuse_unknown_sections
from services.reporting_worker.standing_texts.service import refuse_unknown_texts
from shared.domain.publication import EditionAct, EditionState
from shared.errors import Conflict, Fault, InvalidInput
from shared.models import Edition, EditionControl, EditionItem
from shared.models.base import Protection
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork


class PeriodReversed(Refusal, InvalidInput):
    """The period ends before it starts."""

    fr, en = "La période finit avant de commencer.", "The period ends before it starts."
    faults: Sequence[Fault]


class EditionExists(Refusal, Conflict):
    """The slug, or the number and revision, is taken."""

    kind = "edition-exists"
    fr = "Le bulletin {number} existe déjà ({slug}) ; révisez-le ou prenez un autre numéro."
    en = "Bulletin {number} exists already ({slug}); revise it or take another number."
    number: str
    slug: str


class RevisionExists(Refusal, Conflict):
    """The slug is taken, or the edition has been revised already."""

    kind = "edition-exists"
    fr = "La révision {slug} existe déjà ; modifiez-la."
    en = "Revision {slug} exists already; edit it."
    slug: str


def _period_in_order(command: EditionCreate) -> None:
    if command.period_end < command.period_start:
        todo = ("Donnez une date à partir du {start}.", "Give a date from {start} on.")
        raise PeriodReversed([Fault("/period_end", sentence(*todo, start=command.period_start))])


async def create_edition(unit: UnitOfWork, command: EditionCreate) -> Edition:
    """A new draft with its items; its figures, pages and documents are public, its controls are printed.

    Raises:
        EditionExists: the slug or the number is taken.
        PeriodReversed: the period ends before it starts.
    """
    _period_in_order(command)
    taken = await unit.session.scalar(
        select(Edition.slug).where(
            (Edition.slug == command.slug) | ((Edition.series == command.series) & (Edition.number == command.number))
        )
    )
    if taken is not None:
        raise EditionExists(command.number, taken)
    given = command.model_dump(exclude={"items"})
    edition = await _begun(unit, protection=Protection.PUBLIC, revision=1, **given)
    await _add_items(unit, edition, command.items)
    unit.record("edition.created", "edition", edition.id, after=command.model_dump(mode="json"))
    return edition


async def _begun(unit: UnitOfWork, **values: Any) -> Edition:
    """A new draft of the caller's, without its items."""
    draft = {"state": EditionState.DRAFT, "version": 1, "author": unit.actor}
    edition = Edition(id=uuid7(), recorded_at=unit.recorded_at, **draft, **values)
    unit.session.add(edition)
    await unit.session.flush()
    unit.etag = '"1"'
    return edition


async def _add_items(unit: UnitOfWork, edition: Edition, items: Sequence[ItemCommand]) -> None:
    await refuse_unknown_sections(unit.session, edition.series, [item.section for item in items])
    await refuse_unknown_texts(unit.session, [item.standing_text for item in items])
    for position, item in enumerate(items):
        values = item.model_dump()
        unit.session.add(
            EditionItem(
                id=uuid7(),
                edition_id=edition.id,
                position=position,
                standing_text_key=values.pop("standing_text"),
                activity_reference=values.pop("activity"),
                **values,
            )
        )


async def update_edition(unit: UnitOfWork, edition_id: UUID, command: EditionUpdate) -> Edition:
    """Change a draft; its controls must be run again.

    Raises:
        WrongState: it is no draft any more.
    """
    edition = await edition_for_change(unit, edition_id)
    state = state_after(edition, EditionAct.EDIT)
    changes = command.model_dump(exclude={"items"}, exclude_none=True)
    before = {name: getattr(edition, name) for name in changes}
    for name, value in changes.items():
        setattr(edition, name, value)
    if command.items is not None:
        await unit.session.execute(delete(EditionItem).where(EditionItem.edition_id == edition.id))
        await _add_items(unit, edition, command.items)
    await unit.session.execute(delete(EditionControl).where(EditionControl.edition_id == edition.id))
    edition.state = state
    unit.changed(edition)
    unit.record(
        "edition.changed",
        "edition",
        edition.id,
        before=before,
        after=command.model_dump(mode="json", exclude_none=True),
    )
    return edition


async def revise_edition(unit: UnitOfWork, edition_id: UUID, command: Revision) -> Edition:
    """A draft that will supersede a frozen edition, with the same items and the errata to print.

    Raises:
        WrongState: the edition is not frozen.
        RevisionExists: the slug is taken, or a revision of it exists already.
    """
    old = await edition_for_change(unit, edition_id)
    state_after(old, EditionAct.SUPERSEDE)
    taken = await unit.session.scalar(
        select(Edition.slug).where((Edition.slug == command.slug) | (Edition.supersedes_id == old.id))
    )
    if taken is not None:
        raise RevisionExists(taken)
    copied = (
        "series", "number", "title", "period_start", "period_end", "as_of", "languages", "names", "protection",
    )  # fmt: skip
    revision = await _begun(
        unit,
        revision=old.revision + 1,
        supersedes_id=old.id,
        **command.model_dump(),
        **{name: getattr(old, name) for name in copied},
    )
    items = await unit.session.scalars(select(EditionItem).where(EditionItem.edition_id == old.id))
    kept = set(inspect(EditionItem).column_attrs.keys()) - {"id", "edition_id"}
    for item in items:
        values: dict[str, Any] = {name: getattr(item, name) for name in kept}
        unit.session.add(EditionItem(id=uuid7(), edition_id=revision.id, **values))
    unit.record("edition.revised", "edition", revision.id, after={"supersedes": old.slug, "errata": command.errata})
    return revision
