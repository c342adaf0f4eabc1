"""What happened and what was announced: activities, announcement trees, monitoring, quoted figures, links."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import (
    Base,
    Deletable,
    Identified,
    Precision,
    Qualifier,
    Texts,
    Versioned,
    exactly_one,
    finite,
    one_of,
    texts,
)
from shared.models.noun import Noun
from shared.worded import Worded


class ActivityKind(Worded, key="activity_kind", fr="Nature de l'activité", en="Kind of activity"):
    """What kind of event it is."""

    LAUNCH = "launch", "lancement", "launch"
    HANDOVER = "handover", "remise", "handover"
    LAUNCH_OR_HANDOVER = ("launch_or_handover", "lancement ou remise, non précisé", "launch or handover, not said")
    """The source does not say which."""
    APPROVAL = "approval", "approbation", "approval"
    FIELD_VISIT = "field_visit", "visite de terrain", "field visit"
    DONOR_MEETING = "donor_meeting", "réunion avec les donateurs", "donor meeting"
    TRAINING = "training", "formation", "training"
    AWARENESS_SESSION = "awareness_session", "séance de sensibilisation", "awareness session"
    EVALUATION = "evaluation", "évaluation", "evaluation"
    CEREMONY = "ceremony", "cérémonie", "ceremony"
    COORDINATION_MEETING = "coordination_meeting", "réunion de coordination", "coordination meeting"
    WORKSHOP = "workshop", "atelier", "workshop"
    OBSERVANCE = "observance", "journée internationale", "observance"
    RETREAT = "retreat", "retraite", "retreat"
    FUNDING_AGREEMENT = "funding_agreement", "accord de financement", "funding agreement"


class Activity(Deletable, Versioned, Base):
    """An event of the section on a date or range, with its texts: short for highlights, long for sections."""

    __tablename__ = "activity"

    reference: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[Texts]
    short: Mapped[Texts | None]
    long: Mapped[Texts | None]
    start_on: Mapped[date]
    end_on: Mapped[date]
    precision: Mapped[str] = mapped_column(default=Precision.DAY)
    reporting_area_id: Mapped[UUID | None] = mapped_column(ForeignKey("reporting_area.id"))
    place_slugs: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """Slugs of the places where it took place, in order."""
    attendance: Mapped[int | None]
    attendance_qualifier: Mapped[str | None]
    decisions: Mapped[Texts | None]

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Dates in order, kinds known."""
        return (
            one_of("kind", ActivityKind),
            one_of("precision", Precision),
            one_of("attendance_qualifier", Qualifier),
            texts("title"),
            CheckConstraint("end_on >= start_on", name="dates_in_order"),
            CheckConstraint("attendance >= 0", name="attendance_counted"),
            Index("ix_activity_end_on", "end_on"),
        )


class ActivityProject(Base):
    """A project that an activity concerns."""

    __tablename__ = "activity_project"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), primary_key=True)
    recorded_at: Mapped[datetime]

    __table_args__ = (Index("ix_activity_project_project_id", "project_id"),)


class Announcement(Deletable, Versioned, Base):
    """A node of what was announced together: n projects, at times one amount and no split (DESIGN 6)."""

    __tablename__ = "announcement"

    reference: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    mechanism_code: Mapped[str | None] = mapped_column(ForeignKey("mechanism.code"))
    project_count: Mapped[int]
    """How many projects the source announces, known to us or not."""
    title: Mapped[Texts]
    position: Mapped[int] = mapped_column(default=0)
    sector_slugs: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    place_slugs: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """At least one project is announced."""
        return (CheckConstraint("project_count > 0", name="counts_projects"), texts("title"))


class AnnouncementProject(Base):
    """A project known to belong to an announcement; linked at `recorded_at`, which never changes what was printed."""

    __tablename__ = "announcement_project"

    announcement_id: Mapped[UUID] = mapped_column(ForeignKey("announcement.id"), primary_key=True)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"), primary_key=True)
    recorded_at: Mapped[datetime]

    __table_args__ = (Index("ix_announcement_project_project_id", "project_id"),)


class Monitoring(Versioned, Base):
    """Third-party monitoring: who pays in kind, who looks, what was found and recommended."""

    __tablename__ = "monitoring"
    __noun__ = Noun(
        path="monitoring",
        fr="suivi par un tiers|suivis par des tiers",
        en="third-party monitoring|third-party monitorings",
        owner="projects",
        writers=(Role.PROGRAMME_OFFICER,),
    )

    reference: Mapped[str] = mapped_column(unique=True)
    mechanism_code: Mapped[str] = mapped_column(ForeignKey("mechanism.code"))
    funder_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    contractor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    phase: Mapped[Texts]
    findings: Mapped[Texts | None]
    recommendations: Mapped[Texts | None]


class QuotedFigure(Identified, Base):
    """A figure as somebody said it; printed as quoted and part of no total."""

    __tablename__ = "quoted_figure"

    reference: Mapped[str] = mapped_column(unique=True)
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    announcement_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))
    value: Mapped[Decimal] = mapped_column(Numeric(20, 3))
    unit: Mapped[str]
    """A currency code, or what is counted (`persons`, `associations`, `hectares`, `percent`)."""
    qualifier: Mapped[str]
    said_by: Mapped[Texts | None]
    source: Mapped[str]
    scope: Mapped[Texts]

    __table_args__ = (
        exactly_one("project_id", "activity_id", "announcement_id"),
        one_of("qualifier", Qualifier),
        finite("value", sign=">="),
    )


class Link(Identified, Base):
    """A web address kept byte for byte, with its label; an archived copy where the original is gone."""

    __tablename__ = "link"

    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    announcement_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))
    url: Mapped[str]
    label: Mapped[Texts]
    archived_url: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        exactly_one("project_id", "activity_id", "announcement_id"),
        UniqueConstraint("project_id", "activity_id", "announcement_id", "url", postgresql_nulls_not_distinct=True),
    )
