"""One record at a time: created under a key of its own, or opened and given another content, with its version compared."""

from typing import Any
from uuid import UUID

from services.projects_api.entry_rules import look_up_judged
from services.projects_api.recording import retract
from services.projects_api.records import Kind, Written, existing, record, write
from shared.deletion import delete_row
from shared.errors import Conflict, Fault, NotFound
from shared.models import APPEND_ONLY
from shared.models.base import Fact
from shared.models.referring import PARTS
from shared.portfolio import Part
from shared.unit_of_work import UnitOfWork

ENTERED_BY_MISTAKE = "Entered by mistake."


class ReferenceTaken(Conflict):
    """A reference or slug names one record for ever."""

    kind = "reference-taken"

    def __init__(self, name: str, key: str) -> None:
        sentence = {
            "fr": f"{key} est déjà pris ; une référence ne sert qu'une fois.",
            "en": f"{key} is taken; a reference is used once only.",
        }
        super().__init__(sentence, faults=[Fault(f"/{name}", sentence, "reference_taken")])


class RecordNotFound(NotFound):
    """No record of that kind and id is visible to the caller."""

    def __init__(self, name: str, record_id: UUID) -> None:
        super().__init__(
            {
                "fr": f"Aucun enregistrement {record_id} ({name}) n'est visible pour vous.",
                "en": f"No {name} {record_id} is visible to you.",
            }
        )


async def create_record(unit: UnitOfWork, kind: Kind, key: str, content: Part) -> Written:
    """Record something new under its key.

    Raises:
        ReferenceTaken: another record bears the key.
        UnknownKeys: the content names what does not exist.
        EntryRefused: it cannot be so.
    """
    directory = await look_up_judged(unit, content, getattr(content, "mechanism", None))
    if await existing(unit.session, kind, [(key,)]):
        raise ReferenceTaken(kind.key[0], key)
    written = await write(unit, kind, [(content, {kind.key[0]: key})], directory)
    record(unit, kind, written)
    if kind.warn_of_doubles is not None:
        await kind.warn_of_doubles(unit, {written[0].row.id: ""})
    unit.etag = f'"{getattr(written[0].row, "version", 1)}"'
    return written[0]


async def record_for_change(unit: UnitOfWork, kind: Kind, record_id: UUID) -> Any:
    """The record, locked against other changes, its version compared.

    Raises:
        RecordNotFound: there is none.
        PreconditionRequired, PreconditionFailed: see `UnitOfWork.expect_version`.
    """
    row = await unit.session.get(kind.model, record_id, with_for_update=True)
    if row is None:
        raise RecordNotFound(kind.name, record_id)
    unit.expect_version(row)
    return row


async def edit_record(unit: UnitOfWork, kind: Kind, row: Any, content: Part) -> Written:
    """Give a record that was opened for change this content as a whole; an edit that changes nothing is noted too.

    Raises:
        UnknownKeys, KeptForEver, QuotedElsewhere, OwnAncestor: see there.
    """
    directory = await look_up_judged(unit, content, getattr(content, "mechanism", None))
    key = kind.key[0]
    [written] = await write(unit, kind, [(content, {key: getattr(row, key)})], directory)
    if written.outcome == "unchanged":
        unit.record(f"{kind.name}.edited", kind.name, row.id)
        unit.etag = f'"{row.version}"'
    elif kind.warn_of_doubles is not None:
        await kind.warn_of_doubles(unit, {row.id: ""})
    return written


async def replace_record(unit: UnitOfWork, kind: Kind, record_id: UUID, content: Part) -> Any:
    """Open a record for change and give it this content as a whole; the row.

    Raises:
        RecordNotFound, UnknownKeys, KeptForEver, QuotedElsewhere: see there.
    """
    written = await edit_record(unit, kind, await record_for_change(unit, kind, record_id), content)
    record(unit, kind, [written])
    return written.row


async def delete_record(unit: UnitOfWork, kind: Kind, record_id: UUID) -> None:
    """Delete a record that nothing refers to, with what belongs to it.

    Raises:
        RecordNotFound, StillReferredTo: see there.
    """
    row = await record_for_change(unit, kind, record_id)
    if kind.name in PARTS:
        await delete_entry(unit, kind.name, row)
        return
    children = [(one.model, one.parent) for one in kind.children]
    await delete_row(unit, kind.name, row, children=children, personal=kind.personal)


async def delete_entry(unit: UnitOfWork, noun: str, row: Any) -> None:
    """Delete a row that was opened for change and had been entered by mistake; its facts are retracted.

    Raises:
        StillReferredTo: other rows refer to it, or an edition names or prints it.
    """
    column = f"{noun}_id"
    children = []
    for model in PARTS[noun]:
        if issubclass(model, Fact):
            await retract(unit, model, column, row.id, unit.reason or ENTERED_BY_MISTAKE)
        elif model not in APPEND_ONLY:
            children.append((model, column))
    await delete_row(unit, noun, row, children=children)
