"""The statements that read an edition's material, each one JSON document built by Postgres at (as_of, known_at)."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    SQLColumnExpression,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by, distinct_on
from sqlalchemy.orm import aliased

from services.reporting_worker.figures.columns import definition
from services.reporting_worker.figures.row_page import described_rows
from shared.domain.lifecycle import State
from shared.facts import (
    AS_OF,
    KNOWN_AT,
    Statement,
    amount_in_force,
    announcement_tree,
    compiled,
    known,
    posting_effective,
)
from shared.models import (
    Activity,
    ActivityProject,
    Announcement,
    BeneficiaryCount,
    Contribution,
    Edition,
    EditionControl,
    EditionItem,
    Link,
    Mechanism,
    Office,
    Organisation,
    OrganisationName,
    Output,
    Place,
    Policy,
    Project,
    QuotedFigure,
    ReportingArea,
    Role,
    Sector,
    StandingText,
    Transition,
)
from shared.models.journal import EntryKind
from shared.models.organisation import RoleKind
from shared.resources.statements import json_object

EDITION = bindparam("edition_id", type_=Uuid())
REFERENCES = bindparam("references", type_=ARRAY(Text))
"""References that the edition's texts name."""
PERIOD_START = bindparam("period_start", type_=AS_OF.type)


def _texts(value: Any) -> ColumnElement[Any]:
    """An exact number as text."""
    return cast(func.trim_scale(value), Text)


def _objects(
    key: SQLColumnExpression[Any], value: SQLColumnExpression[Any], *order: Any
) -> ColumnElement[Any]:
    ordered = aggregate_order_by(value, *order) if order else value
    return cast(func.coalesce(func.json_object_agg(key, ordered), cast(literal("{}", Text), JSON)), Text)


def _array(value: SQLColumnExpression[Any], *order: Any) -> ColumnElement[Any]:
    ordered = aggregate_order_by(value, *order) if order else value
    return func.coalesce(func.json_agg(ordered), cast(literal("[]", Text), JSON))


def _amount(row: Any) -> ColumnElement[Any]:
    return json_object(
        {
            "amount": _texts(row.c.amount),
            "currency": row.c.currency,
            "usd": _texts(row.c.usd),
            "usd_decimals": row.c.usd_decimals,
            "is_synthetic": row.c.is_synthetic,
        }
    )


def _edition() -> Select[Any]:
    members = (
        "id", "slug", "series", "number", "revision", "title", "period_start", "period_end", "as_of", "version", "errata",
    )  # fmt: skip
    columns: dict[str, SQLColumnExpression[Any]] = {name: Edition.__table__.c[name] for name in members}
    columns["languages"] = func.array_to_json(Edition.languages)
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
    return select(cast(_array(item, EditionItem.section, EditionItem.position), Text)).where(
        EditionItem.edition_id == EDITION
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
    return select(cast(_array(item, EditionControl.key), Text)).where(EditionControl.edition_id == EDITION)


def _mechanisms() -> Select[Any]:
    sectors = (
        select(_array(Sector.name, Sector.position, Sector.slug))
        .where(Sector.mechanism_code == Mechanism.code, Sector.parent_id.is_(None))
        .correlate(Mechanism)
        .scalar_subquery()
    )
    row = json_object(
        {"code": Mechanism.code, "name": Mechanism.name, "since": Mechanism.since, "sectors": sectors}
    )
    return select(_objects(Mechanism.code, row, Mechanism.position)).where(~Mechanism.is_external)


def _policies() -> Select[Any]:
    latest = (
        select(Policy)
        .ext(distinct_on(Policy.mechanism_code, Policy.kind))
        .where(Policy.valid_from <= AS_OF)
        .order_by(Policy.mechanism_code, Policy.kind, Policy.valid_from.desc())
        .subquery("policy_in_force")
    )
    key = func.lower(latest.c.mechanism_code) + "." + latest.c.kind
    return select(_objects(key, func.json_build_array(_texts(latest.c.value), latest.c.currency)))


def _areas() -> Select[Any]:
    row = json_object(
        {
            "slug": ReportingArea.slug,
            "name": ReportingArea.name,
            "latitude": _texts(ReportingArea.latitude),
            "longitude": _texts(ReportingArea.longitude),
            "is_national": ReportingArea.is_national,
        }
    )
    return select(cast(_array(row, ReportingArea.position, ReportingArea.slug), Text))


def _places() -> Select[Any]:
    return select(_objects(Place.slug, cast(Place.name, JSON))).where(Place.slug == any_(REFERENCES))


def _activities() -> Select[Any]:
    """Those named by the edition, and those of its period."""
    mechanisms = (
        select(
            func.coalesce(func.json_agg(Project.mechanism_code.distinct()), cast(literal("[]", Text), JSON))
        )
        .select_from(ActivityProject)
        .join(Project, Project.id == ActivityProject.project_id)
        .where(ActivityProject.activity_id == Activity.id, ActivityProject.recorded_at <= KNOWN_AT)
        .correlate(Activity)
        .scalar_subquery()
    )
    links = (
        select(_array(json_object({"url": Link.url, "label": Link.label}), Link.position))
        .where(Link.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    names = ("reference", "kind", "title", "short", "long", "start_on", "end_on", "attendance", "protection")
    columns: dict[str, SQLColumnExpression[Any]] = {name: Activity.__table__.c[name] for name in names}
    row = json_object({**columns, "mechanisms": mechanisms, "links": links})
    in_period = and_(Activity.end_on >= PERIOD_START, Activity.end_on <= AS_OF)
    return select(_objects(Activity.reference, row)).where(
        Activity.recorded_at <= KNOWN_AT, (Activity.reference == any_(REFERENCES)) | in_period
    )


def _named(source: Any, columns: Any, name: str) -> Any:
    """The rows of a table or CTE with the reference of their project or announcement."""
    project = select(Project.reference).where(Project.id == columns.project_id)
    group = select(Announcement.reference).where(Announcement.id == columns.announcement_id)
    reference = func.coalesce(
        project.correlate(source).scalar_subquery(), group.correlate(source).scalar_subquery()
    )
    return select(source, reference.label("reference")).subquery(name)


def _amounts() -> Select[Any]:
    row = amount_in_force()
    named = _named(row, row.c, "named_amount")
    return select(_objects(named.c.reference, _amount(named))).where(named.c.reference == any_(REFERENCES))


def _part_amounts() -> Select[Any]:
    """Amounts of the nodes below an announcement, and of their projects where these have their own."""
    row, tree = amount_in_force(), announcement_tree()
    top = aliased(Announcement)
    parts = (
        select(top.reference, _array(_amount(row)).label("amounts"))
        .select_from(tree)
        .join(top, top.id == tree.c.ancestor_id)
        .join(row, row.c.announcement_id == tree.c.announcement_id)
        .where(tree.c.depth > 0, top.reference == any_(REFERENCES))
        .group_by(top.reference)
        .subquery("parts")
    )
    return select(_objects(parts.c.reference, parts.c.amounts))


def _beneficiaries() -> Select[Any]:
    row = known(BeneficiaryCount)
    named = _named(row, row.c, "named_count")
    count = json_object(
        {
            "unit": named.c.unit,
            "total": named.c.total,
            "female": named.c.female,
            "female_share": _texts(named.c.female_share),
        }
    )
    listed = (
        select(named.c.reference, _array(count, named.c.value_on.desc(), named.c.position).label("counts"))
        .where(named.c.reference == any_(REFERENCES))
        .group_by(named.c.reference)
        .subquery("counts")
    )
    return select(_objects(listed.c.reference, listed.c.counts))


def _outputs() -> Select[Any]:
    named = _named(Output.__table__, Output.__table__.c, "named_output")
    output = json_object(
        {"quantity": _texts(func.coalesce(named.c.delivered, named.c.planned)), "unit": named.c.unit}
    )
    listed = (
        select(named.c.reference, _array(output, named.c.position).label("outputs"))
        .where(named.c.reference == any_(REFERENCES))
        .group_by(named.c.reference)
        .subquery("outputs")
    )
    return select(_objects(listed.c.reference, listed.c.outputs))


def _quoted() -> Select[Any]:
    row = json_object({"value": _texts(QuotedFigure.value), "unit": QuotedFigure.unit})
    return select(_objects(QuotedFigure.reference, row)).where(QuotedFigure.reference == any_(REFERENCES))


def _project_counts() -> Select[Any]:
    return select(_objects(Announcement.reference, Announcement.project_count)).where(
        Announcement.reference == any_(REFERENCES), Announcement.recorded_at <= KNOWN_AT
    )


def _contributions() -> Select[Any]:
    posting = posting_effective()
    received = (
        select(func.sum(posting.c.usd))
        .where(
            posting.c.contribution_id == Contribution.id,
            posting.c.entry_kind == EntryKind.RECEIPT,
            posting.c.account_kind == "available",
        )
        .correlate(Contribution)
        .scalar_subquery()
    )
    row = json_object(
        {"amount": _texts(Contribution.amount), "currency": Contribution.currency, "usd": _texts(received)}
    )
    return select(_objects(Contribution.reference, row)).where(
        Contribution.reference == any_(REFERENCES), Contribution.recorded_at <= KNOWN_AT
    )


def _party_names(kind: RoleKind) -> ColumnElement[Any]:
    name = (
        select(OrganisationName.name)
        .where(OrganisationName.organisation_id == Organisation.id, OrganisationName.valid_from <= AS_OF)
        .order_by(OrganisationName.valid_from.desc())
        .limit(1)
        .correlate(Organisation)
        .scalar_subquery()
    )
    return (
        select(_array(func.coalesce(name, Office.title), Role.position, Role.id))
        .select_from(Role)
        .outerjoin(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(Office, Office.id == Role.office_id)
        .where(Role.project_id == Project.id, Role.kind == kind)
        .correlate(Project)
        .scalar_subquery()
    )


def _approved() -> Select[Any]:
    """Trust Fund projects whose approval is dated in the period."""
    amount, step = amount_in_force(), known(Transition)
    history = (
        select(step.c.project_id, func.min(step.c.value_on).label("approved_on"))
        .where(step.c.to_state == State.APPROVED)
        .group_by(step.c.project_id)
        .subquery("approval")
    )
    own = (
        select(_amount(amount)).where(amount.c.project_id == Project.id).correlate(Project).scalar_subquery()
    )
    row = json_object(
        {
            "reference": Project.reference,
            "title": Project.title,
            "approved_on": history.c.approved_on,
            "amount": own,
            "sponsors": _party_names(RoleKind.SPONSOR),
            "implementers": _party_names(RoleKind.IMPLEMENTER),
            "funders": _party_names(RoleKind.FUNDER),
            "places": cast(literal("[]", Text), JSON),
            "protection": Project.protection,
        }
    )
    return (
        select(cast(_array(row, history.c.approved_on, Project.reference), Text))
        .select_from(Project)
        .join(history, history.c.project_id == Project.id)
        .where(
            Project.mechanism_code == bindparam("approved_mechanism", type_=Text()),
            history.c.approved_on >= PERIOD_START,
            history.c.approved_on <= AS_OF,
        )
    )


def _rows() -> Select[Any]:
    """Per figure, the rows that the audience sees: [subject, reference, value, state, fact id, rate id, protection]."""
    row = (
        described_rows()
        .add_columns(definition().c.key.label("key"))
        .cte("described")
        .prefix_with("MATERIALIZED")
    )
    line = func.json_build_array(
        row.c.subject_type,
        row.c.reference,
        _texts(row.c.value),
        row.c.state,
        row.c.fact_id,
        row.c.exchange_rate_id,
        row.c.protection_rank,
    )
    listed = (
        select(row.c.key, _array(line, row.c.reference, row.c.fact_id).label("lines"))
        .group_by(row.c.key)
        .subquery("listed_rows")
    )
    titles = (
        select(row.c.reference, func.min(cast(row.c.title, Text)).label("title"))
        .group_by(row.c.reference)
        .subquery("titles")
    )
    empty = cast(literal("{}", Text), JSON)
    rows = select(func.coalesce(func.json_object_agg(listed.c.key, listed.c.lines), empty)).scalar_subquery()
    subjects = select(
        func.coalesce(func.json_object_agg(titles.c.reference, cast(titles.c.title, JSON)), empty)
    ).scalar_subquery()
    return select(cast(json_object({"rows": rows, "subjects": subjects}), Text))


@cache
def material_statements() -> Mapping[str, Statement]:
    """Every statement, compiled once, by the name of the part of the material that it reads."""
    built = {
        "edition": _edition(),
        "items": _items(),
        "controls": _controls(),
        "mechanisms": _mechanisms(),
        "policies": _policies(),
        "areas": _areas(),
        "places": _places(),
        "activities": _activities(),
        "amounts": _amounts(),
        "part_amounts": _part_amounts(),
        "beneficiaries": _beneficiaries(),
        "outputs": _outputs(),
        "quoted": _quoted(),
        "project_counts": _project_counts(),
        "contributions": _contributions(),
        "approved": _approved(),
        "rows": _rows(),
    }
    return {name: compiled(statement) for name, statement in built.items()}


__all__ = ["material_statements"]
