"""Which rows of an append-only table hold at (as_of, known_at): DESIGN 4, in one place for every table of facts."""

from functools import cache

from sqlalchemy import CTE, exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models.base import Base, Fact


def materialised(cte: CTE) -> CTE:
    """The CTE, computed once per statement however many figures read it."""
    return cte.prefix_with("MATERIALIZED")


@cache
def known(model: type[Base]) -> CTE:
    """All rows of a fact table that hold from a date up to `:as_of` and stand at `:known_at`.

    A row stands when it was recorded by then, nothing recorded by then supersedes it, and it is no retraction.
    """
    assert issubclass(model, Fact)
    newer = aliased(model)
    is_corrected = exists().where(newer.supersedes_id == model.id, newer.recorded_at <= KNOWN_AT)
    rows = select(model.__table__).where(
        model.value_on <= AS_OF, model.recorded_at <= KNOWN_AT, ~model.is_retraction, ~is_corrected
    )
    return materialised(rows.cte(f"known_{model.__tablename__}"))


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
    return materialised(latest.cte(f"{model.__tablename__}_in_force"))
