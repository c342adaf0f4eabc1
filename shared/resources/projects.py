"""Projects as clients list, count and open them; their state and amounts are those as of a date."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased

from shared.domain.lifecycle import MOVES, State
from shared.errors import Texts
from shared.facts.of_one import latest_of
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import (
    BeneficiaryCount,
    Link,
    Organisation,
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
from shared.models.base import Protection
from shared.models.organisation import RoleKind
from shared.models.referring import nothing_refers
from shared.reading.filters import Filter, OrderKey, among, between, whether
from shared.reading.resource import Resource
from shared.reading.search import Search, by_party, found, places_below
from shared.reading.shown import From, Listed, Rows
from shared.resources.parts import LinkRead, OutputRead, QuotedRead, facts_standing
from shared.resources.project_facts import (
    AmountNow,
    AmountRead,
    CountRead,
    GroupRead,
    PartyRead,
    PlaceRead,
    SectorRead,
    StatementRead,
    TransitionRead,
    amount_now,
    amounts_of,
    announcements,
    parties,
    place_assignment_now,
    places_now,
    sectors_now,
    statement_now,
    transitions_of,
)

_TABLE = Project.__table__
_ID = Project.id


def _state(column: str) -> Any:
    fact, rows = latest_of(Transition, "project_id", _ID, correlate=_TABLE)
    return rows.with_only_columns(getattr(fact, column)).scalar_subquery()


STATE = _state("to_state")
SINCE = _state("value_on")

_first, _newer = aliased(Transition), aliased(Transition)
APPROVED_ON = (
    select(func.min(_first.value_on))
    .where(
        _first.project_id == _ID,
        _first.to_state == any_(literal(sorted(State.ever_approved()), ARRAY(Text))),
        _first.value_on <= AS_OF,
        _first.recorded_at <= KNOWN_AT,
        ~_first.is_retraction,
        ~exists().where(_newer.supersedes_id == _first.id, _newer.recorded_at <= KNOWN_AT),
    )
    .correlate(_TABLE)
    .scalar_subquery()
)
"""The first date known in any state that supposes an approval."""


_OWNERS = (
    select(func.coalesce(func.array_agg(Organisation.slug), literal_column("'{}'::text[]")))
    .select_from(Organisation)
    .join(Role, Role.organisation_id == Organisation.id)
    .where(Role.project_id == _ID, Role.kind == RoleKind.SPONSOR)
    .correlate(_TABLE)
    .scalar_subquery()
)


def _lies_in(slugs: Any) -> ColumnElement[bool]:
    """Whether one of the project's places is, or lies below, one of these places."""
    below = select(Place.id).where(Place.slug == any_(slugs)).cte(recursive=True)
    child = aliased(Place)
    below = below.union_all(select(child.id).join(below, child.parent_id == below.c.id))
    return exists().where(
        PlaceShare.assignment_id == place_assignment_now(), PlaceShare.place_id.in_(select(below.c.id))
    )


def _in_area(slugs: Any) -> ColumnElement[bool]:
    below = (
        select(ReportingAreaPlace.place_id.label("id"), Place.kind)
        .select_from(ReportingAreaPlace)
        .join(ReportingArea, ReportingArea.id == ReportingAreaPlace.reporting_area_id)
        .join(Place, Place.id == ReportingAreaPlace.place_id)
        .where(ReportingArea.slug == any_(slugs))
        .cte(recursive=True)
    )
    child = aliased(Place)
    below = below.union_all(
        select(child.id, child.kind)
        .join(below, child.parent_id == below.c.id)
        .where(below.c.kind != "country")  # the national bucket holds the country itself, not all below it
    )
    return exists().where(
        PlaceShare.assignment_id == place_assignment_now(), PlaceShare.place_id.in_(select(below.c.id))
    )


def _in_sector(slugs: Any) -> ColumnElement[bool]:
    fact, rows = latest_of(SectorAssignment, "project_id", _ID, correlate=_TABLE)
    assignment = rows.with_only_columns(fact.id).scalar_subquery()
    return exists().where(
        SectorShare.assignment_id == assignment, SectorShare.sector_id == Sector.id, Sector.slug == any_(slugs)
    )


def _sponsored_by(slugs: Any) -> ColumnElement[bool]:
    return exists().where(
        Role.project_id == _ID,
        Role.kind == RoleKind.SPONSOR,
        Role.organisation_id == Organisation.id,
        Organisation.slug == any_(slugs),
    )


def _by_place() -> Select[Any]:
    hit = places_below()
    return (
        select(_ID, hit.c.first, hit.c.last, hit.c.score)
        .select_from(_TABLE)
        .join(PlaceAssignment, PlaceAssignment.project_id == _ID)
        .join(PlaceShare, PlaceShare.assignment_id == PlaceAssignment.id)
        .join(hit, hit.c.id == PlaceShare.place_id)
        .where(PlaceAssignment.id == place_assignment_now())
    )


def _was_approved() -> ColumnElement[bool]:
    step = aliased(Transition)
    ever = literal(sorted(State.ever_approved()), ARRAY(Text))
    held = select(step.id).where(step.project_id == _ID, step.to_state == any_(ever))
    return held.correlate(_TABLE).exists()


_MOVING: Mapping[str, set[State]] = {
    action: {state for (state, _), move in MOVES.items() if move.permission == f"projects:{action}"}
    for action in ("submit", "review", "approve", "close")
}
"""From which states a move asks for which permission."""

_ACTIONS: Mapping[str, ColumnElement[bool] | None] = {
    "edit": None,
    "revise": _was_approved(),
    "merge": None,
    "delete": case((and_(STATE == State.IDENTIFIED, ~_was_approved()), nothing_refers("project")), else_=false()),
    "transition": any_(array(sorted({state for state, _ in MOVES}), type_=Text())) == STATE,
    **{action: any_(array(sorted(states), type_=Text())) == STATE for action, states in _MOVING.items()},
}


class ProjectItem(Listed):
    """A project in a list, as of the date asked for."""

    id: UUID
    reference: str
    mechanism: str
    title: Texts
    status: Annotated[State | None, From(STATE)]
    status_since: Annotated[date | None, From(SINCE)]
    approved_on: Annotated[date | None, From(APPROVED_ON)]
    amount: Annotated[AmountNow | None, From(amount_now())]
    sectors: Annotated[list[SectorRead], From(sectors_now())]
    places: Annotated[list[PlaceRead], From(places_now())]
    sponsors: Annotated[list[PartyRead], From(parties(RoleKind.SPONSOR))]
    funders: Annotated[list[PartyRead], From(parties(RoleKind.FUNDER))]
    protection: Protection
    is_synthetic: bool


class ProjectDetail(ProjectItem):
    """A project with all its facts, as of the date asked for."""

    summary: Texts | None
    recorded_at: datetime
    author: str
    roles: Annotated[list[PartyRead], From(parties(*RoleKind))]
    transitions: Annotated[list[TransitionRead], From(transitions_of(_ID))]
    amounts: Annotated[list[AmountRead], From(amounts_of(_ID))]
    sectors_stated: Annotated[StatementRead | None, From(statement_now(SectorAssignment))]
    places_stated: Annotated[StatementRead | None, From(statement_now(PlaceAssignment))]
    beneficiaries: Annotated[list[CountRead], From(facts_standing(CountRead, BeneficiaryCount.project_id))]
    outputs: Annotated[list[OutputRead], Rows(Output.project_id, (Output.position,))]
    quoted_figures: Annotated[list[QuotedRead], Rows(QuotedFigure.project_id, (QuotedFigure.reference,))]
    announcements: Annotated[list[GroupRead], From(announcements())]
    links: Annotated[list[LinkRead], Rows(Link.project_id, (Link.position,))]


PROJECTS = Resource(
    "projects",
    Project,
    ProjectItem,
    ProjectDetail,
    filters=(
        Filter(
            "place", str, lambda v: _lies_in(array([v])), "Slug of a place; what lies below it is included.", "place"
        ),
        Filter("status", str, lambda v: v == STATE, "State as of the date.", among=State),
        Filter("mechanism", str, lambda v: Project.mechanism_code == v, "Mechanism code."),
        among("mechanism", Project.mechanism_code, "Mechanism codes: QIP, TF, FP."),
        among("status", STATE, "States as of the date: in_progress, completed, ...", State),
        Filter("place__in", list, _lies_in, "Slugs of places; what lies below them is included.", "place"),
        Filter("area__in", list, _in_area, "Slugs of reporting areas: gao-menaka, national, ..."),
        Filter("sector__in", list, _in_sector, "Slugs of sectors."),
        Filter("sponsor__in", list, _sponsored_by, "Slugs of sponsoring sections.", "organisation"),
        among("reference", Project.reference, "Public references.", noun="project"),
        among("protection", Project.protection, "public, partners, internal.", Protection),
        *between("approved_on", APPROVED_ON, "First approval known"),
        whether("is_synthetic", Project.is_synthetic, "Only (or no) rows made up for the demo."),
    ),
    search=Search("projects", Project.reference, found(Project), _by_place(), by_party(Role.project_id)),
    order=(
        "reference",
        OrderKey("approved_on", func.coalesce(APPROVED_ON, literal_column("'infinity'::date")), Date()),
        OrderKey("since", func.coalesce(SINCE, literal_column("'infinity'::date")), Date()),
        OrderKey("status", func.coalesce(STATE, ""), Text()),
    ),
    dimensions=("mechanism", "status", "protection"),
    owners=cast(_OWNERS, ARRAY(Text)),
    actions=_ACTIONS,
    listed=Project.merged_into_id.is_(None),
)
"""What `/v1/projects` lists, counts and opens."""
