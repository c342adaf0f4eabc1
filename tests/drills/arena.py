"""What a drill stands in: a database, a sandbox platform, a crew of workers, and a seed that is printed."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg

from services.reporting_worker.press.artefacts import ArtefactStore
from shared.settings import Settings
from shared.wake import ArqWake
from tests.cluster import as_owner
from tests.drills.crew import Crew
from tests.drills.judge import Verdict, judge
from tests.reporting_worker.platforms.sandbox import Sandbox
from tests.reporting_worker.publications.builder import freeze_edition, promise

POSTS, MEDIA = "/wp-json/wp/v2/posts", "/wp-json/wp/v2/media"
OPEN = "SELECT count(*) FROM delivery WHERE state IN ('pending', 'sending', 'unknown')"

STUCK = """
SELECT delivery.idem_key || ': the delivery is ' || delivery.state || coalesce(', held: ' || delivery.held_reason, '')
    || ', its job ' || job.state || CASE WHEN job_lane.is_held THEN ', its platform paused' ELSE '' END
    || coalesce(', ' || job.error, '')
FROM delivery JOIN job ON job.id = delivery.job_id LEFT JOIN job_lane ON job_lane.name = job.lane
WHERE delivery.state IN ('pending', 'sending', 'unknown')
    AND (job.state NOT IN ('pending', 'leased') OR job_lane.is_held OR job.epoch <> (SELECT epoch FROM installation))
"""
"""Deliveries that nothing will ever take up: proof that no waiting helps."""

HASTEN = """
WITH waits AS (
    UPDATE job SET due_at = clock_timestamp() WHERE state = 'pending'
        AND due_at > clock_timestamp() + make_interval(secs => $1) RETURNING id, fence)
UPDATE delivery SET schedule_from_fence = waits.fence,
    probe_not_before = CASE WHEN probe_not_before IS NOT NULL THEN least(probe_not_before, clock_timestamp()) END
FROM waits WHERE job_id = waits.id
"""
"""The schedule of tries (twelve in four days) is not drilled here: a long wait passes at once and starts it anew, else a
machine that is too slow for the time to send would spend all tries in minutes. A quarantine is waited for."""

MARK = """
SELECT (SELECT coalesce(sum(fence), 0) FROM job) + (SELECT count(*) FROM attempt) + (SELECT count(*) FROM outbox)
"""
"""It moves with each claim, try and change of state: while it does, the deliveries are under way."""

SILENCE_SECONDS = 600.0
"""So long nothing at all has moved although a worker lives and a job is due: something hangs."""


@dataclass
class Arena:
    """The place of one drill."""

    settings: Settings
    engine: Any
    site: Sandbox
    crew: Crew
    chance: random.Random
    wake: ArqWake
    looks: asyncpg.Pool
    """Connections with which the drill looks on; kept, since it looks twenty times a second."""
    mutant: str | None = None
    deaths: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    @property
    def url(self) -> str:
        return as_owner(self.settings.database_url.get_secret_value())

    async def publish(self, number: int, revision: int = 1) -> Any:
        """Freeze and promise one revision of document `number`."""
        store = ArtefactStore(self.settings.object_store)
        edition = await freeze_edition(self.engine, store, f"n{number:04}", revision, languages=("fr",))
        (delivery,) = await promise(self.engine, edition, self.wake)
        return delivery

    async def spawn(self, **order: Any) -> int:
        return await self.crew.spawn(mutant=self.mutant, **order)

    async def fetch(self, statement: str, *values: Any) -> Any:
        return await self.looks.fetch(statement, *values)

    async def until_settled(self) -> None:
        """Wait until no delivery is open, however slow the machine: only proof that none will move ends the wait.

        A mutant's drill may not end, and is judged as it stands.
        """
        if self.mutant:
            await self.until(self._is_settled, patience=15 * max(1.0, self.settings.lease_seconds))
            return
        mark, moved_at = None, time.monotonic()
        while not await self._is_settled():
            await asyncio.sleep(0.05)
            with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                if stuck := await self.fetch(STUCK):
                    raise AssertionError(f"stuck: {'; '.join(row[0] for row in stuck)}")
                await self.fetch(HASTEN, 2 * self.settings.quarantine_seconds)
                if not self.crew.has_living:  # as a supervisor would
                    await self.spawn()
                if mark != (now := (await self.fetch(MARK))[0][0]):
                    mark, moved_at = now, time.monotonic()
            assert time.monotonic() - moved_at < SILENCE_SECONDS, "stuck: nothing moves, though work is due"

    async def _is_settled(self) -> bool:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return (await self.fetch(OPEN))[0][0] == 0
        return False

    async def until(self, holds: Callable[[], Any], *, patience: float = 60.0) -> bool:
        end = time.monotonic() + patience
        while not await holds():
            if time.monotonic() > end:
                return False
            await asyncio.sleep(0.05)
        return True

    async def claimed_by(self, pid: int) -> list[str]:
        """The deliveries whose job this worker holds."""
        rows = await self.fetch(
            "SELECT delivery.id FROM delivery JOIN job ON job.id = delivery.job_id"
            " WHERE job.state = 'leased' AND split_part(job.lease_owner, ':', 2) = $1",
            str(pid),
        )
        return [str(row["id"]) for row in rows]

    async def note_death(self, pid: int) -> None:
        """Remember which deliveries a killed worker held."""
        await self.crew.end_of(pid)
        killed_at = self.crew.killed_at(pid)
        if killed_at is not None:
            for delivery in await self.claimed_by(pid):
                self.deaths[delivery].append(killed_at)

    async def verdict(self) -> Verdict:
        return await judge(self.url, self.site.effects(), self.deaths)
