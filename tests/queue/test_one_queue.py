"""One queue in Postgres: arq alone, the sweeper alone, flushes, dead leases and zombies."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
import redis.asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from uuid_utils.compat import uuid7

from shared.auth import system
from shared.jobs import Claim, Done, Handler, JobOutcome, LostLease, claim_job, finish_job, job, long_job, reap_leases
from shared.settings import Settings
from shared.unit_of_work import UnitOfWork, unit_of_work
from shared.wake import ArqWake
from shared.worker import Worker, WorkerContext

Engines = Callable[[str], AsyncEngine]


@job("reporting", "test.record")
async def record(unit: UnitOfWork, arguments: dict[str, Any]) -> None:
    unit.record("test.done", "test", uuid7(), after=arguments)


@job("reporting", "test.fail")
async def fail(unit: UnitOfWork, arguments: dict[str, Any]) -> None:
    unit.record("test.half_done", "test", uuid7())
    raise ValueError("cannot be done")


def settings_kept(settings: Settings, **changed: Any) -> Settings:
    return settings.model_copy(update=changed)


@asynccontextmanager
async def working(
    settings: Settings, engine: AsyncEngine, handlers: tuple[Handler, ...], **how: bool
) -> AsyncIterator[Worker]:
    wake = ArqWake(settings)
    worker = Worker("reporting", handlers, WorkerContext(settings, engine, wake), **how)
    running = asyncio.create_task(worker.run())
    try:
        yield worker
    finally:
        worker.stop()
        await running
        await wake.aclose()


async def enqueue(engine: AsyncEngine, kind: str, number: int, wake: ArqWake | None = None) -> None:
    for one in range(number):
        async with unit_of_work(engine, system("test"), service="reporting", request_id="r-1", wake=wake) as unit:
            unit.enqueue("reporting", kind, f"{kind}:{one}", {"number": one})
            unit.record("test.asked", "test", uuid7())


async def until(engine: AsyncEngine, question: str, expected: Any) -> None:
    async with asyncio.timeout(30):
        while True:
            async with engine.connect() as connection:
                if (await connection.execute(text(question))).scalar_one() == expected:
                    return
            await asyncio.sleep(0.02)


OPEN = "SELECT count(*) FROM job WHERE state IN ('pending', 'leased')"
DONE = "SELECT count(*) FROM audit WHERE action = 'test.done'"


async def test_the_sweeper_alone_completes_everything(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    away = settings_kept(settings, redis_url=type(settings.redis_url)("redis://127.0.0.1:1/0"))
    await enqueue(engine, "test.record", 10)
    async with working(away, engine, (record,), with_arq=True, with_sweeper=True):
        await until(engine, OPEN, 0)
    await until(engine, DONE, 10)


async def test_arq_alone_completes_everything(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    wake = ArqWake(settings)
    try:
        async with working(settings, engine, (record,), with_sweeper=False):
            await enqueue(engine, "test.record", 10, wake)
            await until(engine, OPEN, 0)
    finally:
        await wake.aclose()
    await until(engine, DONE, 10)


async def test_a_flush_loses_no_work(settings: Settings, engines: Engines, redis_url: str) -> None:
    engine = engines("reporting")
    wake = ArqWake(settings)
    await enqueue(engine, "test.record", 10, wake)
    await wake.aclose()
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.flushdb()
    async with working(settings, engine, (record,)):
        await until(engine, OPEN, 0)
    await until(engine, DONE, 10)


async def test_a_job_and_its_effect_end_in_one_transaction(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    await enqueue(engine, "test.fail", 1)
    async with working(settings, engine, (fail,)):
        await until(engine, "SELECT count(*) FROM job WHERE error LIKE 'ValueError%'", 1)
    await until(engine, "SELECT count(*) FROM audit WHERE action = 'test.half_done'", 0)
    await until(engine, "SELECT count(*) FROM job WHERE state IN ('pending', 'leased', 'dead')", 1)


async def test_a_request_id_travels_into_the_job(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    await enqueue(engine, "test.record", 1)
    async with working(settings, engine, (record,)):
        await until(engine, "SELECT request_id FROM audit WHERE action LIKE 'test.%' ORDER BY at DESC LIMIT 1", "r-1")
        await until(engine, DONE, 1)


async def claim(engine: AsyncEngine, owner: str, lease: float = 30) -> Claim | None:
    return await claim_job(engine, "reporting", owner=owner, lease_seconds=lease, send_deadline=0.0)


async def test_two_workers_never_hold_the_same_job(engines: Engines) -> None:
    engine = engines("reporting")
    await enqueue(engine, "test.record", 3)
    claims = await asyncio.gather(*(claim(engine, f"worker-{one}") for one in range(8)))
    held = [one.job_id for one in claims if one is not None]
    assert len(held) == len(set(held)) == 3


async def test_a_zombie_cannot_write_back(engines: Engines) -> None:
    engine = engines("reporting")
    await enqueue(engine, "test.record", 1)
    first = await claim(engine, "slow", lease=0.0)
    assert first is not None
    assert await reap_leases(engine, "reporting") == [first.job_id]
    second = await claim(engine, "quick")
    assert second is not None
    assert second.fence > first.fence
    with pytest.raises(LostLease):
        async with engine.begin() as connection:
            await first.guard(connection)
    with pytest.raises(LostLease):
        async with engine.begin() as connection:
            await finish_job(connection, first, Done())
    async with engine.begin() as connection:
        await finish_job(connection, second, Done())


async def test_work_of_an_earlier_epoch_is_not_claimed(database_url: str, engines: Engines) -> None:
    engine = engines("reporting")
    await enqueue(engine, "test.record", 1)

    owner = await asyncpg.connect(database_url)
    await owner.execute("UPDATE installation SET epoch = 2")
    await owner.close()
    assert await claim(engine, "any") is None


async def test_a_long_job_that_outlives_its_lease_keeps_it_by_renewing(settings: Settings, engines: Engines) -> None:
    engine = engines("reporting")
    seen: list[Claim] = []

    @long_job("reporting", "test.long")
    async def long(held: Claim, context: WorkerContext) -> JobOutcome:
        seen.append(held)
        await asyncio.sleep(context.settings.lease_seconds * 2)
        return Done()

    await enqueue(engine, "test.long", 1)
    async with working(settings, engine, (long,)):
        await until(engine, "SELECT state FROM job", "done")
    assert [one.fence for one in seen] == [1]
