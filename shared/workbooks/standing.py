"""What the rows of a workbook say now, read in one statement, on the way out and on the way in alike."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import today
from shared.database import Reader
from shared.facts import NOW, Statement, compiled
from shared.models.among import among
from shared.models.naming import NAMES
from shared.reading.json import json_object
from shared.reading.resource import Resource
from shared.workbooks.book import Book, Entry


@cache
def _statement(resource: Resource) -> Statement:
    """Rows by their ids (`:ids`): `id`, `version`, and `body`, what each shows when it is opened."""
    body = cast(json_object(resource.detail_members), Text)
    return compiled(
        select(resource.identity.label("id"), resource.version.label("version"), body.label("body"))
        .select_from(resource.table)
        .where(resource.identity == any_(bindparam("ids", type_=ARRAY(Uuid))))
    )


async def entries_by_owner(reads: Reader, book: Book, owners: Iterable[UUID]) -> Mapping[UUID, Sequence[Entry]]:
    """The rows of a sheet that these rows of its list give, in the order asked for."""
    wanted = list(dict.fromkeys(owners))
    found = {}
    for row in await reads.fetch(*_statement(book.resource).asked(ids=wanted, as_of=today(), known_at=NOW)):
        found[row["id"]] = list(book.entries(row["id"], row["version"], json.loads(row["body"])))
    return {one: found[one] for one in wanted if one in found}


async def within(session: AsyncSession) -> Any:
    """The connection of a unit of work, which reads what it has written itself."""
    connection = await session.connection()
    return (await connection.get_raw_connection()).driver_connection


async def owners_named(session: AsyncSession, book: Book, keys: Iterable[str]) -> Mapping[str, UUID]:
    """The ids of the rows of the list that these keys name."""
    naming = NAMES[book.resource.noun]
    rows = await session.execute(select(naming.key, naming.meant).where(among(naming.key, keys), naming.stands))
    return {row[0]: row[1] for row in rows}
