"""Setting money of contributions aside: what is available, whom it may go to, and what the donor wished."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.funds_api.allocations.cost import cost_faults
from services.funds_api.allocations.earmarks import earmark_faults
from services.funds_api.allocations.queries import Target, state_of, targets_of
from services.funds_api.allocations.schemas import AllocationCreate
from services.funds_api.contributions import receipts
from services.funds_api.contributions.queries import contributions_by_reference, lock_contributions
from services.funds_api.contributions.service import refuse_amounts
from services.funds_api.journal.queries import next_reference
from services.funds_api.journal.service import Booking, book
from services.funds_api.journal.valuation import ChainRefused, DatedMoney, Rates, exchanged, needed, rates_for, valued
from shared.domain.funding import Funding
from shared.domain.ledger import AccountKey, AccountKind, allocation
from shared.domain.lifecycle import State
from shared.errors import Fault, RuleBroken
from shared.locks import lock_announcement, lock_project
from shared.models import Contribution
from shared.models.journal import EntryKind
from shared.recording.directory import look_up
from shared.sentences import fault, sentence
from shared.unit_of_work import UnitOfWork

CLOSED_TO_MONEY = frozenset({State.REJECTED, State.CANCELLED, State.CLOSED})
"""No money is set aside for a project that will not spend any."""


class AllocationRefused(RuleBroken):
    """The contribution may not pay this project; each fault says why."""

    kind = "allocation-refused"


REFUSES = (*receipts.REFUSES, AllocationRefused, ChainRefused)
"""What an allocation is refused for."""


@dataclass(frozen=True)
class Wish:
    """An allocation asked for, with the rows that it names."""

    command: AllocationCreate
    contribution: Contribution
    target: Target
    is_synthetic: bool = False

    @property
    def stated(self) -> DatedMoney:
        """Its money."""
        return DatedMoney(self.command.amount, self.command.currency, self.command.on, self.command.policy)

    @property
    def account(self) -> AccountKey:
        """Where the money is set aside."""
        owner = {f"{self.target.noun}_id": self.target.id}
        return AccountKey(AccountKind.ALLOCATED, self.command.currency, self.contribution.id, **owner)


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
    directory = await look_up(unit.session, [command for command, _ in commands])
    contributions = await contributions_by_reference(unit.session, (command.contribution for command, _ in commands))
    targets = await targets_of(unit.session, [command.target for command, _ in commands], directory)
    return [
        Wish(command, contributions[command.contribution], target, is_synthetic)
        for (command, is_synthetic), target in zip(commands, targets, strict=True)
    ]


async def lock_wishes(unit: UnitOfWork, wishes: Sequence[Wish]) -> None:
    """Projects first, then groups, then contributions, ids ascending (DESIGN 2)."""
    await lock_project(unit.session, *_ids_of("project", wishes))
    await lock_announcement(unit.session, *_ids_of("announcement", wishes))
    await lock_contributions(unit.session, (wish.contribution.id for wish in wishes))


def _ids_of(noun: str, wishes: Sequence[Wish]) -> list[UUID]:
    return [wish.target.id for wish in wishes if wish.target.noun == noun]


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
    faults = [*_mechanism_faults(wish)]
    if wish.target.noun == "project":
        faults += await _state_faults(unit, wish, unit.recorded_at.date())
    faults += await earmark_faults(unit, wish.contribution, wish.command, wish.target)
    faults += await cost_faults(unit, wish.command, wish.target, await _given(unit, wish))
    if faults:
        told = sentence(*_NOT_PERMITTED, first=faults[0].detail)
        raise AllocationRefused(told, faults)


_NOT_PERMITTED = ("Cette allocation n'est pas permise : {first}", "This allocation is not permitted: {first}")


def _mechanism_faults(wish: Wish) -> Iterator[Fault]:
    contribution, target = wish.contribution, wish.target
    if target.mechanism_code not in {None, contribution.mechanism_code}:
        yield fault(
            "/project",
            "other_mechanism",
            "{contribution} est pour {own}, mais {target} relève de {other}.",
            "{contribution} is for {own}, but {target} belongs to {other}.",
            contribution=contribution.reference,
            own=contribution.mechanism_code,
            target=target.reference,
            other=target.mechanism_code,
        )


async def _state_faults(unit: UnitOfWork, wish: Wish, today: date) -> list[Fault]:
    state = await state_of(unit.session, wish.target, today)
    if state not in CLOSED_TO_MONEY:
        return []
    return [
        fault(
            "/project",
            "closed_to_money",
            "{project} est {state} : aucun argent ne lui est plus alloué.",
            "{project} is {state}: no money is allocated to it any more.",
            project=wish.target.reference,
            state=state,
        )
    ]
