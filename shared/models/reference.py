"""What the portfolio is sorted by, as data: mechanisms, dated policies, buckets, sectors."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import Base, Correctable, Identified, Revised, Texts, corrections, finite, one_of, texts
from shared.models.noun import Noun
from shared.worded import Worded


class Mechanism(Base):
    """A funding mechanism: QIP, TF, FP, or an external one (CVR, PBF), which stands outside every total."""

    __tablename__ = "mechanism"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[Texts]
    is_external: Mapped[bool] = mapped_column(default=False)
    since: Mapped[int | None]
    """The year from which its totals count ("since 2013")."""
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (texts("name"),)


class PolicyKind(Worded, key="policy_kind", fr="Nature de la règle", en="Kind of policy"):
    """What a dated policy row fixes."""

    CEILING = "ceiling", "plafond", "ceiling"
    DURATION_MONTHS = "duration_months", "durée maximale en mois", "longest duration in months"
    FIRST_TRANCHE = "first_tranche", "première tranche", "first tranche"
    SUPPORT_COST = "support_cost", "coûts d'appui", "support cost"


class Policy(Correctable, Base):
    """A rule of a mechanism, in force from a date: ceiling (in `currency`), duration (months), shares (percent).

    One of a kind stands from a date; whoever records one locks the mechanism and sees to it. Append-only.
    """

    __tablename__ = "policy"

    mechanism_code: Mapped[str] = mapped_column(ForeignKey("mechanism.code"))
    kind: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    currency: Mapped[str | None]
    valid_from: Mapped[date]
    source: Mapped[str]

    __table_args__ = (
        one_of("kind", PolicyKind),
        finite("value", sign=">"),
        CheckConstraint("(kind = 'ceiling') = (currency IS NOT NULL)", name="ceiling_has_currency"),
        *corrections(),
    )


class Bucket(Identified, Base):
    """Which states count where (DESIGN 6): rows per mechanism and bucket, with validity; never code."""

    __tablename__ = "bucket"

    mechanism_code: Mapped[str] = mapped_column(ForeignKey("mechanism.code"))
    bucket: Mapped[str]
    """`planned`, `ongoing`, `completed`, `approved` (ever approved), `total`."""
    states: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The current states that count."""
    ever_states: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Where given, the project must also have held one of these at some time."""
    valid_from: Mapped[date]

    __table_args__ = (UniqueConstraint("mechanism_code", "bucket", "valid_from"),)


class Sector(Revised, Base):
    """A sector of one mechanism's list; the same words may stand in two lists ("social cohesion")."""

    __tablename__ = "sector"
    __noun__ = Noun(path="sectors", fr="secteur|secteurs", en="sector|sectors", owner="projects", writers=(Role.ADMIN,))

    slug: Mapped[str] = mapped_column(unique=True)
    mechanism_code: Mapped[str] = mapped_column(ForeignKey("mechanism.code"))
    name: Mapped[Texts]
    position: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("sector.id"))

    __table_args__ = (texts("name"),)
