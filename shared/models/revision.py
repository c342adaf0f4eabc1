"""What rows said before they were changed or removed: kept by the database itself, for reads at a past `known_at`.

Facts are only added, so what was known of them at an instant follows from their `recorded_at`. Other rows change in
place: titles, protection, roles, links, names, policies. Each of those tables has a column `known_since`, and each
UPDATE or DELETE leaves what stood there before as a revision; `shared.facts.statement` puts both together. The column
belongs to this mechanism alone, so it stands in the table and not in the mapped class.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.models.activity import Activity, Announcement, Link, QuotedFigure
from shared.models.base import Base
from shared.models.contribution import Contribution
from shared.models.delivery import Attempt, Delivery, Platform, Receipt
from shared.models.edition import Edition, EditionControl, EditionItem
from shared.models.journal import Account
from shared.models.noun import nouns
from shared.models.organisation import OrganisationAlias, OrganisationName, Role
from shared.models.place import PlaceAlias, PlaceCode, ReportingAreaPlace
from shared.models.project import Output, Project
from shared.models.proposal import Proposal
from shared.models.reference import Bucket, Mechanism
from shared.models.searched import table_of
from shared.models.series import SeriesSection


class Revision(Base):
    """A row as it stood from `known_from` until just before `known_until`. Nobody may write it but the trigger.

    A column that a table gets later is NULL in its older revisions. Revisions of a person go with the person, who is
    erased; all others stay for ever.
    """

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    table_name: Mapped[str]
    content: Mapped[dict[str, Any]]
    """The whole row, by column."""
    known_from: Mapped[datetime]
    known_until: Mapped[datetime]
    """The instant of the unit of work that changed or removed the row."""

    __table_args__ = (
        CheckConstraint("known_until > known_from", name="lasts"),
        Index("ix_revision_table_name_known_until", "table_name", "known_until"),
    )


REVISED: tuple[type[Base], ...] = (
    Account, Activity, Announcement, Attempt, Bucket, Contribution, Delivery, Edition, EditionControl, EditionItem, Link,
    Mechanism, OrganisationAlias, OrganisationName, Output, PlaceAlias, PlaceCode, Platform, Project, Proposal,
    QuotedFigure, Receipt, ReportingAreaPlace, Role, SeriesSection, *nouns(),
)  # fmt: skip
"""Tables whose rows change in place and are read at a past `known_at`; a test holds the list against what is read."""

for _model in REVISED:
    table_of(_model).append_column(
        Column("known_since", DateTime(timezone=True), nullable=False, server_default=text("instant_of_unit()"))
    )
