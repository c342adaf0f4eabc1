"""The names that `{ref:...}` may print: those of the public facts, and those that the edition itself lists."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import ARRAY, Select, Text, any_, bindparam, cast, select, union
from sqlalchemy.orm import InstrumentedAttribute

from services.reporting_worker.editions.json_parts import array_of
from shared.facts import KNOWN_AT
from shared.models import (
    Activity,
    Announcement,
    Contribution,
    Mechanism,
    Monitoring,
    Office,
    Organisation,
    OrganisationAlias,
    OrganisationName,
    Place,
    PlaceAlias,
    PlaceCode,
    Project,
    QuotedFigure,
    ReportingArea,
    Sector,
)
from shared.models.base import Protection
from shared.web.fields import LANGUAGES, LineText
from shared.web.sentences import refusal

NAMES = bindparam("names", type_=ARRAY(Text))
"""What the edition's texts print as names."""

_WORDS: tuple[InstrumentedAttribute[Any], ...] = (
    Activity.reference,
    Announcement.reference,
    Contribution.reference,
    Mechanism.code,
    Monitoring.reference,
    OrganisationAlias.alias,
    PlaceAlias.alias,
    PlaceCode.code,
    Project.reference,
    QuotedFigure.reference,
)
_TEXTS: tuple[InstrumentedAttribute[Any], ...] = (
    Activity.title,
    Announcement.title,
    Mechanism.name,
    Monitoring.phase,
    Office.title,
    Organisation.acronym,
    OrganisationName.name,
    Place.name,
    Project.title,
    ReportingArea.name,
    Sector.name,
)


def _begins_with_a_letter(name: str) -> str:
    if not name[0].isalpha():
        raise refusal(
            "name_begins_with_letter",
            f"« {name[:40]} » : un nom commence par une lettre ; un nombre s'imprime par un jeton des faits.",
            f"'{name[:40]}': a name begins with a letter; a number is printed by a token of the facts.",
        )
    return name


Name = Annotated[LineText, AfterValidator(_begins_with_a_letter)]
"""A name that holds digits, as the edition prints it: `CREDD 2019-2023`."""
Names = Annotated[
    list[Name],
    Field(
        max_length=100,
        description="Names that `{ref:...}` may print beside those of the facts, in any language.",
        examples=[["CREDD 2019-2023", "GT2"]],
    ),
]


def known_names() -> Select[Any]:
    """Those of the names asked for that a public fact bears: reference, title, acronym, alias, code or name."""
    named = union(*_bearers()).subquery("known_name")
    return select(cast(array_of(named.c.name), Text))


def _bearers() -> Iterator[Select[Any]]:
    spoken = [(column, column[language].astext) for column in _TEXTS for language in LANGUAGES]
    for column, name in (*((one, one) for one in _WORDS), *spoken):
        yield select(cast(name, Text).label("name")).where(name == any_(NAMES), *_is_public(column.class_))


def _is_public(model: Any) -> Iterator[Any]:
    # the vocabulary of places and organisations is everybody's, whatever is kept beside a name
    if hasattr(model, "protection") and model not in {Organisation, Place}:
        yield model.protection == Protection.PUBLIC
    if hasattr(model, "recorded_at"):
        yield model.recorded_at <= KNOWN_AT
