"""Figures that people name: what they measure, in which bucket, of which projects; their words are made from that."""

from typing import Any

from sqlalchemy import ARRAY, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import Base, Texts, Versioned
from shared.models.noun import Noun


class NamedFigure(Versioned, Base):
    """A figure under a name of its own, which tokens, boxes and charts take."""

    __tablename__ = "named_figure"
    __noun__ = Noun(
        path="named-figures",
        fr="chiffre nommé|chiffres nommés",
        en="named figure|named figures",
        owner="reporting",
        writers=(Role.REPORTING_OFFICER,),
        meanings={
            "measure": (
                "Ce qui est compté ou additionné : projets, coût, approbations, encaissements, allocations, bailleurs.",
                "What is counted or added up: projects, cost, approvals, receipts, allocations, donors.",
            ),
            "sponsors": ("Sections qui portent les projets (slugs).", "Sections that sponsor the projects (slugs)."),
            "people": (
                "Unités de bénéficiaires des projets : women, pupils ...",
                "Units of people whom the projects are for: women, pupils ...",
            ),
        },
    )

    slug: Mapped[str] = mapped_column(unique=True)
    measure: Mapped[str]
    mechanism_code: Mapped[str | None] = mapped_column(ForeignKey("mechanism.code"))
    bucket: Mapped[str | None]
    place_slugs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sector_slugs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sponsor_slugs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    people: Mapped[list[str]] = mapped_column(ARRAY(Text))
    title: Mapped[Texts | None]
    """Instead of the words made from its parts."""

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """What measures and buckets there are is the figures' to say."""
        return ()
