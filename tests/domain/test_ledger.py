from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ledger import (
    AccountKey,
    AccountKind,
    Line,
    Unbalanced,
    Valued,
    allocation,
    available_from,
    checked,
    first_overdraft,
    receipt,
    reversal,
)

ONE, PROJECT = UUID(int=1), UUID(int=2)
CENTS = st.decimals("0.01", "99999999", places=2)
MOVEMENTS = st.dictionaries(
    st.integers(0, 60).map(lambda days: date(2022, 1, 1) + timedelta(days)),
    st.integers(-50, 50).map(Decimal),
    max_size=12,
)


@given(CENTS, CENTS, CENTS)
def test_every_entry_and_its_reversal_sum_to_zero(amount: Decimal, foreign: Decimal, usd: Decimal) -> None:
    dollars = Valued(amount, "USD", amount)
    euros = Valued(foreign, "EUR", usd, "unore", UUID(int=3), Decimal("0.89"))
    target = AccountKey(AccountKind.ALLOCATED, "USD", ONE, PROJECT)
    for lines in (receipt(ONE, euros), allocation(dollars, dollars, target), allocation(euros, dollars, target)):
        assert checked(lines) == lines
        mirror = checked(reversal(lines))
        by_account: dict[AccountKey, Decimal] = {}
        for line in (*lines, *mirror):
            by_account[line.account] = by_account.get(line.account, Decimal(0)) + line.money.amount
        assert not any(by_account.values())


def test_an_allocation_in_another_currency_passes_through_the_exchange_positions() -> None:
    lines = allocation(
        Valued(Decimal("890.00"), "EUR", Decimal(1000), "unore", UUID(int=3), Decimal("0.89")),
        Valued(Decimal(1000), "USD", Decimal(1000)),
        AccountKey(AccountKind.ALLOCATED, "USD", ONE, PROJECT),
    )
    assert {(line.account.kind, line.money.currency, line.money.amount) for line in lines} == {
        (AccountKind.AVAILABLE, "EUR", Decimal("-890.00")),
        (AccountKind.EXCHANGE_POSITION, "EUR", Decimal("890.00")),
        (AccountKind.EXCHANGE_POSITION, "USD", Decimal(-1000)),
        (AccountKind.ALLOCATED, "USD", Decimal(1000)),
    }


def test_refuses_lines_that_create_money() -> None:
    account = AccountKey(AccountKind.AVAILABLE, "USD", ONE)
    for lines in ((Line(account, Valued(Decimal(5), "USD", Decimal(5))),), ()):
        with pytest.raises(Unbalanced):
            checked(lines)


@given(MOVEMENTS)
def test_an_overdraft_is_found_on_its_first_date(movements: dict[date, Decimal]) -> None:
    running = {day: sum((amount for on, amount in movements.items() if on <= day), Decimal(0)) for day in movements}
    below = sorted(day for day, balance in running.items() if balance < 0)
    found = first_overdraft(movements)
    assert (found.on if found else None) == (below[0] if below else None)


@given(MOVEMENTS, st.integers(0, 60))
def test_what_is_available_can_leave_and_one_more_can_not(movements: dict[date, Decimal], days: int) -> None:
    on = date(2022, 1, 1) + timedelta(days)
    most = available_from(movements, on)
    if first_overdraft(movements) is not None or most < 0:
        return
    assert first_overdraft({**movements, on: movements.get(on, Decimal(0)) - most}) is None
    assert first_overdraft({**movements, on: movements.get(on, Decimal(0)) - most - 1}) is not None
