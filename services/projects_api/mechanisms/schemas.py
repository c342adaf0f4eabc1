"""Answers of the routes of mechanisms and sectors."""

from datetime import date

from services.projects_api.answers import Read, Texts
from services.projects_api.fields import DecimalText


class PolicyRead(Read):
    """A dated rule."""

    kind: str
    value: DecimalText
    currency: str | None
    valid_from: date
    source: str


class BucketRead(Read):
    """Which states count where, from a date."""

    bucket: str
    states: list[str]
    ever_states: list[str] | None
    valid_from: date


class MechanismRead(Read):
    """A funding mechanism with its policies and buckets."""

    code: str
    name: Texts
    is_external: bool
    since: int | None
    position: int
    policies: list[PolicyRead]
    buckets: list[BucketRead]


class Mechanisms(Read):
    """All mechanisms."""

    items: list[MechanismRead]


class SectorRead(Read):
    """A sector of one mechanism's list."""

    slug: str
    mechanism: str
    name: Texts
    position: int


class Sectors(Read):
    """All sectors."""

    items: list[SectorRead]
