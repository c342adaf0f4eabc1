"""Projects that may be one: the one condition of the warning at entry and of the worklist.

Same sponsor, place and month of their first fact, and a title that is near in one language: words are compared without
accents, case and marks (`search_words`), by their trigrams. Made-up projects are like one another, and nobody's doubles.
"""

from typing import Any

from sqlalchemy import Select, Text, and_, cast, func, not_, select
from sqlalchemy.orm import aliased

from shared.models import PlaceAssignment, PlaceShare, Project, Role, Transition
from shared.models.organisation import RoleKind

LIKENESS = 0.6
"""The least similarity (pg_trgm) of two titles that may be one project's."""

LATER, EARLIER = aliased(Project, name="later"), aliased(Project, name="earlier")
"""The two projects of a pair, for the conditions of whoever asks."""


def like_projects() -> Select[*tuple[Any, ...]]:
    """Pairs of projects that may be one, in both directions: columns `id` of `LATER`, with what stands of `EARLIER`.

    Whoever asks says which of the two directions it wants: `EARLIER.id < LATER.id` tells each pair once.
    """
    mine, theirs = _signs("mine"), _signs("theirs")
    is_near = func.greatest(*(func.similarity(_words(LATER, one), _words(EARLIER, one)) for one in ("fr", "en")))
    return (
        select(LATER.id, EARLIER.reference.label("other"), EARLIER.title.label("other_title"))
        .distinct()
        .select_from(mine)
        .join(
            theirs,
            and_(
                theirs.c.place_id == mine.c.place_id,
                theirs.c.organisation_id == mine.c.organisation_id,
                theirs.c.month == mine.c.month,
                theirs.c.id != mine.c.id,
            ),
        )
        .join(LATER, LATER.id == mine.c.id)
        .join(EARLIER, EARLIER.id == theirs.c.id)
        .where(
            not_(and_(LATER.is_synthetic, EARLIER.is_synthetic)),
            *(one.merged_into_id.is_(None) for one in (LATER, EARLIER)),
            *(~one.is_deleted for one in (LATER, EARLIER)),
            is_near >= LIKENESS,
        )
    )


def _signs(name: str) -> Any:
    """What two entries of one project share: place, sponsor and month."""
    project = aliased(Project)
    month = (
        select(func.date_trunc("month", func.min(Transition.value_on)))
        .where(Transition.project_id == project.id)
        .correlate(project)
        .scalar_subquery()
    )
    return (
        select(project.id, PlaceShare.place_id, Role.organisation_id, month.label("month"))
        .join(Role, and_(Role.project_id == project.id, Role.kind == RoleKind.SPONSOR))
        .join(PlaceAssignment, PlaceAssignment.project_id == project.id)
        .join(PlaceShare, PlaceShare.assignment_id == PlaceAssignment.id)
        .subquery(name)
    )


def _words(project: Any, language: str) -> Any:
    return func.search_words(cast(project.title[language].astext, Text), type_=Text())
