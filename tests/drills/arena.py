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

from services.reporting_worker.editions.artefacts import ArtefactStore
from shared.settings import Settings
from shared.wake import ArqWake
from tests.cluster import as_owner
from tests.drills.crew import Crew
from tests.drills.judge import Verdict, judge
from tests.reporting_worker.platforms.sandbox import Sandbox
from tests.reporting_worker.publications.builder import freeze_edition, promise

POSTS, MEDIA = "/wp-json/wp/v2/posts", "/wp-json/wp/v2/media"
OPEN = "SELECT count(*) FROM delivery WHERE state IN ('pending', 'sending', 'unknown')"


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
        """Wait until no delivery is open; a drill that cannot end (a mutant's may not) is judged as it stands."""
        leases = 15 if self.mutant else 120
        await self.until(self._is_settled, patience=leases * max(1.0, self.settings.lease_seconds))

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
