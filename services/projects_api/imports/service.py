"""The import of a chunk of a portfolio file: the same rules as the routes', but registers come first, without guards."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects_api.content.filed import ProjectRow
from services.projects_api.imports.projects import import_projects
from services.projects_api.imports.schemas import ROWS
from services.projects_api.mechanisms.policies import reconcile_policies
from services.projects_api.mechanisms.schemas import PolicyRow
from services.projects_api.records import RECORDS
from shared.models.among import among
from shared.models.naming import NAMES
from shared.portfolio import Row, UnknownKeys, references
from shared.reading.neighbours import neighbours
from shared.recording.directory import Directory, keys_merged, read_directory
from shared.recording.register import import_records
from shared.unit_of_work import UnitOfWork


async def import_rows(unit: UnitOfWork, rows: Sequence[Row]) -> Counter[str]:
    """Create, change or leave what the rows of one chunk say: how many `created`, `changed`, `unchanged`.

    Idempotent by reference: the same rows again are all unchanged. Rows may refer to each other in any order, and to
    what was imported before. A row that was merged into another one stays as it is. New rows that may be doubles are warned of. Raises the `Problem`
    of the first row that breaks a rule; then nothing of the chunk may be committed.

    Raises:
        UnknownKeys: rows name what neither exists nor stands in the chunk.
    """
    counter: Counter[str] = Counter()
    for name in ROWS:
        of_type = [row for row in rows if getattr(row, "type", None) == name]
        doubles = await keys_merged(unit.session, name, [row.key for row in of_type if row.key is not None])
        counter += Counter("unchanged" for row in of_type if row.key in doubles)
        if own := [row for row in of_type if row.key not in doubles]:
            counter += await _import_type(unit, name, own)
    return counter


async def _import_type(unit: UnitOfWork, name: str, rows: Sequence[Row]) -> Counter[str]:
    directory = await _directory(unit, name, rows)
    if name == "project":
        return await import_projects(unit, [row for row in rows if isinstance(row, ProjectRow)], directory)
    if name == "policy":
        return await reconcile_policies(unit, [row for row in rows if isinstance(row, PolicyRow)])
    return await import_records(unit, RECORDS[name], rows, directory)


async def _directory(unit: UnitOfWork, name: str, rows: Sequence[Row]) -> Directory:
    """The ids of all that the rows name; rows of the chunk itself are found once they are written."""
    wanted = [one for place, row in enumerate(rows) for one in references(row, f"/{place}")]
    directory = await read_directory(unit.session, wanted)
    in_chunk = {row.key for row in rows}
    missing = [one for one in directory.missing(wanted) if not (one.type == name and one.key in in_chunk)]
    if missing:
        raise UnknownKeys(missing, await neighbours(unit.session, missing))
    return directory


async def known_references(session: AsyncSession, wanted: Mapping[str, Collection[str]]) -> dict[str, set[str]]:
    """Those of the keys wanted, by type of row, that rows of this service bear."""
    known: dict[str, set[str]] = {}
    for kind in ROWS:
        if kind in wanted and kind in NAMES:
            key: Any = NAMES[kind].key
            known[kind] = set(await session.scalars(select(key).where(among(key, wanted[kind]))))
    return known
