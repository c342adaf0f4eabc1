"""Outputs, roles, quoted figures and links: each is a set that is replaced as a whole, and left alone when equal."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from services.projects_api.attachments.queries import MODELS, Attachment, attached, quoted_elsewhere
from services.projects_api.directory import Directory
from services.projects_api.facts import LinkPart, OutputPart, QuotedFigurePart, RolePart
from services.projects_api.recording import Subject, save
from shared.errors import Conflict, Fault
from shared.models.among import among
from shared.portfolio import Part
from shared.unit_of_work import UnitOfWork


class QuotedElsewhere(Conflict):
    """A quoted figure's reference names one figure of one record."""

    kind = "reference-taken"

    def __init__(self, references: Sequence[str]) -> None:
        listed = ", ".join(references)
        sentence = {
            "fr": f"Ces références de chiffres cités sont prises ailleurs : {listed}.",
            "en": f"These references of quoted figures are taken elsewhere: {listed}.",
        }
        super().__init__(sentence, faults=[Fault("/quoted_figures", sentence, "reference_taken")])


async def replace(
    unit: UnitOfWork, subject: Subject, sets: Mapping[str, Sequence[Part]], directory: Directory
) -> dict[str, Any]:
    """Give the record these sets (`outputs`, `roles`, `quoted_figures`, `links`); the kinds that changed, as given.

    Raises:
        QuotedElsewhere: a quoted figure's reference stands at another record.
    """
    changed: dict[str, Any] = {}
    for kind, parts in sets.items():
        current = (await attached(unit.session, kind, subject.column, [subject.id]))[subject.id]
        if await replace_set(unit, subject, kind, parts, current=current, directory=directory):
            changed[kind] = [part.model_dump(mode="json") for part in parts]
    return changed


async def replace_set(
    unit: UnitOfWork,
    subject: Subject,
    kind: str,
    parts: Sequence[Part],
    *,
    current: Sequence[Attachment],
    directory: Directory,
) -> bool:
    """The same for one kind whose current rows are at hand; whether anything changed."""
    stated = columns_of(parts, directory)
    held = [_held(row, columns) for row, columns in zip(current, stated, strict=False)]
    if len(current) == len(stated) and held == stated:
        return False
    model = MODELS[kind]
    if kind == "quoted_figures" and stated:
        references = [columns["reference"] for columns in stated]
        if elsewhere := await quoted_elsewhere(unit.session, references, subject.id):
            raise QuotedElsewhere(elsewhere)
    if current:
        await unit.session.execute(delete(model).where(among(model.id, [row.id for row in current])))
    await save(unit.session, [model(**subject.columns, **columns) for columns in stated])
    return True


async def add_sets(
    unit: UnitOfWork, kind: str, sets: Sequence[tuple[Subject, Sequence[Part]]], directory: Directory
) -> None:
    """The sets of one kind of records that are new, all at once.

    Raises:
        QuotedElsewhere: a quoted figure's reference is taken.
    """
    if kind == "quoted_figures" and (references := [_reference(part) for _, parts in sets for part in parts]):
        taken = await quoted_elsewhere(unit.session, references, None)
        if taken or len(set(references)) != len(references):
            raise QuotedElsewhere(taken or references)
    await save(
        unit.session,
        [
            MODELS[kind](**subject.columns, **columns)
            for subject, parts in sets
            for columns in columns_of(parts, directory)
        ],
    )


def _reference(part: Part) -> str:
    assert isinstance(part, QuotedFigurePart)
    return part.reference


def columns_of(parts: Sequence[Part], directory: Directory) -> list[dict[str, Any]]:
    """What each part says, as columns, in the order in which the set is read back."""
    stated = [_columns(part, position, directory) for position, part in enumerate(parts)]
    if parts and isinstance(parts[0], QuotedFigurePart):
        stated.sort(key=lambda columns: columns["reference"])
    return stated


def _held(row: Attachment, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in columns}


def _columns(part: Part, position: int, directory: Directory) -> dict[str, Any]:
    def named(kind: str, key: str | None) -> UUID | None:
        return directory.optional(kind, key)

    match part:
        case OutputPart():
            return {
                **part.model_dump(exclude={"place"}),
                "place_id": named("place", part.place),
                "position": position,
            }
        case RolePart():
            return {
                "kind": part.kind,
                "organisation_id": named("organisation", part.organisation),
                "office_id": named("office", part.office),
                "person_id": named("person", part.person),
                "is_lead": part.is_lead,
                "position": position,
            }
        case LinkPart():
            return {**part.model_dump(), "position": position}
        case QuotedFigurePart():
            return part.model_dump()
        case _:
            raise TypeError(f"{type(part).__name__} hangs on no record.")
