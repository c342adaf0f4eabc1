"""From the keys that people write (slugs, codes, references) to rows, in one query per type of row."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models.naming import NAMES
from shared.neighbours import neighbours
from shared.portfolio import UnknownKeys, references


class Directory:
    """The ids of the keys that were looked up, by type of row."""

    def __init__(self, ids: dict[tuple[str, str], UUID]) -> None:
        self._ids = ids

    def id_of(self, kind: str, key: str) -> UUID:
        """The id of a key that was looked up and found."""
        return self._ids[kind, key]

    def optional(self, kind: str, key: str | None) -> UUID | None:
        """The same, None for no key."""
        return None if key is None else self._ids[kind, key]


async def look_up(session: AsyncSession, commands: Iterable[BaseModel]) -> Directory:
    """The directory of all that the commands name.

    Raises:
        UnknownKeys: some of it does not exist.
    """
    wanted = [one for command in commands for one in references(command)]
    ids: dict[tuple[str, str], UUID] = {}
    for kind in {one.type for one in wanted}:
        key, target = NAMES[kind]
        named = {one.key for one in wanted if one.type == kind}
        rows = await session.execute(select(key, target).where(key.in_(named)))
        ids |= {(kind, row[0]): row[1] for row in rows}
    if missing := [one for one in wanted if (one.type, one.key) not in ids]:
        raise UnknownKeys(missing, await neighbours(session, missing))
    return Directory(ids)
