"""The import of a chunk of a portfolio file: the same rules as the routes', but registers come first, without guards."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from services.projects_api.activities.service import ACTIVITY
from services.projects_api.amounts.service import rates_for
from services.projects_api.announcements.service import ANNOUNCEMENT, write_counted
from services.projects_api.directory import Directory, keys_merged, read_directory
from services.projects_api.held import known_references
from services.projects_api.imports.projects import import_projects
from services.projects_api.imports.schemas import ROWS, AnnouncementRow, PolicyRow, ProjectRow
from services.projects_api.mechanisms.policies import reconcile_policies
from services.projects_api.mechanisms.service import BUCKET, MECHANISM, SECTOR
from services.projects_api.monitoring.service import MONITORING
from services.projects_api.organisations.service import OFFICE, ORGANISATION, PERSON
from services.projects_api.places.service import AREA, PLACE
from services.projects_api.records import Kind, record, write
from shared.portfolio import Row, UnknownKeys, references
from shared.reading.neighbours import neighbours
from shared.unit_of_work import UnitOfWork

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        MECHANISM, BUCKET, SECTOR, PLACE, AREA, ORGANISATION, OFFICE, PERSON, ACTIVITY, ANNOUNCEMENT,
        MONITORING,
    )
}  # fmt: skip
"""How each type of row but `project` and `policy` is written; `ROWS` gives the order."""


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
    kind = KINDS[name]
    written = await write(unit, kind, [(row, _key_columns(row)) for row in rows], directory)
    if kind is ANNOUNCEMENT:
        groups = [row for row in rows if isinstance(row, AnnouncementRow)]
        rates = await rates_for(unit, [amount for row in groups for amount in row.amounts])
        await write_counted(unit, written, rates)
    if kind.warn_of_doubles is not None:
        new = {one.row.id: f"/{place}" for place, one in enumerate(written) if one.outcome == "created"}
        await kind.warn_of_doubles(unit, new)
    return record(unit, kind, written)


async def _directory(unit: UnitOfWork, name: str, rows: Sequence[Row]) -> Directory:
    """The ids of all that the rows name; rows of the chunk itself are found once they are written."""
    wanted = [one for place, row in enumerate(rows) for one in references(row, f"/{place}")]
    directory = await read_directory(unit.session, wanted)
    in_chunk = {row.key for row in rows}
    missing = [one for one in directory.missing(wanted) if not (one.type == name and one.key in in_chunk)]
    if missing:
        raise UnknownKeys(missing, await neighbours(unit.session, missing))
    return directory


def _key_columns(row: Row) -> dict[str, Any]:
    """The columns that a register's row gives beyond its content: its key, and whether it is made up."""
    columns: dict[str, Any] = {} if row.key_field is None else {row.key_field: row.key}
    if hasattr(row, "is_synthetic"):
        columns["is_synthetic"] = row.is_synthetic
    return columns


__all__ = ["KINDS", "import_rows", "known_references"]
