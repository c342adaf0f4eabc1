"""Projects that may be one: the one condition of the warning at entry and of the worklist.

Same sponsor, place and month of their first fact, and a title that is near in one language: words are compared without
accents, case and marks (`search_words`), by their trigrams. Made-up projects are like one another, and nobody's doubles.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, Text, and_, func, not_, select, union
from sqlalchemy.orm import aliased

from shared.facts.in_force import materialised
from shared.models import PlaceAssignment, PlaceShare, Project, Role, Transition
from shared.models.organisation import RoleKind

LIKENESS = 0.6
"""The least similarity (pg_trgm) of two titles that may be one project's."""

Direction = Callable[[ColumnElement[UUID], ColumnElement[UUID]], ColumnElement[bool]]
"""Of a project and another one that it may be, by their ids: whether this pair is asked for."""


def like_projects(is_asked: Direction) -> Select[*tuple[Any, ...]]:
    """Projects that may be another one: columns `id`, `other_id`, `other` (its reference) and `other_title`.

    A pair is there in both directions, unless `is_asked` says which one.
    """
    pair = _pairs(is_asked)
    said = _said(pair)
    mine, theirs, other = said.alias("mine_said"), said.alias("theirs_said"), aliased(Project)
    is_near = func.greatest(*(func.similarity(mine.c[one], theirs.c[one]) for one in _LANGUAGES))
    return (
        select(pair.c.id, pair.c.other_id, other.reference.label("other"), other.title.label("other_title"))
        .join(mine, mine.c.id == pair.c.id)
        .join(theirs, theirs.c.id == pair.c.other_id)
        .join(other, other.id == pair.c.other_id)
        .where(is_near >= LIKENESS)
    )


_LANGUAGES = ("fr", "en")


def _pairs(is_asked: Direction) -> CTE:
    mine, theirs = _signs().subquery("mine").c, _signs().subquery("theirs").c
    shared = (mine.place_id == theirs.place_id, mine.organisation_id == theirs.organisation_id)
    return materialised(
        select(mine.id, theirs.id.label("other_id"))
        .distinct()
        .where(
            *shared,
            mine.month == theirs.month,
            mine.id != theirs.id,
            not_(and_(mine.is_synthetic, theirs.is_synthetic)),
            is_asked(mine.id, theirs.id),
        )
        .cte("like_pair")
    )


def _said(pair: CTE) -> CTE:
    """The words of each title once, however many pairs it is in."""
    named = union(select(pair.c.id), select(pair.c.other_id)).subquery("named")
    words = [func.search_words(Project.title[one].astext, type_=Text()).label(one) for one in _LANGUAGES]
    return materialised(select(Project.id, *words).join(named, named.c.id == Project.id).cte("like_said"))


def _signs() -> Select[*tuple[Any, ...]]:
    """What two entries of one project share: place, sponsor and month."""
    project = aliased(Project)
    month = (
        select(func.date_trunc("month", func.min(Transition.value_on)))
        .where(Transition.project_id == project.id)
        .correlate(project)
        .scalar_subquery()
    )
    return (
        select(project.id, project.is_synthetic, PlaceShare.place_id, Role.organisation_id, month.label("month"))
        .join(Role, and_(Role.project_id == project.id, Role.kind == RoleKind.SPONSOR))
        .join(PlaceAssignment, PlaceAssignment.project_id == project.id)
        .join(PlaceShare, PlaceShare.assignment_id == PlaceAssignment.id)
        .where(project.merged_into_id.is_(None), ~project.is_deleted)
    )
