"""Amounts in force, of projects and of groups announced with one amount; each counted once and never split."""

from functools import cache

from sqlalchemy import ARRAY, CTE, Text, and_, any_, exists, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from shared.facts.in_force import known, materialised
from shared.facts.parameters import KNOWN_AT
from shared.models import Amount, Announcement, AnnouncementProject
from shared.models.project import AmountKind


@cache
def amount_in_force() -> CTE:
    """The latest approved, revised or final amount of each project or announcement (the columns of `amount`)."""
    rows = known(Amount)
    key = (rows.c.project_id, rows.c.announcement_id)
    return materialised(
        select(rows)
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
            Announcement.id.label("ancestor_id"),
            Announcement.id.label("announcement_id"),
            literal(0).label("depth"),
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
    """announcement_id, project_id: the projects linked to a node or to a node below it by `:known_at`."""
    tree = announcement_tree()
    return materialised(
        select(tree.c.ancestor_id.label("announcement_id"), AnnouncementProject.project_id)
        .distinct()
        .join(AnnouncementProject, AnnouncementProject.announcement_id == tree.c.announcement_id)
        .where(AnnouncementProject.recorded_at <= KNOWN_AT)
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
def counted_amount() -> CTE:
    """Amounts that totals sum: subject_type, subject_id and the columns of `amount`.

    A project's own amount is left out while the amount of its group counts: no split of that one is known.
    """
    amount, group, member = amount_in_force(), _group_counted(), group_member()
    in_group = exists().where(
        member.c.project_id == amount.c.project_id, group.c.announcement_id == member.c.announcement_id
    )
    own = select(
        literal("project", Text).label("subject_type"), amount.c.project_id.label("subject_id"), *amount.c
    ).where(amount.c.project_id.is_not(None), ~in_group)
    grouped = select(
        literal("announcement", Text).label("subject_type"),
        amount.c.announcement_id.label("subject_id"),
        *amount.c,
    ).join(group, group.c.announcement_id == amount.c.announcement_id)
    return materialised(union_all(own, grouped).cte("counted_amount"))


@cache
def counted_for() -> CTE:
    """subject_id, project_id: which projects a counted amount is for."""
    amount, member = counted_amount(), group_member()
    alone = select(amount.c.subject_id, amount.c.project_id).where(amount.c.project_id.is_not(None))
    grouped = select(amount.c.subject_id, member.c.project_id).join(
        member, and_(member.c.announcement_id == amount.c.announcement_id)
    )
    return materialised(union_all(alone, grouped).cte("counted_for"))
