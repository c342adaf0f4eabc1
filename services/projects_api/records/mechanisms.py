"""Mechanisms with their buckets and sectors: data that registers and administrators bring."""

from typing import Annotated, Literal

from pydantic import Field

from shared.domain.lifecycle import State
from shared.fields import DateText, LineTextsField
from shared.keys import Flag, MechanismCode, Position
from shared.models import Bucket, Mechanism, Sector
from shared.portfolio import Part
from shared.recording.record import Record
from shared.recording.routes import record_routes
from shared.resources.sectors import SECTORS


class MechanismContent(Part):
    """A funding mechanism; an external one stands outside every total."""

    name: LineTextsField
    is_external: Flag = False
    since: Annotated[int, Field(strict=True, ge=1945, le=2200)] | None = None
    position: Position = 0


class BucketContent(Part):
    """Which states count in which bucket of a mechanism, from a date."""

    mechanism: MechanismCode
    bucket: Literal["planned", "ongoing", "completed", "approved", "total"]
    states: tuple[State, ...]
    ever_states: tuple[State, ...] | None = None
    valid_from: DateText


class SectorContent(Part):
    """A sector of one mechanism's list."""

    mechanism: MechanismCode
    name: LineTextsField
    position: Position = 0


MECHANISM = Record(Mechanism, MechanismContent)
BUCKET = Record(Bucket, BucketContent, key=("mechanism_code", "bucket", "valid_from"))
SECTOR = Record(
    Sector, SectorContent, example={"slug": "qip-education", "mechanism": "QIP", "name": {"fr": "Éducation"}}
)
sectors = record_routes(SECTOR, SECTORS, "mechanisms")
