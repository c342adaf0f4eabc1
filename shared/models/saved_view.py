"""Saved views: lists as somebody filtered and ordered them, for everybody who works on them."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import Base, Texts, Versioned, texts
from shared.models.noun import Noun


class SavedView(Versioned, Base):
    """A list as it was filtered: its name, and the query of its address."""

    __tablename__ = "saved_view"
    __noun__ = Noun(
        path="saved-views",
        fr="vue enregistrée|vues enregistrées",
        en="saved view|saved views",
        is_feminine=True,
        owner="reporting",
        writers=(Role.SPONSOR_EDITOR, Role.PROGRAMME_OFFICER, Role.FUND_MANAGER, Role.REPORTING_OFFICER, Role.APPROVER),
        meanings={
            "list": ("Liste, comme dans son adresse (projects).", "List, as in its address (projects)."),
            "query": (
                "Filtres et ordre, comme dans l'adresse de la liste.",
                "Filters and order, as in the list's address.",
            ),
        },
    )

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Texts]
    list: Mapped[str]
    query: Mapped[str]

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Named in a language."""
        return (texts("name"),)
