"""Objectives of frameworks that projects serve: a resolution, the Agreement, Women, Peace and Security, a policy marker."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.identity import Role
from shared.models.base import Base, Fact, Texts, Versioned, one_of, texts
from shared.models.noun import Named, Noun
from shared.worded import Worded


class Significance(Worded, key="significance", fr="Importance de l'objectif", en="Significance of the objective"):
    """How much an objective is a project's own: the OECD DAC scores 0, 1 and 2 (IATI 2.03 code list PolicySignificance)."""

    NOT_TARGETED = "not_targeted", "non visé", "not targeted"
    SIGNIFICANT = "significant", "objectif significatif", "significant objective"
    PRINCIPAL = "principal", "objectif principal", "principal objective"


class Objective(Versioned, Base):
    """What a framework asks for, under the framework's own code."""

    __tablename__ = "objective"
    __noun__ = Noun(
        path="objectives",
        fr="objectif|objectifs",
        en="objective|objectives",
        owner="projects",
        writers=(Role.ADMIN,),
        meanings={
            "framework": (
                "Cadre qui le pose : un slug (un-2584, agreement, credd, wps, oecd-dac).",
                "Framework that sets it: a slug (un-2584, agreement, credd, wps, oecd-dac).",
            ),
            "code": ("Code que le cadre lui donne.", "Code that the framework gives it."),
        },
    )

    slug: Mapped[str] = mapped_column(unique=True)
    framework: Mapped[str]
    code: Mapped[str]
    name: Mapped[Texts]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """Named in a language; a framework gives a code once."""
        return (texts("name"), UniqueConstraint("framework", "code"))


class ObjectiveTag(Fact, Base):
    """How much a project serves an objective, from a date on (IATI 2.03 `tag` and `policy-marker`); `not_targeted` ends it."""

    __tablename__ = "objective_tag"
    __noun__ = Named(
        fr="objectif visé|objectifs visés",
        en="tag|tags",
        owner="projects",
        mode="append",
        meanings={
            "tags": ("Objectifs que le projet vise, et combien.", "Objectives that the project serves, and how much."),
            "objective": ("Objectif d'un cadre (slug).", "Objective of a framework (slug)."),
            "significance": (
                "Score du CAD de l'OCDE : non visé, significatif, principal.",
                "OECD DAC score: not targeted, significant, principal.",
            ),
        },
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    objective: Mapped[str] = mapped_column(ForeignKey("objective.slug"))
    significance: Mapped[str]

    @classmethod
    def checks(cls) -> tuple[Any, ...]:
        """A known score; found by its project."""
        return (one_of("significance", Significance), Index("ix_objective_tag_project_id", "project_id"))
