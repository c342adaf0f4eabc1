"""What holds even when the service is wrong: its checks and locks are switched off, or left aside."""

import asyncio
from datetime import date
from decimal import Decimal

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from services.funds_api.allocations import service as allocations
from services.funds_api.allocations.service import allocate
from services.funds_api.contributions.service import create_contribution
from services.funds_api.journal import service as journal
from services.funds_api.journal.service import Booking, book
from shared.domain.ledger import Line, Valued, receipt
from shared.models.journal import EntryKind
from tests.funds_api.agreements import agree, allocation, contribution

pytestmark = pytest.mark.usefixtures("world")

FORGED_ENTRY = """
INSERT INTO journal_entry (id, reference, kind, contribution_id, value_on, precision, recorded_at, recorded_by,
    is_synthetic)
SELECT uuidv7(), 'FORGED-1', 'allocation', contribution_id, $2, 'day', now(), 'x', false FROM account WHERE id = $1
RETURNING id
"""


async def forge(admin, *, on: date, amount: str, moved: str | None = None, usd: str | None = None) -> None:
    """An entry straight into the tables: out of `available`, into `receivable`."""
    async with admin.transaction():
        rows = await admin.fetch("SELECT kind, id FROM account")
        accounts = {row["kind"]: row["id"] for row in rows}
        entry = await admin.fetchval(FORGED_ENTRY, accounts["available"], on)
        for kind, sign in (("available", 1), ("receivable", -1)):
            money = sign * Decimal(amount)
            await admin.execute(
                "INSERT INTO posting (id, entry_id, account_id, currency, amount, usd)"
                " VALUES (uuidv7(), $1, $2, 'USD', $3, $4::text::numeric)",
                entry,
                accounts[kind],
                money,
                usd or str(money),
            )
            change = Decimal(moved) if moved and kind == "available" else money
            await admin.execute(
                "UPDATE account_balance SET balance = balance + $2 WHERE account_id = $1", accounts[kind], change
            )


async def test_sessions_without_locks_or_checks_never_overspend(units, sessions, admin, monkeypatch) -> None:
    await agree(units)
    async with units() as unit:
        for number in (1, 2):  # the accounts exist, so that nothing but the balances stops the rest
            await allocate(unit, allocation(project=f"TF-2022-GAO-00{number}", amount="10"))

    async def nothing(*_: object) -> None:
        pass

    monkeypatch.setattr(allocations, "lock_wishes", nothing)
    monkeypatch.setattr(journal, "lock_balances", nothing)
    monkeypatch.setattr(journal, "_refuse_overdraft", nothing)
    together = asyncio.Barrier(24)

    async def one(number: int) -> bool:
        await together.wait()
        try:
            async with sessions() as unit:
                project = f"TF-2022-GAO-00{1 + number % 2}"
                await allocate(unit, allocation(project=project, amount="70", on="2022-03-01", reference=f"A-{number}"))
        except DBAPIError as error:
            assert "never_overspent" in str(error) or "overdrawn" in str(error)  # noqa: PT017
            return False
        return True

    outcomes = await asyncio.gather(*(one(number) for number in range(24)))
    assert sum(outcomes) == 980 // 70
    assert await admin.fetchval("SELECT min(balance) FROM account_balance WHERE NOT may_be_negative") == 0


async def test_a_balance_below_zero_on_an_earlier_date_is_refused(units, admin) -> None:
    await agree(units)
    with pytest.raises(asyncpg.CheckViolationError, match="overdrawn on some date"):
        await forge(admin, on=date(2022, 1, 15), amount="-10")


async def test_a_balance_that_is_not_the_sum_of_its_postings_is_refused(units, admin) -> None:
    await agree(units)
    with pytest.raises(asyncpg.CheckViolationError, match="not the sum"):
        await forge(admin, on=date(2022, 3, 1), amount="-10", moved="-9")


async def test_an_entry_ahead_of_its_day_is_refused(units, admin) -> None:
    await agree(units)
    with pytest.raises(asyncpg.CheckViolationError, match="not_ahead"):
        await forge(admin, on=date(2199, 1, 1), amount="10")


async def test_an_entry_that_does_not_sum_to_zero_in_usd_is_refused(units, admin) -> None:
    await agree(units)
    with pytest.raises(asyncpg.CheckViolationError, match="zero in USD"):
        await forge(admin, on=date(2022, 3, 1), amount="-10", usd="-4")


async def test_a_programming_error_is_found_before_the_database_is_asked(units) -> None:
    await agree(units)
    async with units() as unit:
        owner = (await create_contribution(unit, contribution(reference="CTB-2022-TWO"))).id
    whole, half = receipt(owner, Valued(Decimal(5), "USD", Decimal(5)))
    crooked = (whole, Line(half.account, Valued(Decimal(-5), "USD", Decimal(-4))))
    with pytest.raises(ValueError, match="sum to"):
        async with units() as unit:
            await book(unit, [Booking("E-1", EntryKind.RECEIPT, owner, date(2022, 3, 1), crooked)])


async def test_a_reversal_that_is_no_mirror_is_refused(units, admin) -> None:
    await agree(units)
    entry = await admin.fetchval("SELECT id FROM journal_entry")
    async with units() as unit:
        owner = await admin.fetchval("SELECT contribution_id FROM journal_entry")
        lines = receipt(owner, Valued(Decimal(5), "USD", Decimal(5)))
        reference = {"reason": "half of it", "reverses_id": entry}
        await book(unit, [Booking("E-1", EntryKind.RECEIPT, owner, date(2022, 3, 1), lines)])
    with pytest.raises(DBAPIError, match="does not mirror"):
        async with units() as unit:
            await book(unit, [Booking("E-2", EntryKind.RECEIPT, owner, date(2022, 3, 1), lines, **reference)])


AGREED = """
INSERT INTO agreement (id, contribution_id, amount, earmark_kind, earmark_sectors, earmark_places, value_on, precision,
    position, recorded_at, recorded_by, is_retraction, is_synthetic)
SELECT uuidv7(), id, {amount}, {kind}, '{{}}', '{{}}', '2022-02-01', 'day', 0, now(), 'awa', false, false
FROM contribution
"""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account_balance SET balance = -0.001 WHERE NOT may_be_negative",
        "UPDATE account_balance SET balance = 'NaN'",
        AGREED.format(amount="'NaN'", kind="'none'"),
        AGREED.format(amount="0", kind="'none'"),
        AGREED.format(amount="1", kind="'hard'"),
    ],
)
async def test_no_table_of_money_holds_what_is_no_amount(units, admin, statement) -> None:
    await agree(units)
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute(statement)


@pytest.mark.parametrize("usd", ["NaN", "Infinity"])
async def test_no_posting_holds_what_is_no_amount(units, admin, usd) -> None:
    await agree(units)
    with pytest.raises((asyncpg.CheckViolationError, asyncpg.NumericValueOutOfRangeError)):
        await forge(admin, on=date(2022, 3, 1), amount="10", usd=usd)
