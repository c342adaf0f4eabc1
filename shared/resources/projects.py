"""Projects as clients list, count and open them; their state and amounts are those as of a date."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
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

from shared.currencies import Currency
from shared.domain.lifecycle import MOVES, State
from shared.errors import Texts
from shared.facts.cuts import areas_in_force, places_in_force, sectors_in_force
from shared.facts.of_one import latest_of
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.models import (
    Amount,
    BeneficiaryCount,
    Link,
    Organisation,
    Output,
    PlaceAssignment,
    Project,
    QuotedFigure,
    Role,
    SectorAssignment,
    Transition,
)
from shared.models.base import Protection
from shared.models.objective import ObjectiveTag
from shared.models.organisation import RoleKind
from shared.models.project import AmountKind
from shared.models.referring import nothing_refers
from shared.reading.filters import Filter, OrderKey, among, between, whether
from shared.reading.resource import Resource
from shared.reading.search import Search, by_party, found
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
    TagRead,
    TransitionRead,
    amount_now,
    amounts_of,
    announcements,
    parties,
    places_now,
    sectors_now,
    statement_now,
    transitions_of,
)
from shared.resources.project_filters import (
    found_by_place,
    is_of_sector,
    is_sponsored_by,
    lies_in,
    lies_in_area,
    serves,
)

_TABLE = Project.__table__
_ID = Project.id


def _state(column: str) -> Any:
    fact, rows = latest_of(Transition, "project_id", _ID, correlate=_TABLE)
    return rows.with_only_columns(getattr(fact, column)).scalar_subquery()


STATE = _state("to_state")
SINCE = _state("value_on")


def _amount_in_force() -> Mapping[str, Any]:
    """The amount, currency and dollars of the amount in force."""
    fact, rows = latest_of(Amount, "project_id", _ID, correlate=_TABLE)
    row = rows.where(fact.kind == any_(literal(list(AmountKind.counted()), ARRAY(Text))))
    return {
        name: row.with_only_columns(getattr(fact, name)).scalar_subquery() for name in ("amount", "currency", "usd")
    }


_AMOUNT = _amount_in_force()

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
    tags: Annotated[list[TagRead], From(facts_standing(TagRead, ObjectiveTag.project_id))]
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
            "place", str, lambda v: lies_in(array([v])), "Slug of a place; what lies below it is included.", "place"
        ),
        Filter("status", str, lambda v: v == STATE, "State as of the date.", among=State),
        Filter("mechanism", str, lambda v: Project.mechanism_code == v, "Mechanism code."),
        among("mechanism", Project.mechanism_code, "Mechanism codes: QIP, TF, FP."),
        among("status", STATE, "States as of the date: in_progress, completed, ...", State),
        Filter("place__in", list, lies_in, "Slugs of places; what lies below them is included.", "place"),
        Filter("area__in", list, lies_in_area, "Slugs of reporting areas: gao-menaka, national, ...", "reporting_area"),
        Filter("sector__in", list, is_of_sector, "Slugs of sectors.", "sector"),
        Filter("objective__in", list, serves, "Slugs of objectives that it serves.", "objective"),
        Filter("sponsor__in", list, is_sponsored_by, "Slugs of sponsoring sections.", "organisation"),
        among("reference", Project.reference, "Public references.", noun="project"),
        among("currency", _AMOUNT["currency"], "Currencies of the amount in force.", Currency),
        among("protection", Project.protection, "public, partners, internal.", Protection),
        *between("approved_on", APPROVED_ON, "First approval known"),
        whether("is_synthetic", Project.is_synthetic, "Only (or no) rows made up for the demo."),
    ),
    search=Search("projects", Project.reference, found(Project), found_by_place(), by_party(Role.project_id)),
    order=(
        "reference",
        OrderKey("approved_on", func.coalesce(APPROVED_ON, literal_column("'infinity'::date")), Date()),
        OrderKey("since", func.coalesce(SINCE, literal_column("'infinity'::date")), Date()),
        OrderKey("status", func.coalesce(STATE, ""), Text()),
    ),
    dimensions={
        "status": STATE,
        "mechanism": Project.mechanism_code,
        "currency": _AMOUNT["currency"],
        "protection": Project.protection,
    },
    parts={"area": areas_in_force, "sector": sectors_in_force, "place": places_in_force},
    money=_AMOUNT,
    owners=cast(_OWNERS, ARRAY(Text)),
    actions=_ACTIONS,
    listed=Project.merged_into_id.is_(None),
)
"""What `/v1/projects` lists, counts and opens."""
