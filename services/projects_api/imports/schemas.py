"""The rows of a portfolio file that this service owns; `ROWS` by their `type` (docs/portfolio-format.md).

Each type stands after those that its rows name; rows of one type may name each other.
"""

from services.projects_api.content.filed import ProjectRow
from services.projects_api.mechanisms.schemas import PolicyRow
from services.projects_api.records import RECORDS
from shared.portfolio import Row
from shared.recording.register import in_order, row_of

ROWS: dict[str, type[Row]] = in_order(
    {**{name: row_of(record) for name, record in RECORDS.items()}, "policy": PolicyRow, "project": ProjectRow}
)
