"""What hangs on projects, activities and announcements alike, as answers show it."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from shared.errors import Texts
from shared.facts.parameters import AS_OF, KNOWN_AT
from shared.fields import DecimalText
from shared.models import Office, Organisation, OrganisationName, Person, Project, Role
from shared.models.base import Qualifier
from shared.models.organisation import RoleKind
from shared.models.project import BeneficiaryKind, BeneficiaryUnit
from shared.reading.json import listed
from shared.reading.shown import From, Shown, object_of


class LinkRead(Shown):
    """A web address."""

    url: str
    label: Texts
    archived_url: str | None


class QuotedRead(Shown):
    """A figure as somebody said it."""

    reference: str
    value: DecimalText
    unit: str
    qualifier: Qualifier
    said_by: Texts | None
    source: str
    scope: Texts


class GroupOutputRead(Shown):
    """Something built, equipped or delivered by a group."""

    name: Texts
    unit: Texts | None
    planned: DecimalText | None
    delivered: DecimalText | None


class OutputRead(GroupOutputRead):
    """Something built, equipped or delivered."""

    place: str | None


class GroupCountRead(Shown):
    """People planned or reached by a group."""

    id: UUID
    kind: BeneficiaryKind
    unit: BeneficiaryUnit
    total: int
    female: int | None
    male: int | None
    female_share: DecimalText | None
    qualifier: Qualifier
    value_on: date
    is_synthetic: bool


class PartRead(Shown):
    """A party's part in an activity or announcement."""

    kind: RoleKind
    organisation: Annotated[str | None, From(Organisation.slug)]
    office: Annotated[str | None, From(Office.slug)]
    person: Annotated[str | None, From(Person.slug)]
    is_lead: bool


def name_of(organisation: Any) -> Any:
    """An organisation's name on the date asked for; NULL before its first name."""
    return (
        select(OrganisationName.name)
        .where(OrganisationName.organisation_id == organisation.id, OrganisationName.valid_from <= AS_OF)
        .order_by(OrganisationName.valid_from.desc())
        .limit(1)
        .correlate(organisation)
        .scalar_subquery()
    )


def roles(subject: Any) -> ColumnElement[Any]:
    """The parties of a subject, in order; `subject` is the column of the roles that names it."""
    return listed(
        select(func.json_agg(aggregate_order_by(object_of(PartRead, Role), Role.position)))
        .select_from(Role)
        .outerjoin(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(Office, Office.id == Role.office_id)
        .outerjoin(Person, Person.id == Role.person_id)
        .where(subject == _owner(subject))
        .correlate(_owner(subject).table)
    )


def projects_linked(subject: Any) -> ColumnElement[Any]:
    """The references of the projects known to belong to a subject; `subject` is the link's column that names it."""
    link = subject.class_
    return listed(
        select(func.json_agg(aggregate_order_by(Project.reference, Project.reference)))
        .select_from(link)
        .join(Project, Project.id == link.project_id)
        .where(subject == _owner(subject), link.recorded_at <= KNOWN_AT, Project.merged_into_id.is_(None))
        .correlate(_owner(subject).table)
    )


def facts_standing(shown: type[Shown], subject: Any) -> ColumnElement[Any]:
    """The facts of a subject that stand on the date, in the order in which they hold."""
    fact = subject.class_
    item = object_of(shown, fact)
    return listed(
        select(func.json_agg(aggregate_order_by(item, fact.value_on, fact.position)))
        .where(subject == _owner(subject), standing(fact))
        .correlate(_owner(subject).table)
    )


def standing(fact: Any) -> ColumnElement[bool]:
    """Whether a fact holds by the date, is known at the instant, and was not corrected or taken back by then."""
    return and_(fact.value_on <= AS_OF, fact.recorded_at <= KNOWN_AT, ~fact.is_retraction, ~corrected(fact))


def corrected(fact: Any) -> ColumnElement[bool]:
    """Whether another row is known to stand in the place of a fact."""
    newer = aliased(fact)
    return exists().where(newer.supersedes_id == fact.id, newer.recorded_at <= KNOWN_AT)


def _owner(subject: Any) -> Any:
    return next(iter(subject.property.columns[0].foreign_keys)).column
