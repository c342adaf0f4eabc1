"""The series of editions: which sections they have, in which order, under which headings."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from sqlalchemy import select

from services.reporting_worker.desk.section_key import SectionKey
from shared.domain.publication import IS_OVER
from shared.errors import Conflict
from shared.fields import LineTextsField
from shared.keys import Flag
from shared.models import Edition, EditionItem
from shared.models.among import among
from shared.models.series import Series, SeriesSection
from shared.portfolio import Part
from shared.recording.children import Children
from shared.recording.facts import refuse_repeats
from shared.recording.record import Action, Record
from shared.recording.routes import record_routes
from shared.refusal import Refusal
from shared.resources.series import SERIES as SHOWN
from shared.unit_of_work import UnitOfWork


class SectionPart(Part):
    """A section: its key, its heading, whether its items bear numbers and whether it begins a page."""

    key: SectionKey
    title: LineTextsField
    is_numbered: Flag = False
    begins_page: Flag = False


class SeriesContent(Part):
    """A series with all its sections in their printed order; one without items is not printed."""

    name: LineTextsField
    sections: Annotated[tuple[SectionPart, ...], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        refuse_repeats((one.key for one in self.sections), "Une rubrique", "A section")
        return self


class SectionInUse(Refusal, Conflict):
    """A section in which items of an edition stand that is not frozen yet."""

    kind, at = "section-in-use", "/sections"
    fr = "L'édition {edition} a des éléments dans la rubrique « {section} » ; déplacez-les d'abord."
    en = "Edition {edition} has items in the section '{section}'; move them first."
    edition: str
    section: str


async def _admit(unit: UnitOfWork, _action: Action, row: Any, content: SeriesContent | None) -> None:
    """What drafts print stays; frozen editions keep what they printed. Of a deletion all editions have their say."""
    if row is None or content is None:
        return
    kept = [one.key for one in content.sections]
    used = (
        select(Edition.slug, EditionItem.section)
        .join(EditionItem, EditionItem.edition_id == Edition.id)
        .where(Edition.series == row.slug, ~among(Edition.state, IS_OVER), ~among(EditionItem.section, kept))
        .order_by(Edition.slug, EditionItem.position)
        .limit(1)
    )
    if (found := (await unit.session.execute(used)).first()) is not None:
        raise SectionInUse(*found)


SERIES = Record(
    Series,
    SeriesContent,
    children=(Children("sections", SeriesSection, key=("key",)),),
    admit=_admit,
    example={
        "slug": "newsletter",
        "name": {"fr": "Lettre d'information", "en": "Newsletter"},
        "sections": [{"key": "outlook", "title": {"fr": "Perspectives", "en": "Outlook"}}],
    },
)
series = record_routes(
    SERIES,
    SHOWN,
    "editions",
    create="With its sections in their printed order.",
    replace="The whole content: a section that is added is there for the next item; frozen editions keep what they printed.",
    refuses=(SectionInUse,),
)
