"""Standing texts: each change is a further version; what an edition froze keeps the words that it printed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from shared.deletion import NameRetired, refuse_referred
from shared.errors import Conflict, Texts
from shared.locks import lock_standing_text
from shared.models import StandingText
from shared.portfolio import Reference, UnknownKeys
from shared.reading.neighbours import neighbours
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork
from shared.web.named import NothingNamed


class KeyTaken(Refusal, Conflict):
    """A standing text bears the key."""

    kind, at = "reference-taken", "/key"
    fr = "{key} existe déjà ; modifiez-le (PUT), ou prenez une autre clé."
    en = "{key} exists already; change it (PUT), or take another key."
    key: str


async def create_standing_text(unit: UnitOfWork, key: str, text: Texts) -> StandingText:
    """Record a text under a key that none has borne.

    Raises:
        KeyTaken, NameRetired: one bears it, or has borne it.
    """
    last = await _last(unit.session, key)
    if last is not None:
        raise NameRetired("key", key) if last.is_withdrawn else KeyTaken(key)
    return await add_version(unit, key, text, None)


async def replace_standing_text(unit: UnitOfWork, version_id: UUID, text: Texts) -> StandingText:
    """Record the next version; the same text again is noted and adds none.

    Raises:
        NothingNamed, PreconditionRequired, PreconditionFailed: see there.
    """
    last = await _for_change(unit, version_id)
    if last.text == text:
        unit.record("standing_text.confirmed", "standing_text", last.id)
        unit.etag = f'"{last.version}"'
        return last
    return await add_version(unit, last.key, text, last)


async def delete_standing_text(unit: UnitOfWork, version_id: UUID) -> None:
    """Withdraw a text that no item of an edition names, by a last version; its key is never used again.

    Raises:
        NothingNamed, StillReferredTo, PreconditionRequired, PreconditionFailed: see there.
    """
    last = await _for_change(unit, version_id)
    await refuse_referred(unit.session, "standing_text", last.id, last.key)
    await add_version(unit, last.key, last.text, last, is_withdrawn=True)


async def import_standing_text(unit: UnitOfWork, key: str, text: Texts) -> str:
    """Bring a text to what a register says; `created`, `changed` or `unchanged`.

    Raises:
        NameRetired: it was withdrawn, and the register says something else now.
    """
    last = await _last(unit.session, key)
    if last is not None and last.text == text:
        return "unchanged"
    if last is not None and last.is_withdrawn:
        raise NameRetired("key", key)
    await add_version(unit, key, text, last)
    return "created" if last is None else "changed"


async def add_version(
    unit: UnitOfWork, key: str, text: Texts, last: StandingText | None, *, is_withdrawn: bool = False
) -> StandingText:
    """Record the version after the last one; the caller holds the text's lock."""
    row = StandingText(
        id=uuid7(),
        key=key,
        version=1 if last is None else last.version + 1,
        text=text,
        recorded_at=unit.recorded_at,
        recorded_by=unit.actor,
        is_withdrawn=is_withdrawn,
    )
    unit.session.add(row)
    await unit.session.flush()
    after: dict[str, Any] = {"key": key, "version": row.version, "text": text}
    unit.record(
        "standing_text.withdrawn" if is_withdrawn else "standing_text.recorded",
        "standing_text",
        row.id,
        before=None if last is None else {"version": last.version, "text": last.text},
        after=after,
    )
    unit.etag = f'"{row.version}"'
    return row


async def refuse_unknown_texts(session: AsyncSession, keys: Sequence[str | None]) -> None:
    """Return if a standing text bears each key that the items of an edition name; none is withdrawn meanwhile.

    Raises:
        UnknownKeys: some are not known, or were withdrawn.
    """
    standing = {}
    for key in sorted({key for key in keys if key is not None}):
        last = await _last(session, key)
        standing[key] = last is not None and not last.is_withdrawn
    missing = [
        Reference(f"/items/{place}/standing_text", "standing_text", key)
        for place, key in enumerate(keys)
        if key is not None and not standing[key]
    ]
    if missing:
        raise UnknownKeys(missing, await neighbours(session, missing))


async def _for_change(unit: UnitOfWork, version_id: UUID) -> StandingText:
    """The last version of the text of which a version was named, held and its version compared."""
    named = await unit.session.get_one(StandingText, version_id)
    last = await _last(unit.session, named.key)
    if last is None or last.is_withdrawn:
        raise NothingNamed("standing_text", named.key)
    unit.expect_version(last)
    return last


async def _last(session: AsyncSession, key: str) -> StandingText | None:
    """The last version, withdrawn or not; the text is held until the transaction ends."""
    await lock_standing_text(session, key)
    query = select(StandingText).where(StandingText.key == key).order_by(StandingText.version.desc()).limit(1)
    row: StandingText | None = await session.scalar(query)
    return row
