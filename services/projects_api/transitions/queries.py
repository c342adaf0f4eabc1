"""What the guards of a transition read, and the order in which transitions are folded."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.projects_api.opened import amount_on, ceiling_on
from shared.domain.lifecycle import State, Step
from shared.errors import RateMissing
from shared.facts.rates import FUNCTIONAL, RateInForce, RateWanted, rates_in_force
from shared.models import Amount, PlaceAssignment, Policy, Project, Role, Transition
from shared.models.project import ConversionBasis
from shared.models.rate import RateSource
from shared.recording.facts import standing, standing_rows
from shared.two_persons import OF_PROJECTS, hands_in


@dataclass(frozen=True)
class Dossier:
    """What is on record about a project on the date of a move; guards judge by it alone."""

    hands: frozenset[str]
    """Who recorded, changed or submitted the project since its last approval, its author always among them."""
    on: date
    role_kinds: frozenset[str] = frozenset()
    has_place: bool = False
    amount: Amount | None = None
    """The approved, revised or final amount in force on that date."""
    rate_on_date: RateInForce | RateMissing | None = None
    """The rate of the amount's currency on the date of the move; None where it needs none."""
    rate_of_amount: RateInForce | RateMissing | None = None
    """The rate on the amount's own date, for one that was saved unconverted."""
    ceiling: Policy | None = None


@dataclass(frozen=True)
class Sequence:
    """The transitions of a project that stand."""

    rows: list[Transition] = field(default_factory=list)

    def steps(self, without: Transition | None = None) -> list[Step]:
        """Them as steps to fold, one left out."""
        return [step_of(row) for row in self.rows if without is None or row.id != without.id]

    @property
    def state(self) -> State | None:
        """The present state."""
        return State(self.rows[-1].to_state) if self.rows else None

    @property
    def states(self) -> list[State]:
        """Every state held."""
        return [State(row.to_state) for row in self.rows]


def step_of(row: Transition) -> Step:
    """A row as a step to fold."""
    return Step(
        row.value_on, row.position, State(row.from_state) if row.from_state is not None else None, State(row.to_state)
    )


async def sequence_of(session: AsyncSession, project_id: UUID) -> Sequence:
    """The project's transitions that stand, in their order."""
    return Sequence((await standing_rows(session, Transition, "project_id", [project_id]))[project_id])


async def dossier_of(session: AsyncSession, project: Project, on: date) -> Dossier:
    """What is on record about the project on a date."""
    role_kinds = frozenset(await session.scalars(select(Role.kind).where(Role.project_id == project.id)))
    has_place = await session.scalar(
        select(
            exists().where(
                PlaceAssignment.project_id == project.id, PlaceAssignment.value_on <= on, standing(PlaceAssignment)
            )
        )
    )
    rows = (await standing_rows(session, Amount, "project_id", [project.id]))[project.id]
    amount = amount_on(rows, on)
    ceiling = await ceiling_on(session, project.mechanism_code, on)
    on_date, of_amount = await _rates(session, amount, on, has_ceiling=ceiling is not None)
    return Dossier(
        await hands_in(session, OF_PROJECTS, [project.id]) | {project.author},
        on,
        role_kinds,
        bool(has_place),
        amount,
        on_date,
        of_amount,
        ceiling,
    )


async def _rates(
    session: AsyncSession, amount: Amount | None, on: date, *, has_ceiling: bool
) -> tuple[RateInForce | RateMissing | None, RateInForce | RateMissing | None]:
    """A ceiling is judged at the United Nations' own rate, whatever a document prints and an agreement fixes."""
    if amount is None or amount.basis == ConversionBasis.IDENTITY:
        return None, None
    assert amount.currency != FUNCTIONAL
    if amount.basis == ConversionBasis.PRINTED and not has_ceiling:
        return None, None
    policy = amount.policy or RateSource.UNORE
    on_date = RateWanted(RateSource.UNORE if has_ceiling else policy, amount.currency, on)
    of_amount = RateWanted(policy, amount.currency, amount.value_on)
    found = await rates_in_force(session, [on_date, of_amount])
    is_open = amount.basis == ConversionBasis.UNCONVERTED
    return found[on_date], found[of_amount] if is_open else None
