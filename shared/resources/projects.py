"""Projects as clients list, count and open them; their state and amounts are those as of a date."""

from datetime import date
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Text,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.domain.lifecycle import State
from shared.facts.of_one import latest_of
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import (
    Amount,
    Announcement,
    AnnouncementProject,
    BeneficiaryCount,
    ExchangeRate,
    Link,
    Office,
    Organisation,
    OrganisationName,
    Output,
    Place,
    PlaceAssignment,
    PlaceShare,
    Project,
    QuotedFigure,
    ReportingArea,
    ReportingAreaPlace,
    Role,
    Sector,
    SectorAssignment,
    SectorShare,
    Transition,
)
from shared.models.organisation import RoleKind
from shared.models.project import AmountKind
from shared.resources.declaration import Filter, OrderKey, Resource
from shared.resources.statements import json_object

_TABLE = Project.__table__
_ID = Project.id


def _list(rows: Any) -> ColumnElement[Any]:
    return func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))


def _state(column: str) -> Any:
    fact, rows = latest_of(Transition, "project_id", _ID, correlate=_TABLE)
    return rows.with_only_columns(getattr(fact, column)).scalar_subquery()


STATE = _state("to_state")
SINCE = _state("value_on")

_first = aliased(Transition)
APPROVED_ON = (
    select(func.min(_first.value_on))
    .where(
        _first.project_id == _ID,
        _first.to_state == any_(literal(sorted(State.ever_approved()), ARRAY(Text))),
        _first.value_on <= AS_OF,
        _first.recorded_at <= KNOWN_AT,
    )
    .correlate(_TABLE)
    .scalar_subquery()
)
"""The first date known in any state that supposes an approval."""


def _amount() -> ColumnElement[Any]:
    fact, rows = latest_of(Amount, "project_id", _ID, correlate=_TABLE)
    rate = aliased(ExchangeRate)
    row = rows.where(fact.kind == any_(literal(list(AmountKind.counted()), ARRAY(Text)))).outerjoin_from(
        fact, rate, rate.id == fact.exchange_rate_id
    )
    return row.with_only_columns(
        json_object(
            {
                "kind": fact.kind,
                "amount": cast(func.trim_scale(fact.amount), Text),
                "currency": fact.currency,
                "qualifier": fact.qualifier,
                "value_on": fact.value_on,
                "usd": cast(fact.usd, Text),
                "basis": fact.basis,
                "policy": fact.policy,
                "rate": case(
                    (
                        fact.rate.is_not(None),
                        json_object(
                            {
                                "id": fact.exchange_rate_id,
                                "value": cast(func.trim_scale(fact.rate), Text),
                                "effective_on": rate.effective_on,
                                "source": rate.source,
                            }
                        ),
                    )
                ),
                "is_synthetic": fact.is_synthetic,
            }
        )
    ).scalar_subquery()


def _sectors() -> ColumnElement[Any]:
    fact, rows = latest_of(SectorAssignment, "project_id", _ID, correlate=_TABLE)
    assignment = rows.with_only_columns(fact.id).scalar_subquery()
    item = json_object(
        {
            "slug": Sector.slug,
            "name": Sector.name,
            "percentage": cast(func.trim_scale(SectorShare.percentage), Text),
        }
    )
    return _list(
        select(func.json_agg(aggregate_order_by(item, SectorShare.percentage.desc(), Sector.slug)))
        .select_from(SectorShare)
        .join(Sector, Sector.id == SectorShare.sector_id)
        .where(SectorShare.assignment_id == assignment)
        .correlate(_TABLE)
    )


def _place_assignment() -> Any:
    fact, rows = latest_of(PlaceAssignment, "project_id", _ID, correlate=_TABLE)
    return rows.with_only_columns(fact.id).scalar_subquery()


def _places() -> ColumnElement[Any]:
    item = json_object(
        {
            "slug": Place.slug,
            "name": Place.name,
            "kind": Place.kind,
            "percentage": cast(func.trim_scale(PlaceShare.percentage), Text),
        }
    )
    return _list(
        select(func.json_agg(aggregate_order_by(item, Place.slug)))
        .select_from(PlaceShare)
        .join(Place, Place.id == PlaceShare.place_id)
        .where(PlaceShare.assignment_id == _place_assignment())
        .correlate(_TABLE)
    )


def _parties(*kinds: RoleKind) -> ColumnElement[Any]:
    name = (
        select(OrganisationName.name)
        .where(OrganisationName.organisation_id == Organisation.id, OrganisationName.valid_from <= AS_OF)
        .order_by(OrganisationName.valid_from.desc())
        .limit(1)
        .correlate(Organisation)
        .scalar_subquery()
    )
    item = json_object(
        {
            "kind": Role.kind,
            "organisation": Organisation.slug,
            "acronym": Organisation.acronym,
            "name": func.coalesce(name, Office.title),
            "office": Office.slug,
            "is_lead": Role.is_lead,
        }
    )
    return _list(
        select(func.json_agg(aggregate_order_by(item, Role.position, Role.id)))
        .select_from(Role)
        .outerjoin(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(Office, Office.id == Role.office_id)
        .where(Role.project_id == _ID, Role.kind == any_(literal(list(kinds), ARRAY(Text))))
        .correlate(_TABLE)
    )


_OWNERS = (
    select(func.coalesce(func.array_agg(Organisation.slug), literal_column("'{}'::text[]")))
    .select_from(Organisation)
    .join(Role, Role.organisation_id == Organisation.id)
    .where(Role.project_id == _ID, Role.kind == RoleKind.SPONSOR)
    .correlate(_TABLE)
    .scalar_subquery()
)


def _history() -> ColumnElement[Any]:
    newer = aliased(Transition)
    corrected = exists().where(newer.supersedes_id == Transition.id, newer.recorded_at <= KNOWN_AT)
    item = json_object(
        {
            "id": Transition.id,
            "from": Transition.from_state,
            "to": Transition.to_state,
            "value_on": Transition.value_on,
            "precision": Transition.precision,
            "recorded_at": Transition.recorded_at,
            "recorded_by": Transition.recorded_by,
            "reason": Transition.reason,
            "source": Transition.source,
            "supersedes_id": Transition.supersedes_id,
            "is_superseded": corrected,
            "is_retraction": Transition.is_retraction,
            "is_synthetic": Transition.is_synthetic,
        }
    )
    ordered = aggregate_order_by(item, Transition.value_on, Transition.position, Transition.recorded_at)
    return _list(
        select(func.json_agg(ordered))
        .where(Transition.project_id == _ID, Transition.value_on <= AS_OF, Transition.recorded_at <= KNOWN_AT)
        .correlate(_TABLE)
    )


def _beneficiaries() -> ColumnElement[Any]:
    newer, count = aliased(BeneficiaryCount), BeneficiaryCount
    corrected = exists().where(newer.supersedes_id == count.id, newer.recorded_at <= KNOWN_AT)
    item = json_object(
        {
            "kind": count.kind,
            "unit": count.unit,
            "total": count.total,
            "female": count.female,
            "male": count.male,
            "female_share": cast(func.trim_scale(count.female_share), Text),
            "qualifier": count.qualifier,
            "value_on": count.value_on,
        }
    )
    return _list(
        select(func.json_agg(aggregate_order_by(item, count.value_on, count.position)))
        .where(
            count.project_id == _ID,
            count.value_on <= AS_OF,
            count.recorded_at <= KNOWN_AT,
            ~count.is_retraction,
            ~corrected,
        )
        .correlate(_TABLE)
    )


def _outputs() -> ColumnElement[Any]:
    item = json_object(
        {
            "name": Output.name,
            "unit": Output.unit,
            "planned": cast(func.trim_scale(Output.planned), Text),
            "delivered": cast(func.trim_scale(Output.delivered), Text),
        }
    )
    return _list(
        select(func.json_agg(aggregate_order_by(item, Output.position)))
        .where(Output.project_id == _ID)
        .correlate(_TABLE)
    )


def _links() -> ColumnElement[Any]:
    item = json_object({"url": Link.url, "label": Link.label, "archived_url": Link.archived_url})
    return _list(
        select(func.json_agg(aggregate_order_by(item, Link.position)))
        .where(Link.project_id == _ID)
        .correlate(_TABLE)
    )


def _quoted() -> ColumnElement[Any]:
    item = json_object(
        {
            "reference": QuotedFigure.reference,
            "value": cast(func.trim_scale(QuotedFigure.value), Text),
            "unit": QuotedFigure.unit,
            "qualifier": QuotedFigure.qualifier,
            "source": QuotedFigure.source,
            "scope": QuotedFigure.scope,
        }
    )
    return _list(
        select(func.json_agg(aggregate_order_by(item, QuotedFigure.reference)))
        .where(QuotedFigure.project_id == _ID)
        .correlate(_TABLE)
    )


def _announcements() -> ColumnElement[Any]:
    item = json_object(
        {
            "reference": Announcement.reference,
            "title": Announcement.title,
            "project_count": Announcement.project_count,
        }
    )
    return _list(
        select(func.json_agg(aggregate_order_by(item, Announcement.reference)))
        .select_from(Announcement)
        .join(AnnouncementProject, AnnouncementProject.announcement_id == Announcement.id)
        .where(AnnouncementProject.project_id == _ID, AnnouncementProject.recorded_at <= KNOWN_AT)
        .correlate(_TABLE)
    )


def _lies_in(slugs: Any) -> ColumnElement[bool]:
    """Whether one of the project's places is, or lies below, one of these places."""
    below = select(Place.id).where(Place.slug == any_(slugs)).cte("wanted_place", recursive=True)
    child = aliased(Place)
    below = below.union_all(select(child.id).join(below, child.parent_id == below.c.id))
    return exists().where(
        PlaceShare.assignment_id == _place_assignment(), PlaceShare.place_id.in_(select(below.c.id))
    )


def _in_area(slugs: Any) -> ColumnElement[bool]:
    below = (
        select(ReportingAreaPlace.place_id.label("id"), Place.kind)
        .select_from(ReportingAreaPlace)
        .join(ReportingArea, ReportingArea.id == ReportingAreaPlace.reporting_area_id)
        .join(Place, Place.id == ReportingAreaPlace.place_id)
        .where(ReportingArea.slug == any_(slugs))
        .cte("wanted_area", recursive=True)
    )
    child = aliased(Place)
    below = below.union_all(
        select(child.id, child.kind)
        .join(below, child.parent_id == below.c.id)
        .where(below.c.kind != "country")  # the national bucket holds the country itself, not all below it
    )
    return exists().where(
        PlaceShare.assignment_id == _place_assignment(), PlaceShare.place_id.in_(select(below.c.id))
    )


def _in_sector(slugs: Any) -> ColumnElement[bool]:
    fact, rows = latest_of(SectorAssignment, "project_id", _ID, correlate=_TABLE)
    assignment = rows.with_only_columns(fact.id).scalar_subquery()
    return exists().where(
        SectorShare.assignment_id == assignment,
        SectorShare.sector_id == Sector.id,
        Sector.slug == any_(slugs),
    )


def _sponsored_by(slugs: Any) -> ColumnElement[bool]:
    return exists().where(
        Role.project_id == _ID,
        Role.kind == RoleKind.SPONSOR,
        Role.organisation_id == Organisation.id,
        Organisation.slug == any_(slugs),
    )


def _matches(words: Any) -> ColumnElement[bool]:
    pattern = func.concat("%", words, "%")
    return or_(Project.reference.ilike(pattern), cast(Project.title, Text).ilike(pattern))


PROJECTS = Resource(
    name="projects",
    table=_TABLE,
    identity=_ID,
    reference=Project.reference,
    version=Project.version,
    filters=(
        Filter(
            "mechanism__in",
            list,
            lambda v: Project.mechanism_code == any_(v),
            "Mechanism codes: QIP, TF, FP.",
        ),
        Filter(
            "status__in",
            list,
            lambda v: any_(v) == STATE,
            "States as of the date: in_progress, completed, ...",
        ),
        Filter("place__in", list, _lies_in, "Slugs of places; what lies below them is included."),
        Filter("area__in", list, _in_area, "Slugs of reporting areas: gao-menaka, national, ..."),
        Filter("sector__in", list, _in_sector, "Slugs of sectors."),
        Filter("sponsor__in", list, _sponsored_by, "Slugs of sponsoring sections."),
        Filter("reference__in", list, lambda v: Project.reference == any_(v), "Public references."),
        Filter(
            "protection__in", list, lambda v: Project.protection == any_(v), "public, partners, internal."
        ),
        Filter("approved_on__gte", date, lambda v: v <= APPROVED_ON, "First approval known, from."),
        Filter("approved_on__lte", date, lambda v: v >= APPROVED_ON, "First approval known, to."),
        Filter(
            "is_synthetic",
            bool,
            lambda v: Project.is_synthetic == v,
            "Only (or no) rows made up for the demo.",
        ),
        Filter("q", str, _matches, "Words of the reference or the title."),
    ),
    order=(
        OrderKey("reference", Project.reference, Text()),
        OrderKey("approved_on", func.coalesce(APPROVED_ON, literal_column("'infinity'::date")), Date()),
        OrderKey("since", func.coalesce(SINCE, literal_column("'infinity'::date")), Date()),
        OrderKey("status", func.coalesce(STATE, ""), Text()),
    ),
    default_order="reference",
    item={
        "id": _ID,
        "reference": Project.reference,
        "mechanism": Project.mechanism_code,
        "title": Project.title,
        "status": STATE,
        "status_since": SINCE,
        "approved_on": APPROVED_ON,
        "amount": _amount(),
        "sectors": _sectors(),
        "places": _places(),
        "sponsors": _parties(RoleKind.SPONSOR),
        "funders": _parties(RoleKind.FUNDER),
        "protection": Project.protection,
        "is_synthetic": Project.is_synthetic,
    },
    detail={
        "summary": Project.summary,
        "recorded_at": Project.recorded_at,
        "author": Project.author,
        "roles": _parties(*RoleKind),
        "transitions": _history(),
        "beneficiaries": _beneficiaries(),
        "outputs": _outputs(),
        "quoted_figures": _quoted(),
        "announcements": _announcements(),
        "links": _links(),
    },
    dimensions={"mechanism": Project.mechanism_code, "status": STATE, "protection": Project.protection},
    owners=cast(_OWNERS, ARRAY(Text)),
)
"""What `/v1/projects` lists, counts and opens."""
