"""What the routes of exchange rates and conversions take and give."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.fields import AmountText, CurrencyCode, DateText, DecimalText, LineText
from shared.models.rate import RateSource
from shared.portfolio import Part
from shared.reading.shown import Shown

ConversionPolicy = Literal["unore", "ecb", "contract", "manual", "peg"]
"""Whose rate converts."""


class RateCreate(Part):
    """One rate in the direction in which its source prints it: `value` units of `quote` for one `base`."""

    base: CurrencyCode = Field(examples=["USD"])
    quote: CurrencyCode = Field(examples=["XOF"])
    value: AmountText = Field(examples=["583.747"])
    source: RateSource
    effective_on: DateText = Field(description="The first day on which it is in force.", examples=["2022-03-01"])
    document: LineText = Field(description="The publication or agreement that the value was read from.")
    reason: LineText | None = Field(None, description="Required for a manual rate and for a correction.")
    supersedes_id: UUID | None = Field(
        None, description="The rate that this one corrects: same source and currencies; at most one correction each."
    )


class RatesLoaded(Shown):
    """What a file of rates changed: new ones recorded; those held already with the same value are unchanged."""

    created: int
    unchanged: int
    superseded: int
    format: str = Field(description="The layout that the file was found to have.", examples=["UN columns"])
    encoding: str = Field(examples=["UTF-8"])
    separator: str | None = Field(description="Between columns; null in XML.", examples=[";"])
    skipped: int = Field(
        description="Rows that cannot be read, of currencies that nothing uses; `warnings` names them."
    )


class RateUsed(Shown):
    """The rate that a conversion used."""

    id: UUID
    value: DecimalText
    effective_on: date


class AffectedConversion(Shown):
    """A conversion that stands with the rate it used, and what the rate asked about would give."""

    kind: Literal["amount", "posting"]
    id: UUID
    reference: str
    value_on: date
    amount: DecimalText
    currency: str
    policy: str
    usd: DecimalText
    usd_now: DecimalText
    rate_used: RateUsed


class ConversionQuery(BaseModel):
    """What to convert, on which date, under whose rate."""

    amount: AmountText = Field(examples=["64636472"])
    source: CurrencyCode = Field(alias="from", examples=["XOF"])
    target: CurrencyCode = Field(alias="to", examples=["USD"])
    on: DateText = Field(description="The value date.", examples=["2022-02-24"])
    policy: ConversionPolicy | None = Field(
        None, description="`unore` by default; between EUR and XOF always the `peg`."
    )


class ConversionRate(Shown):
    """The rate behind a converted amount; the peg is fixed and has no id."""

    id: UUID | None
    base: str
    quote: str
    value: DecimalText
    effective_on: date
    source: str
    policy: str


class ConversionRead(Shown):
    """A converted amount with the rate that it used."""

    amount: DecimalText
    currency: str
    target: str
    on: date
    converted: DecimalText = Field(description="Rounded half-up once to ten decimals.")
    rounded: DecimalText = Field(description="The same at the target currency's own decimals, for showing.")
    rate: ConversionRate


class RatePolicySet(Part):
    """At most how many days old a rate may be on the value date."""

    max_age_days: Annotated[int, Field(strict=True, gt=0, le=3660, examples=[45])]


class RatePolicyRead(Shown):
    """A policy with the greatest age of its rates, and since when it is known."""

    policy: str
    max_age_days: int
    recorded_at: datetime
    recorded_by: str
