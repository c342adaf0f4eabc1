"""Activities as clients list, count and open them."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, any_, cast, func, literal_column, select

from shared.errors import Texts
from shared.models import Activity, ActivityProject, Link, Organisation, Project, QuotedFigure, Role
from shared.models.activity import ActivityKind
from shared.models.base import Precision, Protection, Qualifier
from shared.reading.filters import Filter, among
from shared.reading.resource import Resource
from shared.reading.search import Search, by_party, by_place_slugs, found
from shared.reading.shown import From, Listed, Rows, key_of
from shared.resources.parts import LinkRead, PartRead, QuotedRead, projects_linked, roles


class ActivityItem(Listed):
    """An activity in a list."""

    id: UUID
    reference: str
    kind: ActivityKind
    title: Texts
    start_on: date
    end_on: date
    precision: Precision
    area: Annotated[str | None, From(key_of(Activity.reporting_area_id))]
    places: Annotated[list[str], From(Activity.place_slugs)]
    projects: Annotated[list[str], From(projects_linked(ActivityProject.activity_id))]
    protection: Protection
    is_synthetic: bool


class ActivityDetail(ActivityItem):
    """An activity with its texts, parties, quoted figures and links."""

    short: Texts | None
    long: Texts | None
    attendance: int | None
    attendance_qualifier: Qualifier | None
    decisions: Texts | None
    roles: Annotated[list[PartRead], From(roles(Role.activity_id))]
    quoted_figures: Annotated[list[QuotedRead], Rows(QuotedFigure.activity_id, (QuotedFigure.reference,))]
    links: Annotated[list[LinkRead], Rows(Link.activity_id, (Link.position,))]
    recorded_at: datetime


def _concerns(projects: Any) -> ColumnElement[bool]:
    linked = (
        select(ActivityProject.activity_id)
        .join(Project, Project.id == ActivityProject.project_id)
        .where(Project.reference == any_(projects))
    )
    return Activity.id.in_(linked)


_SECTIONS = (
    select(func.coalesce(func.array_agg(Organisation.slug), literal_column("'{}'::text[]")))
    .select_from(Organisation)
    .join(Role, Role.organisation_id == Organisation.id)
    .where(Role.activity_id == Activity.id)
    .correlate(Activity)
    .scalar_subquery()
)
"""The organisations that take part: whoever edits its own section's activities edits those in which it is one of them."""

ACTIVITIES = Resource(
    "activities",
    Activity,
    ActivityItem,
    ActivityDetail,
    filters=(
        among("kind", Activity.kind, "Kinds: launch, handover, field_visit, ...", ActivityKind),
        Filter("start_on__gte", date, lambda v: Activity.end_on >= v, "Not over before this date."),
        Filter("start_on__lte", date, lambda v: Activity.start_on <= v, "Begun by this date."),
        Filter("place__in", list, Activity.place_slugs.op("&&"), "Slugs of places.", "place"),
        Filter("project__in", list, _concerns, "References of projects.", "project"),
    ),
    search=Search(
        "activities", Activity.reference, found(Activity), by_place_slugs(Activity), by_party(Role.activity_id)
    ),
    order=("start_on", "end_on", "reference"),
    dimensions=("kind",),
    owners=cast(_SECTIONS, ARRAY(Text)),
)
"""What `/v1/activities` lists, counts and opens."""
