"""The import of a chunk of a portfolio file: the same functions as the routes', but registers come first.

A row whose key is held already is compared: unchanged, changed where that is possible, else refused. What is booked
is never rewritten. Guards of a person's decision (state of the project, earmark) are not applied.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from services.funds_api.allocations.service import Wish, book_allocations, lock_wishes, read_wishes
from services.funds_api.contributions.queries import contributions_by_reference
from services.funds_api.contributions.receipts import Received, book_receipts
from services.funds_api.contributions.service import insert_contributions, refuse_amounts
from services.funds_api.exchange_rates.policies import set_rate_policy
from services.funds_api.exchange_rates.published import PublishedRate
from services.funds_api.exchange_rates.service import record_rates
from services.funds_api.imports.agreements import agree_as_filed
from services.funds_api.imports.queries import Booked, entries_booked, known_references, rate_policies
from services.funds_api.imports.schemas import AllocationRow, ContributionRow, RatePolicyRow, RateRow
from services.funds_api.records.donors import DONOR, DonorContent
from shared.domain.money import Money
from shared.errors import Conflict, Fault
from shared.models import Contribution, Donor
from shared.models.journal import EntryKind
from shared.portfolio import Row
from shared.recording.directory import Directory, look_up
from shared.recording.register import import_records
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

CREATED, UNCHANGED, CHANGED = "created", "unchanged", "changed"
RowOfType = TypeVar("RowOfType", bound=Row)


class HeldOtherwise(Conflict):
    """A row's key is held with other values that an import doesn't change; each fault names one."""

    kind = "held-otherwise"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            sentence(
                "{count} {count:ligne contredit|lignes contredisent} ce qui est enregistré.",
                "{count} {count:row contradicts|rows contradict} what is recorded.",
                count=len(faults),
            ),
            faults,
        )


async def import_rows(unit: UnitOfWork, rows: Sequence[Row]) -> Counter[str]:
    """Record what the rows of one chunk say: how many were `created`, `changed`, `unchanged`. All or none.

    Raises:
        HeldOtherwise: rows contradict what is booked.
        Problem: of the functions that the routes use (Overspent, RateMissing, AmountRefused, UnknownKeys ...).
    """
    return (
        await _import_policies(unit, _of(RatePolicyRow, rows))
        + await _import_rates(unit, _of(RateRow, rows))
        + await _import_donors(unit, [row for row in rows if isinstance(row, DonorContent)])
        + await _import_contributions(unit, _of(ContributionRow, rows))
        + await _import_allocations(unit, _of(AllocationRow, rows))
    )


def _of(kind: type[RowOfType], rows: Sequence[Row]) -> list[RowOfType]:
    return [row for row in rows if isinstance(row, kind)]


async def _import_policies(unit: UnitOfWork, rows: Sequence[RatePolicyRow]) -> Counter[str]:
    counter: Counter[str] = Counter()
    held = await rate_policies(unit.session) if rows else set()
    for row in rows:
        _, is_changed = await set_rate_policy(unit, row.policy, row.max_age_days)
        counter[UNCHANGED if not is_changed else CHANGED if row.policy in held else CREATED] += 1
    return counter


async def _import_rates(unit: UnitOfWork, rows: Sequence[RateRow]) -> Counter[str]:
    if not rows:
        return Counter()
    loaded = await record_rates(
        unit,
        [
            PublishedRate(row.source, row.base, row.quote, row.value, row.effective_on, row.document, row.reason)
            for row in rows
        ],
    )
    return Counter({CREATED: loaded.created, UNCHANGED: loaded.unchanged})


async def _import_donors(unit: UnitOfWork, rows: Sequence[Row]) -> Counter[str]:
    if not rows:
        return Counter()
    return await import_records(unit, DONOR, rows, await look_up(unit.session, rows))


async def _import_contributions(unit: UnitOfWork, rows: Sequence[ContributionRow]) -> Counter[str]:
    if not rows:
        return Counter()
    directory = await look_up(unit.session, rows)
    held = await contributions_by_reference(unit.session, (row.reference for row in rows))
    refuse_amounts([(row.reference, row.amount, row.currency, row.mechanism) for row in rows])
    fresh = [(row, row.reference, row.is_synthetic) for row in rows if row.reference not in held]
    inserted = await insert_contributions(unit, fresh, directory)
    contributions = {row.reference: row for row in (*held.values(), *inserted)}
    outcomes = {row.reference: CREATED for row, _, _ in fresh}
    faults: list[Fault] = []
    for row in rows:
        if row.reference in held:
            contribution = held[row.reference]
            faults += _fixed(row, contribution, directory)
            columns = _contribution_columns(row, directory)
            outcomes[row.reference] = _change(unit, "contribution", contribution, columns)
    received = await _fresh_receipts(unit, rows, contributions, faults)
    if faults:
        raise HeldOtherwise(faults)
    changed = await agree_as_filed(unit, rows, contributions, directory)
    if received:
        await book_receipts(unit, received)
    for reference in changed | {one.contribution.reference for one in received}:
        if outcomes[reference] == UNCHANGED:
            outcomes[reference] = CHANGED
    return Counter(outcomes.values())


async def _fresh_receipts(
    unit: UnitOfWork, rows: Sequence[ContributionRow], contributions: Mapping[str, Contribution], faults: list[Fault]
) -> list[Received]:
    """The receipts that are not booked yet; those booked otherwise become faults."""
    booked = await entries_booked(unit.session, (part.reference for row in rows for part in row.receipts))
    received = []
    for row in rows:
        contribution = contributions[row.reference]
        for part in row.receipts:
            stated = Booked(EntryKind.RECEIPT, contribution.id, part.amount, row.currency, part.on)
            if part.reference not in booked:
                received.append(Received(contribution, part, part.is_synthetic))
            elif booked[part.reference] != stated:
                faults.append(_booked_otherwise(part.reference, booked[part.reference]))
    return received


async def _import_allocations(unit: UnitOfWork, rows: Sequence[AllocationRow]) -> Counter[str]:
    if not rows:
        return Counter()
    wishes = await read_wishes(unit, [(row, row.is_synthetic) for row in rows])
    await lock_wishes(unit, wishes)
    booked = await entries_booked(unit.session, (row.reference for row in rows))
    fresh: list[Wish] = []
    faults = []
    for row, wish in zip(rows, wishes, strict=True):
        if row.reference not in booked:
            fresh.append(wish)
        elif booked[row.reference] != _stated(wish):
            faults.append(_booked_otherwise(row.reference, booked[row.reference]))
    if faults:
        raise HeldOtherwise(faults)
    if fresh:
        await book_allocations(unit, fresh)
    return Counter({CREATED: len(fresh), UNCHANGED: len(rows) - len(fresh)})


def _stated(wish: Wish) -> Booked:
    account, command = wish.account, wish.command
    return Booked(
        EntryKind.ALLOCATION,
        wish.contribution.id,
        command.amount,
        command.currency,
        command.on,
        account.project_id,
        account.announcement_id,
    )


def _contribution_columns(row: ContributionRow, directory: Directory) -> dict[str, Any]:
    return {
        "activity_id": directory.optional("activity", row.activity),
        "protection": row.protection,
        "is_synthetic": row.is_synthetic,
    }


def _fixed(row: ContributionRow, held: Contribution, directory: Directory) -> list[Fault]:
    """What an agreement keeps for ever, since its accounts stand on it."""
    return [
        Fault(
            f"/{name}",
            {
                "fr": f"{row.reference} : {was} est enregistré et ne change plus (ici {given}).",
                "en": f"{row.reference}: {was} is recorded and never changes (here {given}).",
            },
            "held_otherwise",
        )
        for name, given, was in (
            ("currency", row.currency, held.currency),
            ("mechanism", row.mechanism, held.mechanism_code),
        )
        if given != was
    ] + ([_other_donor(row)] if directory.id_of("donor", row.donor) != held.donor_id else [])


def _other_donor(row: ContributionRow) -> Fault:
    told = {
        "fr": f"{row.reference} est d'un autre bailleur et ne change plus (ici {row.donor}).",
        "en": f"{row.reference} is another donor's and never changes (here {row.donor}).",
    }
    return Fault("/donor", told, "held_otherwise")


def _booked_otherwise(reference: str, booked: Booked) -> Fault:
    told = sentence(
        "{reference} est passée autrement ({held}, {on}) ; contre-passez-la et prenez une nouvelle référence.",
        "{reference} is booked otherwise ({held}, {on}); reverse it and take a new reference.",
        reference=reference,
        held=Money(booked.amount, booked.currency),
        on=booked.on,
    )
    return Fault("/reference", told, "held_otherwise")


def _change(unit: UnitOfWork, kind: str, row: Donor | Contribution, columns: Mapping[str, Any]) -> str:
    """Set the columns that differ and record them; `changed` or `unchanged`."""
    before = {name: getattr(row, name) for name, value in columns.items() if getattr(row, name) != value}
    if not before:
        return UNCHANGED
    for name in before:
        setattr(row, name, columns[name])
    row.version += 1
    unit.record(f"{kind}.changed", kind, row.id, before=before, after={name: columns[name] for name in before})
    return CHANGED


__all__ = ["HeldOtherwise", "import_rows", "known_references"]
