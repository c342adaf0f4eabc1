"""Activities, announcements and monitoring as clients list, count and open them."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, and_, any_, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import (
    Activity,
    ActivityProject,
    Amount,
    Announcement,
    AnnouncementProject,
    BeneficiaryCount,
    Link,
    Monitoring,
    Office,
    Organisation,
    Output,
    Person,
    Project,
    QuotedFigure,
    ReportingArea,
    Role,
)
from shared.models.activity import ActivityKind
from shared.models.referring import nothing_refers
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.project_facts import listed
from shared.resources.search import Search, by_party, by_place_slugs, found
from shared.resources.statements import json_object


def _roles(owner: Any, column: Any) -> ColumnElement[Any]:
    item = json_object(
        {
            "kind": Role.kind,
            "organisation": Organisation.slug,
            "office": Office.slug,
            "person": Person.slug,
            "is_lead": Role.is_lead,
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, Role.position)))
        .select_from(Role)
        .outerjoin(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(Office, Office.id == Role.office_id)
        .outerjoin(Person, Person.id == Role.person_id)
        .where(column == owner.id)
        .correlate(owner)
    )


def _links(owner: Any, column: Any) -> ColumnElement[Any]:
    item = json_object({"url": Link.url, "label": Link.label, "archived_url": Link.archived_url})
    return listed(
        select(func.json_agg(aggregate_order_by(item, Link.position)))
        .where(column == owner.id)
        .correlate(owner)
    )


def _quoted(owner: Any, column: Any) -> ColumnElement[Any]:
    item = json_object(
        {
            "reference": QuotedFigure.reference,
            "value": cast(func.trim_scale(QuotedFigure.value), Text),
            "unit": QuotedFigure.unit,
            "qualifier": QuotedFigure.qualifier,
            "said_by": QuotedFigure.said_by,
            "source": QuotedFigure.source,
            "scope": QuotedFigure.scope,
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, QuotedFigure.reference)))
        .where(column == owner.id)
        .correlate(owner)
    )


def _projects(owner: Any, link: Any, column: Any) -> ColumnElement[Any]:
    return listed(
        select(func.json_agg(aggregate_order_by(Project.reference, Project.reference)))
        .select_from(link)
        .join(Project, Project.id == link.project_id)
        .where(column == owner.id, link.recorded_at <= KNOWN_AT, Project.merged_into_id.is_(None))
        .correlate(owner)
    )


def _named(column: Any, identity: Any, wanted: Any, owner: Any) -> ColumnElement[Any]:
    return select(column).where(identity == wanted).correlate(owner).scalar_subquery()


def _concerns(projects: Any) -> ColumnElement[bool]:
    linked = (
        select(ActivityProject.activity_id)
        .join(Project, Project.id == ActivityProject.project_id)
        .where(Project.reference == any_(projects))
    )
    return Activity.id.in_(linked)


_ACTIVITY_SEARCH = Search(
    "activities", Activity.reference, found(Activity), by_place_slugs(Activity), by_party(Role.activity_id)
)

ACTIVITIES = Resource(
    name="activities",
    noun="activity",
    table=Activity.__table__,
    identity=Activity.id,
    version=Activity.version,
    filters=(
        Filter(
            "kind__in",
            list,
            lambda v: Activity.kind == any_(v),
            "Kinds: launch, handover, field_visit, ...",
            among=ActivityKind,
        ),
        Filter("start_on__gte", date, lambda v: Activity.end_on >= v, "Not over before this date."),
        Filter("start_on__lte", date, lambda v: Activity.start_on <= v, "Begun by this date."),
        Filter("place__in", list, Activity.place_slugs.op("&&"), "Slugs of places.", "place"),
        Filter("project__in", list, _concerns, "References of projects.", "project"),
        _ACTIVITY_SEARCH.filter(Activity.id),
    ),
    order=(
        OrderKey("start_on", Activity.start_on, Date()),
        OrderKey("end_on", Activity.end_on, Date()),
        OrderKey("reference", Activity.reference, Text()),
        _ACTIVITY_SEARCH.order,
    ),
    default_order="start_on",
    item={
        "id": Activity.id,
        "reference": Activity.reference,
        "kind": Activity.kind,
        "title": Activity.title,
        "start_on": Activity.start_on,
        "end_on": Activity.end_on,
        "precision": Activity.precision,
        "area": _named(ReportingArea.slug, ReportingArea.id, Activity.reporting_area_id, Activity),
        "places": Activity.place_slugs,
        "projects": _projects(Activity, ActivityProject, ActivityProject.activity_id),
        "protection": Activity.protection,
        "is_synthetic": Activity.is_synthetic,
    },
    detail={
        "short": Activity.short,
        "long": Activity.long,
        "attendance": Activity.attendance,
        "attendance_qualifier": Activity.attendance_qualifier,
        "decisions": Activity.decisions,
        "roles": _roles(Activity, Role.activity_id),
        "quoted_figures": _quoted(Activity, QuotedFigure.activity_id),
        "links": _links(Activity, Link.activity_id),
        "recorded_at": Activity.recorded_at,
    },
    dimensions={"kind": Activity.kind},
    actions={"edit": None, "delete": nothing_refers("activity")},
)
"""What `/v1/activities` lists, counts and opens."""

_parent = aliased(Announcement)


def _standing(fact: Any) -> ColumnElement[bool]:
    newer = aliased(fact)
    corrected = select(newer.id).where(newer.supersedes_id == fact.id, newer.recorded_at <= KNOWN_AT).exists()
    return and_(fact.value_on <= AS_OF, fact.recorded_at <= KNOWN_AT, ~fact.is_retraction, ~corrected)


def _group_amounts() -> ColumnElement[Any]:
    item = json_object(
        {
            "id": Amount.id,
            "kind": Amount.kind,
            "amount": cast(func.trim_scale(Amount.amount), Text),
            "currency": Amount.currency,
            "qualifier": Amount.qualifier,
            "value_on": Amount.value_on,
            "usd": cast(Amount.usd, Text),
            "basis": Amount.basis,
            "is_synthetic": Amount.is_synthetic,
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, Amount.value_on, Amount.position)))
        .where(Amount.announcement_id == Announcement.id, _standing(Amount))
        .correlate(Announcement)
    )


def _group_counts() -> ColumnElement[Any]:
    count = BeneficiaryCount
    item = json_object(
        {
            "id": count.id,
            "kind": count.kind,
            "unit": count.unit,
            "total": count.total,
            "female": count.female,
            "male": count.male,
            "female_share": cast(func.trim_scale(count.female_share), Text),
            "qualifier": count.qualifier,
            "value_on": count.value_on,
            "is_synthetic": count.is_synthetic,
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, count.value_on, count.position)))
        .where(count.announcement_id == Announcement.id, _standing(count))
        .correlate(Announcement)
    )


def _group_outputs() -> ColumnElement[Any]:
    item = json_object(
        {
            "name": Output.name,
            "unit": Output.unit,
            "planned": cast(func.trim_scale(Output.planned), Text),
            "delivered": cast(func.trim_scale(Output.delivered), Text),
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, Output.position)))
        .where(Output.announcement_id == Announcement.id)
        .correlate(Announcement)
    )


_ANNOUNCEMENT_SEARCH = Search(
    "announcements",
    Announcement.reference,
    found(Announcement),
    by_place_slugs(Announcement),
    by_party(Role.announcement_id),
)

ANNOUNCEMENTS = Resource(
    name="announcements",
    noun="announcement",
    table=Announcement.__table__,
    identity=Announcement.id,
    version=Announcement.version,
    filters=(
        Filter("mechanism__in", list, lambda v: Announcement.mechanism_code == any_(v), "Mechanism codes."),
        Filter(
            "parent__in",
            list,
            lambda v: Announcement.parent_id.in_(select(_parent.id).where(_parent.reference == any_(v))),
            "References of the nodes above.",
        ),
        _ANNOUNCEMENT_SEARCH.filter(Announcement.id),
    ),
    order=(OrderKey("reference", Announcement.reference, Text()), _ANNOUNCEMENT_SEARCH.order),
    default_order="reference",
    item={
        "id": Announcement.id,
        "reference": Announcement.reference,
        "parent": _named(_parent.reference, _parent.id, Announcement.parent_id, Announcement),
        "activity": _named(Activity.reference, Activity.id, Announcement.activity_id, Announcement),
        "mechanism": Announcement.mechanism_code,
        "project_count": Announcement.project_count,
        "title": Announcement.title,
        "position": Announcement.position,
        "projects": _projects(Announcement, AnnouncementProject, AnnouncementProject.announcement_id),
        "amounts": _group_amounts(),
        "protection": Announcement.protection,
        "is_synthetic": Announcement.is_synthetic,
    },
    detail={
        "sectors": Announcement.sector_slugs,
        "places": Announcement.place_slugs,
        "beneficiaries": _group_counts(),
        "outputs": _group_outputs(),
        "roles": _roles(Announcement, Role.announcement_id),
        "quoted_figures": _quoted(Announcement, QuotedFigure.announcement_id),
        "links": _links(Announcement, Link.announcement_id),
        "recorded_at": Announcement.recorded_at,
    },
    dimensions={"mechanism": Announcement.mechanism_code},
    actions={"edit": None, "delete": nothing_refers("announcement")},
)
"""What `/v1/announcements` lists, counts and opens."""

_contractor = aliased(Organisation)
_MONITORING_SEARCH = Search("monitoring", Monitoring.reference, found(Monitoring))

MONITORING = Resource(
    name="monitoring",
    noun="monitoring",
    table=Monitoring.__table__,
    identity=Monitoring.id,
    version=Monitoring.version,
    filters=(
        Filter("mechanism__in", list, lambda v: Monitoring.mechanism_code == any_(v), "Mechanism codes."),
        _MONITORING_SEARCH.filter(Monitoring.id),
    ),
    order=(OrderKey("reference", Monitoring.reference, Text()), _MONITORING_SEARCH.order),
    default_order="reference",
    item={
        "id": Monitoring.id,
        "reference": Monitoring.reference,
        "mechanism": Monitoring.mechanism_code,
        "phase": Monitoring.phase,
        "funder": _named(Organisation.slug, Organisation.id, Monitoring.funder_id, Monitoring),
        "contractor": _named(_contractor.slug, _contractor.id, Monitoring.contractor_id, Monitoring),
        "activity": _named(Activity.reference, Activity.id, Monitoring.activity_id, Monitoring),
        "protection": Monitoring.protection,
        "is_synthetic": Monitoring.is_synthetic,
    },
    detail={
        "findings": Monitoring.findings,
        "recommendations": Monitoring.recommendations,
        "recorded_at": Monitoring.recorded_at,
    },
    dimensions={"mechanism": Monitoring.mechanism_code},
    actions={"edit": None, "delete": nothing_refers("monitoring")},
)
"""What `/v1/monitoring` lists, counts and opens."""
