"""Which rows of an append-only table hold at (as_of, known_at): DESIGN 4, in one place for every table of facts."""

from functools import cache

from sqlalchemy import CTE, ColumnElement, exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models.base import Base, Correctable, Fact


def materialised(cte: CTE) -> CTE:
    """The CTE, computed once per statement however many figures read it."""
    return cte.prefix_with("MATERIALIZED")


_WORDS = frozenset({"recorded_by", "reason", "source", "precision", "is_retraction", "supersedes_id"})
"""What a fact says beside what holds; left out, since rows are sorted and kept: join by id where it is wanted."""


def stands(model: type[Base]) -> list[ColumnElement[bool]]:
    """The conditions under which a row of a fact table holds from a date up to `:as_of` and stands at `:known_at`."""
    assert issubclass(model, Fact)
    return [model.value_on <= AS_OF, *stands_from_any_date(model)]


def stands_from_any_date(model: type[Base]) -> list[ColumnElement[bool]]:
    """It was recorded by `:known_at`, nothing recorded by then supersedes it, and it is no retraction."""
    assert issubclass(model, Correctable)
    newer = aliased(model)
    # "is not null" tells the planner that corrections are few, so that it hashes them and not the facts
    is_corrected = exists().where(
        newer.supersedes_id.is_not(None), newer.supersedes_id == model.id, newer.recorded_at <= KNOWN_AT
    )
    return [model.recorded_at <= KNOWN_AT, ~model.is_retraction, ~is_corrected]


@cache
def known(model: type[Base]) -> CTE:
    """All rows of a fact table that stand; the columns of the table without `_WORDS`."""
    columns = [column for column in model.__table__.c if column.name not in _WORDS]
    return select(*columns).where(*stands(model)).cte(f"known_{model.__tablename__}")


@cache
def in_force(model: type[Base], *subject: str) -> CTE:
    """Per subject (names of columns), the last of the known rows by (value_on, position)."""
    rows = known(model)
    key = [rows.c[name] for name in subject]
    latest = (
        select(rows)
        .ext(distinct_on(*key))
        .order_by(*key, rows.c.value_on.desc(), rows.c.position.desc(), rows.c.recorded_at.desc())
    )
    return latest.cte(f"{model.__tablename__}_in_force")
