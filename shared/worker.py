"""A worker process: arq for hints and a sweeper for what hints missed, side by side; either alone suffices.

Both only rouse the worker, which claims what is due from Postgres.
"""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from arq.cron import cron
from arq.worker import Worker as ArqWorker
from arq.worker import func
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.auth import Principal, system
from shared.database import is_away
from shared.identity import Role
from shared.jobs import (
    MAX_ATTEMPTS,
    Claim,
    Dead,
    Done,
    Handler,
    JobOutcome,
    LostLease,
    Retry,
    bounded,
    claim_job,
    finish_job,
    reap_leases,
    renew_lease,
)
from shared.settings import Service, Settings
from shared.unit_of_work import UnitOfWork, unit_of_work
from shared.wake import ArqWake, deserialize, queue_name, redis_settings, serialize

log = structlog.get_logger()

SLOTS = 8
"""Jobs that a worker has in hand at a time: most of them wait for somebody else's server."""

RESTART_SECONDS = 1.0
"""Pause before arq is started again after Valkey went away (its own worker ends on the first error)."""


CATCH_UP_SECONDS = set(range(0, 60, 5))
"""Seconds of each minute at which arq, too, looks for due jobs that no hint announced."""


@dataclass
class WorkerContext:
    """What a long job may use; a service whose jobs use more has a context of its own."""

    settings: Settings
    engine: AsyncEngine
    wake: ArqWake

    @asynccontextmanager
    async def unit(
        self, claim: Claim, service: Service, principal: Principal | None = None, *, is_guarded: bool = True
    ) -> AsyncIterator[UnitOfWork]:
        """A unit of work of a claimed job, in its asker's name unless another is given.

        It holds the job's row, and is refused to a worker that lost its lease, unless it is not to be guarded.
        """
        principal = principal or Principal(claim.actor, claim.actor, frozenset({Role.ADMIN}))
        async with unit_of_work(
            self.engine, principal, service=service, request_id=claim.request_id, wake=self.wake
        ) as unit:
            if is_guarded:
                await claim.guard(unit.session)
            yield unit


class Worker:
    """Runs the jobs of one queue until stopped."""

    def __init__(
        self,
        queue: Service,
        handlers: Iterable[Handler],
        context: WorkerContext,
        *,
        with_arq: bool = True,
        with_sweeper: bool = True,
    ) -> None:
        self.queue = queue
        self.context = context
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{queue}"
        self._handlers = {handler.kind: handler for handler in handlers}
        self._with_arq, self._with_sweeper = with_arq, with_sweeper
        self._stopping = asyncio.Event()
        self._roused = asyncio.Event()
        """Set by whatever may have made a job claimable: a hint, the sweeper, the end of another job."""

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the jobs in hand are done."""
        self._stopping.set()
        self._roused.set()

    async def run(self) -> None:
        """Work until `stop`."""
        loops = [self._work()]
        if self._with_sweeper:
            loops.append(self._sweep())
        if self._with_arq:
            loops.append(self._listen())
        await asyncio.gather(*loops)

    async def run_due(self, job_id: UUID | None = None) -> bool:
        """Claim and run one due job (the one named, if given); False when there was none."""
        claim = await self._claim(job_id)
        if claim is not None:
            await self._run_claim(claim)
        return claim is not None

    async def _work(self) -> None:
        """Claim whatever is due, `SLOTS` at a time, each time something has roused us."""
        in_hand: set[asyncio.Task[None]] = set()

        def ended(task: asyncio.Task[None]) -> None:
            in_hand.discard(task)
            self._roused.set()

        while not self._stopping.is_set():
            self._roused.clear()
            try:
                while len(in_hand) < SLOTS and (claim := await self._claim()) is not None:
                    task = asyncio.create_task(self._run_claim(claim))
                    in_hand.add(task)
                    task.add_done_callback(ended)
            except Exception as error:  # noqa: BLE001  (Postgres away: the worker outlives it)
                log.warning("worker.waits", error=type(error).__name__)
            await self._roused.wait()
        await asyncio.gather(*in_hand)

    async def _claim(self, job_id: UUID | None = None) -> Claim | None:
        settings = self.context.settings
        deadline = time.monotonic() + settings.send_deadline_seconds
        return await claim_job(
            self.context.engine,
            self.queue,
            owner=self.owner,
            lease_seconds=settings.lease_seconds,
            send_deadline=deadline,
            job_id=job_id,
        )

    async def _run_claim(self, claim: Claim) -> None:
        renewal = asyncio.create_task(self._renew(claim))
        with structlog.contextvars.bound_contextvars(
            job_id=str(claim.job_id), kind=claim.kind, request_id=claim.request_id
        ):
            try:
                await self._execute(claim)
                log.info("job.run", attempt=claim.attempt)
            except LostLease:
                log.warning("job.lease_lost", fence=claim.fence)
            except Exception as error:
                log.exception("job.failed", attempt=claim.attempt)
                await self._fail(claim, error)
            finally:
                renewal.cancel()

    async def _execute(self, claim: Claim) -> None:
        handler = self._handlers.get(claim.kind)
        if handler is None:
            raise LookupError(f"no handler for jobs of kind {claim.kind}")
        if claim.attempt > MAX_ATTEMPTS:  # no try of so many told how it ended: the job takes its workers along
            await self._finish(claim, Dead(f"{MAX_ATTEMPTS} workers lost this job without telling how it ended"))
            return
        if handler.long is not None:
            await self._finish(claim, await handler.long(claim, self.context))
            return
        assert handler.short is not None
        async with self.context.unit(claim, self.queue, is_guarded=False) as unit:
            await handler.short(unit, claim.arguments)
            await finish_job(unit.session, claim, Done())

    async def _fail(self, claim: Claim, error: Exception) -> None:
        """Count a try that ended by an exception, and wait before the next; what the database did is not counted."""
        said = f"{type(error).__name__}: {error}"
        settings = self.context.settings
        if is_away(error):
            outcome = Retry(timedelta(seconds=settings.sweep_seconds), said, counts=False)
        else:
            seconds = settings.backoff_seconds * 2 ** min(claim.attempt - 1, 8)
            outcome = Retry(timedelta(seconds=seconds), said)
        try:
            await self._finish(claim, outcome)
        except LostLease:
            log.warning("job.lease_lost", fence=claim.fence)
        except Exception as lost:  # noqa: BLE001  (the lease runs out, and the next claim counts this one)
            log.warning("job.end_not_written", error=type(lost).__name__)

    async def _finish(self, claim: Claim, outcome: JobOutcome) -> None:
        outcome = bounded(claim, outcome)
        handler = self._handlers.get(claim.kind)
        if isinstance(outcome, Dead) and handler is not None and handler.on_death is not None:
            async with self.context.unit(claim, self.queue, system("jobs")) as unit:
                await handler.on_death(unit, claim, outcome.error)
                await finish_job(unit.session, claim, outcome)
            return
        async with self.context.engine.begin() as connection:
            await finish_job(connection, claim, outcome)

    async def _renew(self, claim: Claim) -> None:
        settings = self.context.settings
        while not claim.lost:
            await asyncio.sleep(settings.renew_seconds)
            try:
                await renew_lease(self.context.engine, claim, settings.lease_seconds)
            except Exception as error:  # noqa: BLE001  (the next renewal tries again; the fence keeps us honest)
                log.warning("job.renewal_failed", error=type(error).__name__)

    async def _catch_up(self) -> None:
        """Give back what dead workers held, and look for what no hint announced."""
        try:
            await reap_leases(self.context.engine, self.queue)
        except Exception as error:  # noqa: BLE001  (Postgres away: the next look finds it)
            log.warning("sweeper.waits", error=type(error).__name__)
        self._roused.set()

    async def _sweep(self) -> None:
        while not self._stopping.is_set():
            await self._catch_up()
            try:
                async with asyncio.timeout(self.context.settings.sweep_seconds):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def _listen(self) -> None:
        while not self._stopping.is_set():
            listener = self._arq_worker()
            running = asyncio.create_task(listener.async_run())
            stopping = asyncio.create_task(self._stopping.wait())
            try:
                await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if running.done() and (error := running.exception()) is not None:
                    log.info("arq.waits", error=type(error).__name__)
                    await asyncio.wait({stopping}, timeout=RESTART_SECONDS)
            finally:
                stopping.cancel()
                running.cancel()
                await asyncio.gather(running, stopping, return_exceptions=True)
                await _close_quietly(listener)

    def _arq_worker(self) -> ArqWorker:
        async def run(_context: dict[str, Any], _job_id: str) -> None:
            self._roused.set()

        async def catch_up(_context: dict[str, Any]) -> None:
            # a hint may be lost on its way, and arq alone must complete everything too
            await self._catch_up()

        return ArqWorker(
            functions=[func(cast("Any", run), name="run", keep_result=0, max_tries=1)],
            cron_jobs=[cron(cast("Any", catch_up), second=CATCH_UP_SECONDS, run_at_startup=True)],
            timezone=UTC,
            queue_name=queue_name(self.queue),
            redis_settings=redis_settings(self.context.settings),
            handle_signals=False,
            job_timeout=30,
            health_check_interval=10,
            job_serializer=serialize,
            job_deserializer=deserialize,
            log_results=False,
        )


async def _close_quietly(listener: ArqWorker) -> None:
    """Let jobs in hand end, then drop the connection; arq's own close would cancel them."""
    await asyncio.gather(*listener.tasks.values(), return_exceptions=True)
    pool = listener._pool  # noqa: SLF001  (its property raises while there is none)
    if pool is None:
        return
    try:
        await pool.aclose(close_connection_pool=True)
    except Exception as error:  # noqa: BLE001  (its connection is gone already)
        log.debug("arq.closed", error=type(error).__name__)
