"""The list of offices, whose JSON Postgres builds."""

from typing import Any

from sqlalchemy import Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from shared.facts import compiled
from shared.models import Office, Organisation, Place
from shared.resources.project_facts import listed
from shared.resources.statements import json_object

_OFFICE = json_object(
    {
        "id": Office.id,
        "slug": Office.slug,
        "title": Office.title,
        "organisation": Organisation.slug,
        "place": Place.slug,
    }
)
_OFFICES = compiled(
    select(
        cast(
            listed(
                select(func.json_agg(aggregate_order_by(_OFFICE, Office.slug)))
                .select_from(Office)
                .outerjoin(Organisation, Organisation.id == Office.organisation_id)
                .outerjoin(Place, Place.id == Office.place_id)
            ),
            Text,
        )
    )
)


async def read_offices(reads: Any) -> str:
    """All offices as a JSON list."""
    items: str = await reads.fetchval(_OFFICES.sql, *_OFFICES.arguments())
    return items
