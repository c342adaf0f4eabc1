"""A project's facts as JSON that Postgres builds, as of a date and as known at an instant: parts of its representation."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ARRAY, ColumnElement, SQLColumnExpression, Text, any_, case, cast, func, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.domain.lifecycle import State
from shared.errors import Texts
from shared.facts.of_one import latest_of
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.fields import DecimalText
from shared.models import (
    Amount,
    Announcement,
    AnnouncementProject,
    ExchangeRate,
    Office,
    Organisation,
    Person,
    Place,
    PlaceAssignment,
    PlaceShare,
    Project,
    Role,
    Sector,
    SectorAssignment,
    SectorShare,
    Transition,
)
from shared.models.base import Precision, Qualifier
from shared.models.organisation import RoleKind
from shared.models.place import PlaceKind
from shared.models.project import AmountKind, ConversionBasis
from shared.reading.json import exact, listed
from shared.reading.shown import From, Made, Shown, object_of
from shared.resources.parts import GroupCountRead, corrected, name_of

_TABLE = Project.__table__
_ID = Project.id
_RATE = aliased(ExchangeRate)
"""The rate that gave an amount's USD value."""


class AmountRateRead(Shown):
    """The rate of a conversion; a printed amount has the implied one, without id."""

    id: Annotated[UUID | None, Made(lambda amount: amount.exchange_rate_id)]
    value: Annotated[DecimalText, Made(lambda amount: exact(amount.rate))]
    effective_on: Annotated[date | None, From(_RATE.effective_on)]
    source: Annotated[str | None, From(_RATE.source)]


class AmountNow(Shown):
    """The amount in force: the latest approved, revised or final one."""

    kind: AmountKind
    amount: DecimalText
    currency: str
    qualifier: Qualifier
    value_on: date
    usd: Annotated[DecimalText | None, Made(lambda amount: cast(amount.usd, Text))]
    basis: ConversionBasis
    policy: str | None
    rate: Annotated[
        AmountRateRead | None, Made(lambda amount: case((amount.rate.is_not(None), object_of(AmountRateRead, amount))))
    ]
    is_synthetic: bool


class StatementRead(Shown):
    """From when, and by whose word, sectors or places hold; its id is what a correction supersedes."""

    id: UUID
    value_on: date
    precision: Precision
    source: str | None
    recorded_at: datetime
    recorded_by: str
    is_synthetic: bool


class HistoryRow(Shown):
    """A fact in a project's history, corrected ones too."""

    id: UUID
    value_on: date
    precision: Precision
    recorded_at: datetime
    recorded_by: str
    reason: str | None
    source: str | None
    supersedes_id: UUID | None
    is_superseded: Annotated[bool, Made(corrected)]


class AmountRead(AmountNow, HistoryRow):
    """An amount in a project's history."""

    usd_decimals: int | None


class TransitionRead(HistoryRow):
    """A transition in a project's history."""

    from_state: State | None = Field(alias="from")
    to_state: State = Field(alias="to")
    is_retraction: bool
    is_synthetic: bool


class CountRead(GroupCountRead):
    """People planned or reached."""

    precision: Precision
    source: str | None


class SectorRead(Shown):
    """A sector with its percentage of the project."""

    slug: str
    name: Texts
    percentage: Annotated[DecimalText, From(exact(SectorShare.percentage))]


class PlaceRead(Shown):
    """A place, with its percentage of the amount where that is known."""

    slug: str
    name: Texts
    kind: PlaceKind
    percentage: Annotated[DecimalText | None, From(exact(PlaceShare.percentage))]


class PartyRead(Shown):
    """A party's part in the project, under the name of the day."""

    kind: RoleKind
    organisation: Annotated[str | None, From(Organisation.slug)]
    acronym: Annotated[Texts | None, From(Organisation.acronym)]
    name: Annotated[Texts | None, From(func.coalesce(name_of(Organisation), Office.title))]
    office: Annotated[str | None, From(Office.slug)]
    person: Annotated[str | None, From(Person.slug)]
    is_lead: bool


class GroupRead(Shown):
    """An announcement that the project is known to belong to."""

    reference: str
    title: Texts
    project_count: int


def amount_now() -> ColumnElement[Any]:
    """The amount in force, with the rate that gave its USD value."""
    fact, rows = latest_of(Amount, "project_id", _ID, correlate=_TABLE)
    row = rows.where(fact.kind == any_(literal(list(AmountKind.counted()), ARRAY(Text)))).outerjoin_from(
        fact, _RATE, _RATE.id == fact.exchange_rate_id
    )
    return row.with_only_columns(object_of(AmountNow, fact)).scalar_subquery()


def amounts_of(project: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """All amounts known, of every kind, corrected ones too, in the order in which they hold."""
    return history_of(AmountRead, Amount, project, joined=(_RATE, _RATE.id == Amount.exchange_rate_id))


def transitions_of(project: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """All transitions known, corrected ones too, in the order in which they hold."""
    return history_of(TransitionRead, Transition, project)


def history_of(
    shown: type[Shown], fact: Any, project: SQLColumnExpression[Any], joined: tuple[Any, Any] | None = None
) -> ColumnElement[Any]:
    """All facts of one kind known of a project, corrected ones too, in the order in which they hold."""
    ordered = aggregate_order_by(object_of(shown, fact), fact.value_on, fact.position, fact.recorded_at)
    query = select(func.json_agg(ordered)).select_from(fact)
    if joined is not None:
        query = query.outerjoin(*joined)
    known = query.where(fact.project_id == project, fact.value_on <= AS_OF, fact.recorded_at <= KNOWN_AT)
    return listed(known.correlate(_TABLE))


def statement_now(model: type[SectorAssignment] | type[PlaceAssignment]) -> ColumnElement[Any]:
    """From when, and by whose word, the sectors or the places hold."""
    fact, rows = latest_of(model, "project_id", _ID, correlate=_TABLE)
    return rows.with_only_columns(object_of(StatementRead, fact)).scalar_subquery()


def sectors_now() -> ColumnElement[Any]:
    """The sectors in force, largest share first."""
    fact, rows = latest_of(SectorAssignment, "project_id", _ID, correlate=_TABLE)
    assignment = rows.with_only_columns(fact.id).scalar_subquery()
    item = object_of(SectorRead, Sector)
    return listed(
        select(func.json_agg(aggregate_order_by(item, SectorShare.percentage.desc(), Sector.slug)))
        .select_from(SectorShare)
        .join(Sector, Sector.id == SectorShare.sector_id)
        .where(SectorShare.assignment_id == assignment)
        .correlate(_TABLE)
    )


def place_assignment_now() -> Any:
    """The id of the statement of places in force."""
    fact, rows = latest_of(PlaceAssignment, "project_id", _ID, correlate=_TABLE)
    return rows.with_only_columns(fact.id).scalar_subquery()


def places_now() -> ColumnElement[Any]:
    """The places in force, in the order of their slugs."""
    return listed(
        select(func.json_agg(aggregate_order_by(object_of(PlaceRead, Place), Place.slug)))
        .select_from(PlaceShare)
        .join(Place, Place.id == PlaceShare.place_id)
        .where(PlaceShare.assignment_id == place_assignment_now())
        .correlate(_TABLE)
    )


def parties(*kinds: RoleKind) -> ColumnElement[Any]:
    """The parties of these kinds, in order, under the names of the day."""
    return listed(
        select(func.json_agg(aggregate_order_by(object_of(PartyRead, Role), Role.position, Role.id)))
        .select_from(Role)
        .outerjoin(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(Office, Office.id == Role.office_id)
        .outerjoin(Person, Person.id == Role.person_id)
        .where(Role.project_id == _ID, Role.kind == any_(literal(list(kinds), ARRAY(Text))))
        .correlate(_TABLE)
    )


def announcements() -> ColumnElement[Any]:
    """The announcements that it is known to belong to."""
    return listed(
        select(func.json_agg(aggregate_order_by(object_of(GroupRead, Announcement), Announcement.reference)))
        .select_from(Announcement)
        .join(AnnouncementProject, AnnouncementProject.announcement_id == Announcement.id)
        .where(AnnouncementProject.project_id == _ID, AnnouncementProject.recorded_at <= KNOWN_AT)
        .correlate(_TABLE)
    )
