"""SQLAlchemy Core statements compiled once to the SQL that a bare asyncpg connection runs (PERFORMANCE 1).

Each has two forms: what is known now, and what was known at an instant. The second reads the same SQL, but every table
in it is a CTE of the same name that holds the rows as they were known then: those that stand since, and the revisions
that stood. Only such reads pay for it. In both, deleted rows are hidden in the same way, so that no statement need say
so; what looks for them too (the audit) reads the SQL as it was compiled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Dialect, Executable, Table
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

from shared.facts.parameters import KNOWN_AT, NOW
from shared.models import APPEND_ONLY, REVISED, Job, JobLane
from shared.models.base import Deletable

_DIALECT: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]

_REVISED = frozenset(model.__tablename__ for model in REVISED)
_DELETABLE = frozenset(model.__tablename__ for model in REVISED if issubclass(model, Deletable))
_RECORDED = frozenset(model.__tablename__ for model in APPEND_ONLY if "recorded_at" in model.__table__.c)
_PARTS = frozenset(model.__tablename__ for model in APPEND_ONLY) - _RECORDED
"""Append-only rows without an instant of their own: they came with the row that they belong to."""
_LIVE = frozenset({Job.__tablename__, JobLane.__tablename__})
"""How work stands in the queue is said as of now, also beside what was known earlier."""


@dataclass(frozen=True)
class Statement:
    """SQL with `$1 ...`, the names of its arguments in order, and the values fixed when it was built."""

    bare: str
    """The SQL as it was compiled, which sees deleted rows too."""
    names: tuple[str, ...]
    fixed: Mapping[str, Any]
    tables: frozenset[str]
    """The tables that it reads as they stand."""

    @cached_property
    def sql(self) -> str:
        """The SQL of what is known now."""
        shadows = [_NOT_DELETED.format(table=table) for table in sorted(self.tables & _DELETABLE)]
        return _with(shadows, self.bare)

    def arguments(self, **values: Any) -> list[Any]:
        """The positional arguments; a name without a value is a KeyError, so that nothing defaults silently."""
        return [values[name] if name in values else self.fixed[name] for name in self.names]

    def asked(self, **values: Any) -> tuple[Any, ...]:
        """The SQL and its arguments: as known at the `known_at` among the values, where that is an instant."""
        known_at = values.get(KNOWN_AT.key)
        form = self if known_at is None or known_at == NOW else self.as_known
        return form.sql, *form.arguments(**values)

    @cached_property
    def as_known(self) -> "Statement":
        """The same statement of what was known at `:known_at`, whatever has been changed or removed since."""
        names = self.names if KNOWN_AT.key in self.names else (*self.names, KNOWN_AT.key)
        known_at = f"${names.index(KNOWN_AT.key) + 1}::timestamptz"
        shadows = [part for table in sorted(self.tables) for part in _as_known(table, known_at)]
        return Statement(_with(shadows, self.bare), names, self.fixed, frozenset())


_STOOD = (
    "revised_{table} AS MATERIALIZED (SELECT held.* FROM public.revision,"
    " jsonb_populate_record(NULL::public.{table}, revision.content) AS held WHERE revision.table_name = '{table}'"
    " AND revision.known_from <= {known_at} AND revision.known_until > {known_at})"
)
_STANDS = (
    "{table} AS NOT MATERIALIZED (SELECT * FROM public.{table} WHERE known_since <= {known_at}"
    " UNION ALL SELECT * FROM revised_{table})"
)
_STANDS_UNDELETED = (
    "{table} AS NOT MATERIALIZED (SELECT * FROM public.{table} WHERE known_since <= {known_at} AND NOT is_deleted"
    " UNION ALL SELECT * FROM revised_{table} WHERE is_deleted IS NOT TRUE)"
)
_NOT_DELETED = "{table} AS NOT MATERIALIZED (SELECT * FROM public.{table} WHERE NOT is_deleted)"
_ADDED = "{table} AS NOT MATERIALIZED (SELECT * FROM public.{table} WHERE recorded_at <= {known_at})"


def _as_known(table: str, known_at: str) -> Iterable[str]:
    """The CTEs that hide a table behind its rows as known at an instant."""
    if table in _REVISED:
        forms: tuple[str, ...] = (_STOOD, _STANDS_UNDELETED if table in _DELETABLE else _STANDS)
    elif table in _RECORDED:
        forms = (_ADDED,)
    else:
        assert table in _PARTS | _LIVE, f"What '{table}' said at a past instant is not kept: add it to REVISED."
        forms = ()
    return (form.format(table=table, known_at=known_at) for form in forms)


def _with(parts: list[str], sql: str) -> str:
    """The statement with these CTEs before its own."""
    if not parts:
        return sql
    for word in ("WITH RECURSIVE ", "WITH "):
        if sql.startswith(word):
            return f"{word}{', '.join(parts)}, {sql.removeprefix(word)}"
    return f"WITH {', '.join(parts)} {sql}"


def compiled(statement: Executable) -> Statement:
    """Compile a statement; bind parameters without a value become the arguments to give at each run."""
    assert isinstance(statement, ClauseElement)
    result = statement.compile(dialect=_DIALECT)
    assert isinstance(result, SQLCompiler)
    assert not result.post_compile_params, "Write `column == any_(array)`: an IN list has no fixed SQL."
    fixed = {name: value for name, value in result.params.items() if value is not None}
    return Statement(str(result), tuple(result.positiontup or ()), fixed, _tables_in(statement))


def _tables_in(statement: ClauseElement) -> frozenset[str]:
    """The tables that a statement reads, each of its parts looked at once however many others share it."""
    seen: dict[int, Any] = {}
    left: list[Any] = [statement]
    while left:
        part = left.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            left += part.get_children()
    return frozenset(part.name for part in seen.values() if isinstance(part, Table))
