"""What allocations go to, as the rules about them need it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.funding import Cost, Funding
from shared.domain.ledger import AccountKind
from shared.domain.lifecycle import State
from shared.models import Account, Amount, Announcement, Posting, Project, Transition
from shared.models.among import among
from shared.models.project import AmountKind
from shared.recording.directory import Directory
from shared.recording.facts import FactRow, SubjectColumn, standing_rows

Noun = Literal["project", "announcement"]


@dataclass(frozen=True)
class Target:
    """A project or a group that money is set aside for."""

    noun: Noun
    id: UUID
    reference: str
    mechanism_code: str | None


async def targets_of(session: AsyncSession, named: Sequence[tuple[Noun, str]], directory: Directory) -> list[Target]:
    """What these references stand for, which were looked up; one query per noun."""
    mechanisms: dict[UUID, str | None] = {}
    models: tuple[tuple[Noun, Any], ...] = (("project", Project), ("announcement", Announcement))
    for noun, model in models:
        ids = {directory.id_of(noun, key) for of, key in named if of == noun}
        found = select(model.id, model.mechanism_code).where(among(model.id, ids))
        mechanisms |= {row.id: row.mechanism_code for row in (await session.execute(found) if ids else ())}
    meant = ((noun, directory.id_of(noun, key), directory.key_of(noun, key)) for noun, key in named)
    return [Target(noun, row_id, reference, mechanisms[row_id]) for noun, row_id, reference in meant]


async def _in_force(session: AsyncSession, model: type[FactRow], target: Target, as_of: date) -> list[FactRow]:
    """The facts of a target that hold by a date, in their order; read after its lock is held."""
    column: SubjectColumn = "project_id" if target.noun == "project" else "announcement_id"
    rows = (await standing_rows(session, model, column, [target.id]))[target.id]
    return [row for row in rows if row.value_on <= as_of]


async def state_of(session: AsyncSession, project: Target, as_of: date) -> State | None:
    """Where a project stands."""
    moves = await _in_force(session, Transition, project, as_of)
    return State(moves[-1].to_state) if moves else None


async def cost_of(session: AsyncSession, target: Target, as_of: date) -> Cost | None:
    """The latest approved, revised or final amount; None while none is known."""
    amounts = await _in_force(session, Amount, target, as_of)
    counted = [row for row in amounts if row.kind in AmountKind.counted()]
    return Cost(counted[-1].amount, counted[-1].currency, counted[-1].usd) if counted else None


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
