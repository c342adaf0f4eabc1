"""What a figure and its rows look like in answers, snapshots and pages; amounts are exact decimals as text."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

ExactDecimal = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$"), Field(examples=["97"])]
"""An exact number as text, without thousands separators and trailing zeros."""

Texts = Annotated[dict[str, str], Field(examples=[{"fr": "QIP achevés", "en": "QIPs completed"}])]
"""A text by language."""

Audience = Literal["public", "partners", "internal"]
"""Who reads: rows protected beyond it are counted, but not shown."""


class Told(BaseModel):
    """Base of all that is told: unknown members are refused, so that a test finds what the document forgot."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Line(Told):
    """One part of a breakdown; `undivided` and `not_shown` are lines too, so that lines add up to the total."""

    key: str
    label: Texts
    value: ExactDecimal

    @property
    def number(self) -> Decimal:
        """The exact value."""
        return Decimal(self.value)


class Order(Told):
    """The place in a list that is alphabetical in each language."""

    fr: int
    en: int


class PartLine(Told):
    """A part of a figure: a reason of the remainder, a donor, an operand of a share."""

    key: str
    label: Texts | None
    value: ExactDecimal | None
    state: str | None = None
    """Of a reason: the state in which its projects are."""
    order: Order | None = None
    """Of a donor: its place in the list."""


class RateUsed(Told):
    """An exchange rate that the figure's amounts were converted with, as its source prints it."""

    id: str
    base: str
    quote: str
    value: ExactDecimal
    effective_on: date
    source: str
    policy: str | None


class Unconverted(Told):
    """An amount without a rate within the policy: shown beside the total, never guessed."""

    reference: str
    amount: ExactDecimal
    currency: str


class LeftOut(Told):
    """What is not in the sum, with why."""

    reference: str
    title: Texts | None
    note: Texts


class NotShown(Told):
    """What is protected beyond the reader's audience; the total includes it."""

    count: int
    value: ExactDecimal


class Breakdowns(Told):
    """The figure by reporting area and by sector; empty where it has no such cut."""

    area: list[Line]
    sector: list[Line]


class Links(Told):
    """Where the figure and its rows are read again with the same parameters."""

    self: str
    rows: str


class FigureValue(Told):
    """A figure: its value and definition, and what it is made of."""

    key: Annotated[str, Field(examples=["qip.budget"])]
    mechanism: str | None
    since: int | None
    """The year from which the mechanism's totals count."""
    title: Texts
    unit: Literal["projects", "USD", "percent", "donors"]
    value: Annotated[ExactDecimal | None, Field(examples=["28200000.25"])]
    """Exact; NULL only for a share of nothing."""
    formula: Texts
    states: list[str] | None
    """The states that count, from the bucket in force."""
    as_of: date
    known_at: datetime | None
    read_at: datetime
    count: int
    """How many rows stand behind it."""
    synthetic: int
    """How many of them are made up."""
    breakdowns: Breakdowns
    notes: list[Texts]
    parts: list[PartLine]
    rates: list[RateUsed]
    unconverted: list[Unconverted]
    left_out: list[LeftOut]
    not_shown: NotShown
    links: Links

    @property
    def number(self) -> Decimal | None:
        """The exact value."""
        return None if self.value is None else Decimal(self.value)

    def line(self, cut: Literal["area", "sector"], key: str) -> Decimal:
        """The value of one line of a breakdown, 0 where the figure has no such line."""
        return next((line.number for line in getattr(self.breakdowns, cut) if line.key == key), Decimal(0))


class FigureList(Told):
    """All figures, in the order of the bulletin."""

    items: list[FigureValue]


class ValueLine(Told):
    """A figure's value and unit."""

    key: str
    unit: Literal["projects", "USD", "percent", "donors"]
    value: ExactDecimal | None


class FigureValues(Told):
    """The values of the figures, without what they are made of."""

    as_of: date
    known_at: datetime | None
    items: list[ValueLine]


class FigureRow(Told):
    """One row behind a figure: a project, a group with one amount, a receipt, an allocation, a donor, an operand."""

    subject_type: str
    subject_id: str | None
    reference: str
    parent_reference: str | None
    """Of a receipt or an allocation: its contribution."""
    title: Texts | None
    value: ExactDecimal | None
    """What it adds to the figure; NULL where it could not be converted."""
    amount: ExactDecimal | None
    currency: str | None
    policy: str | None
    exchange_rate_id: str | None
    value_on: date | None
    recorded_at: datetime | None
    state: str | None
    reason: str | None
    is_synthetic: bool
    protection: str
    fact_id: str | None
    """The transition, amount, entry or donor that puts the row here."""


class RowTotal(Told):
    """Count and sum of all rows, hidden ones included: equal to the figure."""

    count: int
    value: ExactDecimal | None


class FigureRows(Told):
    """A page of a figure's rows, by reference."""

    items: list[FigureRow]
    next_cursor: str | None
    total: RowTotal | None
    not_shown: NotShown
