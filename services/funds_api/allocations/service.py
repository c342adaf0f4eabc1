"""Setting money of contributions aside: what is available, whom it may go to, and what the donor wished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.funds_api.allocations.cost import cost_faults
from services.funds_api.allocations.earmarks import earmark_faults
from services.funds_api.allocations.queries import Target, announcements_of, project_states, projects_of
from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.contributions.queries import contributions_by_reference, lock_contributions
from services.funds_api.contributions.service import refuse_amounts
from services.funds_api.journal.queries import next_reference
from services.funds_api.journal.service import Booking, book
from services.funds_api.journal.valuation import Rates, Stated, exchanged, needed, rates_for, valued
from shared.domain.funding import Funding
from shared.domain.ledger import AccountKey, AccountKind, allocation
from shared.domain.lifecycle import State
from shared.errors import Fault, RuleBroken
from shared.locks import lock_announcement, lock_project
from shared.models import Contribution
from shared.models.journal import EntryKind
from shared.recording.directory import look_up
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

CLOSED_TO_MONEY = frozenset({State.REJECTED, State.CANCELLED, State.CLOSED})
"""No money is set aside for a project that will not spend any."""


class AllocationRefused(RuleBroken):
    """The contribution may not pay this project; each fault says why."""

    kind = "allocation-refused"


@dataclass(frozen=True)
class Wish:
    """An allocation asked for, with the rows that it names."""

    command: AllocationCreate
    contribution: Contribution
    target: Target
    is_synthetic: bool = False

    @property
    def stated(self) -> Stated:
        """Its money."""
        return Stated(self.command.amount, self.command.currency, self.command.on, self.command.policy)

    @property
    def account(self) -> AccountKey:
        """Where the money is set aside."""
        is_project = self.command.project is not None
        return AccountKey(
            AccountKind.ALLOCATED,
            self.command.currency,
            self.contribution.id,
            project_id=self.target.id if is_project else None,
            announcement_id=None if is_project else self.target.id,
        )


async def allocate(unit: UnitOfWork, command: AllocationCreate) -> UUID:
    """Set money of a contribution aside for a project or a group; the entry's id.

    Raises:
        UnknownKeys: the contribution, project or announcement does not exist.
        AllocationRefused: another mechanism, a project closed to money, an earmark that is not met, or more than the
            project costs.
        AmountRefused, ChainRefused, RateMissing, Overspent, BookedInFuture, ReferenceTaken: see there.
    """
    (wish,) = await read_wishes(unit, [(command, False)])
    await lock_wishes(unit, [wish])
    await _refuse_unguarded(unit, wish)
    return (await book_allocations(unit, [wish]))[0]


async def read_wishes(unit: UnitOfWork, commands: Sequence[tuple[AllocationCreate, bool]]) -> list[Wish]:
    """The rows that allocations name, in one query per type; beside each whether it is synthetic.

    Raises:
        UnknownKeys: some do not exist.
    """
    await look_up(unit.session, [command for command, _ in commands])
    contributions = await contributions_by_reference(unit.session, (command.contribution for command, _ in commands))
    projects = await projects_of(unit.session, (one.project for one, _ in commands if one.project))
    groups = await announcements_of(unit.session, (one.announcement for one, _ in commands if one.announcement))
    return [
        Wish(
            command,
            contributions[command.contribution],
            projects[command.project] if command.project else groups[command.announcement or ""],
            is_synthetic,
        )
        for command, is_synthetic in commands
    ]


async def lock_wishes(unit: UnitOfWork, wishes: Sequence[Wish]) -> None:
    """Projects first, then groups, then contributions, ids ascending (DESIGN 2)."""
    await lock_project(unit.session, *(wish.target.id for wish in wishes if wish.command.project))
    await lock_announcement(unit.session, *(wish.target.id for wish in wishes if wish.command.announcement))
    await lock_contributions(unit.session, (wish.contribution.id for wish in wishes))


async def book_allocations(unit: UnitOfWork, wishes: Sequence[Wish]) -> list[UUID]:
    """Book allocations in their order, locks being held; guards of a person's decision are the caller's."""
    refuse_amounts(
        [
            (
                wish.command.reference or wish.target.reference,
                wish.command.amount,
                wish.command.currency,
                wish.target.mechanism_code or wish.contribution.mechanism_code,
            )
            for wish in wishes
        ]
    )
    stated = needed([wish.stated for wish in wishes], [wish.contribution.currency for wish in wishes])
    rates = await rates_for(unit.session, stated)
    bookings = [await _booking(unit, wish, rates) for wish in wishes]
    ids = await book(unit, bookings)
    for wish, booking in zip(wishes, bookings, strict=True):
        after = {
            "entry_id": str(booking.id),
            "reference": booking.reference,
            "contribution": wish.contribution.reference,
            "target": wish.target.reference,
            "amount": f"{wish.command.amount:f}",
            "currency": wish.command.currency,
            "value_on": booking.value_on.isoformat(),
        }
        unit.record("contribution.allocated", "contribution", wish.contribution.id, after=after)
    for contribution in {wish.contribution.id: wish.contribution for wish in wishes}.values():
        contribution.version += 1
    return ids


async def _booking(unit: UnitOfWork, wish: Wish, rates: Rates) -> Booking:
    contribution, command = wish.contribution, wish.command
    taken, given = exchanged(wish.stated, contribution.currency, contribution.mechanism_code, rates)
    return Booking(
        command.reference or await next_reference(unit.session, f"{contribution.reference}-A"),
        EntryKind.ALLOCATION,
        contribution.id,
        command.on,
        allocation(taken, given, wish.account),
        command.precision,
        command.reason or unit.reason,
        command.source,
        wish.is_synthetic,
    )


async def _given(unit: UnitOfWork, wish: Wish) -> Funding:
    """What the project or group gets."""
    rates = await rates_for(unit.session, [wish.stated])
    money = valued(wish.stated, rates)
    return Funding(money.amount, money.usd)


async def _refuse_unguarded(unit: UnitOfWork, wish: Wish) -> None:
    """Raise `AllocationRefused` with every reason at once."""
    faults = []
    mechanism = wish.target.mechanism_code
    if mechanism is not None and mechanism != wish.contribution.mechanism_code:
        faults.append(
            _fault(
                "/project",
                "other_mechanism",
                f"{wish.contribution.reference} est pour {wish.contribution.mechanism_code}, mais "
                f"{wish.target.reference} relève de {mechanism}.",
                f"{wish.contribution.reference} is for {wish.contribution.mechanism_code}, but "
                f"{wish.target.reference} belongs to {mechanism}.",
            )
        )
    if wish.command.project is not None:
        faults += await _state_faults(unit, wish, unit.recorded_at.date())
    faults += await earmark_faults(unit, wish.contribution, wish.command, wish.target)
    faults += await cost_faults(unit, wish.command, wish.target, await _given(unit, wish))
    if faults:
        raise AllocationRefused(
            {
                "fr": "Cette allocation n'est pas permise : " + faults[0].detail["fr"],
                "en": "This allocation is not permitted: " + faults[0].detail["en"],
            },
            faults,
        )


async def _state_faults(unit: UnitOfWork, wish: Wish, today: date) -> list[Fault]:
    state = (await project_states(unit.session, [wish.target.id], today)).get(wish.target.id)
    if state not in CLOSED_TO_MONEY:
        return []
    return [
        Fault(
            "/project",
            sentence(
                "{project} est {state} : aucun argent ne lui est plus alloué.",
                "{project} is {state}: no money is allocated to it any more.",
                project=wish.target.reference,
                state=state,
            ),
            "closed_to_money",
        )
    ]


def _fault(pointer: str, code: str, fr: str, en: str) -> Fault:
    return Fault(pointer, {"fr": fr, "en": en}, code)
