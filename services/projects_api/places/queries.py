"""The list of reporting areas, whose JSON Postgres builds."""

from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shared.facts import compiled
from shared.models import Place, ReportingArea, ReportingAreaPlace
from shared.resources.project_facts import listed
from shared.resources.statements import json_object

_PLACES = listed(
    select(func.json_agg(aggregate_order_by(Place.slug, Place.slug)))
    .select_from(ReportingAreaPlace)
    .join(Place, Place.id == ReportingAreaPlace.place_id)
    .where(ReportingAreaPlace.reporting_area_id == ReportingArea.id)
    .correlate(ReportingArea)
)
_AREA = json_object(
    {
        "id": ReportingArea.id,
        "slug": ReportingArea.slug,
        "name": ReportingArea.name,
        "position": ReportingArea.position,
        "is_national": ReportingArea.is_national,
        "latitude": cast(ReportingArea.latitude, Text),
        "longitude": cast(ReportingArea.longitude, Text),
        "places": _PLACES,
    }
)
_AREAS = compiled(
    select(cast(listed(select(func.json_agg(aggregate_order_by(_AREA, ReportingArea.position)))), Text))
)


async def read_areas(reads: Any) -> str:
    """All reporting areas as a JSON list, in the order of the map."""
    items: str = await reads.fetchval(_AREAS.sql, *_AREAS.arguments())
    return items
