"""From the keys that people write (slugs, codes, references) to rows, in one query per type of row."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.locks import hold_names
from shared.models.among import among
from shared.models.naming import NAMES
from shared.portfolio import UnknownKeys, references
from shared.reading.neighbours import neighbours


class Directory:
    """The ids of the keys that were looked up, by type of row."""

    def __init__(self, ids: dict[tuple[str, str], UUID], meant: dict[tuple[str, str], str]) -> None:
        self._ids = ids
        self._meant = meant

    def id_of(self, kind: str, key: str) -> UUID:
        """The id of a key that was looked up and found."""
        return self._ids[kind, key]

    def optional(self, kind: str, key: str | None) -> UUID | None:
        """The same, None for no key."""
        return None if key is None else self._ids[kind, key]

    def key_of(self, kind: str, key: str) -> str:
        """The key of the row that a key stands for: its own, unless that row was merged into another one."""
        return self._meant[kind, key]

    def keys_of(self, kind: str, keys: Iterable[str]) -> list[str]:
        """The same of several, each once."""
        return list(dict.fromkeys(self.key_of(kind, key) for key in keys))


async def look_up(session: AsyncSession, commands: Iterable[BaseModel]) -> Directory:
    """The directory of all that the commands name; none of it comes to stand for another row meanwhile.

    Raises:
        UnknownKeys: some of it does not exist.
    """
    wanted = [one for command in commands for one in references(command)]
    await hold_names(session)
    ids: dict[tuple[str, str], UUID] = {}
    meant: dict[tuple[str, str], str] = {}
    for kind in {one.type for one in wanted}:
        naming = NAMES[kind]
        named = {one.key for one in wanted if one.type == kind}
        columns = (naming.key, naming.meant, naming.key_meant)
        for key, row_id, key_meant in await session.execute(select(*columns).where(among(naming.key, named))):
            ids[kind, key], meant[kind, key] = row_id, key_meant
    if missing := [one for one in wanted if (one.type, one.key) not in ids]:
        raise UnknownKeys(missing, await neighbours(session, missing))
    return Directory(ids, meant)
