"""Projects and their facts: state, amounts, sectors, places, beneficiaries, outputs."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.domain.lifecycle import State
from shared.models.base import (
    AMOUNT,
    RATE,
    USD,
    Base,
    Deletable,
    Fact,
    Identified,
    Mergeable,
    Qualifier,
    Texts,
    Versioned,
    exactly_one,
    finite,
    one_of,
    texts,
)
from shared.worded import Worded


class Project(Mergeable, Deletable, Versioned, Base):
    """A project of one mechanism; what changes over time stands in its facts."""

    __tablename__ = "project"

    reference: Mapped[str] = mapped_column(unique=True)
    """Public, never re-used: `QIP-2022-MNK-014`."""
    mechanism_code: Mapped[str] = mapped_column(ForeignKey("mechanism.code"))
    title: Mapped[Texts]
    summary: Mapped[Texts | None]
    author: Mapped[str]
    """Who recorded it: the approver must be another person."""

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Texts are texts."""
        return (texts("title"), Index("ix_project_mechanism_code_reference", "mechanism_code", "reference"))


class Transition(Fact, Base):
    """A change of a project's state; the first of a register's project is an `opening` without `from_state`."""

    __tablename__ = "transition"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    from_state: Mapped[str | None]
    to_state: Mapped[str]

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """States known; the order in which sequences are folded."""
        return (
            one_of("from_state", State),
            one_of("to_state", State),
            Index("ix_transition_project_id_value_on_position", "project_id", "value_on", "position"),
        )


class AmountKind(Worded, key="amount_kind", fr="Nature du montant", en="Kind of amount"):
    """What an amount of a project is; only approved, revised and final ones count."""

    REQUESTED = "requested", "demandé", "requested"
    ESTIMATED = "estimated", "estimé", "estimated"
    APPROVED = "approved", "approuvé", "approved"
    REVISED = "revised", "révisé", "revised"
    FINAL = "final", "final", "final"

    @classmethod
    def counted(cls) -> tuple["AmountKind", ...]:
        """The kinds of which the latest is the amount in force."""
        return (cls.APPROVED, cls.REVISED, cls.FINAL)


class ConversionBasis(Worded, key="conversion_basis", fr="Base de la conversion", en="Basis of the conversion"):
    """Where an amount's USD value comes from."""

    IDENTITY = "identity", "déjà en dollars", "already in dollars"
    """It is stated in USD only."""
    RATE = "rate", "au taux indiqué", "at the rate given"
    """Converted at the dated rate in the same row."""
    PRINTED = "printed", "tel qu'imprimé", "as printed"
    """The document prints USD beside the amount; it is kept as it stands, with the implied rate."""
    UNCONVERTED = "unconverted", "non converti", "not converted"
    """No rate within the policy was held when it was recorded: shown beside the total, never guessed."""


class Amount(Fact, Base):
    """An amount of one project, or of a group announced with one amount and no split (it stays at the group)."""

    __tablename__ = "amount"

    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    announcement_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))
    kind: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    """In `currency`, at the scale of its kind."""
    currency: Mapped[str]
    qualifier: Mapped[str] = mapped_column(default=Qualifier.EXACT)
    usd: Mapped[Decimal | None] = mapped_column(USD)
    """What totals sum: USD with 10 decimals, or as printed."""
    basis: Mapped[str]
    policy: Mapped[str | None]
    """The conversion's policy: `unore`, `ecb`, `contract`."""
    exchange_rate_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_rate.id"))
    rate: Mapped[Decimal | None] = mapped_column(RATE)
    """The rate used, or the rate implied by the printed USD; units of `currency` per USD."""
    usd_decimals: Mapped[int | None]
    """Decimals with which the document prints the USD value."""

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """One subject, finite numbers, and a basis that agrees with its columns."""
        return (
            one_of("kind", AmountKind),
            one_of("qualifier", Qualifier),
            one_of("basis", ConversionBasis),
            exactly_one("project_id", "announcement_id"),
            finite("amount", sign=">"),
            finite("usd", sign=">"),
            finite("rate", sign=">"),
            CheckConstraint("(usd IS NULL) = (basis = 'unconverted')", name="usd_unless_unconverted"),
            CheckConstraint(
                "(basis = 'rate') = (exchange_rate_id IS NOT NULL AND policy IS NOT NULL AND rate IS NOT NULL)",
                name="rate_is_named",
            ),
            CheckConstraint("basis <> 'printed' OR usd_decimals IS NOT NULL", name="printed_decimals"),
            Index("ix_amount_project_id_value_on_position", "project_id", "value_on", "position"),
            Index("ix_amount_announcement_id_value_on_position", "announcement_id", "value_on", "position"),
        )


class SectorAssignment(Fact, Base):
    """A project's sectors from a date on: the whole set, whose percentages add up to 100."""

    __tablename__ = "sector_assignment"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """The order in which assignments are read."""
        return (Index("ix_sector_assignment_project_id_value_on", "project_id", "value_on", "position"),)


class SectorShare(Base):
    """One sector of an assignment, with its percentage."""

    __tablename__ = "sector_share"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("sector_assignment.id"), primary_key=True)
    sector_id: Mapped[UUID] = mapped_column(ForeignKey("sector.id"), primary_key=True)
    percentage: Mapped[Decimal] = mapped_column(Numeric(6, 3))

    __table_args__ = (finite("percentage", sign=">"),)


class PlaceAssignment(Fact, Base):
    """A project's places from a date on; shares may be unknown, then no split of its amount is invented."""

    __tablename__ = "place_assignment"

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """The order in which assignments are read."""
        return (Index("ix_place_assignment_project_id_value_on", "project_id", "value_on", "position"),)


class PlaceShare(Base):
    """One place of an assignment; the percentage is of the project's amount, or unknown."""

    __tablename__ = "place_share"

    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("place_assignment.id"), primary_key=True)
    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    percentage: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))

    __table_args__ = (finite("percentage", sign=">"),)


class BeneficiaryUnit(Worded, key="beneficiary_unit", fr="Unité des bénéficiaires", en="Unit of beneficiaries"):
    """What is counted."""

    PERSONS = "persons", "personnes", "persons"
    HOUSEHOLDS = "households", "ménages", "households"
    PUPILS = "pupils", "élèves", "pupils"
    WOMEN = "women", "femmes", "women"
    ASSOCIATIONS = "associations", "associations", "associations"
    SCHOOLS = "schools", "écoles", "schools"


class BeneficiaryKind(Worded, key="beneficiary_kind", fr="Nature du décompte", en="Kind of count"):
    """Whether people are meant to benefit, or did."""

    PLANNED = "planned", "prévus", "planned"
    REACHED = "reached", "atteints", "reached"


class BeneficiaryCount(Fact, Base):
    """People planned or reached, by sex where known; a share of women where counts are not."""

    __tablename__ = "beneficiary_count"

    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    announcement_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))
    kind: Mapped[str]
    unit: Mapped[str]
    total: Mapped[int]
    female: Mapped[int | None]
    male: Mapped[int | None]
    female_share: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    """Percent, as stated ("48 % women")."""
    qualifier: Mapped[str] = mapped_column(default=Qualifier.EXACT)

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Women and men do not exceed the total."""
        return (
            one_of("kind", BeneficiaryKind),
            one_of("unit", BeneficiaryUnit),
            one_of("qualifier", Qualifier),
            exactly_one("project_id", "announcement_id"),
            finite("female_share"),
            CheckConstraint("total >= 0 AND coalesce(female, 0) + coalesce(male, 0) <= total", name="sex_sum"),
            Index("ix_beneficiary_count_project_id", "project_id"),
            Index("ix_beneficiary_count_announcement_id", "announcement_id"),
        )


class Output(Identified, Base):
    """Something built, equipped or delivered: kind, planned and delivered quantity, as stated."""

    __tablename__ = "output"

    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    announcement_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))
    name: Mapped[Texts]
    unit: Mapped[Texts | None]
    planned: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    delivered: Mapped[Decimal | None] = mapped_column(Numeric(14, 3))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        texts("name"),
        exactly_one("project_id", "announcement_id"),
        finite("planned", sign=">="),
        finite("delivered", sign=">="),
        UniqueConstraint("project_id", "announcement_id", "position", postgresql_nulls_not_distinct=True),
    )
