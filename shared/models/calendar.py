"""Calendar feeds: the secret addresses at which people's calendar programs read the activities."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import Base, Identified, one_of

LANGUAGES = ("fr", "en")


class CalendarFeed(Identified, Base):
    """An address that opens a calendar to whoever knows it, as far as its person may read; only its hash is kept.

    What it shows is fixed when it is made: another wish is another feed. It ends when it is revoked or expires.
    """

    __tablename__ = "calendar_feed"

    subject: Mapped[str]
    """Whose it is, as tokens and the audit name the person."""
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Those of the person when it was made; what they permit is asked at each reading."""
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    sponsor: Mapped[str | None]
    """Slug of the person's section."""
    language: Mapped[str]
    is_mine: Mapped[bool] = mapped_column(default=False)
    filters: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """Filters of the list of activities, with their values."""
    secret_sha256: Mapped[str] = mapped_column(unique=True)
    recorded_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        one_of("language", LANGUAGES),
        CheckConstraint("expires_at > recorded_at", name="lasts"),
        Index("ix_calendar_feed_subject", "subject"),
    )
