"""Lanes: so many jobs of one at a time, none while it is held; and how a job ends that fails or kills its workers."""

import asyncio
from typing import Any

from sqlalchemy import text
from uuid_utils.compat import uuid7

from shared.auth import system
from shared.database import storable
from shared.jobs import MAX_ATTEMPTS, Claim, Done, JobOutcome, claim_job, hold_lane, job, long_job, open_lane
from shared.settings import Settings
from shared.unit_of_work import UnitOfWork, unit_of_work
from tests.queue.test_one_queue import DONE, Engines, claim, record, until, working


async def in_lane(engine: Any, name: str, number: int, kind: str = "test.record", slots: int = 2) -> None:
    async with unit_of_work(engine, system("test"), service="reporting") as unit:
        await open_lane(unit.session, name, slots=slots)
        for one in range(number):
            unit.enqueue("reporting", kind, f"{name}:{one}", {"number": one}, lane=name)
        unit.record("test.asked", "test", uuid7())


async def hold(engine: Any, name: str, *, is_held: bool) -> None:
    async with unit_of_work(engine, system("test"), service="reporting") as unit:
        await hold_lane(unit.session, name, is_held=is_held)


async def one(engine: Any, question: str) -> Any:
    async with engine.connect() as connection:
        return (await connection.execute(text(question))).scalar_one()


async def test_a_lane_gives_no_more_jobs_than_it_has_slots_however_many_ask_at_once(engines: Engines) -> None:
    engine = engines("reporting")
    await in_lane(engine, "slow", 8)
    await in_lane(engine, "quick", 1)
    claims = [each for each in await asyncio.gather(*(claim(engine, f"w{n}") for n in range(8))) if each]
    assert sorted(each.key.partition(":")[0] for each in claims) == ["quick", "slow", "slow"]


async def test_jobs_that_hang_do_not_keep_those_of_other_lanes_waiting(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    ended = asyncio.Event()

    @long_job("reporting", "test.hang")
    async def hang(_: Claim, __: Any) -> JobOutcome:
        await ended.wait()
        return Done()

    await in_lane(engine, "slow", 8, "test.hang")
    await in_lane(engine, "quick", 8)
    async with working(settings, engine, (hang, record)):
        await until(engine, DONE, 8)
        assert await one(engine, "SELECT count(*) FROM job WHERE lane = 'slow' AND state = 'done'") == 0
        ended.set()
        await until(engine, "SELECT count(*) FROM job WHERE state = 'done'", 16)


async def test_a_held_lane_wakes_nothing_and_goes_on_when_it_is_let_go(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    await in_lane(engine, "held", 3)
    await hold(engine, "held", is_held=True)
    await in_lane(engine, "open", 1)
    async with working(settings, engine, (record,)):
        await until(engine, DONE, 1)
        assert await one(engine, "SELECT sum(fence) FROM job WHERE lane = 'held'") == 0
        await hold(engine, "held", is_held=False)
        await until(engine, DONE, 4)


async def test_a_job_that_always_fails_is_counted_and_dead_after_its_tries_with_its_last_error_and_its_resource_told(
    settings: Settings, engines: Engines
) -> None:
    engine = engines("reporting")

    async def told(unit: UnitOfWork, claim: Claim, error: str) -> None:
        unit.record("test.buried", "test", uuid7(), after={"key": claim.key, "error": storable(error)})

    @job("reporting", "test.poison", on_death=told)
    async def poison(_: UnitOfWork, __: dict[str, Any]) -> None:
        raise ValueError("a text that no database keeps: \x00\ud800")

    await in_lane(engine, "one", 1, "test.poison")
    hasty = settings.model_copy(update={"backoff_seconds": 0.0})
    async with working(hasty, engine, (poison,)):
        await until(engine, "SELECT state FROM job", "dead")
    assert await one(engine, "SELECT attempt FROM job") == MAX_ATTEMPTS
    assert (await one(engine, "SELECT error FROM job")).startswith("ValueError: a text that no database keeps")
    assert "12 attempts" in await one(engine, "SELECT after->>'error' FROM audit WHERE action = 'test.buried'")


async def test_a_job_whose_workers_never_come_back_is_dead_in_the_end(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    await in_lane(engine, "one", 1)
    for _ in range(MAX_ATTEMPTS):
        assert await claim_job(engine, "reporting", owner="gone", lease_seconds=0, send_deadline=0)
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE job SET state = 'pending', lease_owner = NULL, lease_until = NULL"))
    async with working(settings, engine, (record,)):
        await until(engine, "SELECT state FROM job", "dead")
    assert "lost this job" in await one(engine, "SELECT error FROM job")
    assert await one(engine, DONE) == 0
