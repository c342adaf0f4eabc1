"""Amounts in force, of projects and of groups announced with one amount; each counted once and never split."""

from functools import cache

from sqlalchemy import ARRAY, CTE, Text, any_, exists, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from shared.facts.in_force import known, materialised
from shared.facts.parameters import KNOWN_AT
from shared.models import Amount, Announcement, AnnouncementProject, Project
from shared.models.project import AmountKind

_COLUMNS = (
    "id", "project_id", "announcement_id", "kind", "amount", "currency", "qualifier", "usd", "basis", "policy",
    "exchange_rate_id", "rate", "usd_decimals", "value_on", "is_synthetic",
)  # fmt: skip


@cache
def amount_in_force() -> CTE:
    """The latest approved, revised or final amount of each project or announcement.

    Columns, named as in `amount`: id, project_id, announcement_id, kind, amount, currency, qualifier, usd, basis,
    policy, exchange_rate_id, rate, usd_decimals, value_on, is_synthetic.
    """
    rows = known(Amount)
    key = (rows.c.project_id, rows.c.announcement_id)
    return materialised(
        select(*(rows.c[name] for name in _COLUMNS))
        .ext(distinct_on(*key))
        .where(rows.c.kind == any_(literal(list(AmountKind.counted()), ARRAY(Text))))
        .order_by(*key, rows.c.value_on.desc(), rows.c.position.desc(), rows.c.recorded_at.desc())
        .cte("amount_in_force")
    )


@cache
def announcement_tree() -> CTE:
    """ancestor_id, announcement_id, depth: every node below (and at, depth 0) every node known at `:known_at`."""
    tree = (
        select(
            Announcement.id.label("ancestor_id"), Announcement.id.label("announcement_id"), literal(0).label("depth")
        )
        .where(Announcement.recorded_at <= KNOWN_AT)
        .cte("announcement_tree", recursive=True)
    )
    child = aliased(Announcement)
    return tree.union_all(
        select(tree.c.ancestor_id, child.id, tree.c.depth + 1)
        .join(child, child.parent_id == tree.c.announcement_id)
        .where(child.recorded_at <= KNOWN_AT)
    )


@cache
def group_member() -> CTE:
    """announcement_id, project_id: the projects linked to a node or to a node below it by `:known_at`, but doubles merged by then."""
    tree = announcement_tree()
    return materialised(
        select(tree.c.ancestor_id.label("announcement_id"), AnnouncementProject.project_id)
        .distinct()
        .join(AnnouncementProject, AnnouncementProject.announcement_id == tree.c.announcement_id)
        .join(Project, Project.id == AnnouncementProject.project_id)
        .where(AnnouncementProject.recorded_at <= KNOWN_AT, Project.merged_into_id.is_(None))
        .cte("group_member")
    )


@cache
def _group_counted() -> CTE:
    """The announcements whose amount counts as one.

    Where nodes below have amounts, those count instead; where every announced project has its own, these do.
    """
    amount, tree, member = amount_in_force(), announcement_tree(), group_member()
    below, own = aliased(amount), aliased(amount)
    has_parts = exists().where(
        tree.c.ancestor_id == amount.c.announcement_id,
        tree.c.depth > 0,
        below.c.announcement_id == tree.c.announcement_id,
    )
    own_amounts = (
        select(func.count())
        .select_from(member)
        .join(own, own.c.project_id == member.c.project_id)
        .where(member.c.announcement_id == amount.c.announcement_id)
        .scalar_subquery()
    )
    return materialised(
        select(amount.c.announcement_id)
        .join(Announcement, Announcement.id == amount.c.announcement_id)
        .where(~has_parts, own_amounts < Announcement.project_count)
        .cte("group_counted")
    )


@cache
def own_amount() -> CTE:
    """The amounts of single projects that totals sum (the columns of `amount_in_force`).

    A project's own amount is left out while the amount of its group counts: no split of that one is known.
    """
    amount, group, member = amount_in_force(), _group_counted(), group_member()
    in_group = (
        select(member.c.project_id)
        .join(group, group.c.announcement_id == member.c.announcement_id)
        .where(member.c.project_id.is_not(None))
    )
    return (
        select(amount).where(amount.c.project_id.is_not(None), amount.c.project_id.not_in(in_group)).cte("own_amount")
    )


@cache
def group_amount() -> CTE:
    """The amounts of groups that totals sum (the columns of `amount_in_force`)."""
    amount, group = amount_in_force(), _group_counted()
    return select(amount).join(group, group.c.announcement_id == amount.c.announcement_id).cte("group_amount")
