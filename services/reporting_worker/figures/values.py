"""Every wanted figure as one JSON document, built by Postgres from the rows in the same statement."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from services.reporting_worker.figures.columns import definition
from services.reporting_worker.figures.cuts import breakdown, joined_with_cuts, overlap_note
from services.reporting_worker.figures.parts import givers, left_out_lines, operands, rates, reasons, unconverted
from services.reporting_worker.figures.totals import figure_value, total
from shared.facts import AS_OF, bucket_in_force
from shared.models import Mechanism
from shared.reading.json import exact, jsonb_object

LINK_QUERY = bindparam("link_query", type_=Text())
"""`:link_query`: the query string with which a reader gets the same rows again."""

STATED_KNOWN_AT = bindparam("stated_known_at", type_=Text())
"""`:stated_known_at`: the `known_at` asked for, NULL when the current snapshot is read."""


def _links(key: ColumnElement[str]) -> ColumnElement[object]:
    return jsonb_object(
        self=literal("/v1/figures/", Text) + key + "?" + LINK_QUERY,
        rows=literal("/v1/figures/", Text) + key + "/rows?" + LINK_QUERY,
    )


EMPTY = cast(literal("[]", Text), JSONB)


def _list(lines: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(lines, EMPTY)


def _described() -> ColumnElement[Any]:
    """The members of a figure, in their order."""
    wanted, sums = definition(), total()
    hidden = jsonb_object(
        count=func.coalesce(sums.c.hidden_rows, 0), value=exact(func.coalesce(sums.c.hidden_value, 0))
    )
    parts = func.coalesce(reasons().c.parts, givers().c.parts, operands().c.parts, EMPTY)
    return jsonb_object(
        key=wanted.c.key,
        mechanism=wanted.c.mechanism,
        since=Mechanism.since,
        title=wanted.c.title,
        unit=wanted.c.unit,
        value=exact(figure_value().c.value),
        formula=wanted.c.formula,
        states=func.to_jsonb(bucket_in_force().c.states),
        as_of=AS_OF,
        known_at=STATED_KNOWN_AT,
        read_at=func.clock_timestamp(),
        count=func.coalesce(sums.c.rows, 0),
        synthetic=func.coalesce(sums.c.synthetic_rows, 0),
        breakdowns=jsonb_object(area=breakdown("area", sums), sector=breakdown("sector", sums)),
        notes=overlap_note(sums),
        parts=parts,
        rates=_list(rates().c.rates),
        unconverted=_list(unconverted().c.lines),
        left_out=_list(left_out_lines().c.lines),
        not_shown=hidden,
        links=_links(wanted.c.key),
    )


@cache
def figures_document() -> Select[tuple[object]]:
    """One row, one column: the array of the wanted figures in the order of their definitions."""
    wanted, value, bucket = definition(), figure_value(), bucket_in_force()
    in_bucket = and_(bucket.c.mechanism_code == wanted.c.mechanism, bucket.c.bucket == wanted.c.bucket)
    source = (
        wanted.join(value, value.c.key == wanted.c.key)
        .join(Mechanism, Mechanism.code == wanted.c.mechanism, isouter=True)
        .join(bucket, in_bucket, isouter=True)
    )
    for part in (total(), rates(), unconverted(), left_out_lines(), reasons(), givers(), operands()):
        source = source.join(part, part.c.key == wanted.c.base, isouter=True)
    listed = func.jsonb_agg(aggregate_order_by(_described(), wanted.c.position))
    return select(_list(listed).label("figures")).select_from(joined_with_cuts(source)).where(wanted.c.is_shown)
