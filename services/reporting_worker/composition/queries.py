"""The statements that read an edition's material, each one JSON document built by Postgres at (as_of, known_at)."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, Text, and_, any_, cast, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import JSON, distinct_on

from services.reporting_worker.composition import named_facts, names
from services.reporting_worker.composition.parameters import EDITION, PERIOD_START, REFERENCES, fact_object
from services.reporting_worker.prose.material import (
    ActivityFact,
    ActivityLink,
    AreaFact,
    ControlFact,
    EditionFact,
    ItemFact,
    MechanismFact,
    SectionFact,
)
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
from shared.reading.json import array_of, exact, objects_by


def _edition() -> Select[Any]:
    lists = {name: func.array_to_json(Edition.__table__.c[name]) for name in ("languages", "names")}
    return select(cast(fact_object(EditionFact, Edition, **lists), Text)).where(Edition.id == EDITION)


def _items() -> Select[Any]:
    latest = (
        select(StandingText.text)
        .where(StandingText.key == EditionItem.standing_text_key, StandingText.recorded_at <= KNOWN_AT)
        .order_by(StandingText.version.desc())
        .limit(1)
        .correlate(EditionItem)
        .scalar_subquery()
    )
    item = fact_object(ItemFact, EditionItem, standing_text=latest, activity=EditionItem.activity_reference)
    return select(cast(array_of(item, EditionItem.section, EditionItem.position), Text)).where(
        EditionItem.edition_id == EDITION
    )


def _sections() -> Select[Any]:
    section = fact_object(SectionFact, SeriesSection)
    return (
        select(cast(array_of(section, SeriesSection.position), Text))
        .select_from(SeriesSection)
        .join(Series, Series.id == SeriesSection.series_id)
        .join(Edition, Edition.series == Series.slug)
        .where(Edition.id == EDITION)
    )


def _controls() -> Select[Any]:
    control = fact_object(ControlFact, EditionControl)
    return select(cast(array_of(control, EditionControl.key), Text)).where(EditionControl.edition_id == EDITION)


def _mechanisms() -> Select[Any]:
    sectors = (
        select(array_of(Sector.name, Sector.position, Sector.slug))
        .where(Sector.mechanism_code == Mechanism.code, Sector.parent_id.is_(None))
        .correlate(Mechanism)
        .scalar_subquery()
    )
    row = fact_object(MechanismFact, Mechanism, sectors=sectors)
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
    row = fact_object(AreaFact, ReportingArea)
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
        select(array_of(fact_object(ActivityLink, Link), Link.position))
        .where(Link.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    row = fact_object(ActivityFact, Activity, mechanisms=mechanisms, links=links)
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
