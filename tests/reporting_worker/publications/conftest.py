"""A sandbox platform per module, and in each test a platform row, a store and a worker that takes one turn at a time."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, text

from services.reporting_worker.press.artefacts import ArtefactStore
from services.reporting_worker.publications.jobs import deliver
from shared.models import Attempt, Delivery, Job, Platform, Receipt
from shared.wake import ArqWake
from shared.worker import Worker, WorkerContext
from tests.cluster import as_owner
from tests.reporting_worker.platforms.sandbox import Sandbox, ThreadedSandbox
from tests.reporting_worker.publications.builder import add_platform, freeze_edition, promise


@pytest.fixture
def site(tmp_path):
    with ThreadedSandbox(tmp_path / "platform") as sandbox:
        yield sandbox


async def effect(site, kind):
    """Wait until the platform has acted."""
    while not site.effects(kind):  # noqa: ASYNC110  (the platform is another process)
        await asyncio.sleep(0.01)


@dataclass
class Desk:
    """What a test of deliveries does: freeze, promise, let a worker take its turn, look."""

    engine: Any
    settings: Any
    store: ArtefactStore
    worker: Worker
    site: Sandbox
    platform: Platform

    async def freeze(self, **options):
        return await freeze_edition(self.engine, self.store, **options)

    async def publish(self, languages=("fr",), **options):
        """Freeze and promise one revision; the delivery of its first language."""
        edition = await self.freeze(languages=languages, **options)
        return (await promise(self.engine, edition))[0]

    async def turn(self, delivery=None):
        """One claim of a worker, whatever its due date; False when there was nothing to claim."""
        await self.execute("UPDATE job SET due_at = clock_timestamp() WHERE state = 'pending'")
        return await self.worker.run_due(delivery.job_id if delivery is not None else None)

    async def age(self, seconds=10_000):
        """Let time pass for what waits: attempts, quarantines and leases lie further back."""
        for statement in (
            "UPDATE attempt SET started_at = started_at - {back}",
            "UPDATE delivery SET probe_not_before = probe_not_before - {back}",
            "UPDATE job SET lease_until = lease_until - {back} WHERE state = 'leased'",
        ):
            await self.execute(statement.format(back=f"interval '{seconds} seconds'"), owner=True)

    async def execute(self, statement, *, owner=False, **values):
        """Run a statement as the service, or as the `owner` of the tables."""
        if owner:
            connection = await asyncpg.connect(as_owner(self.settings.database_url.get_secret_value()))
            try:
                return await connection.execute(statement)
            finally:
                await connection.close()
        async with self.engine.begin() as connection:
            return await connection.execute(text(statement), values)

    async def rows(self, table, **by):
        async with self.engine.connect() as connection:
            found = await connection.execute(select(table.__table__).filter_by(**by))
            return list(found.mappings())

    async def look(self, delivery) -> Any:
        (row,) = await self.rows(Delivery, id=delivery.id)
        return row

    async def job(self, delivery):
        (row,) = await self.rows(Job, id=delivery.job_id)
        return row

    async def attempts(self, delivery):
        rows = sorted(await self.rows(Attempt, delivery_id=delivery.id), key=lambda row: row["started_at"])
        return [(row["fence"], row["step"], row["phase"], row["outcome"]) for row in rows]

    async def receipts(self, delivery):
        return {row["step"]: row for row in await self.rows(Receipt, delivery_id=delivery.id, is_current=True)}

    async def platform_now(self):
        (row,) = await self.rows(Platform, id=self.platform.id)
        return row

    async def resume(self, slug="ptf"):
        await self.execute("UPDATE platform SET is_paused = false, paused_reason = NULL")
        await self.execute("UPDATE job_lane SET is_held = false")


@pytest.fixture
async def desk(settings, engines, site, tmp_path):
    engine = engines("reporting")
    store = ArtefactStore(settings.object_store)
    wake = ArqWake(settings)
    # whatever the machine does beside, no time to send passes here unless a test lets it
    patient = settings.model_copy(update={"send_deadline_seconds": 60.0, "lease_seconds": 60.0})
    worker = Worker("reporting", (deliver,), WorkerContext(patient, engine, wake))
    platform = await add_platform(engine, site.url, site.accounts["author"], settings.secrets_folder)
    yield Desk(engine, settings, store, worker, site, platform)
    await wake.aclose()


@pytest.fixture
def unknown_id():
    return UUID("00000000-0000-7000-8000-000000000000")
