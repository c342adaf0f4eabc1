"""Double entry: which accounts an event moves, that each entry sums to zero, and that no account runs dry (DESIGN 7)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from shared.worded import Worded


class AccountKind(Worded, key="account_kind", fr="Nature du compte", en="Kind of account"):
    """What an account of a contribution holds."""

    RECEIVABLE = "receivable", "à recevoir", "receivable"
    """Runs negative: the mirror of what the donor has paid in."""
    AVAILABLE = "available", "disponible", "available"
    ALLOCATED = "allocated", "alloué", "allocated"
    EXCHANGE_POSITION = "exchange_position", "position de change", "exchange position"
    """Where one currency leaves an entry and another enters it."""
    ROUNDING = "rounding", "arrondis", "rounding"


NEVER_NEGATIVE = frozenset({AccountKind.AVAILABLE, AccountKind.ALLOCATED})


@dataclass(frozen=True)
class AccountKey:
    """What makes an account: its kind and currency within a contribution, and what an allocated one is for."""

    kind: AccountKind
    currency: str
    contribution_id: UUID
    project_id: UUID | None = None
    announcement_id: UUID | None = None

    @property
    def may_be_negative(self) -> bool:
        """False for money that someone could spend twice."""
        return self.kind not in NEVER_NEGATIVE


@dataclass(frozen=True)
class Valued:
    """An amount of an account's currency with its USD functional amount and, unless it is USD, the rate used."""

    amount: Decimal
    currency: str
    usd: Decimal
    policy: str | None = None
    exchange_rate_id: UUID | None = None
    rate: Decimal | None = None

    def negated(self) -> "Valued":
        """The same money the other way."""
        return replace(self, amount=-self.amount, usd=-self.usd)


@dataclass(frozen=True)
class Line:
    """One posting of an entry: signed money on an account of its currency."""

    account: AccountKey
    money: Valued


Lines = tuple[Line, ...]


def receipt(contribution_id: UUID, money: Valued) -> Lines:
    """Money that a donor has paid in becomes available."""
    return _move(
        AccountKey(AccountKind.RECEIVABLE, money.currency, contribution_id),
        AccountKey(AccountKind.AVAILABLE, money.currency, contribution_id),
        money,
    )


def allocation(taken: Valued, given: Valued, allocated: AccountKey) -> Lines:
    """Available money (`taken`, in the contribution's currency) is set aside (`given`, in the allocation's).

    In one currency the two are equal. In two, the entry passes through the exchange position of each, so that it
    sums to zero per currency and in USD; what rounding to cents leaves stays visible in the positions.
    """
    available = AccountKey(AccountKind.AVAILABLE, taken.currency, allocated.contribution_id)
    if taken.currency == given.currency:
        return _move(available, allocated, given)
    out, into = (
        AccountKey(AccountKind.EXCHANGE_POSITION, money.currency, allocated.contribution_id) for money in (taken, given)
    )
    return (*_move(available, out, taken), *_move(into, allocated, given))


def reversal(lines: Iterable[Line]) -> Lines:
    """The mirror of an entry: with it, every account stands where it stood."""
    return tuple(Line(line.account, line.money.negated()) for line in lines)


def available_in(lines: Iterable[Line]) -> Decimal:
    """What an entry adds to the money available (less than nothing: what it takes)."""
    return sum((line.money.amount for line in lines if line.account.kind is AccountKind.AVAILABLE), Decimal(0))


def _move(source: AccountKey, target: AccountKey, money: Valued) -> Lines:
    return Line(target, money), Line(source, money.negated())


class Unbalanced(ValueError):
    """An entry that creates or destroys money: a programming error, refused by the database too."""


def checked(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines themselves.

    Raises:
        Unbalanced: they don't sum to zero per currency and in USD, or a line lies on an account of another currency.
    """
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.account.currency != line.money.currency:
            raise Unbalanced(f"{line.money.currency} on an account in {line.account.currency}")
        sums[line.money.currency] += line.money.amount
        sums["functional"] += line.money.usd
    if not lines or any(sums.values()):
        raise Unbalanced(f"the lines sum to {dict(sums)}")
    return lines


@dataclass(frozen=True)
class Overdraft:
    """The first date on which an account would be below zero, and its balance then."""

    on: date
    balance: Decimal


def first_overdraft(movements: Mapping[date, Decimal]) -> Overdraft | None:
    """Fold an account's movements by value date; None when its balance is below zero on no date.

    >>> first_overdraft({date(2022, 3, 1): Decimal(-5), date(2022, 2, 1): Decimal(5)}) is None
    True
    >>> first_overdraft({date(2022, 3, 1): Decimal(5), date(2022, 2, 1): Decimal(-5)})
    Overdraft(on=datetime.date(2022, 2, 1), balance=Decimal('-5'))
    """
    balance = Decimal(0)
    for on in sorted(movements):
        balance += movements[on]
        if balance < 0:
            return Overdraft(on, balance)
    return None


def available_from(movements: Mapping[date, Decimal], value_on: date) -> Decimal:
    """The most that can leave the account on `value_on` without a later date falling below zero."""
    balance = sum((amount for on, amount in movements.items() if on <= value_on), Decimal(0))
    lowest = balance
    for on in sorted(on for on in movements if on > value_on):
        balance += movements[on]
        lowest = min(lowest, balance)
    return lowest


@dataclass(frozen=True)
class Excess:
    """More received than agreed: the date on which it is greatest, and both sums then."""

    on: date
    received: Decimal
    agreed: Decimal

    @property
    def over(self) -> Decimal:
        """By how much."""
        return self.received - self.agreed


def greatest_excess(received: Mapping[date, Decimal], agreed: Sequence[tuple[date, Decimal]]) -> Excess | None:
    """Where what was received by a date passes most what was agreed on it; None where it never does.

    `agreed` is in the order in which it holds; its first amount holds before its date too.

    >>> agreed = [(date(2022, 1, 1), Decimal(10)), (date(2022, 6, 1), Decimal(11))]
    >>> greatest_excess({date(2022, 6, 1): Decimal(11)}, agreed) is None
    True
    >>> greatest_excess({date(2022, 5, 31): Decimal(11)}, agreed)
    Excess(on=datetime.date(2022, 5, 31), received=Decimal('11'), agreed=Decimal('10'))
    """
    found: Excess | None = None
    balance = Decimal(0)
    for on in sorted({*received, *(day for day, _ in agreed)}):
        balance += received.get(on, Decimal(0))
        amount = next((amount for day, amount in reversed(agreed) if day <= on), agreed[0][1])
        if balance > amount and (found is None or balance - amount > found.over):
            found = Excess(on, balance, amount)
    return found
