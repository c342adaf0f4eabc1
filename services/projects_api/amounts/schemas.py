"""Input and answers of the amounts' routes."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.fields import DecimalText


class AmountWritten(BaseModel):
    """An amount as recorded, with the rate that gave its USD value, or unconverted."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    amount: DecimalText
    currency: str
    qualifier: str
    value_on: date
    precision: str
    usd: DecimalText | None
    basis: str
    policy: str | None
    rate: DecimalText | None
    exchange_rate_id: UUID | None
    usd_decimals: int | None
    source: str | None
    reason: str | None
    supersedes_id: UUID | None
    recorded_at: datetime
    recorded_by: str


class RateUsed(BaseModel):
    """The rate of a conversion; a printed amount has the implied one, without id."""

    model_config = ConfigDict(extra="forbid")

    id: UUID | None
    value: DecimalText
    effective_on: date | None
    source: str | None
