"""The hint to a worker that a job is due, sent through arq after the commit; losing it costs seconds, not work."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any

import structlog
from arq.connections import ArqRedis, RedisSettings, create_pool

from shared.settings import Service, Settings
from shared.unit_of_work import QueuedJob

log = structlog.get_logger()

PATIENCE_SECONDS = 5.0
"""How long a hint may take before it is given up: the sweeper finds the job anyway."""


def queue_name(queue: Service) -> str:
    """The list in Valkey on which a service's worker listens."""
    return f"djoliba:{queue}"


def redis_settings(settings: Settings) -> RedisSettings:
    """The connection settings of arq: one try, short timeouts, so that nothing waits for a server that is down."""
    given = RedisSettings.from_dsn(settings.redis_url.get_secret_value())
    given.conn_retries = 0
    given.conn_timeout = 5
    return given


def serialize(value: dict[str, Any]) -> bytes:
    """Job payloads as JSON: arq's own pickle would let anyone who can write to Valkey execute code."""
    return json.dumps(value, default=str).encode()


def deserialize(value: bytes) -> dict[str, Any]:
    """Read a payload; anything but an object is refused."""
    decoded = json.loads(value)
    if not isinstance(decoded, dict):
        raise TypeError("A job's payload is a JSON object.")
    return decoded


class ArqWake:
    """Sends hints in the background: never waits, never raises, drops them while Valkey is away."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: ArqRedis | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._connecting = asyncio.Lock()

    def __call__(self, job: QueuedJob) -> None:
        """Send the hint without waiting and without raising."""
        task = asyncio.get_running_loop().create_task(self.send(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def send(self, job: QueuedJob) -> None:
        """Send the hint, at most for `PATIENCE_SECONDS`; a failure is logged and forgotten."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                pool = await self._connected()
                await pool.enqueue_job(
                    "run", str(job.id), _queue_name=queue_name(job.queue), _defer_until=_instant(job.due_at)
                )
        except Exception as error:  # noqa: BLE001  (a hint: whatever goes wrong, the job row is there)
            log.info("wake.lost", job_id=str(job.id), error=type(error).__name__)
            await self._forget()

    async def _connected(self) -> ArqRedis:
        async with self._connecting:  # two hints at once must not open two pools
            if self._pool is None:
                self._pool = await create_pool(
                    redis_settings(self._settings), job_serializer=serialize, job_deserializer=deserialize
                )
            return self._pool

    async def _forget(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.aclose(close_connection_pool=True)

    async def aclose(self) -> None:
        """Let hints on their way arrive, then close the connection."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE_SECONDS)
        await self._forget()


def _instant(due_at: datetime | None) -> datetime | None:
    return due_at + timedelta(milliseconds=50) if due_at else None
