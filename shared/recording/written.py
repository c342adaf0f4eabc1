"""A record after a write, with what happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from shared.models.base import Base
from shared.recording.rows import Columns

RowT = TypeVar("RowT", bound=Base)
Effect = Literal["created", "changed", "unchanged"]


@dataclass
class Written(Generic[RowT]):
    """A record after a write, with what happened to it."""

    row: RowT
    content: Any
    outcome: Effect
    before: Columns = field(default_factory=dict)
    after: Columns = field(default_factory=dict)

    def note(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Add differences; a record that had none counts as changed from now on."""
        self.before |= before
        self.after |= after
        if after and self.outcome == "unchanged":
            self.outcome = "changed"

    @property
    def id(self) -> UUID:
        """The id that an audit row names; a mechanism, whose key is its code, gets a stable one made from it."""
        row: Any = self.row
        return row.id if hasattr(row, "id") else uuid5(NAMESPACE_OID, f"{row.__tablename__}:{row.code}")
