"""The mechanism tables that every service INSERTs: audit, outbox, stored answers, jobs, and the installation's row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from shared.models.base import Base, Identified, one_of
from shared.worded import Worded


class TransactionId(UserDefinedType[str]):
    """Postgres' xid8: what feeds order and cut by, so that a late commit is never skipped."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The column's type in DDL."""
        return "xid8"


class Audit(Identified, Base):
    """Who did what, when, why: one plain row per change, in its unit of work. Nobody may UPDATE or DELETE."""

    __tablename__ = "audit"

    at: Mapped[datetime]
    service: Mapped[str]
    actor: Mapped[str]
    action: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    reason: Mapped[str | None]
    request_id: Mapped[str | None]

    __table_args__ = (Index("ix_audit_subject", "subject_type", "subject_id"),)


class Outbox(Base):
    """The event log for webhooks and the sync feed. Nobody may UPDATE or DELETE."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(TransactionId(), server_default=text("pg_current_xact_id()"))
    at: Mapped[datetime]
    event: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_outbox_transaction_id_id", "transaction_id", "id"),)


class RetiredName(Base):
    """The slug of a row that was deleted: never given to another one."""

    __tablename__ = "retired_name"

    noun: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class StoredAnswer(Base):
    """The committed answer to a keyed request, replayed for 7 days. Services may DELETE what is older."""

    __tablename__ = "stored_answer"

    principal: Mapped[str] = mapped_column(primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_sha256: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, str]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class JobState(Worded, key="job_state", fr="État de la tâche", en="Job state"):
    """Where a job stands; only `leased` has an owner."""

    PENDING = "pending", "en attente", "pending"
    LEASED = "leased", "en cours", "in work"
    DONE = "done", "faite", "done"
    DEAD = "dead", "abandonnée", "given up"
    CANCELLED = "cancelled", "annulée", "cancelled"


class JobLane(Base):
    """Jobs that go to the same place share a lane: only so many of it run at a time, and none while it is held."""

    __tablename__ = "job_lane"

    name: Mapped[str] = mapped_column(primary_key=True)
    """Such as `platform:<id>`."""
    slots: Mapped[int]
    """How many of its jobs may run at a time, over all workers."""
    is_held: Mapped[bool] = mapped_column(default=False)
    """Whether none of its jobs is claimed until somebody lets it go on."""

    __table_args__ = (CheckConstraint("slots > 0", name="slots_positive"),)


class Job(Identified, Base):
    """Outstanding work, inserted in the fact's transaction. Only `shared.jobs` UPDATEs; nobody DELETEs."""

    __tablename__ = "job"

    queue: Mapped[str]
    """The service whose worker runs it."""
    kind: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    """What makes the work itself: the same key is inserted once."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    lane: Mapped[str | None] = mapped_column(ForeignKey("job_lane.name"))
    state: Mapped[str] = mapped_column(default=JobState.PENDING)
    due_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(BigInteger, default=0)
    """Raised by each claim; a write-back with an older one changes nothing."""
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    epoch: Mapped[int]
    error: Mapped[str | None]
    actor: Mapped[str]
    request_id: Mapped[str | None]
    inserted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("state", JobState),
        CheckConstraint("fence >= 0 AND attempt >= 0", name="counters"),
        CheckConstraint(
            "(state = 'leased') = (lease_until IS NOT NULL) AND (state = 'leased') = (lease_owner IS NOT NULL)",
            name="lease_has_owner",
        ),
        # the claim reads the due jobs of one queue in order
        Index("ix_job_pending", "queue", "due_at", postgresql_where=text("state = 'pending'")),
        Index("ix_job_leased", "lease_until", postgresql_where=text("state = 'leased'")),
    )


class Installation(Base):
    """The one row that says which life of the database this is. Only a restore raises `epoch`."""

    __tablename__ = "installation"

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    epoch: Mapped[int] = mapped_column(default=1)

    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)
