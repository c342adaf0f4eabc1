"""The series that documents appear in, each with its sections: their order, keys and headings."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import Base, Identified, Texts, Versioned, texts
from shared.models.noun import Named, Noun


class Series(Versioned, Base):
    """A series of editions, as the bimonthly bulletin is."""

    __tablename__ = "series"
    __noun__ = Noun(
        path="series",
        fr="série|séries",
        en="series of editions|series of editions",
        owner="reporting",
        writers=(Role.REPORTING_OFFICER,),
        is_feminine=True,
        meanings={
            "sections": ("Rubriques, dans l'ordre imprimé.", "Sections in their printed order."),
            "is_numbered": ("Si ses éléments portent des numéros.", "Whether its items bear numbers."),
            "begins_page": ("Si elle commence une page.", "Whether it begins a page."),
        },
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Its name is said in a language."""
        return (texts("name"),)


class SeriesSection(Identified, Base):
    """A section of a series; one without items is not printed."""

    __tablename__ = "series_section"
    __noun__ = Named(
        fr="rubrique|rubriques", en="section of a series|sections of a series", owner="reporting", is_feminine=True
    )

    series_id: Mapped[UUID] = mapped_column(ForeignKey("series.id"))
    key: Mapped[str]
    title: Mapped[Texts]
    is_numbered: Mapped[bool]
    begins_page: Mapped[bool]
    position: Mapped[int]

    __table_args__ = (UniqueConstraint("series_id", "key"), texts("title"))
