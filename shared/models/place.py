"""Geography with dates: places by our own slugs, their codes and aliases, and the reporting areas of the map."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import Base, Identified, Mergeable, Revised, Texts, finite, one_of, texts
from shared.models.noun import Noun
from shared.worded import Worded


class PlaceKind(Worded, key="place_kind", fr="Nature du lieu", en="Kind of place"):
    """The levels of the hierarchy in force at a date."""

    COUNTRY = "country", "pays", "country"
    REGION = "region", "région", "region"
    CERCLE = "cercle", "cercle", "cercle"
    COMMUNE = "commune", "commune", "commune"
    LOCALITY = "locality", "localité", "locality"


class Place(Mergeable, Revised, Base):
    """A place of the 2022 hierarchy or of today's; numbers of code systems clash, so its key is our slug."""

    __tablename__ = "place"
    __noun__ = Noun(
        path="places", fr="lieu|lieux", en="place|places", owner="projects", writers=(Role.PROGRAMME_OFFICER,)
    )

    slug: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name: Mapped[Texts]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("place.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    """Degrees WGS 84; NULL where unknown."""
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    coordinate_precision: Mapped[str | None]
    """`exact` or `approximate`."""
    is_sensitive: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (one_of("kind", PlaceKind), texts("name"), finite("latitude"), finite("longitude"))


class PlaceCode(Identified, Base):
    """A code of a place in one system (`ocha_pcode`, `iso_3166_2`, `national_2023`), with validity."""

    __tablename__ = "place_code"

    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    scheme: Mapped[str]
    code: Mapped[str]
    valid_from: Mapped[date | None]

    __table_args__ = (UniqueConstraint("scheme", "code", "place_id"), Index("ix_place_code_place_id", "place_id"))


class PlaceAlias(Identified, Base):
    """Another spelling of a place's name, as sources print it."""

    __tablename__ = "place_alias"

    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"))
    alias: Mapped[str]

    __table_args__ = (UniqueConstraint("place_id", "alias"),)


class ReportingArea(Revised, Base):
    """An area of the bulletin's map (`Gao / Ménaka`), or the national bucket."""

    __tablename__ = "reporting_area"
    __noun__ = Noun(
        path="reporting-areas",
        fr="zone de rapport|zones de rapport",
        en="reporting area|reporting areas",
        owner="projects",
        writers=(Role.ADMIN,),
        is_feminine=True,
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    position: Mapped[int] = mapped_column(default=0)
    is_national: Mapped[bool] = mapped_column(default=False)
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))

    __table_args__ = (texts("name"), finite("latitude"), finite("longitude"))


class ReportingAreaPlace(Base):
    """Which region (or the country itself, for the national bucket) lies in which reporting area."""

    __tablename__ = "reporting_area_place"

    place_id: Mapped[UUID] = mapped_column(ForeignKey("place.id"), primary_key=True)
    reporting_area_id: Mapped[UUID] = mapped_column(ForeignKey("reporting_area.id"))
