"""The statements that read what the edition's texts name: amounts, people, quantities, approvals, rows of figures."""

from typing import Any

from sqlalchemy import ColumnElement, Select, Text, any_, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased

from services.reporting_worker.composition.parameters import PERIOD_START, REFERENCES, fact_object
from services.reporting_worker.figures.columns import definition
from services.reporting_worker.figures.row_page import described_rows
from services.reporting_worker.prose.material import (
    ApprovedProject,
    Beneficiaries,
    ContributionFact,
    DeliveredOutput,
    Quoted,
    StatedAmount,
)
from shared.domain.lifecycle import State
from shared.facts import (
    AS_OF,
    KNOWN_AT,
    agreement_in_force,
    amount_in_force,
    announcement_tree,
    known,
    posting_effective,
)
from shared.models import (
    Announcement,
    BeneficiaryCount,
    Contribution,
    Office,
    Organisation,
    OrganisationName,
    Output,
    Project,
    QuotedFigure,
    Role,
    Transition,
)
from shared.models.journal import EntryKind
from shared.models.organisation import RoleKind
from shared.reading.json import array_of, exact, json_object, objects_by


def _named(source: Any, name: str) -> Any:
    """The rows of a table or CTE with the reference of their project or announcement."""
    project = select(Project.reference).where(Project.id == source.c.project_id)
    group = select(Announcement.reference).where(Announcement.id == source.c.announcement_id)
    reference = func.coalesce(project.correlate(source).scalar_subquery(), group.correlate(source).scalar_subquery())
    return select(source, reference.label("reference")).subquery(name)


def amounts() -> Select[Any]:
    """The amounts in force of the projects and announcements named."""
    named = _named(amount_in_force(), "named_amount")
    return select(objects_by(named.c.reference, fact_object(StatedAmount, named))).where(
        named.c.reference == any_(REFERENCES)
    )


def _lists(reference: Any, one: ColumnElement[Any], *order: Any) -> Select[Any]:
    """Per reference that the texts name, its facts in order."""
    return (
        select(reference, array_of(one, *order).label("facts")).where(reference == any_(REFERENCES)).group_by(reference)
    )


def _by_reference(lists: Select[Any]) -> Select[Any]:
    return select(objects_by(*lists.subquery("lists").c))


def part_amounts() -> Select[Any]:
    """Amounts of the nodes below an announcement, and of their projects where these have their own."""
    row, tree = amount_in_force(), announcement_tree()
    top = aliased(Announcement)
    return _by_reference(
        _lists(top.reference, fact_object(StatedAmount, row))
        .select_from(tree)
        .join(top, top.id == tree.c.ancestor_id)
        .join(row, row.c.announcement_id == tree.c.announcement_id)
        .where(tree.c.depth > 0)
    )


def beneficiaries() -> Select[Any]:
    """The counts of people of the projects and announcements named, latest first."""
    named = _named(known(BeneficiaryCount), "named_count")
    count = fact_object(Beneficiaries, named)
    return _by_reference(_lists(named.c.reference, count, named.c.value_on.desc(), named.c.position))


def outputs() -> Select[Any]:
    """What the projects and announcements named build and deliver, in order."""
    named = _named(Output.__table__, "named_output")
    quantity = exact(func.coalesce(named.c.delivered, named.c.planned))
    output = fact_object(DeliveredOutput, named, quantity=quantity)
    return _by_reference(_lists(named.c.reference, output, named.c.position))


def quoted() -> Select[Any]:
    """The quoted figures named."""
    row = fact_object(Quoted, QuotedFigure)
    return select(objects_by(QuotedFigure.reference, row)).where(QuotedFigure.reference == any_(REFERENCES))


def project_counts() -> Select[Any]:
    """How many projects each announcement named announces."""
    return select(objects_by(Announcement.reference, Announcement.project_count)).where(
        Announcement.reference == any_(REFERENCES), Announcement.recorded_at <= KNOWN_AT
    )


def contributions() -> Select[Any]:
    """The contributions named, with what is agreed and the USD functional amount of what was received."""
    posting, agreement = posting_effective(), agreement_in_force()
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
    row = fact_object(ContributionFact, Contribution, amount=exact(agreement.c.amount), usd=exact(received))
    return (
        select(objects_by(Contribution.reference, row))
        .join(agreement, agreement.c.contribution_id == Contribution.id)
        .where(Contribution.reference == any_(REFERENCES))
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
        select(array_of(func.coalesce(name, Office.title), Role.position, Role.id))
        .select_from(Role)
        .outerjoin(Organisation, Organisation.id == Role.organisation_id)
        .outerjoin(Office, Office.id == Role.office_id)
        .where(Role.project_id == Project.id, Role.kind == kind)
        .correlate(Project)
        .scalar_subquery()
    )


def approved() -> Select[Any]:
    """Trust Fund projects whose approval is dated in the period."""
    amount, step = amount_in_force(), known(Transition)
    history = (
        select(step.c.project_id, func.min(step.c.value_on).label("approved_on"))
        .where(step.c.to_state == State.APPROVED)
        .group_by(step.c.project_id)
        .subquery("approval")
    )
    own = (
        select(fact_object(StatedAmount, amount))
        .where(amount.c.project_id == Project.id)
        .correlate(Project)
        .scalar_subquery()
    )
    row = fact_object(
        ApprovedProject,
        Project,
        approved_on=history.c.approved_on,
        amount=own,
        sponsors=_party_names(RoleKind.SPONSOR),
        implementers=_party_names(RoleKind.IMPLEMENTER),
        funders=_party_names(RoleKind.FUNDER),
    )
    return (
        select(cast(array_of(row, history.c.approved_on, Project.reference), Text))
        .select_from(Project)
        .join(history, history.c.project_id == Project.id)
        .where(
            Project.mechanism_code == bindparam("approved_mechanism", type_=Text()),
            history.c.approved_on >= PERIOD_START,
            history.c.approved_on <= AS_OF,
        )
    )


def rows() -> Select[Any]:
    """Per figure, the rows that the audience sees; `protection` is the rank of their level, 1 for public."""
    row = described_rows().add_columns(definition().c.key.label("key")).cte("described").prefix_with("MATERIALIZED")
    line = json_object(
        {
            "subject": row.c.subject_type,
            "reference": row.c.reference,
            "value": exact(row.c.value),
            "state": row.c.state,
            "fact_id": row.c.fact_id,
            "rate_id": row.c.exchange_rate_id,
            "protection": row.c.protection_rank,
        }
    )
    listed = (
        select(row.c.key, array_of(line, row.c.reference, row.c.fact_id).label("lines"))
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
