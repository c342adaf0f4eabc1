"""What the rows of each figure add up to, and the figure's value."""

from functools import cache

from sqlalchemy import CTE, Select, case, func, select

from services.reporting_worker.figures.columns import definition
from services.reporting_worker.figures.definitions import Measure
from services.reporting_worker.figures.tally import tally
from shared.facts.in_force import materialised
from shared.reading.json import exact, items, jsonb_object


@cache
def total() -> CTE:
    """Per key: value, number of rows, and both for what the audience is not shown."""
    row = tally()
    hidden = ~row.c.is_visible
    return materialised(
        select(
            row.c.key,
            func.sum(row.c.value).label("value"),
            func.sum(row.c.rows).label("rows"),
            func.sum(row.c.rows).filter(hidden).label("hidden_rows"),
            func.sum(row.c.value).filter(hidden).label("hidden_value"),
            func.sum(row.c.value).filter(row.c.is_visible).label("visible_value"),
            func.sum(row.c.synthetic).label("synthetic_rows"),
        )
        .group_by(row.c.key)
        .cte("total")
    )


@cache
def values_document() -> Select[tuple[object]]:
    """One row, one column: value and unit of each wanted figure, without what they are made of."""
    wanted, value = definition(), figure_value()
    line = jsonb_object(key=wanted.c.key, unit=wanted.c.unit, value=exact(value.c.value))
    return (
        select(items(line, wanted.c.position))
        .select_from(wanted)
        .join(value, value.c.key == wanted.c.key)
        .where(wanted.c.is_shown)
    )


@cache
def figure_value() -> CTE:
    """key, value: the figure itself; ratios are computed from their operands' exact values."""
    wanted = definition()
    plain = (
        select(wanted.c.key, func.coalesce(total().c.value, 0).label("value"))
        .outerjoin(total(), total().c.key == wanted.c.base)
        .cte("plain_value")
    )
    above, below = plain.alias("above"), plain.alias("below")
    percent = func.round(100 * above.c.value / func.nullif(below.c.value, 0), 10)
    is_ratio = wanted.c.measure == Measure.RATIO
    return materialised(
        select(wanted.c.key, case((is_ratio, percent), else_=plain.c.value).label("value"))
        .join(plain, plain.c.key == wanted.c.key)
        .outerjoin(above, above.c.key == wanted.c.operands[1])
        .outerjoin(below, below.c.key == wanted.c.operands[2])
        .cte("figure_value")
    )
