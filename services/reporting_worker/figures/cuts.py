"""Breakdowns of a figure by area and by sector: total = parts + undivided + not shown.

A sum is divided by the known shares, and what no share divides stands in the undivided line. A count counts a
project once in each part, so that parts may add up to more than the total.
"""

from functools import cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Text, and_, any_, case, cast, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.reporting_worker.figures.columns import definition, of_mechanism
from services.reporting_worker.figures.definitions import Measure, Unit
from services.reporting_worker.figures.population import PLACES, SECTORS
from services.reporting_worker.figures.tally import Cut, divided_tally
from services.reporting_worker.figures.wording import NOT_SHOWN, OVERLAP, UNDIVIDED
from shared.facts.cuts import OUTSIDE
from shared.facts.in_force import materialised
from shared.models import ReportingArea, Sector
from shared.reading.json import exact, items, json_texts, jsonb_object

DIVISIBLE = literal(
    [Measure.PROJECTS.value, Measure.APPROVALS.value, Measure.AMOUNTS.value, Measure.ALLOCATIONS.value], ARRAY(Text)
)
"""The measures whose rows lie somewhere and belong to sectors; receipts and donors do not."""


@cache
def lines(cut: Cut) -> CTE:
    """key, slug, value: each part of each figure; `value` is money by share, or a count."""
    row = divided_tally(cut)
    return materialised(
        select(
            row.c.key,
            row.c.slug,
            func.sum(row.c.value).label("value"),
            func.sum(row.c.placed).label("placed"),
            func.sum(row.c.several).label("several"),
        )
        .group_by(row.c.key, row.c.slug)
        .cte(f"{cut}_line")
    )


@cache
def line_sum(cut: Cut) -> CTE:
    """key, value, placed, several: what the parts add up to, how many rows have a part, and how many several."""
    line = lines(cut)
    return (
        select(
            line.c.key,
            func.sum(line.c.value).filter(line.c.slug != OUTSIDE).label("value"),
            func.sum(line.c.placed).label("placed"),
            func.sum(line.c.several).label("several"),
        )
        .group_by(line.c.key)
        .cte(f"{cut}_line_sum")
    )


def _label_rows(cut: Cut) -> tuple[Any, Any, Any, ColumnElement[bool]]:
    if cut == "area":
        return ReportingArea.slug, ReportingArea.name, ReportingArea.position, ~ReportingArea.is_national
    return Sector.slug, Sector.name, Sector.position, of_mechanism(Sector.mechanism_code)


def _extra(key: str, label: dict[str, str], value: ColumnElement[Any]) -> ColumnElement[Any]:
    line = jsonb_object(key=literal(key, Text), label=json_texts(label), value=exact(value))
    return case((value != 0, func.jsonb_build_array(line, type_=JSONB)), else_=_empty())


def _empty() -> ColumnElement[Any]:
    return cast(literal("[]", Text), JSONB)


def _joined(left: ColumnElement[Any], right: ColumnElement[Any]) -> ColumnElement[Any]:
    return left.op("||", return_type=JSONB())(right)


@cache
def listed_parts(cut: Cut) -> CTE:
    """key, parts: the JSON lines of the areas, or of the mechanism's sectors, those without a row included."""
    wanted, line = definition(), lines(cut)
    slug, name, position, is_listed = _label_rows(cut)
    described = jsonb_object(key=slug, label=name, value=exact(func.coalesce(line.c.value, 0)))
    belongs = true() if cut == "area" else of_mechanism(Sector.mechanism_code)
    return (
        select(wanted.c.key, items(described, position, slug).label("parts"))
        .select_from(wanted)
        .join(ReportingArea if cut == "area" else Sector, belongs)
        .outerjoin(line, and_(line.c.slug == slug, line.c.key == wanted.c.base))
        .where(wanted.c.is_shown, wanted.c.measure == any_(DIVISIBLE), or_(is_listed, line.c.key.is_not(None)))
        .group_by(wanted.c.key)
        .cte(f"{cut}_parts")
    )


def breakdown(cut: Cut, total: CTE) -> ColumnElement[Any]:
    """The JSON lines of a cut; `definition` is joined with `total` and the two tables of the cut."""
    wanted, parts, sums = definition(), func.coalesce(listed_parts(cut).c.parts, _empty()), line_sum(cut)
    divided = case((wanted.c.unit == Unit.USD, sums.c.value), else_=sums.c.placed)
    undivided = func.coalesce(total.c.visible_value, 0) - func.coalesce(divided, 0)
    hidden = func.coalesce(total.c.hidden_value, 0)
    with_rest = _joined(
        _joined(parts, _extra("undivided", UNDIVIDED, undivided)), _extra("not_shown", NOT_SHOWN, hidden)
    )
    # what was divided by the population is not divided so again
    is_divided = PLACES.is_not(None) if cut == "area" else SECTORS.is_not(None)
    return case((and_(wanted.c.measure == any_(DIVISIBLE), ~is_divided), with_rest), else_=_empty())


def joined_with_cuts(source: FromClause) -> FromClause:
    """`definition`, or what it is joined with, joined with the tables that breakdowns and notes read."""
    wanted = definition()
    cuts: tuple[Cut, ...] = ("area", "sector")
    for cut in cuts:
        parts, sums = listed_parts(cut), line_sum(cut)
        source = source.join(parts, parts.c.key == wanted.c.key, isouter=True).join(
            sums, sums.c.key == wanted.c.base, isouter=True
        )
    return source


def overlap_note(total: CTE) -> ColumnElement[Any]:
    """Why the areas of a count add up to more than the total, with the numbers; nothing where they do not."""
    wanted, sums = definition(), line_sum("area")
    numbers = (cast(func.trim_scale(sums.c.value), Text), cast(total.c.value, Text), cast(sums.c.several, Text))
    texts = jsonb_object(**{language: func.format(text, *numbers) for language, text in OVERLAP.items()})
    exceeds = and_(wanted.c.unit == Unit.PROJECTS, sums.c.value > total.c.visible_value)
    return case((exceeds, func.jsonb_build_array(texts, type_=JSONB)), else_=_empty())
