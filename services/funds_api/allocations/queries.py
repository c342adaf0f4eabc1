"""What allocations go to, as the rules about them need it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from shared.domain.funding import Cost, Funding
from shared.domain.ledger import AccountKind
from shared.domain.lifecycle import State
from shared.models import Account, Amount, Announcement, Posting, Project, Transition
from shared.models.among import among
from shared.models.project import AmountKind


@dataclass(frozen=True)
class Target:
    """A project or a group that money is set aside for."""

    id: UUID
    reference: str
    mechanism_code: str | None


async def projects_of(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Target]:
    """The projects that these references stand for."""
    named = aliased(Project)
    rows = await session.execute(
        select(named.reference, Project.id, Project.reference, Project.mechanism_code)
        .join(named, Project.id == func.coalesce(named.merged_into_id, named.id))
        .where(among(named.reference, wanted), ~Project.is_deleted)
    )
    return {name: Target(*found) for name, found in ((row[0], row[1:]) for row in rows)}


async def announcements_of(session: AsyncSession, wanted: Iterable[str]) -> dict[str, Target]:
    """The announcements that bear these references."""
    rows = await session.execute(
        select(Announcement.id, Announcement.reference, Announcement.mechanism_code).where(
            among(Announcement.reference, wanted), ~Announcement.is_deleted
        )
    )
    return {row.reference: Target(*row) for row in rows}


async def project_states(session: AsyncSession, project_ids: Iterable[UUID], as_of: date) -> dict[UUID, State]:
    """Where projects stand; read after their locks are held."""
    later = aliased(Transition)
    rows = await session.execute(
        select(Transition.project_id, Transition.to_state)
        .ext(distinct_on(Transition.project_id))
        .where(
            among(Transition.project_id, project_ids),
            Transition.value_on <= as_of,
            ~Transition.is_retraction,
            ~exists().where(later.supersedes_id == Transition.id),
        )
        .order_by(Transition.project_id, Transition.value_on.desc(), Transition.position.desc())
    )
    return {project_id: State(state) for project_id, state in rows}


@dataclass(frozen=True)
class Profile:
    """The sectors of a project or group, and its places, each with all that it lies in."""

    sectors: frozenset[str]
    places: dict[str, frozenset[str]]


_PROFILE = text("""
WITH RECURSIVE assigned AS (
    (SELECT place_assignment.id FROM place_assignment WHERE project_id = :target AND value_on <= :as_of
        AND NOT is_retraction
        AND NOT EXISTS (SELECT FROM place_assignment AS later WHERE later.supersedes_id = place_assignment.id)
    ORDER BY value_on DESC, position DESC LIMIT 1)
), climb AS (
    SELECT place.slug AS below, place.slug, place.id, place.parent_id FROM place
    WHERE id IN (SELECT place_id FROM place_share JOIN assigned ON assigned.id = assignment_id)
        OR slug = ANY (SELECT unnest(place_slugs) FROM announcement WHERE announcement.id = :target)
    UNION ALL
    SELECT climb.below, place.slug, place.id, place.parent_id FROM climb JOIN place ON place.id = climb.parent_id
), named AS (
    SELECT below, slug FROM climb
    UNION ALL SELECT below, place.slug FROM climb JOIN place ON place.merged_into_id = climb.id
), sectored AS (
    (SELECT sector_assignment.id FROM sector_assignment WHERE project_id = :target AND value_on <= :as_of
        AND NOT is_retraction
        AND NOT EXISTS (SELECT FROM sector_assignment AS later WHERE later.supersedes_id = sector_assignment.id)
    ORDER BY value_on DESC, position DESC LIMIT 1)
)
SELECT 'place' AS kind, below AS slug, array_agg(slug) AS within FROM named GROUP BY below
UNION ALL
SELECT 'sector', sector.slug, NULL FROM sectored JOIN sector_share ON assignment_id = sectored.id
    JOIN sector ON sector.id = sector_id
UNION ALL
SELECT 'sector', unnest(sector_slugs), NULL FROM announcement WHERE announcement.id = :target
""")

"""A place lies in itself and what is above; an earmark may call each by the name of a double that was merged into it."""


async def profile_of(session: AsyncSession, target_id: UUID, as_of: date) -> Profile:
    """What an earmark looks at, of a project or an announcement; read after the project's lock is held."""
    rows = (await session.execute(_PROFILE, {"target": target_id, "as_of": as_of})).all()
    return Profile(
        frozenset(row.slug for row in rows if row.kind == "sector"),
        {row.slug: frozenset(row.within) for row in rows if row.kind == "place"},
    )


async def cost_of(session: AsyncSession, target_id: UUID, as_of: date) -> Cost | None:
    """The latest approved, revised or final amount; None while none is known. Read after the target's lock is held."""
    later = aliased(Amount)
    row = (
        await session.execute(
            select(Amount.amount, Amount.currency, Amount.usd)
            .where(
                or_(Amount.project_id == target_id, Amount.announcement_id == target_id),
                Amount.kind.in_(AmountKind.counted()),
                Amount.value_on <= as_of,
                ~Amount.is_retraction,
                ~exists().where(later.supersedes_id == Amount.id),
            )
            .order_by(Amount.value_on.desc(), Amount.position.desc(), Amount.recorded_at.desc())
            .limit(1)
        )
    ).first()
    return None if row is None else Cost(*row)


async def allocated_to(session: AsyncSession, target_id: UUID) -> dict[str, Funding]:
    """What is set aside for a project or group by all contributions, by currency."""
    rows = await session.execute(
        select(Posting.currency, func.sum(Posting.amount), func.sum(Posting.usd))
        .join(Account, Account.id == Posting.account_id)
        .where(
            or_(Account.project_id == target_id, Account.announcement_id == target_id),
            Account.kind == AccountKind.ALLOCATED,
        )
        .group_by(Posting.currency)
    )
    return {currency: Funding(amount, usd) for currency, amount, usd in rows if amount}
