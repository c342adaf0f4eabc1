"""The parts that several answers share, as Postgres builds them; a test holds real answers to these models."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.projects_api.fields import DecimalText

Texts = dict[str, str]


class Read(BaseModel):
    """A part of an answer; a test holds real answers to these models."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class AmountRateRead(Read):
    """The rate of a conversion; a printed amount has the implied one, without id."""

    id: UUID | None
    value: DecimalText
    effective_on: date | None
    source: str | None


class QuotedRead(Read):
    """A figure as somebody said it."""

    reference: str
    value: DecimalText
    unit: str
    qualifier: str
    said_by: Texts | None
    source: str
    scope: Texts


class LinkRead(Read):
    """A web address."""

    url: str
    label: Texts
    archived_url: str | None


class CountRead(Read):
    """People planned or reached."""

    id: UUID
    kind: str
    unit: str
    total: int
    female: int | None
    male: int | None
    female_share: DecimalText | None
    qualifier: str
    value_on: date
    precision: str
    source: str | None
    is_synthetic: bool


class OutputRead(Read):
    """Something built, equipped or delivered."""

    name: Texts
    unit: Texts | None
    planned: DecimalText | None
    delivered: DecimalText | None
    place: str | None


class PartRead(Read):
    """A party's part in an activity or announcement."""

    kind: str
    organisation: str | None
    office: str | None
    person: str | None
    is_lead: bool


class RecordWritten(BaseModel):
    """What was written: read it at the address in `Location`."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    key: str
    """Its reference or slug."""
    version: int
