"""Figures over HTTP: all of them, one, and the rows behind one."""

import json
from typing import Annotated, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.reporting_worker.figures.composed import AskedMeasure, BucketName, FigureNotAsked, composed
from services.reporting_worker.figures.defined import defined
from services.reporting_worker.figures.schemas import Audience, FigureList, FigureRows, FigureValue, FigureValues
from services.reporting_worker.figures.service import (
    RowsWanted,
    UnknownFigure,
    View,
    definitions_of,
    figures_json,
    figures_of,
    known_keys,
    row_page,
    values_json,
)
from shared.errors import Fault, InvalidInput
from shared.fields import DateText
from shared.pagination import LIMIT_DEFAULT, LIMIT_MAX, decode_cursor, encode_cursor
from shared.sentences import sentence
from shared.web.conditional import JSON_TYPE
from shared.web.moment import Asked
from shared.web.route import Reads, permission, router

routes = router("/figures", "figures")

_ORDERING = "reference"
Slugs = Annotated[str, Field(max_length=2000)]


async def asked_view(
    moment: Asked,
    audience: Annotated[
        Audience,
        Query(
            description="For whom. Rows protected beyond it are not listed; `not_shown` tells their number and value "
            "only where three or more of a kind are hidden, and money in steps no finer than the largest amount hidden, so "
            "that none of them follows from the others, nor from two editions."
        ),
    ] = "internal",
    since: Annotated[
        DateText | None,
        Query(
            description="First day of the period of newly approved projects; the first of the month by default.",
            examples=["2022-02-01"],
        ),
    ] = None,
) -> View:
    """For which date, as known when, for whom."""
    if since is not None and since > moment.as_of:
        raise InvalidInput(
            {"fr": "La période demandée commence après sa fin.", "en": "The period asked for begins after its end."},
            faults=[
                Fault(
                    "since",
                    sentence("Donnez une date jusqu'au {last}.", "Give a date up to {last}.", last=moment.as_of),
                    "after_as_of",
                )
            ],
        )
    return View(moment.as_of, moment.known_at, audience, since)


async def asked_rows(
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(description="The `next_cursor` of the page before.")] = None,
) -> RowsWanted:
    """Which page of the rows."""
    return RowsWanted(limit, None if cursor is None else decode_cursor(cursor, _ORDERING))


Viewed = Annotated[View, Depends(asked_view)]
FigureKey = Annotated[str, Path(alias="figure", description="Its key.", examples=["qip.total"])]


class FigureAsked(BaseModel):
    """A figure made of its parts: what is measured, in which bucket, of which projects."""

    model_config = ConfigDict(extra="ignore")

    measure: AskedMeasure | None = Field(
        None, description="What is counted or added up; without it, the bulletin's own figures are listed."
    )
    bucket: BucketName | None = Field(None, description="Of projects and amounts: which states count; `total`.")
    mechanism: Annotated[str, Field(max_length=10)] | None = Field(
        None, description="Code of a mechanism; all that stand in totals unless it is given."
    )
    place: Slugs | None = Field(None, description="Slugs of places, separated by commas; what lies below is in.")
    sector: Slugs | None = Field(None, description="Slugs of sectors, separated by commas.")
    sponsor: Slugs | None = Field(None, description="Slugs of sponsoring sections, separated by commas.")
    people: Slugs | None = Field(None, description="Units of people whom the projects are for: women, pupils ...")


@routes.get(
    "", response_model=FigureList, summary="All figures as of a date, or the one that is asked for", name="list_figures"
)
@permission("figures:read", refuses=(FigureNotAsked,))
async def list_figures(view: Viewed, reads: Reads, asked: Annotated[FigureAsked, Query()]) -> Response:
    """Every key figure with its definition, breakdowns and rates; with `measure`, the figure made of the parts given.

    A mechanism that is data only has the figures of its buckets, and what its projects cost.
    """
    parts = {name: _listed(getattr(asked, name)) for name in ("place", "sector", "sponsor", "people")}
    if asked.measure is None:
        if asked.bucket is not None or any(parts.values()):
            raise FigureNotAsked("?", {"fr": "donnez measure.", "en": "give measure."})
        wanted = await figures_of(reads, asked.mechanism)
    else:
        one = composed(asked.measure, asked.bucket, asked.mechanism, **parts)
        wanted = await defined(reads, [one])
    return Response(f'{{"items":{await figures_json(reads, view, wanted)}}}', media_type=JSON_TYPE)


def _listed(text: str | None) -> list[str]:
    return [one for one in (text or "").split(",") if one]


@routes.get("/values", response_model=FigureValues, summary="The values of all figures as of a date")
@permission("figures:read")
async def list_figure_values(view: Viewed, reads: Reads) -> Response:
    """Values and units alone, for dashboards; each figure's own address tells what it is made of."""
    document = await values_json(reads, view, known_keys())
    moment = json.dumps({"as_of": view.as_of.isoformat(), "known_at": view.stated_known_at})
    return Response(f'{moment[:-1]},"items":{document}}}', media_type=JSON_TYPE)


@routes.get("/{figure}", response_model=FigureValue, summary="One figure as of a date")
@permission("figures:read", refuses=(UnknownFigure, FigureNotAsked))
async def read_figure(key: FigureKey, view: Viewed, reads: Reads) -> Response:
    """Its value, definition in words, unit, rates used, and a link to the rows that add up to it."""
    document = await figures_json(reads, view, await definitions_of(reads, [key]))
    return Response(document[1:-1], media_type=JSON_TYPE)


@routes.get("/{figure}/rows", response_model=FigureRows, summary="The rows behind a figure")
@permission("figures:read", refuses=(UnknownFigure, FigureNotAsked))
async def list_figure_rows(
    key: FigureKey,
    view: Viewed,
    reads: Reads,
    wanted: Annotated[RowsWanted, Depends(asked_rows)],
    include: Annotated[Literal["total"] | None, Query(description="`total` adds count and sum of all rows.")] = None,
) -> Response:
    """By reference, page by page; count and sum of all rows equal the figure (a share lists its operands)."""
    page = await row_page(reads, view, key, wanted)
    last = page["last_reference"]
    following = encode_cursor(_ORDERING, last, str(page["last_id"])) if page["more"] else None
    total = {"count": page["count"], "value": page["value"]} if include == "total" else None
    hidden = {"count": page["hidden_count"], "value": page["hidden_value"]}
    rest = json.dumps({"next_cursor": following, "total": total, "not_shown": hidden})
    return Response(f'{{"items":{page["items"]},{rest[1:]}', media_type=JSON_TYPE)


__all__ = ["UnknownFigure", "routes"]
