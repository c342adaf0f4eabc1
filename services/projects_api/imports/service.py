"""The import of a chunk of a portfolio file: the same rules as the routes', but registers come first, without guards."""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.projects_api.imports.projects import import_projects
from services.projects_api.imports.schemas import ROWS
from services.projects_api.mechanisms.policies import reconcile_policies
from services.projects_api.records import RECORDS
from shared.portfolio import Row
from shared.recording.register import Importer, import_types, importers_of, known_among
from shared.unit_of_work import UnitOfWork

_IMPORTERS: Mapping[str, Importer] = {**importers_of(RECORDS), "policy": reconcile_policies, "project": import_projects}


async def import_rows(unit: UnitOfWork, rows: Sequence[Row]) -> Counter[str]:
    """Create, change or leave what the rows of one chunk say: how many `created`, `changed`, `unchanged`.

    Rows may refer to each other in any order, and to what was imported before. New rows that may be doubles are warned
    of. Raises the `Problem` of the first row that breaks a rule.

    Raises:
        UnknownKeys: rows name what neither exists nor stands in the chunk.
    """
    return await import_types(unit, rows, {name: _IMPORTERS[name] for name in ROWS})


known_references = known_among(ROWS)
"""Those of the keys wanted, by type of row, that rows of this service bear."""
