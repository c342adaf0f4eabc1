"""Everything an edition is written from, read once at (as_of, known_at): plain values, no table and no session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.reporting_worker.figures.schemas import FigureValue
from shared.errors import Texts


@dataclass(frozen=True)
class StatedAmount:
    """An amount as stated, with its USD value and where that comes from."""

    amount: Decimal
    currency: str
    usd: Decimal | None
    usd_decimals: int | None
    is_synthetic: bool


@dataclass(frozen=True)
class Beneficiaries:
    """One count of people."""

    unit: str
    total: int
    female: int | None
    female_share: Decimal | None


@dataclass(frozen=True)
class DeliveredOutput:
    """A quantity of something built or delivered."""

    quantity: Decimal | None
    unit: Texts | None


@dataclass(frozen=True)
class Quoted:
    """A figure as somebody said it."""

    value: Decimal
    unit: str


@dataclass(frozen=True)
class ActivityLink:
    """A web address of an activity, byte for byte."""

    url: str
    label: Texts


@dataclass(frozen=True)
class ActivityFact:
    """An activity with what its texts need."""

    reference: str
    kind: str
    title: Texts
    short: Texts | None
    long: Texts | None
    start_on: date
    end_on: date
    attendance: int | None
    protection: str
    mechanisms: Sequence[str]
    links: Sequence[ActivityLink]


@dataclass(frozen=True)
class ContributionFact:
    """A contribution with the USD value at which it was received."""

    amount: Decimal
    currency: str
    usd: Decimal | None


@dataclass(frozen=True)
class MechanismFact:
    """A mechanism with its sectors in order."""

    code: str
    name: Texts
    since: int | None
    sectors: Sequence[Texts]


@dataclass(frozen=True)
class AreaFact:
    """A reporting area and the point at which the map shows it."""

    slug: str
    name: Texts
    latitude: Decimal | None
    longitude: Decimal | None
    is_national: bool


@dataclass(frozen=True)
class ApprovedProject:
    """A line of the computed list of newly approved projects."""

    reference: str
    title: Texts
    approved_on: date
    amount: StatedAmount | None
    sponsors: Sequence[Texts]
    implementers: Sequence[Texts]
    funders: Sequence[Texts]
    protection: str


@dataclass(frozen=True)
class SectionFact:
    """A section of the edition's series."""

    key: str
    title: Texts
    is_numbered: bool
    begins_page: bool


@dataclass(frozen=True)
class ItemFact:
    """One item of the edition."""

    section: str
    position: int
    kind: str
    heading: Texts | None
    text: Texts | None
    standing_text: Texts | None
    activity: str | None
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class ControlFact:
    """The outcome of one control, as run on the draft."""

    key: str
    outcome: str
    title: Texts
    message: Texts
    acceptance: Texts | None


@dataclass(frozen=True)
class EditionFact:
    """The edition itself."""

    id: str
    slug: str
    series: str
    number: str
    revision: int
    title: Texts
    period_start: date
    period_end: date
    as_of: date
    languages: Sequence[str]
    version: int
    errata: Texts | None
    names: Sequence[str]
    """What `{ref:...}` may print beside the names of the facts."""


@dataclass(frozen=True)
class Material:
    """What sections and tokens are resolved from."""

    edition: EditionFact
    known_at: datetime
    sections: Sequence[SectionFact]
    """In their printed order."""
    items: Sequence[ItemFact]
    figures: Mapping[str, FigureValue]
    """As the public may see them: an edition, its annex included, prints no other."""
    mechanisms: Mapping[str, MechanismFact]
    policies: Mapping[str, tuple[Decimal, str | None]]
    """`qip.ceiling` -> (50000, USD)."""
    areas: Sequence[AreaFact]
    places: Mapping[str, Texts]
    activities: Mapping[str, ActivityFact]
    amounts: Mapping[str, StatedAmount]
    beneficiaries: Mapping[str, Sequence[Beneficiaries]]
    outputs: Mapping[str, Sequence[DeliveredOutput]]
    quoted: Mapping[str, Quoted]
    project_counts: Mapping[str, int]
    """Projects announced, by the announcement's reference."""
    part_amounts: Mapping[str, Sequence[StatedAmount]]
    """Amounts of the parts of an announcement, for its sum."""
    contributions: Mapping[str, ContributionFact]
    approved: Sequence[ApprovedProject]
    names: frozenset[str]
    """Of the names that the texts print those that a public fact bears."""
    protected: frozenset[str]
    """References of what not everybody may read: no token prints a value of theirs."""
    meant: Mapping[str, str] = field(default_factory=dict)
    """Of the references and slugs that the texts name those of doubles, with those of the rows that are kept."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Of the names that the texts print those of doubles, with what the kept row is called instead."""
    controls: Sequence[ControlFact] = ()
