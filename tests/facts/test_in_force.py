"""What holds at (as_of, known_at): corrections, retractions, order, and that the past never changes."""

import asyncio
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from shared.cutoff import CutOffBlocked, cut_off
from shared.facts import NOW, amount_in_force, areas_in_force, compiled, project_state
from tests.facts.builder import KNOWN, Builder

LATER = KNOWN + timedelta(days=10)
MARCH = date(2022, 3, 31)


@pytest.fixture
async def reads(pools: Any) -> Any:
    return await pools("djoliba_reporting")


async def states(reads: Any, as_of: date = MARCH, known_at: datetime = NOW) -> list[str]:
    statement = compiled(select(project_state().c.state).order_by("state"))
    rows = await reads.fetch(*statement.asked(as_of=as_of, known_at=known_at))
    return [row[0] for row in rows]


class TestStates:
    async def test_the_last_by_date_then_position_holds(self, builder: Builder, reads: Any) -> None:
        await builder.project(
            "QIP-1", ("approved", "2022-03-01"), ("in_progress", "2022-03-01"), ("completed", "2022-04-02")
        )
        assert await states(reads) == ["in_progress"]
        assert await states(reads, date(2022, 4, 2)) == ["completed"]
        assert await states(reads, date(2022, 2, 28)) == []

    async def test_a_correction_holds_from_when_it_was_recorded(self, builder: Builder, reads: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        first = await builder.move("QIP-1", "approved", "in_progress", "2022-03-01", position=1)
        await builder.move("QIP-1", "approved", "in_progress", "2022-04-15", LATER, position=1, supersedes_id=first)
        assert await states(reads, known_at=KNOWN) == ["in_progress"]
        assert await states(reads, known_at=LATER) == ["approved"]

    async def test_a_retraction_leaves_nothing_in_its_place(self, builder: Builder, reads: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        first = await builder.move("QIP-1", "approved", "cancelled", "2022-03-01", position=1)
        await builder.move(
            "QIP-1", "approved", "cancelled", "2022-03-01", LATER, supersedes_id=first, is_retraction=True
        )
        assert await states(reads, known_at=LATER - timedelta(seconds=1)) == ["cancelled"]
        assert await states(reads, known_at=LATER) == ["approved"]


class TestAmounts:
    async def test_requested_and_estimated_amounts_never_count(self, builder: Builder, reads: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"), usd="5")
        await builder.amount("QIP-1", "9", "2022-03-01", kind="estimated")
        statement = compiled(select(amount_in_force().c.usd))
        rows = await reads.fetch(*statement.asked(as_of=MARCH, known_at=NOW))
        assert [row[0] for row in rows] == [5]


class TestAreas:
    async def test_two_regions_of_one_area_count_once(self, builder: Builder, reads: Any) -> None:
        await builder.project("QIP-1", ("approved", "2022-02-01"), places=["ansongo", "menaka"])
        statement = compiled(select(areas_in_force().c.slug, areas_in_force().c.share))
        rows = await reads.fetch(*statement.asked(as_of=MARCH, known_at=NOW))
        assert [tuple(row) for row in rows] == [("gao-menaka", 100)]


class TestCutOff:
    async def test_a_figure_at_a_past_instant_never_changes(
        self, builder: Builder, reads: Any, database_url: str
    ) -> None:
        """A transaction that read its clock before the cut-off commits after it was asked for: it is waited for."""
        await builder.project("QIP-1", ("approved", "2022-02-01"))
        slow = await asyncpg.connect(database_url)
        transaction = slow.transaction()
        await transaction.start()
        recorded_at = await slow.fetchval("SELECT clock_timestamp() FROM pg_current_xact_id()")
        waiting = asyncio.create_task(cut_off(reads, 15))
        await slow.execute(
            """INSERT INTO transition (id, value_on, precision, position, recorded_at, recorded_by, is_retraction,
                                       is_synthetic, project_id, from_state, to_state)
               VALUES (uuidv7(), '2022-03-01', 'day', 1, $1, 'late', false, false, $2, 'approved', 'in_progress')""",
            recorded_at,
            builder.ids["QIP-1"],
        )
        too_early = await reads.fetchval("SELECT clock_timestamp()")
        before = await states(reads, known_at=too_early)
        for _ in range(20):  # a cut-off that does not wait would have had ample time
            await reads.fetchval("SELECT 1")
        assert not waiting.done()
        await transaction.commit()
        await slow.close()
        instant = await waiting
        assert recorded_at < instant
        assert await states(reads, known_at=too_early) != before, "a clock read without waiting is no cut-off"
        assert await states(reads, known_at=instant) == ["in_progress"]
        await builder.move("QIP-1", "in_progress", "completed", "2022-03-02", datetime.now(UTC), position=2)
        assert await states(reads, known_at=instant) == ["in_progress"]
        assert await states(reads) == ["completed"]

    async def test_it_names_the_process_that_blocks_it(self, reads: Any, database_url: str) -> None:
        blocking = await asyncpg.connect(database_url)
        try:
            async with blocking.transaction():
                await blocking.fetchval("SELECT pg_current_xact_id()::text")
                with pytest.raises(CutOffBlocked) as refused:
                    await cut_off(reads, 0.05)
        finally:
            await blocking.close()
        assert refused.value.status == 503
        assert re.match(r"Process '\d+' of the database '\w+' has held", refused.value.detail["en"])
