"""The parts that several answers share, as Postgres builds them; a test holds real answers to these models."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict

Texts = dict[str, str]


class Read(BaseModel):
    """A part of an answer; a test holds real answers to these models."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class RecordWritten(BaseModel):
    """What was written: read it at the address in `Location`."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    key: str
    """Its reference or slug."""
    version: int
