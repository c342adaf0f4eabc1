"""How answers show an entry of the journal, whichever feature booked it."""

from datetime import date
from uuid import UUID

from shared.fields import DateText, DecimalText, LineText
from shared.portfolio import Part
from shared.reading.shown import Shown
from shared.resources.allocations import RateOfConversion


class ReversalCreate(Part):
    """The mirror of an entry: from when, and why."""

    on: DateText
    reason: LineText


class PostingRead(Shown):
    """One line of an entry."""

    account: str
    currency: str
    amount: DecimalText
    usd: DecimalText
    project: str | None
    announcement: str | None
    rate: RateOfConversion | None


class EntryRead(Shown):
    """A booking with its postings, which sum to zero per currency and in USD."""

    id: UUID
    reference: str
    kind: str
    contribution: str
    value_on: date
    reverses_id: UUID | None
    reversed_by_id: UUID | None
    reason: str | None
    source: str | None
    is_synthetic: bool
    postings: list[PostingRead]
