"""The one write path: a transaction that carries actor, reason, instant, facts, audit, event, jobs and stored answer.

Over HTTP `shared.web.route` opens it; jobs get it from `shared.worker`; loaders open it themselves. When the block
raises, nothing is left.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from uuid_utils.compat import uuid7

from shared.auth import Principal
from shared.crash_points import reach
from shared.errors import Fault, PreconditionFailed, PreconditionRequired, Texts
from shared.settings import Service

_INSTANT = text("""
WITH read AS MATERIALIZED (SELECT clock_timestamp() AS at FROM pg_current_xact_id())
SELECT at, set_config('djoliba.recorded_at', CAST(at AS text), true) FROM read
""")
"""The instant of a unit of work, read after its transaction id exists (DESIGN 4: else a figure at a past instant
could change when a transaction with an older clock commits late). The transaction keeps it as a setting too, for the
trigger that closes what rows said before (`shared.models.revision`)."""

_MECHANISM = text("""
WITH audited AS (
    INSERT INTO audit (id, at, service, actor, action, subject_type, subject_id, before, after, reason, request_id)
    SELECT row.id, :at, :service, :actor, row.action, row.subject_type, row.subject_id, row.before, row.after,
           row.reason, :request_id
    FROM jsonb_to_recordset(CAST(:audit AS jsonb)) AS row(
        id uuid, action text, subject_type text, subject_id uuid, before jsonb, after jsonb, reason text)
), told AS (
    INSERT INTO outbox (at, event, subject_type, subject_id, payload)
    SELECT :at, row.action, row.subject_type, row.subject_id, row.payload
    FROM jsonb_to_recordset(CAST(:audit AS jsonb)) AS row(
        action text, subject_type text, subject_id uuid, payload jsonb)
), queued AS (
    INSERT INTO job (id, queue, kind, key, lane, arguments, state, due_at, attempt, fence, epoch, actor, request_id,
                     inserted_at)
    SELECT row.id, row.queue, row.kind, row.key, row.lane, row.arguments, 'pending', coalesce(row.due_at, :at), 0, 0,
           installation.epoch, :actor, :request_id, :at
    FROM jsonb_to_recordset(CAST(:jobs AS jsonb)) AS row(
        id uuid, queue text, kind text, key text, lane text, arguments jsonb, due_at timestamptz), installation
), answered AS (
    INSERT INTO stored_answer (principal, method, path, key, request_sha256, status, headers, body, at)
    SELECT :actor, :method, :path, :key, :request_sha256, :status, CAST(:headers AS jsonb), :body, :at
    WHERE CAST(:key AS text) IS NOT NULL
)
SELECT
""")


class HasVersion(Protocol):
    """A mutable resource: its ETag is its version."""

    version: Any


@dataclass(frozen=True)
class StoredReply:
    """The answer to keep with the effect, for replays of the same `Idempotency-Key`."""

    method: str
    path: str
    key: str
    request_sha256: str
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class QueuedJob:
    """A job inserted by a unit of work, to be woken after the commit."""

    id: UUID
    queue: Service
    due_at: datetime | None


class Wake(Protocol):
    """Tells a queue, after the commit, that a job is due: a hint that may be lost."""

    def __call__(self, job: QueuedJob) -> None:
        """Send the hint without waiting and without raising."""


def _json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _columns(row: HasVersion) -> dict[str, Any]:
    """The loaded columns of a mapped row as JSON says them."""
    held = vars(row)
    names = inspect(type(row)).column_attrs.keys()
    shown: dict[str, Any] = json.loads(_json({name: held[name] for name in names if name in held}))
    return shown


@dataclass
class UnitOfWork:
    """One transaction and all that must be written with its facts; service functions take it first."""

    session: AsyncSession
    principal: Principal
    service: Service
    recorded_at: datetime
    """The one `recorded_at` of every row written here."""
    reason: str | None = None
    request_id: str | None = None
    if_match: str | None = None
    requires_match: bool = False
    """Set by routes that change a resource: then `expect_version` wants an If-Match header."""
    is_version_checked: bool = False
    etag: str | None = None
    location: str | None = None
    """The address of what was made, where it is read elsewhere than below the one that was written to."""
    shown_once: tuple[str, ...] = ()
    """Members of the answer that are secrets: what is kept of it for a second request has null in their place."""
    _entries: list[dict[str, Any]] = field(default_factory=list)
    _jobs: list[dict[str, Any]] = field(default_factory=list)
    _queued: list[QueuedJob] = field(default_factory=list)
    _warnings: list[Fault] = field(default_factory=list)
    _answer: StoredReply | None = None

    ANY_VERSION: ClassVar[str] = "*"

    @property
    def actor(self) -> str:
        """Who acts: the principal's subject, as kept in every fact and audit row."""
        return self.principal.subject

    @property
    def has_recorded(self) -> bool:
        """Whether anything was recorded: a write that records nothing is a programming error."""
        return bool(self._entries)

    def record(
        self,
        action: str,
        subject_type: str,
        subject_id: UUID,
        *,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> None:
        """Note a change for the audit and, with the same words, as an event (`project.approved`).

        `payload` is what subscribers read; it defaults to `after`.
        """
        self._entries.append(
            {
                "id": uuid7(),
                "action": action,
                "subject_type": subject_type,
                "subject_id": subject_id,
                "before": before,
                "after": after,
                "reason": reason or self.reason,
                "payload": payload if payload is not None else (after or {}),
            }
        )

    def warn(self, doubt: Fault) -> None:
        """Tell the caller of what was accepted and is probably a slip: a likely duplicate, a share of 0.51 percent.

        Over HTTP the answer bears the doubts as `warnings`; what is certainly wrong is raised instead.
        """
        if doubt not in self._warnings:
            self._warnings.append(doubt)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The doubts told so far, each once."""
        return tuple(self._warnings)

    def enqueue(
        self,
        queue: Service,
        kind: str,
        key: str,
        arguments: Mapping[str, Any] | None = None,
        due_at: datetime | None = None,
        *,
        lane: str | None = None,
    ) -> UUID:
        """Insert a job with this transaction; `key` names the work itself and must be new (UNIQUE).

        Jobs of one `lane` (see `shared.models.JobLane`) run only so many at a time.
        """
        job = QueuedJob(uuid7(), queue, due_at)
        self._jobs.append(
            {
                "id": job.id,
                "queue": queue,
                "kind": kind,
                "key": key,
                "lane": lane,
                "arguments": dict(arguments or {}),
                "due_at": due_at.isoformat() if due_at else None,
            }
        )
        self._queued.append(job)
        return job.id

    def rouse(self, queue: Service) -> None:
        """Have a queue look, after the commit, for what has become due: a lane that is held no more."""
        self._queued.append(QueuedJob(uuid7(), queue, None))

    def expect_version(self, row: HasVersion, *, current: Mapping[str, Any] | None = None) -> None:
        """Compare the request's If-Match with the row's version.

        Raises:
            PreconditionRequired: the route wants If-Match and the request has none (428).
            PreconditionFailed: the row has changed since (412).
            Both carry the current ETag and the row as it stands, or `current` instead of it.
        """
        self.is_version_checked = True
        etag = f'"{row.version}"'
        known: dict[str, object] = {"current_etag": etag, "current": dict(current) if current else _columns(row)}
        if self.if_match is None:
            if self.requires_match:
                raise PreconditionRequired(_SEND_IF_MATCH, headers={"ETag": etag}, extra=known)
            return
        given = {_version_of(part) for part in self.if_match.split(",")}
        if self.ANY_VERSION not in given and etag not in given:
            raise PreconditionFailed(_READ_AGAIN, headers={"ETag": etag}, extra=known)

    def changed(self, row: HasVersion) -> None:
        """Raise the row's version; the answer carries it as ETag."""
        row.version += 1
        self.etag = f'"{row.version}"'

    def store_answer(self, reply: StoredReply) -> None:
        """Keep the built answer in the effect's own transaction."""
        self._answer = reply

    async def write_mechanism(self) -> None:
        """Write audit, events, jobs and the stored answer in one statement (measured: PERFORMANCE 1)."""
        await self.session.flush()
        reach("unit.facts_written")
        if not (self._entries or self._jobs or self._answer):
            return
        reply = self._answer
        await self.session.execute(
            _MECHANISM,
            {
                "at": self.recorded_at,
                "service": self.service,
                "actor": self.actor,
                "request_id": self.request_id,
                "audit": _json(self._entries),
                "jobs": _json(self._jobs),
                "method": reply and reply.method,
                "path": reply and reply.path,
                "key": reply and reply.key,
                "request_sha256": reply and reply.request_sha256,
                "status": reply and reply.status,
                "headers": _json(dict(reply.headers)) if reply else None,
                "body": reply and reply.body,
            },
        )
        reach("unit.mechanism_written")

    @property
    def queued(self) -> tuple[QueuedJob, ...]:
        """The jobs inserted here, to be woken after the commit."""
        return tuple(self._queued)


def _version_of(etag: str) -> str:
    """The version's own ETag in that of a representation: `"2.5f1a…"` names version `"2"`, as read by whomever."""
    version, dot, _ = etag.strip().removeprefix("W/").partition(".")
    return f'{version}"' if dot else version


_SEND_IF_MATCH: Texts = {
    "fr": "Envoyez l'en-tête If-Match avec l'ETag de la représentation que vous avez lue.",
    "en": "Send the header If-Match with the ETag of the representation that you have read.",
}
_READ_AGAIN: Texts = {
    "fr": "La ressource a changé depuis votre lecture ; relisez-la et décidez à nouveau.",
    "en": "The resource has changed since you read it; read it again and decide anew.",
}


@asynccontextmanager
async def unit_of_work(
    engine: AsyncEngine,
    principal: Principal,
    *,
    service: Service,
    reason: str | None = None,
    request_id: str | None = None,
    wake: Wake | None = None,
) -> AsyncIterator[UnitOfWork]:
    """Open a unit of work; it commits when the block ends well, and wakes the queues only then."""
    async with AsyncSession(engine, expire_on_commit=False) as session:
        async with session.begin():
            recorded_at = (await session.execute(_INSTANT)).scalar_one()
            unit = UnitOfWork(session, principal, service, recorded_at, reason, request_id)
            yield unit
            await unit.write_mechanism()
        reach("unit.committed")
    if wake is not None:
        for job in unit.queued:
            wake(job)
    reach("unit.woken")
