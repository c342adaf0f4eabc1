"""What stands of the projects and groups of a chunk, read at once rather than row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects_api.assignments.service import Shares
from services.projects_api.fact_kinds import FACTS
from shared.models import PlaceAssignment, PlaceShare, SectorAssignment, SectorShare, Transition
from shared.models.among import among
from shared.recording.fact_kind import FactKind
from shared.recording.facts import SubjectColumn, standing_rows


@dataclass
class Held:
    """The standing facts of a chunk's subjects; a subject that is new has none."""

    facts: dict[str, dict[UUID, list[Any]]] = field(default_factory=dict)
    """By the kind's name, then by subject."""
    transitions: dict[UUID, list[Transition]] = field(default_factory=dict)
    sectors: dict[UUID, list[SectorAssignment]] = field(default_factory=dict)
    places: dict[UUID, list[PlaceAssignment]] = field(default_factory=dict)
    shares: dict[UUID, Shares] = field(default_factory=dict)

    def of(self, kind: str, subject: UUID) -> Sequence[Any]:
        """The facts of one kind that stand of a subject."""
        return self.facts.get(kind, {}).get(subject, ())


async def facts_held(
    session: AsyncSession, column: SubjectColumn, ids: Iterable[UUID], kinds: Iterable[FactKind[Any, Any]]
) -> Held:
    """The facts of these kinds of projects or groups."""
    wanted = list(ids)
    if not wanted:
        return Held()
    return Held({kind.name: await standing_rows(session, kind.model, column, wanted) for kind in kinds})


async def project_facts(session: AsyncSession, ids: Iterable[UUID]) -> Held:
    """All facts of projects."""
    wanted = list(ids)
    held = await facts_held(session, "project_id", wanted, FACTS.values())
    if not wanted:
        return held
    held.transitions = await standing_rows(session, Transition, "project_id", wanted)
    held.sectors = await standing_rows(session, SectorAssignment, "project_id", wanted)
    held.places = await standing_rows(session, PlaceAssignment, "project_id", wanted)
    await _read_shares(session, held)
    return held


async def _read_shares(session: AsyncSession, held: Held) -> None:
    for rows, share, target in (
        (held.sectors, SectorShare, SectorShare.sector_id),
        (held.places, PlaceShare, PlaceShare.place_id),
    ):
        ids = [row.id for some in rows.values() for row in some]
        held.shares |= {one: {} for one in ids}
        found = await session.execute(
            select(share.assignment_id, target, share.percentage).where(among(share.assignment_id, ids))
        )
        for assignment_id, target_id, percentage in found:
            held.shares[assignment_id][target_id] = percentage
