"""A project's facts as JSON that Postgres builds, as of a date and as known at an instant: parts of its representation."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    SQLColumnExpression,
    Text,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

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
    Person,
    Place,
    PlaceAssignment,
    PlaceShare,
    Project,
    QuotedFigure,
    Role,
    Sector,
    SectorAssignment,
    SectorShare,
    Transition,
)
from shared.models.organisation import RoleKind
from shared.models.project import AmountKind
from shared.resources.statements import json_object

_TABLE = Project.__table__
_ID = Project.id


def listed(rows: Any) -> ColumnElement[Any]:
    """A JSON list, empty rather than NULL."""
    return func.coalesce(rows.scalar_subquery(), literal_column("'[]'::json"))


def _amount_members(fact: Any, rate: Any) -> dict[str, SQLColumnExpression[Any]]:
    return {
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


def amount_now() -> ColumnElement[Any]:
    """The amount in force, with the rate that gave its USD value."""
    fact, rows = latest_of(Amount, "project_id", _ID, correlate=_TABLE)
    rate = aliased(ExchangeRate)
    row = rows.where(fact.kind == any_(literal(list(AmountKind.counted()), ARRAY(Text)))).outerjoin_from(
        fact, rate, rate.id == fact.exchange_rate_id
    )
    return row.with_only_columns(json_object(_amount_members(fact, rate))).scalar_subquery()


def amounts_of(project: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """All amounts known, of every kind, corrected ones too, in the order in which they hold."""
    newer, rate = aliased(Amount), aliased(ExchangeRate)
    corrected = exists().where(newer.supersedes_id == Amount.id, newer.recorded_at <= KNOWN_AT)
    item = json_object(
        {
            "id": Amount.id,
            **_amount_members(Amount, rate),
            "precision": Amount.precision,
            "usd_decimals": Amount.usd_decimals,
            "recorded_at": Amount.recorded_at,
            "recorded_by": Amount.recorded_by,
            "reason": Amount.reason,
            "source": Amount.source,
            "supersedes_id": Amount.supersedes_id,
            "is_superseded": corrected,
        }
    )
    ordered = aggregate_order_by(item, Amount.value_on, Amount.position, Amount.recorded_at)
    return listed(
        select(func.json_agg(ordered))
        .select_from(Amount)
        .outerjoin(rate, rate.id == Amount.exchange_rate_id)
        .where(Amount.project_id == project, Amount.value_on <= AS_OF, Amount.recorded_at <= KNOWN_AT)
        .correlate(_TABLE)
    )


def statement_now(model: type[SectorAssignment] | type[PlaceAssignment]) -> ColumnElement[Any]:
    """From when, and by whose word, the sectors or the places hold; its id is what a correction supersedes."""
    fact, rows = latest_of(model, "project_id", _ID, correlate=_TABLE)
    return rows.with_only_columns(
        json_object(
            {
                "id": fact.id,
                "value_on": fact.value_on,
                "precision": fact.precision,
                "source": fact.source,
                "recorded_at": fact.recorded_at,
                "recorded_by": fact.recorded_by,
                "is_synthetic": fact.is_synthetic,
            }
        )
    ).scalar_subquery()


def sectors_now() -> ColumnElement[Any]:
    """The sectors in force, largest share first."""
    fact, rows = latest_of(SectorAssignment, "project_id", _ID, correlate=_TABLE)
    assignment = rows.with_only_columns(fact.id).scalar_subquery()
    item = json_object(
        {
            "slug": Sector.slug,
            "name": Sector.name,
            "percentage": cast(func.trim_scale(SectorShare.percentage), Text),
        }
    )
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
    item = json_object(
        {
            "slug": Place.slug,
            "name": Place.name,
            "kind": Place.kind,
            "percentage": cast(func.trim_scale(PlaceShare.percentage), Text),
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, Place.slug)))
        .select_from(PlaceShare)
        .join(Place, Place.id == PlaceShare.place_id)
        .where(PlaceShare.assignment_id == place_assignment_now())
        .correlate(_TABLE)
    )


def parties(*kinds: RoleKind) -> ColumnElement[Any]:
    """The parties of these kinds, in order, under the names of the day."""
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
            "person": Person.slug,
            "is_lead": Role.is_lead,
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, Role.position, Role.id)))
        .select_from(Role)
        .outerjoin(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(Office, Office.id == Role.office_id)
        .outerjoin(Person, Person.id == Role.person_id)
        .where(Role.project_id == _ID, Role.kind == any_(literal(list(kinds), ARRAY(Text))))
        .correlate(_TABLE)
    )


def transitions_of(project: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    """All transitions known, corrected ones too, in the order in which they hold."""
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
    return listed(
        select(func.json_agg(ordered))
        .where(
            Transition.project_id == project, Transition.value_on <= AS_OF, Transition.recorded_at <= KNOWN_AT
        )
        .correlate(_TABLE)
    )


def beneficiaries() -> ColumnElement[Any]:
    """The counts of people that stand."""
    newer, count = aliased(BeneficiaryCount), BeneficiaryCount
    corrected = exists().where(newer.supersedes_id == count.id, newer.recorded_at <= KNOWN_AT)
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
            "precision": count.precision,
            "source": count.source,
            "is_synthetic": count.is_synthetic,
        }
    )
    return listed(
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


def outputs() -> ColumnElement[Any]:
    """What was built, equipped or delivered, in order."""
    item = json_object(
        {
            "name": Output.name,
            "unit": Output.unit,
            "planned": cast(func.trim_scale(Output.planned), Text),
            "delivered": cast(func.trim_scale(Output.delivered), Text),
            "place": Place.slug,
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, Output.position)))
        .select_from(Output)
        .outerjoin(Place, Place.id == Output.place_id)
        .where(Output.project_id == _ID)
        .correlate(_TABLE)
    )


def links() -> ColumnElement[Any]:
    """The links, in order."""
    item = json_object({"url": Link.url, "label": Link.label, "archived_url": Link.archived_url})
    return listed(
        select(func.json_agg(aggregate_order_by(item, Link.position)))
        .where(Link.project_id == _ID)
        .correlate(_TABLE)
    )


def quoted_figures() -> ColumnElement[Any]:
    """Figures as somebody said them."""
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
        .where(QuotedFigure.project_id == _ID)
        .correlate(_TABLE)
    )


def announcements() -> ColumnElement[Any]:
    """The announcements that it is known to belong to."""
    item = json_object(
        {
            "reference": Announcement.reference,
            "title": Announcement.title,
            "project_count": Announcement.project_count,
        }
    )
    return listed(
        select(func.json_agg(aggregate_order_by(item, Announcement.reference)))
        .select_from(Announcement)
        .join(AnnouncementProject, AnnouncementProject.announcement_id == Announcement.id)
        .where(AnnouncementProject.project_id == _ID, AnnouncementProject.recorded_at <= KNOWN_AT)
        .correlate(_TABLE)
    )
