"""The names that `{ref:...}` may print: those of the public facts, and those that the edition itself lists."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field
from sqlalchemy import ARRAY, Select, Text, any_, bindparam, cast, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from shared.facts import AS_OF, KNOWN_AT
from shared.fields import LANGUAGES, LineText
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
from shared.reading.json import array_of, objects_by
from shared.sentences import refusal

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


def renamed() -> Select[Any]:
    """Of the names asked for those of doubles, each with what the kept row is called in the same language.

    A name that another row bears too, other than as an alias, stays as it is.
    """
    double = union(*_doubles()).subquery("double")
    borne = union(*_bearers(of_doubles=False)).subquery("borne")
    found = (
        select(double.c.name, func.min(double.c.meant).label("meant"))
        .where(double.c.name.not_in(select(borne.c.name)))
        .group_by(double.c.name)
        .subquery("renamed")
    )
    return select(objects_by(found.c.name, found.c.meant))


def _doubles() -> Iterator[Select[Any]]:
    """name, meant: what merged rows are called, and the rows that they were merged into."""
    place, project, organisation = aliased(Place), aliased(Project), aliased(Organisation)
    later = aliased(OrganisationName)
    is_shown = project.protection == Protection.PUBLIC
    for language in LANGUAGES:
        title, name, acronym = (column[language].astext for column in (Project.title, Place.name, Organisation.acronym))
        yield _renamed(title, project.title[language].astext, Project.merged_into_id == project.id, is_shown)
        yield _renamed(name, place.name[language].astext, Place.merged_into_id == place.id)
        yield _renamed(acronym, organisation.acronym[language].astext, Organisation.merged_into_id == organisation.id)
        called = (
            select(later.name[language].astext)
            .where(later.organisation_id == Organisation.merged_into_id, later.valid_from <= AS_OF)
            .order_by(later.valid_from.desc())
            .limit(1)
            .scalar_subquery()
        )
        yield _renamed(
            OrganisationName.name[language].astext,
            called,
            OrganisationName.organisation_id == Organisation.id,
            Organisation.merged_into_id.is_not(None),
        )


def _renamed(name: Any, meant: Any, *conditions: Any) -> Select[Any]:
    said: Any = cast(meant, Text)
    called: Any = cast(name, Text)
    return select(called.label("name"), said.label("meant")).where(name == any_(NAMES), said.is_not(None), *conditions)


def _bearers(*, of_doubles: bool = True) -> Iterator[Select[Any]]:
    """name: those of the names asked for that a row bears; of every row, or of those that are not merged, but aliases."""
    spoken = [(column, column[language].astext) for column in _TEXTS for language in LANGUAGES]
    for column, name in (*((one, one) for one in _WORDS), *spoken):
        model = column.class_
        if not of_doubles and model in {OrganisationAlias, PlaceAlias}:
            continue
        conditions = [*_is_public(model)]
        if model is Project or (not of_doubles and model in {Organisation, Place}):
            conditions.append(model.merged_into_id.is_(None))
        elif not of_doubles and model is OrganisationName:
            merged = select(Organisation.id).where(Organisation.merged_into_id.is_not(None))
            conditions.append(OrganisationName.organisation_id.not_in(merged))
        yield select(cast(name, Text).label("name")).where(name == any_(NAMES), *conditions)


def _is_public(model: Any) -> Iterator[Any]:
    # the vocabulary of places and organisations is everybody's, whatever is kept beside a name
    if hasattr(model, "protection") and model not in {Organisation, Place}:
        yield model.protection == Protection.PUBLIC
    if hasattr(model, "recorded_at"):
        yield model.recorded_at <= KNOWN_AT
