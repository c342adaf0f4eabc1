"""Donors and what they contribute."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import AMOUNT, Base, Fact, Texts, Versioned, finite, one_of
from shared.models.noun import Noun
from shared.worded import Worded


class Donor(Versioned, Base):
    """A funds row that refers to an organisation; its name is read there."""

    __tablename__ = "donor"
    __noun__ = Noun(
        path="donors", fr="bailleur|bailleurs", en="donor|donors", owner="funds", writers=(Role.FUND_MANAGER,)
    )

    slug: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), unique=True)
    is_listed_last: Mapped[bool] = mapped_column(default=False)
    """Lists of donors are alphabetical in the reader's language, then these (UN DOCO)."""


class EarmarkKind(Worded, key="earmark_kind", fr="Affectation de la contribution", en="Earmark of the contribution"):
    """How strictly the donor's wish binds: `hard` refuses, `soft` warns and needs a reason."""

    NONE = "none", "sans affectation", "not earmarked"
    SOFT = "soft", "affectation souple", "softly earmarked"
    HARD = "hard", "affectation stricte", "strictly earmarked"


class Contribution(Versioned, Base):
    """A donor's contribution to one mechanism, in the donor's currency; what was agreed is dated (`Agreement`)."""

    __tablename__ = "contribution"

    reference: Mapped[str] = mapped_column(unique=True)
    donor_id: Mapped[UUID] = mapped_column(ForeignKey("donor.id"))
    mechanism_code: Mapped[str] = mapped_column(ForeignKey("mechanism.code"))
    currency: Mapped[str]
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    """The ceremony or meeting at which it was agreed."""
    author: Mapped[str]


class Agreement(Fact, Base):
    """What donor and mission agreed from a date on: the amount and what it is for, as a whole.

    The first one of a contribution is the agreement as signed, a later one amends it; a correction supersedes.
    A contribution whose every agreement is retracted was none.
    """

    __tablename__ = "agreement"

    contribution_id: Mapped[UUID] = mapped_column(ForeignKey("contribution.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    """The whole amount agreed from then on (no difference), in the contribution's currency."""
    earmark_kind: Mapped[str] = mapped_column(default=EarmarkKind.NONE)
    earmark: Mapped[Texts | None]
    """The donor's wish in the agreement's words."""
    earmark_sectors: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Slugs: a project meets the earmark when all its sectors are among these; any, when none is listed."""
    earmark_places: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Slugs: a project meets the earmark when all its places lie in one of these; any, when none is listed."""

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """A positive, finite amount; an earmark that refuses says in data what it refuses."""
        return (
            finite("amount", sign=">"),
            one_of("earmark_kind", EarmarkKind),
            CheckConstraint(
                "earmark_kind <> 'hard' OR cardinality(earmark_sectors) + cardinality(earmark_places) > 0",
                name="hard_earmark_is_checkable",
            ),
        )
