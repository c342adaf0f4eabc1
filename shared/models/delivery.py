"""Partner platforms and what reached them: platform, delivery, attempt, receipt (RELIABILITY 2d)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.domain.delivery import DeliveryState
from shared.models.base import Base, Identified, Texts, Versioned, one_of
from shared.worded import Worded


class PlatformKind(Worded, key="platform_kind", fr="Genre de plateforme", en="Kind of platform"):
    """Which adapter speaks to a platform: each kind has its folder in `services/reporting_worker/platforms`."""

    WORDPRESS = "wordpress", "archive WordPress", "WordPress archive"


class Platform(Versioned, Base):
    """A partner's archive: its kind, address, credentials by reference, and how our fields map to its categories."""

    __tablename__ = "platform"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    kind: Mapped[str]
    base_url: Mapped[str]
    username: Mapped[str]
    secret_reference: Mapped[str]
    """Name of the password among the workers' secrets; the password itself is never in the database."""
    publish_status: Mapped[str] = mapped_column(default="publish")
    categories: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Document kind to the partner's category slugs."""
    is_paused: Mapped[bool] = mapped_column(default=False)
    paused_reason: Mapped[str | None]
    audience: Mapped[str] = mapped_column(default="public")

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Kinds and states known."""
        return (
            one_of("kind", PlatformKind),
            one_of("publish_status", ("draft", "pending", "publish")),
            CheckConstraint("is_paused = (paused_reason IS NOT NULL)", name="pause_has_reason"),
        )


class PlatformSecret(Base):
    """To which site a password of that name may be sent: the first that was configured with it, for good."""

    __tablename__ = "platform_secret"

    name: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    """Scheme, host and port."""
    bound_at: Mapped[datetime]


class Delivery(Identified, Base):
    """One revision of one document for one platform: what we promised. Its tries are attempts."""

    __tablename__ = "delivery"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("job.id", deferrable=True, initially="DEFERRED"), unique=True)
    platform_id: Mapped[UUID] = mapped_column(ForeignKey("platform.id"))
    edition_id: Mapped[UUID] = mapped_column(ForeignKey("edition.id"))
    language: Mapped[str]
    document_key: Mapped[str]
    """Series, number, language, format: the same for every revision."""
    sequence: Mapped[int]
    op: Mapped[str] = mapped_column(default="publish")
    artefact_sha256: Mapped[str] = mapped_column(ForeignKey("artefact.sha256"))
    idem_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=DeliveryState.PENDING)
    state_since: Mapped[datetime]
    probe_not_before: Mapped[datetime | None]
    """End of the quarantine of an unknown outcome."""
    dead_reason: Mapped[str | None]
    held_reason: Mapped[str | None]
    """Why it stays in doubt and nothing probes it any more, until a person says so."""
    requested_by: Mapped[str]
    requested_at: Mapped[datetime]
    epoch: Mapped[int]
    schedule_from_fence: Mapped[int] = mapped_column(BigInteger, default=0)
    """Attempts up to this fence no longer count in the retry schedule: a replay starts anew."""

    __table_args__ = (
        one_of("state", DeliveryState),
        one_of("op", ("publish", "replace", "withdraw")),
        UniqueConstraint("platform_id", "document_key", "sequence"),
        CheckConstraint("(state = 'dead') = (dead_reason IS NOT NULL)", name="dead_has_reason"),
        CheckConstraint("held_reason IS NULL OR state = 'unknown'", name="held_is_in_doubt"),
        CheckConstraint("sequence > 0", name="sequence_positive"),
        Index(
            "ix_delivery_open",
            "platform_id",
            "document_key",
            postgresql_where=text("state IN ('pending', 'sending', 'unknown')"),
        ),
    )


class Attempt(Base):
    """One try of one step, written before its first byte leaves. Its outcome is filled in once."""

    __tablename__ = "attempt"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    fence: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    phase: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    http_status: Mapped[int | None]
    detail: Mapped[str | None]

    __table_args__ = (
        one_of("step", ("media", "post")),
        one_of("phase", ("probe", "send")),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_has_outcome"),
    )


class Receipt(Base):
    """Proof of one step: the partner's id, address and hash of what it holds. One per step is current."""

    __tablename__ = "receipt"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    fence: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    external_id: Mapped[str]
    url: Mapped[str]
    remote_sha256: Mapped[str | None]
    found_by: Mapped[str]
    """`created`, `updated`, `probe`."""
    is_visible: Mapped[bool] = mapped_column(default=False)
    """Whether an anonymous reader got it when it was proved; a post that awaits the partner is accepted only."""
    note: Mapped[str | None]
    """Why no reader gets it, for a person."""
    at: Mapped[datetime]
    is_current: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        one_of("step", ("media", "post")),
        Index("uq_receipt_current", "delivery_id", "step", unique=True, postgresql_where=text("is_current")),
    )
