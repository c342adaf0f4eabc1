"""Exchange rates as their sources print them, and how old a rate each policy allows."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.base import RATE, Base, Identified, finite, one_of
from shared.worded import Worded


class RateSource(Worded, key="rate_source", fr="Source du taux", en="Source of the rate"):
    """Who publishes a rate; it is also the name of the policy that uses it."""

    UNORE = "unore", "taux opérationnels de l'ONU", "UN operational rates"
    """United Nations operational rates of exchange: units per 1 USD."""
    ECB = "ecb", "taux de référence de la BCE", "ECB reference rates"
    """European Central Bank reference rates: units per 1 EUR."""
    CONTRACT = "contract", "contrat", "contract"
    """The rate that an agreement fixes."""
    MANUAL = "manual", "saisi, avec motif", "entered, with a reason"
    """Entered by a person, with a reason."""


class ExchangeRate(Identified, Base):
    """One rate in the direction in which its source prints it: `value` units of `quote` for one `base`.

    Effective from `effective_on` until a later one is; a correction supersedes (at most once). Append-only.
    """

    __tablename__ = "exchange_rate"

    base: Mapped[str]
    quote: Mapped[str]
    value: Mapped[Decimal] = mapped_column(RATE)
    source: Mapped[str]
    effective_on: Mapped[date]
    document: Mapped[str]
    """The publication that the value was read from."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    reason: Mapped[str | None]
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_rate.id"), unique=True)

    __table_args__: Any = (
        one_of("source", RateSource),
        finite("value", sign=">"),
        CheckConstraint("base <> quote", name="two_currencies"),
        CheckConstraint("source <> 'manual' OR reason IS NOT NULL", name="manual_has_reason"),
        Index(
            "uq_exchange_rate_first",
            "source",
            "base",
            "quote",
            "effective_on",
            unique=True,
            postgresql_where=text("supersedes_id IS NULL"),
        ),
    )


class RatePolicy(Identified, Base):
    """At most how many days old a rate may be on the value date (unore 45, ecb 7), since it was recorded.

    The last one recorded of a policy holds; earlier ones held at the moments before. Append-only.
    """

    __tablename__ = "rate_policy"

    policy: Mapped[str]
    max_age_days: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("rate_policy.id"), unique=True)

    __table_args__: Any = (
        CheckConstraint("max_age_days > 0", name="age_positive"),
        Index("uq_rate_policy_first", "policy", unique=True, postgresql_where=text("supersedes_id IS NULL")),
    )
