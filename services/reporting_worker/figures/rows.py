"""The rows behind every figure: one common table expression of which values, lists and totals are aggregates."""

from functools import cache

from sqlalchemy import CTE, select, union_all

from services.reporting_worker.figures.columns import AUDIENCE, rank
from services.reporting_worker.figures.money_rows import own_amounts, single_money
from services.reporting_worker.figures.project_rows import approved_in_period, in_bucket
from shared.facts.in_force import materialised


@cache
def figure_row() -> CTE:
    """Every row of every wanted figure: `key`, the columns of `row`, and whether the audience sees it."""
    rows = union_all(in_bucket(), approved_in_period(), own_amounts(), *single_money()).subquery("counted")
    is_visible = rows.c.protection_rank <= rank(AUDIENCE)
    return materialised(select(rows, is_visible.label("is_visible")).cte("figure_row"))
