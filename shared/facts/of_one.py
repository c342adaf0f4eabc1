"""The same facts, one subject at a time: correlated subqueries for a page of rows, where whole CTEs would cost more.

A test holds them equal to `in_force` for every row.
"""

from typing import Any

from sqlalchemy import Select, SQLColumnExpression, exists, select
from sqlalchemy.orm import aliased

from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models.base import Base, Fact


def latest_of(
    model: type[Base], subject: str, outer: SQLColumnExpression[Any], *, correlate: Any
) -> tuple[Any, Select[Any]]:
    """An alias of a fact table, and the SELECT (to be given its columns) of the one row in force for `outer`."""
    assert issubclass(model, Fact)
    fact, newer = aliased(model), aliased(model)
    is_corrected = exists().where(newer.supersedes_id == fact.id, newer.recorded_at <= KNOWN_AT)
    rows = (
        select()
        .select_from(fact)
        .where(
            getattr(fact, subject) == outer,
            fact.value_on <= AS_OF,
            fact.recorded_at <= KNOWN_AT,
            ~fact.is_retraction,
            ~is_corrected,
        )
        .order_by(fact.value_on.desc(), fact.position.desc(), fact.recorded_at.desc())
        .limit(1)
        .correlate(correlate)
    )
    return fact, rows
