"""Who takes part: organisations, offices, persons (erasable), and the one list of roles."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role as UserRole
from shared.models.base import Base, Identified, Mergeable, Revised, Texts, Versioned, exactly_one, one_of, texts
from shared.models.noun import Noun
from shared.worded import Worded


class OrganisationKind(Worded, key="organisation_kind", fr="Nature de l'organisation", en="Kind of organisation"):
    """What an organisation is; states and funds may be donors, sections may sponsor."""

    STATE = "state", "État", "State"
    UN_ENTITY = "un_entity", "entité des Nations Unies", "United Nations entity"
    MISSION_SECTION = "mission_section", "section de la Mission", "section of the Mission"
    GOVERNMENT_BODY = "government_body", "organe de l'État", "government body"
    NGO = "ngo", "organisation non gouvernementale", "non-governmental organisation"
    ASSOCIATION = "association", "association", "association"
    COMPANY = "company", "entreprise", "company"
    FORCES = "forces", "forces", "forces"
    OTHER = "other", "autre", "other"


class Organisation(Mergeable, Versioned, Base):
    """An organisation or a section of the mission; created by projects_api only."""

    __tablename__ = "organisation"
    __noun__ = Noun(
        path="organisations",
        fr="organisation|organisations",
        en="organisation|organisations",
        owner="projects",
        writers=(UserRole.PROGRAMME_OFFICER,),
        is_feminine=True,
    )

    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    acronym: Mapped[Texts | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    predecessor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))

    @classmethod
    def checks(cls) -> tuple[CheckConstraint, ...]:
        """The kinds known."""
        return (one_of("kind", OrganisationKind),)


class OrganisationName(Identified, Base):
    """A name with its validity (Turquie until 2022-06-03, Türkiye since): an edition prints that of its day."""

    __tablename__ = "organisation_name"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[Texts]
    valid_from: Mapped[date]

    __table_args__ = (texts("name"), UniqueConstraint("organisation_id", "valid_from"))


class OrganisationAlias(Identified, Base):
    """Another way in which sources print an organisation's name."""

    __tablename__ = "organisation_alias"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    alias: Mapped[str]

    __table_args__ = (UniqueConstraint("organisation_id", "alias"),)


class Office(Revised, Base):
    """A title at an organisation or a place (Head of the Gao office)."""

    __tablename__ = "office"
    __noun__ = Noun(
        path="offices",
        fr="bureau|bureaux",
        en="office|offices",
        owner="projects",
        writers=(UserRole.PROGRAMME_OFFICER,),
    )

    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[Texts]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    place_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))

    __table_args__ = (texts("title"),)


class Person(Revised, Base):
    """A named person, beside the facts so that the row can be erased."""

    __tablename__ = "person"
    __noun__ = Noun(
        path="persons",
        fr="personne|personnes",
        en="person|persons",
        owner="projects",
        writers=(UserRole.PROGRAMME_OFFICER,),
        readers=(UserRole.PROGRAMME_OFFICER, UserRole.REPORTING_OFFICER),
        is_feminine=True,
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("office.id"))


class RoleKind(Worded, key="role_kind", fr="Rôle d'un participant", en="Role of a participant"):
    """How a party takes part."""

    SPONSOR = "sponsor", "section porteuse", "sponsoring section"
    FUNDER = "funder", "bailleur", "funder"
    IMPLEMENTER = "implementer", "partenaire d'exécution", "implementing partner"
    REQUESTER = "requester", "demandeur", "requester"
    RECIPIENT = "recipient", "bénéficiaire institutionnel", "recipient"
    ORGANISER = "organiser", "organisateur", "organiser"
    PARTICIPANT = "participant", "participant", "participant"
    TRAINER = "trainer", "formateur", "trainer"
    SIGNATORY = "signatory", "signataire", "signatory"
    COORDINATING_OFFICE = "coordinating_office", "bureau coordonnateur", "coordinating office"


class Role(Identified, Base):
    """One party's part in one project, activity or announcement; several sponsors allowed, one leads."""

    __tablename__ = "role"

    kind: Mapped[str]
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    announcement_id: Mapped[UUID | None] = mapped_column(ForeignKey("announcement.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("office.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    is_lead: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        one_of("kind", RoleKind),
        exactly_one("project_id", "activity_id", "announcement_id"),
        CheckConstraint("num_nonnulls(organisation_id, office_id, person_id) >= 1", name="has_party"),
        Index("ix_role_project_id", "project_id"),
        Index("ix_role_activity_id", "activity_id"),
        Index("ix_role_announcement_id", "announcement_id"),
    )
