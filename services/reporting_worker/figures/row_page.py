"""A page of the rows behind one figure, as JSON built by Postgres."""

from functools import cache
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    tuple_,
    union_all,
)

from services.reporting_worker.figures.columns import definition, level, organisation_name
from services.reporting_worker.figures.rows import figure_row
from services.reporting_worker.figures.totals import figure_value, total
from shared.models import Account, Amount, Announcement, Contribution, Donor, JournalEntry, Posting, Project, Transition
from shared.reading.json import all_items, exact, jsonb_object

AFTER_REFERENCE = bindparam("after_reference", type_=Text())
AFTER_ID = bindparam("after_id", type_=Uuid())
LIMIT = bindparam("limit", type_=Integer())

_NAMES = (
    "subject_type", "subject_id", "reference", "parent_reference", "title", "value", "amount", "currency", "policy",
    "exchange_rate_id", "value_on", "recorded_at", "state", "reason", "is_synthetic", "fact_id",
)  # fmt: skip


@cache
def described_rows() -> Select[*tuple[Any, ...]]:
    """The visible rows of the shown figure with what their subjects and facts say."""
    row, wanted, name = figure_row(), definition(), organisation_name()
    posting, entry, step, amount = Posting, JournalEntry, Transition, Amount
    project_id = func.coalesce(amount.project_id, step.project_id, Account.project_id)
    group_id = func.coalesce(amount.announcement_id, Account.announcement_id)
    reference = func.coalesce(entry.reference, Project.reference, Announcement.reference, Donor.slug)
    columns: dict[str, Any] = {
        "reference": reference,
        "parent_reference": Contribution.reference,
        "title": func.coalesce(Project.title, Announcement.title, name.c.name),
        "amount": func.coalesce(amount.amount, posting.amount),
        "currency": func.coalesce(amount.currency, posting.currency),
        "value_on": func.coalesce(step.value_on, amount.value_on, entry.value_on),
        "recorded_at": func.coalesce(step.recorded_at, amount.recorded_at, entry.recorded_at, Donor.recorded_at),
        "reason": func.coalesce(step.reason, amount.reason, entry.reason),
    }
    return (
        select(
            *((columns[column] if column in columns else row.c[column]).label(column) for column in _NAMES),
            row.c.protection_rank,
        )
        .select_from(row)
        .join(wanted, wanted.c.base == row.c.key)
        .outerjoin(step, step.id == row.c.fact_id)
        .outerjoin(amount, amount.id == row.c.fact_id)
        .outerjoin(posting, posting.id == row.c.fact_id)
        .outerjoin(entry, entry.id == posting.entry_id)
        .outerjoin(Account, Account.id == posting.account_id)
        .outerjoin(Contribution, Contribution.id == Account.contribution_id)
        .outerjoin(Donor, Donor.id == func.coalesce(Contribution.donor_id, row.c.subject_id))
        .outerjoin(name, name.c.organisation_id == Donor.organisation_id)
        .outerjoin(Project, Project.id == project_id)
        .outerjoin(Announcement, Announcement.id == group_id)
        .where(wanted.c.is_shown, row.c.is_visible)
    )


def _operands() -> Select[*tuple[Any, ...]]:
    """Of a share: its operands."""
    wanted, operand, value = definition(), definition().alias("operand"), figure_value()
    given: dict[str, Any] = {
        "subject_type": literal("figure", Text),
        "reference": operand.c.key,
        "title": operand.c.title,
        "value": value.c.value,
        "is_synthetic": false(),
    }
    plain = described_rows().selected_columns
    return (
        select(
            *(cast(given.get(name, null()), plain[name].type).label(name) for name in _NAMES),
            literal(1, Integer).label("protection_rank"),
        )
        .select_from(wanted)
        .join(operand, operand.c.key == any_(wanted.c.operands))
        .join(value, value.c.key == operand.c.key)
        .where(wanted.c.is_shown)
    )


@cache
def row_page() -> Select[*tuple[Any, ...]]:
    """One row: items, the last item's place, whether more follow, count and value of all, and what is not shown."""
    listed, wanted = union_all(described_rows(), _operands()).cte("listed"), definition()
    sums, value = total(), figure_value()
    identity = func.coalesce(listed.c.subject_id, literal(_NIL, Uuid)).label("identity")
    place = tuple_(listed.c.reference, identity)
    found = (
        select(listed, identity)
        .where(or_(AFTER_REFERENCE.is_(None), place > tuple_(AFTER_REFERENCE, AFTER_ID)))
        .order_by(listed.c.reference, identity)
        .limit(LIMIT + 1)
        .subquery("found")
    )
    number = func.row_number().over(order_by=(found.c.reference, found.c.identity)).label("number")
    page = select(found, number).cte("page")
    members: dict[str, Any] = {name: page.c[name] for name in _NAMES}
    for name in ("value", "amount"):
        members[name] = exact(page.c[name])
    described = jsonb_object(**members, protection=level(page.c.protection_rank))
    rows = select(all_items(described, page.c.number)).where(page.c.number <= LIMIT)
    last = select(page.c.reference).where(page.c.number == LIMIT)
    operands = func.cardinality(wanted.c.operands)
    return (
        select(
            rows.scalar_subquery().label("items"),
            exists().where(page.c.number > LIMIT).label("more"),
            last.scalar_subquery().label("last_reference"),
            last.with_only_columns(page.c.identity).scalar_subquery().label("last_id"),
            cast(case((operands > 0, operands), else_=func.coalesce(sums.c.rows, 0)), Integer).label("count"),
            exact(value.c.value).label("value"),
            cast(func.coalesce(sums.c.hidden_rows, 0), Integer).label("hidden_count"),
            exact(func.coalesce(sums.c.hidden_value, 0)).label("hidden_value"),
        )
        .select_from(wanted)
        .join(value, value.c.key == wanted.c.key)
        .outerjoin(sums, sums.c.key == wanted.c.base)
        .where(wanted.c.is_shown)
    )


_NIL = "00000000-0000-0000-0000-000000000000"
"""Stands for the id of a row that is an operand."""
