import asyncio
from datetime import date
from decimal import Decimal

import asyncpg
import pytest

from services.funds_api.allocations.service import AllocationRefused, allocate
from services.funds_api.contributions.receipts import record_receipt
from services.funds_api.contributions.service import (
    AmountRefused,
    ContributionExists,
    ContributionNotFound,
    create_contribution,
)
from services.funds_api.journal.reversals import AlreadyReversed, reverse_entry
from services.funds_api.journal.service import BookedInFuture, Overspent, ReferenceTaken
from services.funds_api.journal.valuation import ChainRefused
from shared.errors import InvalidInput, RateMissing
from shared.recording.directory import UnknownKeys
from tests.funds_api.agreements import agree, allocation, contribution, receipt

pytestmark = pytest.mark.usefixtures("world")

BALANCES = """
SELECT account.kind, account.currency, balance FROM account_balance JOIN account ON account.id = account_id
ORDER BY kind, currency, balance
"""
LOPSIDED = """
SELECT entry_id, currency FROM posting GROUP BY entry_id, currency HAVING sum(amount) <> 0
UNION ALL SELECT entry_id, 'functional' FROM posting GROUP BY entry_id HAVING sum(usd) <> 0
"""

WAITING = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
WHERE NOT granted AND datname = current_database()
"""


async def balances(admin) -> dict[tuple[str, str], Decimal]:
    rows = await admin.fetch(BALANCES)
    assert await admin.fetch(LOPSIDED) == []
    return {(row["kind"], row["currency"]): row["balance"] for row in rows}


class TestReceipts:
    async def test_what_is_received_becomes_available(self, units, admin) -> None:
        await agree(units)
        assert await balances(admin) == {("receivable", "USD"): -1000, ("available", "USD"): 1000}
        posting = await admin.fetchrow("SELECT policy, exchange_rate_id, rate FROM posting LIMIT 1")
        assert tuple(posting) == (None, None, None)

    async def test_a_euro_is_worth_the_un_rate_of_its_value_date(self, units, admin) -> None:
        await agree(
            units,
            reference="CTB-2022-BEL",
            donor="belgium",
            amount="1000000",
            currency="EUR",
            agreement_on="2022-03-03",
        )
        row = await admin.fetchrow(
            "SELECT posting.amount, usd, posting.policy, rate, effective_on FROM posting"
            " JOIN exchange_rate ON exchange_rate.id = exchange_rate_id WHERE posting.amount > 0"
        )
        assert tuple(row) == (
            Decimal(1000000),
            Decimal("1123595.5056179775"),
            "unore",
            Decimal("0.89"),
            date(2022, 3, 1),
        )

    async def test_refuses_a_euro_on_a_day_without_a_rate(self, units, admin) -> None:
        await agree(
            units, reference="CTB-2021-BEL", donor="belgium", currency="EUR", agreement_on="2021-11-30", received=None
        )
        with pytest.raises(RateMissing, match="Load the unore rate of EUR"):
            async with units() as unit:
                await record_receipt(unit, "CTB-2021-BEL", receipt(on="2021-12-01"))
        assert await admin.fetchval("SELECT count(*) FROM posting") == 0

    async def test_refuses_what_cannot_be_received(self, units) -> None:
        await agree(units, received=None)
        for command, error in (
            (receipt(amount="0.1234"), AmountRefused),
            (receipt(on="2022-01-09"), InvalidInput),
            (receipt(on="2199-01-01"), BookedInFuture),
        ):
            with pytest.raises(error):
                async with units() as unit:
                    await record_receipt(unit, "CTB-2022-DNK", command)
        with pytest.raises(ContributionNotFound):
            async with units() as unit:
                await record_receipt(unit, "CTB-0000-XXX", receipt())


class TestAgreements:
    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"donor": "atlantis"}, UnknownKeys),
            ({"mechanism": "PBF"}, UnknownKeys),
            ({"currency": "ZZZ"}, AmountRefused),
            ({"currency": "XOF", "amount": "10.5"}, AmountRefused),
            ({"amount": "1.2345"}, AmountRefused),
            ({}, ContributionExists),
        ],
    )
    async def test_refuses_what_cannot_be_agreed(self, units, changed, error) -> None:
        await agree(units)
        reference = {} if error is ContributionExists else {"reference": "CTB-2022-NEW"}
        with pytest.raises(error):
            async with units() as unit:
                await create_contribution(unit, contribution(**reference, **changed))


class TestAllocations:
    async def test_sets_aside_for_a_project_and_for_a_group(self, units, admin) -> None:
        await agree(units)
        async with units() as unit:
            await allocate(unit, allocation(amount="110.859"))
            await allocate(unit, allocation(project=None, announcement="ANN-2022-01", amount="9"))
        rows = await admin.fetch(BALANCES)
        assert [(row["kind"], row["balance"]) for row in rows] == [
            ("allocated", Decimal(9)),
            ("allocated", Decimal("110.859")),
            ("available", Decimal("880.141")),
            ("receivable", Decimal(-1000)),
        ]

    async def test_refuses_more_than_is_available_on_any_later_date(self, units, admin) -> None:
        await agree(units)
        async with units() as unit:
            await allocate(unit, allocation(amount="950", on="2022-03-20"))
        # 1,000 is there on 1 March, but 950 of it leave on 20 March
        with pytest.raises(Overspent, match="50 USD is available") as refused:
            async with units() as unit:
                await allocate(unit, allocation(amount="51", on="2022-03-01"))
        assert (
            "51\u00a0USD au 1er mars 2022 ; il n'y a alors que 50\u00a0USD de disponible" in refused.value.detail["fr"]
        )
        with pytest.raises(Overspent, match="takes 1 USD on 31 January 2022, but 0 USD is available"):
            async with units() as unit:
                await allocate(unit, allocation(amount="1", on="2022-01-31"))  # before the receipt
        async with units() as unit:
            await allocate(unit, allocation(amount="50", on="2022-03-01"))
        assert (await balances(admin))["available", "USD"] == 0

    @pytest.mark.parametrize(
        ("changed", "error"),
        [
            ({"on": "2199-01-01"}, BookedInFuture),
            ({"project": "TF-0000-GAO-999"}, UnknownKeys),
            ({"contribution": "CTB-0000-XXX"}, UnknownKeys),
            ({"project": "QIP-2022-GAO-001"}, AllocationRefused),
            ({"project": "TF-2022-GAO-003"}, AllocationRefused),
            ({"amount": "1.2345"}, AmountRefused),
            ({"reference": "CTB-2022-DNK-R1"}, ReferenceTaken),
        ],
    )
    async def test_refuses_with_nothing_left_behind(self, units, admin, changed, error) -> None:
        await agree(units)
        with pytest.raises(error):
            async with units() as unit:
                await allocate(unit, allocation(**changed))
        assert await admin.fetchval("SELECT count(*) FROM account WHERE kind = 'allocated'") == 0

    async def test_an_earmark_asks_how_it_is_met(self, units) -> None:
        await agree(units, earmark_kind="soft", earmark={"fr": "droits des femmes", "en": "women's rights"})
        with pytest.raises(AllocationRefused, match="women's rights"):
            async with units() as unit:
                await allocate(unit, allocation())
        async with units() as unit:
            await allocate(unit, allocation(reason="trains 40 women mediators"))

    async def test_a_euro_contribution_pays_dollars_through_the_exchange_position(self, units, admin) -> None:
        await agree(units, reference="CTB-2022-BEL", donor="belgium", currency="EUR", agreement_on="2022-03-03")
        async with units() as unit:
            await allocate(unit, allocation(contribution="CTB-2022-BEL", amount="100.001", on="2022-03-15"))
        # 100.001 USD at 0.913 is 91.30 EUR
        assert await balances(admin) == {
            ("receivable", "EUR"): Decimal(-1000),
            ("available", "EUR"): Decimal("908.70"),
            ("exchange_position", "EUR"): Decimal("91.30"),
            ("exchange_position", "USD"): Decimal("-100.001"),
            ("allocated", "USD"): Decimal("100.001"),
        }
        assert await admin.fetchval("SELECT sum(usd) FROM posting WHERE amount = 100.001") == Decimal("100.001")

    async def test_a_euro_contribution_pays_euros_at_the_rate_of_the_day(self, units, admin) -> None:
        await agree(units, reference="CTB-2022-BEL", donor="belgium", currency="EUR", agreement_on="2022-03-03")
        async with units() as unit:
            await allocate(
                unit, allocation(contribution="CTB-2022-BEL", currency="EUR", amount="91.30", on="2022-03-15")
            )
        held = await balances(admin)
        assert (held["allocated", "EUR"], held["available", "EUR"]) == (Decimal("91.30"), Decimal("908.70"))
        assert await admin.fetchval("SELECT usd FROM posting WHERE amount = 91.30") == Decimal("100.0000000000")

    async def test_refuses_a_chain_of_two_conversions(self, units) -> None:
        await agree(units, reference="CTB-2022-BEL", donor="belgium", currency="EUR", agreement_on="2022-03-03")
        with pytest.raises(ChainRefused, match="two values"):
            async with units() as unit:
                await allocate(
                    unit, allocation(contribution="CTB-2022-BEL", currency="XOF", amount="1000", on="2022-03-15")
                )

    async def test_real_sessions_at_once_never_spend_more_than_there_is(self, units, sessions, admin) -> None:
        await agree(units)
        together = asyncio.Barrier(24)

        async def one(number: int) -> bool:
            await together.wait()
            try:
                async with sessions() as unit:
                    project = f"TF-2022-GAO-00{1 + number % 2}"
                    await allocate(unit, allocation(project=project, amount="70", on="2022-03-01"))
            except Overspent:
                return False
            return True

        outcomes = await asyncio.gather(*(one(number) for number in range(24)))
        assert sum(outcomes) == 1000 // 70
        rows = await admin.fetch(BALANCES)
        assert await admin.fetch(LOPSIDED) == []
        assert sum(row["balance"] for row in rows if row["kind"] == "allocated") == 980
        assert [row["balance"] for row in rows if row["kind"] == "available"] == [20]
        assert await admin.fetchval("SELECT count(DISTINCT reference) FROM journal_entry") == 15


async def test_a_project_cancelled_meanwhile_gets_no_money(units, admin, database_url) -> None:
    await agree(units)
    project_id = await admin.fetchval("SELECT id FROM project WHERE reference = 'TF-2022-GAO-001'")
    other = await asyncpg.connect(database_url)
    try:
        async with other.transaction():  # what the projects service does when it cancels
            name = f"project:{project_id}"
            await other.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", name)
            await other.execute(
                "INSERT INTO transition (id, project_id, from_state, to_state, value_on, precision, position,"
                " recorded_at, recorded_by, is_retraction, is_synthetic) VALUES (uuidv7(), $1, 'approved',"
                " 'cancelled', '2022-02-20', 'day', 0, now(), 'awa', false, false)",
                project_id,
            )

            async def allocated() -> str:
                try:
                    async with units() as unit:
                        await allocate(unit, allocation())
                except AllocationRefused as refused:
                    return refused.detail["en"]
                return "booked"

            waiting = asyncio.create_task(allocated())
            while not await admin.fetchval(WAITING):
                assert not waiting.done()
        assert "is cancelled" in await waiting
    finally:
        await other.close()


class TestReversal:
    async def test_happens_exactly_once_among_sessions_at_once(self, units, sessions, admin) -> None:
        await agree(units)
        async with units() as unit:
            entry = await allocate(unit, allocation())
        together = asyncio.Barrier(16)

        async def one() -> bool:
            await together.wait()
            try:
                async with sessions() as unit:
                    await reverse_entry(unit, entry, value_on=date(2022, 3, 2), reason="wrong project")
            except AlreadyReversed:
                return False
            return True

        assert sum(await asyncio.gather(*(one() for _ in range(16)))) == 1
        assert await balances(admin) == {
            ("receivable", "USD"): Decimal(-1000),
            ("available", "USD"): Decimal(1000),
            ("allocated", "USD"): Decimal(0),
        }

    async def test_of_a_reversal_is_refused(self, units) -> None:
        await agree(units)
        async with units() as unit:
            entry = await allocate(unit, allocation())
            mirror = await reverse_entry(unit, entry, value_on=date(2022, 3, 2), reason="wrong project")
        with pytest.raises(AlreadyReversed, match="book a new entry"):
            async with units() as unit:
                await reverse_entry(unit, mirror, value_on=date(2022, 3, 3), reason="again")

    async def test_refuses_to_take_back_a_receipt_that_is_allocated(self, units, admin) -> None:
        await agree(units)
        async with units() as unit:
            await allocate(unit, allocation(amount="600"))
        entry = await admin.fetchval("SELECT id FROM journal_entry WHERE kind = 'receipt'")
        with pytest.raises(Overspent, match="400 USD is available"):
            async with units() as unit:
                await reverse_entry(unit, entry, value_on=date(2022, 3, 2), reason="bounced")
        with pytest.raises(InvalidInput, match="before its entry"):
            async with units() as unit:
                await reverse_entry(unit, entry, value_on=date(2022, 1, 2), reason="bounced")
