"""The statements that read an edition's material, each one JSON document built by Postgres at (as_of, known_at)."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, SQLColumnExpression, Text, and_, any_, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSON, distinct_on

from services.reporting_worker.composition import named_facts, names
from services.reporting_worker.composition.parameters import EDITION, PERIOD_START, REFERENCES
from shared.facts import AS_OF, KNOWN_AT, Statement, compiled
from shared.facts.in_force import stands_from_any_date
from shared.models import (
    Activity,
    ActivityProject,
    Announcement,
    Contribution,
    Edition,
    EditionControl,
    EditionItem,
    Link,
    Mechanism,
    Place,
    Policy,
    Project,
    ReportingArea,
    Sector,
    StandingText,
)
from shared.models.base import Protection
from shared.models.naming import NAMES
from shared.models.series import Series, SeriesSection
from shared.reading.json import array_of, exact, json_object, objects_by


def _edition() -> Select[Any]:
    members = (
        "id", "slug", "series", "number", "revision", "title", "period_start", "period_end", "as_of", "version",
        "errata",
    )  # fmt: skip
    columns: dict[str, SQLColumnExpression[Any]] = {name: Edition.__table__.c[name] for name in members}
    columns |= {name: func.array_to_json(Edition.__table__.c[name]) for name in ("languages", "names")}
    return select(cast(json_object(columns), Text)).where(Edition.id == EDITION)


def _items() -> Select[Any]:
    latest = (
        select(StandingText.text)
        .where(StandingText.key == EditionItem.standing_text_key, StandingText.recorded_at <= KNOWN_AT)
        .order_by(StandingText.version.desc())
        .limit(1)
        .correlate(EditionItem)
        .scalar_subquery()
    )
    item = json_object(
        {
            "section": EditionItem.section,
            "position": EditionItem.position,
            "kind": EditionItem.kind,
            "heading": EditionItem.heading,
            "text": EditionItem.text,
            "standing_text": latest,
            "activity": EditionItem.activity_reference,
            "parameters": EditionItem.parameters,
        }
    )
    return select(cast(array_of(item, EditionItem.section, EditionItem.position), Text)).where(
        EditionItem.edition_id == EDITION
    )


def _sections() -> Select[Any]:
    item = json_object(
        {
            "key": SeriesSection.key,
            "title": SeriesSection.title,
            "is_numbered": SeriesSection.is_numbered,
            "begins_page": SeriesSection.begins_page,
        }
    )
    return (
        select(cast(array_of(item, SeriesSection.position), Text))
        .select_from(SeriesSection)
        .join(Series, Series.id == SeriesSection.series_id)
        .join(Edition, Edition.series == Series.slug)
        .where(Edition.id == EDITION)
    )


def _controls() -> Select[Any]:
    item = json_object(
        {
            "key": EditionControl.key,
            "outcome": EditionControl.outcome,
            "title": EditionControl.title,
            "message": EditionControl.message,
            "acceptance": EditionControl.acceptance,
        }
    )
    return select(cast(array_of(item, EditionControl.key), Text)).where(EditionControl.edition_id == EDITION)


def _mechanisms() -> Select[Any]:
    sectors = (
        select(array_of(Sector.name, Sector.position, Sector.slug))
        .where(Sector.mechanism_code == Mechanism.code, Sector.parent_id.is_(None))
        .correlate(Mechanism)
        .scalar_subquery()
    )
    row = json_object({"code": Mechanism.code, "name": Mechanism.name, "since": Mechanism.since, "sectors": sectors})
    return select(objects_by(Mechanism.code, row, Mechanism.position)).where(~Mechanism.is_external)


def _policies() -> Select[Any]:
    latest = (
        select(Policy)
        .ext(distinct_on(Policy.mechanism_code, Policy.kind))
        .where(Policy.valid_from <= AS_OF, *stands_from_any_date(Policy))
        .order_by(Policy.mechanism_code, Policy.kind, Policy.valid_from.desc())
        .subquery("policy_in_force")
    )
    key = func.lower(latest.c.mechanism_code) + "." + latest.c.kind
    return select(objects_by(key, func.json_build_array(exact(latest.c.value), latest.c.currency)))


def _areas() -> Select[Any]:
    row = json_object(
        {
            "slug": ReportingArea.slug,
            "name": ReportingArea.name,
            "latitude": exact(ReportingArea.latitude),
            "longitude": exact(ReportingArea.longitude),
            "is_national": ReportingArea.is_national,
        }
    )
    return select(cast(array_of(row, ReportingArea.position, ReportingArea.slug), Text))


def _places() -> Select[Any]:
    return select(objects_by(Place.slug, cast(Place.name, JSON))).where(Place.slug == any_(REFERENCES))


def _meant() -> Select[Any]:
    """The references of doubles that the edition names, each with the one that is meant."""
    doubles = union_all(*(NAMES[noun].keys_of_doubles(REFERENCES) for noun in ("project", "place")))
    named = doubles.subquery("double")
    return select(objects_by(*named.c))


def _activities() -> Select[Any]:
    """Those named by the edition, and those of its period."""
    mechanisms = (
        select(func.coalesce(func.json_agg(Project.mechanism_code.distinct()), cast(literal("[]", Text), JSON)))
        .select_from(ActivityProject)
        .join(Project, Project.id == ActivityProject.project_id)
        .where(ActivityProject.activity_id == Activity.id, ActivityProject.recorded_at <= KNOWN_AT)
        .correlate(Activity)
        .scalar_subquery()
    )
    links = (
        select(array_of(json_object({"url": Link.url, "label": Link.label}), Link.position))
        .where(Link.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    names = ("reference", "kind", "title", "short", "long", "start_on", "end_on", "attendance", "protection")
    columns: dict[str, SQLColumnExpression[Any]] = {name: Activity.__table__.c[name] for name in names}
    row = json_object({**columns, "mechanisms": mechanisms, "links": links})
    in_period = and_(Activity.end_on >= PERIOD_START, Activity.end_on <= AS_OF)
    return select(objects_by(Activity.reference, row)).where(
        Activity.recorded_at <= KNOWN_AT, (Activity.reference == any_(REFERENCES)) | in_period
    )


def _protected() -> Select[Any]:
    """The references that the public may not read: what a control says of them is not printed."""
    subjects = (Project, Announcement, Contribution, Activity)
    found = union_all(*(select(one.reference).where(one.protection != Protection.PUBLIC) for one in subjects)).subquery(
        "protected"
    )
    return select(cast(array_of(found.c.reference, found.c.reference), Text))


@cache
def material_statements() -> Mapping[str, Statement]:
    """Every statement, compiled once, by the name of the part of the material that it reads."""
    built = {
        "edition": _edition(),
        "items": _items(),
        "sections": _sections(),
        "controls": _controls(),
        "protected": _protected(),
        "mechanisms": _mechanisms(),
        "policies": _policies(),
        "areas": _areas(),
        "places": _places(),
        "activities": _activities(),
        "amounts": named_facts.amounts(),
        "part_amounts": named_facts.part_amounts(),
        "beneficiaries": named_facts.beneficiaries(),
        "outputs": named_facts.outputs(),
        "quoted": named_facts.quoted(),
        "project_counts": named_facts.project_counts(),
        "contributions": named_facts.contributions(),
        "approved": named_facts.approved(),
        "names": names.known_names(),
        "renamed": names.renamed(),
        "meant": _meant(),
        "rows": named_facts.rows(),
    }
    return {name: compiled(statement) for name, statement in built.items()}
