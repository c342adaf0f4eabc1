"""SQLAlchemy Core statements compiled once to the SQL that a bare asyncpg connection runs (PERFORMANCE 1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Dialect, Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Statement:
    """SQL with `$1 ...`, the names of its arguments in order, and the values fixed when it was built."""

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, Any]

    def arguments(self, **values: Any) -> list[Any]:
        """The positional arguments; a name without a value is a KeyError, so that nothing defaults silently."""
        return [values[name] if name in values else self.fixed[name] for name in self.names]


def compiled(statement: Executable) -> Statement:
    """Compile a statement; bind parameters without a value become the arguments to give at each run."""
    assert isinstance(statement, ClauseElement)
    result = statement.compile(dialect=_DIALECT)
    assert isinstance(result, SQLCompiler)
    assert not result.post_compile_params, "Write `column == any_(array)`: an IN list has no fixed SQL."
    fixed = {name: value for name, value in result.params.items() if value is not None}
    return Statement(str(result), tuple(result.positiontup or ()), fixed)
