"""From the keys that people write (slugs, codes, references) to ids, in one query per type of row."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.locks import hold_names
from shared.models.among import among
from shared.models.naming import NAMES
from shared.portfolio import Reference, UnknownKeys, references
from shared.reading.neighbours import neighbours

Key = tuple[str, str | None]
"""A type of row, and the key of one."""


@dataclass
class Directory:
    """The ids of the keys that were looked up, by type of row."""

    ids: dict[str, dict[str, UUID]] = field(default_factory=dict)
    meant: dict[str, dict[str, str]] = field(default_factory=dict)
    """The keys meant, where those looked up are of rows that were merged into others."""

    def id_of(self, kind: str, key: str) -> UUID:
        """The id of a key that was looked up and found."""
        return self.ids[kind][key]

    def optional(self, kind: str, key: str | None) -> UUID | None:
        """The same, None for no key."""
        return None if key is None else self.id_of(kind, key)

    def keys_of(self, kind: str, keys: Iterable[str]) -> list[str]:
        """The keys of the rows that these keys stand for, each once: for lists of keys, which are not ids."""
        return list(dict.fromkeys(self.key_of(kind, key) for key in keys))

    def key_of(self, kind: str, key: str) -> str:
        """The key of the row that a key stands for: its own, unless that row was merged into another one."""
        return self.meant.get(kind, {}).get(key, key)

    def add(self, kind: str, key: str, row_id: UUID) -> None:
        """A row made in this unit of work."""
        self.ids.setdefault(kind, {})[key] = row_id

    def missing(self, wanted: Iterable[Reference]) -> list[Reference]:
        """Those that no row answers to."""
        return [one for one in wanted if one.key not in self.ids.get(one.type, {})]


async def read_directory(session: AsyncSession, wanted: Iterable[Reference]) -> Directory:
    """The directory of all keys named, as far as they exist; none of them comes to stand for another row meanwhile."""
    await hold_names(session)
    keys: dict[str, set[str]] = {}
    for one in wanted:
        keys.setdefault(one.type, set()).add(one.key)
    directory = Directory()
    for kind, named in keys.items():
        naming = NAMES[kind]
        columns = (naming.key, naming.meant, naming.key_meant)
        found = select(*columns).where(among(naming.key, named), naming.stands)
        rows = (await session.execute(found)).all()
        directory.ids[kind] = {key: row_id for key, row_id, _ in rows}
        directory.meant[kind] = {key: meant for key, _, meant in rows}
    return directory


async def look_up(
    session: AsyncSession, command: BaseModel | Sequence[BaseModel], beside: Collection[Key] = ()
) -> Directory:
    """The directory of what a command, or each part of a set, names; what stands `beside` it may yet be written.

    Raises:
        UnknownKeys: some of it does not exist.
    """
    if isinstance(command, BaseModel):
        wanted = list(references(command))
    else:
        wanted = [one for place, part in enumerate(command) for one in references(part, f"/{place}")]
    directory = await read_directory(session, wanted)
    if missing := [one for one in directory.missing(wanted) if (one.type, one.key) not in beside]:
        raise UnknownKeys(missing, await neighbours(session, missing))
    return directory


async def keys_merged(session: AsyncSession, kind: str, keys: Collection[str]) -> set[str]:
    """Which of these keys are of rows that were merged into others."""
    naming = NAMES.get(kind)
    if naming is None or naming.merged_into is None:
        return set()
    await hold_names(session)
    merged = select(naming.key).where(among(naming.key, keys), naming.merged_into.is_not(None))
    return set(await session.scalars(merged))
