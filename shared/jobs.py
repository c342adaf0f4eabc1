"""The one queue: claim, renew, fence and finish jobs in Postgres (DESIGN 2; RELIABILITY 2a)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from shared.database import storable
from shared.errors import Conflict
from shared.models import Job, JobLane
from shared.models.among import among
from shared.models.kept import kept, texts_of
from shared.settings import Service
from shared.unit_of_work import UnitOfWork

MAX_ATTEMPTS = 12
"""After so many tries, failed or never told of, a job is dead and waits for a person."""
ERROR_MAX_CHARACTERS = 4000


class LostLease(Exception):
    """Another worker holds the job now: keep the receipt as evidence, change nothing else."""


@dataclass(frozen=True)
class Done:
    """The job is finished."""


@dataclass(frozen=True)
class Retry:
    """Try again after a delay; `counts` is False when the try did not use up an attempt (a probe, a pause)."""

    after: timedelta
    error: str
    counts: bool = True


@dataclass(frozen=True)
class Dead:
    """Give up; a person must look."""

    error: str


JobOutcome = Done | Retry | Dead


@dataclass
class Claim:
    """One worker's right to run one job until `lease_until`; every write-back proves it by the fence."""

    job_id: UUID
    kind: str
    key: str
    arguments: dict[str, Any]
    fence: int
    attempt: int
    actor: str
    request_id: str | None
    send_deadline: float
    """Local monotonic clock, taken before the claim: no first byte leaves after it."""
    lost: bool = field(default=False)

    async def guard(self, session: AsyncSession | AsyncConnection) -> None:
        """Lock the job's row for this transaction.

        Raises:
            LostLease: the lease is not ours any more.
        """
        row = await session.execute(_GUARD, {"id": self.job_id, "fence": self.fence})
        if row.first() is None:
            self.lost = True
            raise LostLease(f"job {self.key}: fence {self.fence} is not the current one")


_GUARD = text("SELECT id FROM job WHERE id = :id AND fence = :fence AND state = 'leased' FOR UPDATE")

_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended('claims of ' || CAST(:queue AS text), 0))")
"""Claims of one queue are made one after another, a millisecond each: else two could take the last slot of a lane."""

_CLAIM = """
UPDATE job SET state = 'leased', fence = fence + 1, attempt = attempt + 1, lease_owner = :owner,
    lease_until = clock_timestamp() + make_interval(secs => :lease)
WHERE id = (
    SELECT id FROM job
    WHERE queue = :queue AND state = 'pending' AND due_at <= clock_timestamp()
        AND epoch = (SELECT epoch FROM installation)
        AND (lane IS NULL OR lane = ANY (ARRAY(
            SELECT name FROM job_lane WHERE NOT is_held AND slots > (
                SELECT count(*) FROM job AS busy WHERE busy.state = 'leased' AND busy.lane = job_lane.name)))) {one}
    ORDER BY due_at FOR UPDATE SKIP LOCKED LIMIT 1)
RETURNING id, kind, key, arguments, fence, attempt, actor, request_id
"""
_CLAIM_NEXT = text(_CLAIM.format(one=""))
_CLAIM_ONE = text(_CLAIM.format(one="AND id = :id"))

_RENEW = text("""
UPDATE job SET lease_until = clock_timestamp() + make_interval(secs => :lease)
WHERE id = :id AND fence = :fence AND state = 'leased'
""")

_REAP = text("""
UPDATE job SET state = 'pending', lease_owner = NULL, lease_until = NULL, error = 'the lease ran out'
WHERE queue = :queue AND state = 'leased' AND lease_until < clock_timestamp()
RETURNING id
""")

_FINISH = text("""
UPDATE job SET state = CAST(:state AS text), lease_owner = NULL, lease_until = NULL, error = :error,
    due_at = CASE WHEN CAST(:state AS text) = 'pending' THEN clock_timestamp() + CAST(:after AS interval)
        ELSE due_at END,
    attempt = attempt - CAST(:refund AS integer),
    ended_at = CASE WHEN CAST(:state AS text) = 'pending' THEN NULL ELSE clock_timestamp() END
WHERE id = :id AND fence = :fence AND state = 'leased'
RETURNING due_at
""")


async def claim_job(
    engine: AsyncEngine,
    queue: Service,
    *,
    owner: str,
    lease_seconds: float,
    send_deadline: float,
    job_id: UUID | None = None,
) -> Claim | None:
    """Claim the next due job of a queue, or the one named; None when there is none, or its lane is full or held."""
    values: dict[str, Any] = {"queue": queue, "owner": owner, "lease": lease_seconds}
    statement = _CLAIM_NEXT
    if job_id is not None:
        statement, values["id"] = _CLAIM_ONE, job_id
    async with engine.begin() as connection:
        await connection.execute(_TURN, {"queue": queue})
        row = (await connection.execute(statement, values)).mappings().first()
    if row is None:
        return None
    fields = {("job_id" if name == "id" else name): value for name, value in row.items()}
    return Claim(**fields, send_deadline=send_deadline)


async def renew_lease(engine: AsyncEngine, claim: Claim, lease_seconds: float) -> bool:
    """Prolong a lease that is still ours; False (and `claim.lost`) when it is not."""
    async with engine.begin() as connection:
        result = await connection.execute(_RENEW, {"id": claim.job_id, "fence": claim.fence, "lease": lease_seconds})
    claim.lost = result.rowcount == 0
    return not claim.lost


async def reap_leases(engine: AsyncEngine, queue: Service) -> list[UUID]:
    """Give back the jobs of a queue whose lease ran out; their ids."""
    async with engine.begin() as connection:
        return list((await connection.execute(_REAP, {"queue": queue})).scalars())


async def is_under_way(session: AsyncSession | AsyncConnection, work: str) -> bool:
    """Whether a job of that work waits or runs: one whose key is `work`, or begins with it and a colon."""
    return bool(await session.scalar(_UNDER_WAY, {"work": work}))


_UNDER_WAY = text("""
SELECT EXISTS (
    SELECT FROM job WHERE state IN ('pending', 'leased') AND (key = :work OR starts_with(key, :work || ':')))
""")


def bounded(claim: Claim, outcome: JobOutcome) -> JobOutcome:
    """The outcome, or the job's death when it has used up its attempts."""
    if isinstance(outcome, Retry) and outcome.counts and claim.attempt >= MAX_ATTEMPTS:
        said = texts_of(outcome.error)
        if said["fr"] == said["en"]:
            return Dead(f"{outcome.error} (after {claim.attempt} attempts)")
        return Dead(
            kept(
                {
                    "fr": f"{said['fr']} (après {claim.attempt} essais)",
                    "en": f"{said['en']} (after {claim.attempt} attempts)",
                }
            )
        )
    return outcome


async def finish_job(session: AsyncSession | AsyncConnection, claim: Claim, outcome: JobOutcome) -> datetime:
    """Write a job's outcome under its fence, in the caller's transaction; when it is due next.

    Raises:
        LostLease: the lease is not ours any more, so nothing may be written.
    """
    values = {
        "id": claim.job_id,
        "fence": claim.fence,
        "state": "pending" if isinstance(outcome, Retry) else "dead" if isinstance(outcome, Dead) else "done",
        "error": None if isinstance(outcome, Done) else storable(outcome.error)[:ERROR_MAX_CHARACTERS],
        "after": outcome.after if isinstance(outcome, Retry) else timedelta(),
        "refund": 1 if isinstance(outcome, Retry) and not outcome.counts else 0,
    }
    due_at: datetime | None = (await session.execute(_FINISH, values)).scalar_one_or_none()
    if due_at is None:
        claim.lost = True
        raise LostLease(f"job {claim.key}: fence {claim.fence} is not the current one")
    return due_at


async def open_lane(session: AsyncSession, name: str, *, slots: int) -> None:
    """Let jobs be enqueued in a new lane, of which so many run at a time."""
    await session.execute(insert(JobLane).values(name=name, slots=slots, is_held=False))


async def hold_lane(session: AsyncSession, name: str, *, is_held: bool) -> None:
    """Claim no job of a lane from this commit on, or claim them again (then also `UnitOfWork.rouse` their queue)."""
    await session.execute(update(JobLane).where(JobLane.name == name).values(is_held=is_held))


_REVIVE = text("""
UPDATE job SET state = 'pending', due_at = clock_timestamp(), attempt = 0, error = NULL, ended_at = NULL
WHERE id = :id AND state IN ('done', 'dead')
RETURNING fence
""")


async def revive_job(session: AsyncSession, job_id: UUID) -> int:
    """Make an ended job due again, in the caller's transaction; the fence that its next claim will exceed.

    Raises:
        Conflict: a worker has not put it down yet.
    """
    fence: int | None = (await session.execute(_REVIVE, {"id": job_id})).scalar_one_or_none()
    if fence is None:
        raise Conflict(
            {
                "fr": "Le travail n'est pas terminé ; réessayez dans quelques secondes.",
                "en": "The job has not ended; try again in a few seconds.",
            }
        )
    return fence


async def hasten_jobs(session: AsyncSession, jobs: Sequence[UUID]) -> None:
    """Make waiting jobs due now, since what they waited for has changed."""
    waiting = update(Job).where(among(Job.id, jobs), Job.state == "pending")
    await session.execute(waiting.values(due_at=func.clock_timestamp()))


ShortRun = Callable[[UnitOfWork, dict[str, Any]], Awaitable[None]]
LongRun = Callable[[Claim, Any], Awaitable[JobOutcome]]
Burial = Callable[[UnitOfWork, Claim, str], Awaitable[None]]
"""What a kind of job does, in the transaction of its death, so that its resource shows why and a person can act."""


@dataclass(frozen=True)
class Handler:
    """What runs a kind of job: inside one unit of work (`short`), or with transactions of its own (`long`)."""

    queue: Service
    kind: str
    short: ShortRun | None = None
    long: LongRun | None = None
    on_death: Burial | None = None


def job(queue: Service, kind: str, *, on_death: Burial | None = None) -> Callable[[ShortRun], Handler]:
    """Declare a job whose effect and end are one transaction."""
    return lambda run: Handler(queue, kind, short=run, on_death=on_death)


def long_job(queue: Service, kind: str, *, on_death: Burial | None = None) -> Callable[[LongRun], Handler]:
    """Declare a job that talks to others: claim, call with no transaction open, record under the fence."""
    return lambda run: Handler(queue, kind, long=run, on_death=on_death)
