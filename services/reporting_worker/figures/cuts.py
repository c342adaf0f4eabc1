"""Breakdowns of a figure by area and by sector: total = parts + undivided + not shown.

A sum is divided by the known shares, and what no share divides stands in the undivided line. A count counts a
project once in each part, so that parts may add up to more than the total.
"""

from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Text,
    and_,
    any_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.reporting_worker.figures.columns import definition
from services.reporting_worker.figures.definitions import Measure, Unit
from services.reporting_worker.figures.json_building import decimal_text, items, json_object, json_texts
from services.reporting_worker.figures.tally import tally
from services.reporting_worker.figures.wording import NOT_SHOWN, OVERLAP, UNDIVIDED
from shared.facts.cuts import OUTSIDE, profile_part
from shared.facts.in_force import materialised
from shared.models import ReportingArea, Sector

Cut = Literal["area", "sector"]

DIVISIBLE = literal(
    [
        Measure.PROJECTS.value,
        Measure.APPROVALS.value,
        Measure.AMOUNTS.value,
        Measure.ALLOCATIONS.value,
    ],
    ARRAY(Text),
)
"""The measures whose rows lie somewhere and belong to sectors; receipts and donors do not."""


@cache
def _by_profile(cut: Cut) -> CTE:
    """key, profile, value, rows: what the audience sees of each figure, by how it divides."""
    row = tally()
    profile = row.c[cut].label("profile")
    return materialised(
        select(row.c.key, profile, func.sum(row.c.value).label("value"), func.sum(row.c.rows).label("rows"))
        .where(row.c.is_visible)
        .group_by(row.c.key, row.c[cut])
        .cte(f"{cut}_by_profile")
    )


@cache
def lines(cut: Cut) -> CTE:
    """key, slug, value: each part of each figure; `value` is money by share, or a count."""
    row, wanted = _by_profile(cut), definition()
    slug, share, parts = profile_part(row.c.profile)
    money = row.c.value * share / 100
    return materialised(
        select(
            row.c.key,
            slug.label("slug"),
            func.sum(case((wanted.c.unit == Unit.USD, money), else_=row.c.value)).label("value"),
        )
        .select_from(row)
        .join(wanted, wanted.c.key == row.c.key)
        .join(parts, true())
        .where(slug != OUTSIDE)
        .group_by(row.c.key, slug)
        .cte(f"{cut}_line")
    )


@cache
def line_sum(cut: Cut) -> CTE:
    """key, value: what the parts add up to."""
    line = lines(cut)
    return (
        select(line.c.key, func.sum(line.c.value).label("value")).group_by(line.c.key).cte(f"{cut}_line_sum")
    )


@cache
def placement(cut: Cut) -> CTE:
    """key, outside, several: what is visible in no part, and how many rows in more than one."""
    row = _by_profile(cut)
    profile = row.c.profile
    is_outside = or_(profile.is_(None), profile.like(f"{OUTSIDE}:%") & profile.not_like("%,%"))
    return (
        select(
            row.c.key,
            func.sum(row.c.value).filter(is_outside).label("outside"),
            func.sum(row.c.rows).filter(profile.like("%,%")).label("several"),
        )
        .group_by(row.c.key)
        .cte(f"{cut}_placement")
    )


def _label_rows(cut: Cut) -> tuple[Any, Any, Any, ColumnElement[bool]]:
    wanted = definition()
    if cut == "area":
        return ReportingArea.slug, ReportingArea.name, ReportingArea.position, ~ReportingArea.is_national
    return Sector.slug, Sector.name, Sector.position, Sector.mechanism_code == wanted.c.mechanism


def _extra(key: str, label: dict[str, str], value: ColumnElement[Any]) -> ColumnElement[Any]:
    line = json_object(key=literal(key, Text), label=json_texts(label), value=decimal_text(value))
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
    described = json_object(key=slug, label=name, value=decimal_text(func.coalesce(line.c.value, 0)))
    belongs = true() if cut == "area" else Sector.mechanism_code == wanted.c.mechanism
    return (
        select(wanted.c.key, items(described, position, slug).label("parts"))
        .select_from(wanted)
        .join(ReportingArea if cut == "area" else Sector, belongs)
        .outerjoin(line, and_(line.c.slug == slug, line.c.key == wanted.c.base))
        .where(
            wanted.c.is_shown,
            wanted.c.measure == any_(DIVISIBLE),
            or_(is_listed, line.c.key.is_not(None)),
        )
        .group_by(wanted.c.key)
        .cte(f"{cut}_parts")
    )


def breakdown(cut: Cut, total: CTE) -> ColumnElement[Any]:
    """The JSON lines of a cut; `definition` is joined with `total` and the three tables of the cut."""
    wanted, parts = definition(), func.coalesce(listed_parts(cut).c.parts, _empty())
    divided, outside = (
        func.coalesce(line_sum(cut).c.value, 0),
        func.coalesce(placement(cut).c.outside, 0),
    )
    undivided = case(
        (wanted.c.unit == Unit.USD, func.coalesce(total.c.visible_value, 0) - divided), else_=outside
    )
    hidden = func.coalesce(total.c.hidden_value, 0)
    with_rest = _joined(
        _joined(parts, _extra("undivided", UNDIVIDED, undivided)), _extra("not_shown", NOT_SHOWN, hidden)
    )
    return case((wanted.c.measure == any_(DIVISIBLE), with_rest), else_=_empty())


def joined_with_cuts(source: FromClause) -> FromClause:
    """`definition`, or what it is joined with, joined with the tables that breakdowns and notes read."""
    wanted = definition()
    cuts: tuple[Cut, ...] = ("area", "sector")
    for cut in cuts:
        parts, sums, placed = listed_parts(cut), line_sum(cut), placement(cut)
        source = (
            source.join(parts, parts.c.key == wanted.c.key, isouter=True)
            .join(sums, sums.c.key == wanted.c.base, isouter=True)
            .join(placed, placed.c.key == wanted.c.base, isouter=True)
        )
    return source


def overlap_note(total: CTE) -> ColumnElement[Any]:
    """Why the areas of a count add up to more than the total, with the numbers; NULL where they do not."""
    wanted, divided, several = definition(), line_sum("area").c.value, placement("area").c.several
    numbers = (cast(divided, Text), cast(total.c.value, Text), cast(several, Text))
    texts = json_object(**{language: func.format(text, *numbers) for language, text in OVERLAP.items()})
    exceeds = and_(wanted.c.unit == Unit.PROJECTS, divided > total.c.visible_value)
    return case((exceeds, func.jsonb_build_array(texts, type_=JSONB)), else_=_empty())
