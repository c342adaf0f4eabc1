"""Figures that people name: tokens, boxes and charts take their slugs as they take any figure's key."""

from typing import Self

from pydantic import model_validator

from services.reporting_worker.figures.composed import AskedMeasure, BucketName, FigureNotAsked, composed
from shared.fields import LineTextsField
from shared.keys import MechanismCode, OrganisationSlug, PlaceSlug, SectorSlug
from shared.models.base import Protection
from shared.models.figure import NamedFigure
from shared.models.project import BeneficiaryUnit
from shared.portfolio import Part
from shared.recording.record import Record
from shared.recording.routes import record_routes
from shared.resources.named_figures import NAMED_FIGURES
from shared.sentences import refusal


class NamedFigureContent(Part):
    """What a figure measures, in which bucket, and of which projects; its title is made from that unless it is given."""

    measure: AskedMeasure
    mechanism: MechanismCode | None = None
    bucket: BucketName | None = None
    places: tuple[PlaceSlug, ...] = ()
    sectors: tuple[SectorSlug, ...] = ()
    sponsors: tuple[OrganisationSlug, ...] = ()
    people: tuple[BeneficiaryUnit, ...] = ()
    title: LineTextsField | None = None
    protection: Protection = Protection.INTERNAL

    @model_validator(mode="after")
    def _makes_a_figure(self) -> Self:
        values = {"place": self.places, "sector": self.sectors, "sponsor": self.sponsors, "people": self.people}
        try:
            composed(self.measure, self.bucket, self.mechanism, **values)
        except FigureNotAsked as problem:
            raise refusal("figure_impossible", problem.detail["fr"], problem.detail["en"]) from problem
        return self


NAMED_FIGURE = Record(
    NamedFigure,
    NamedFigureContent,
    into={"places": "place_slugs", "sectors": "sector_slugs", "sponsors": "sponsor_slugs"},
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
    create="Under a slug of its own, which texts, boxes and charts name; its words are made from its parts.",
)
