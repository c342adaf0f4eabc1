"""Figures that people name: tokens, boxes and charts take their slugs as they take any figure's key."""

from typing import Self

from pydantic import model_validator
from sqlalchemy import select

from services.reporting_worker.figures.composed import AskedMeasure, BucketName, Composed, FigureNotAsked, composed
from services.reporting_worker.figures.defined import insist_on_bucket
from shared.fields import LineTextsField
from shared.keys import MechanismCode, ObjectiveSlug, OrganisationSlug, PlaceSlug, SectorSlug
from shared.models import Bucket
from shared.models.base import Protection
from shared.models.figure import NamedFigure
from shared.models.project import BeneficiaryUnit
from shared.portfolio import Part
from shared.recording.directory import Directory
from shared.recording.record import Record, look_up_named
from shared.recording.routes import record_routes
from shared.resources.named_figures import NAMED_FIGURES
from shared.sentences import refusal
from shared.unit_of_work import UnitOfWork


class NamedFigureContent(Part):
    """What a figure measures, in which bucket, and of which projects; its title is made from that unless it is given."""

    measure: AskedMeasure
    mechanism: MechanismCode | None = None
    bucket: BucketName | None = None
    places: tuple[PlaceSlug, ...] = ()
    sectors: tuple[SectorSlug, ...] = ()
    sponsors: tuple[OrganisationSlug, ...] = ()
    objectives: tuple[ObjectiveSlug, ...] = ()
    people: tuple[BeneficiaryUnit, ...] = ()
    title: LineTextsField | None = None
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _makes_a_figure(self) -> Self:
        try:
            self.composed()
        except FigureNotAsked as problem:
            raise refusal("figure_impossible", problem.detail["fr"], problem.detail["en"]) from problem
        return self

    def composed(self) -> Composed:
        """The figure.

        Raises:
            FigureNotAsked: a measure that has no such part.
        """
        values = {
            "place": self.places,
            "sector": self.sectors,
            "sponsor": self.sponsors,
            "objective": self.objectives,
            "people": self.people,
        }
        return composed(self.measure, self.bucket, self.mechanism, **values)


async def _look_up(unit: UnitOfWork, content: NamedFigureContent) -> Directory:
    """What it names, and that the mechanism has the bucket: who reads it later could do nothing about that."""
    directory = await look_up_named(unit, content)
    asked = content.composed()
    if asked.mechanism is not None and asked.bucket is not None:
        held = select(Bucket.bucket).where(Bucket.mechanism_code == asked.mechanism).distinct()
        insist_on_bucket(asked, sorted(await unit.session.scalars(held)))
    return directory


NAMED_FIGURE = Record(
    NamedFigure,
    NamedFigureContent,
    into={
        "places": "place_slugs",
        "sectors": "sector_slugs",
        "sponsors": "sponsor_slugs",
        "objectives": "objective_slugs",
    },
    look_up=_look_up,
    example={
        "slug": "tf-gao-ongoing",
        "measure": "projects",
        "mechanism": "TF",
        "bucket": "ongoing",
        "places": ["gao"],
    },
)
named_figures = record_routes(
    NAMED_FIGURE,
    NAMED_FIGURES,
    "figures",
    refuses=(FigureNotAsked,),
    create="Under a slug of its own, which texts, boxes and charts name; its words are made from its parts.",
)
