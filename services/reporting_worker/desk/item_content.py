"""What an item of each kind must hold, so that a draft is refused at once and never fails when it is printed."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.reporting_worker.figures.composed import FigureNotAsked, parsed
from services.reporting_worker.figures.definitions import BY_KEY, NAMED, Unit
from shared.domain.closest import closest
from shared.fields import LineTextsField, TextsField
from shared.models.edition import ItemKind
from shared.sentences import refusal
from shared.web.sentences import sentence

MechanismCode = Literal["QIP", "TF", "FP"]

_NAMED = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
"""The slug of a figure that people named: whether there is one is asked where the edition is read."""


def _unit_of(key: str) -> Unit | None:
    """What a figure counts; None where only its row says that.

    Raises:
        PydanticCustomError: no figure can bear the key.
    """
    if key in BY_KEY:
        return BY_KEY[key].unit
    try:
        if (one := parsed(key)) is not None:
            return one.unit
    except FigureNotAsked as problem:
        raise refusal("figure_impossible", problem.detail["fr"], problem.detail["en"]) from problem
    if not _NAMED.fullmatch(key):
        near = ", ".join(closest(key, NAMED))
        raise refusal(
            "figure_unknown",
            f"le chiffre « {key} » n'existe pas" + (f" ; vouliez-vous dire : {near} ?" if near else "."),
            f"there is no figure '{key}'" + (f"; did you mean: {near}?" if near else "."),
        )
    return None


def _known(key: str) -> str:
    _unit_of(key)
    return key


def _in_usd(key: str) -> str:
    if _unit_of(key) not in {Unit.USD, None}:
        raise refusal("figure_not_in_usd", f"« {key} » n'est pas un chiffre en USD.", f"'{key}' is no figure in USD.")
    return key


FigureKey = Annotated[str, AfterValidator(_known)]
AmountKey = Annotated[str, AfterValidator(_in_usd)]


class Parameters(BaseModel):
    """Of kinds that need none; every item may name further activities that it holds."""

    model_config = ConfigDict(extra="forbid")

    also: list[str] = []


class FigureBoxParameters(Parameters):
    """Key figures of one mechanism."""

    mechanism: MechanismCode
    figures: Annotated[list[FigureKey], Field(min_length=1, max_length=12)]


class MechanismsParameters(Parameters):
    """The mechanisms of a map or of lists of sectors."""

    mechanisms: Annotated[list[MechanismCode], Field(min_length=1, max_length=3)]


class ChartParameters(Parameters):
    """A figure in USD, by area or sector."""

    figure: AmountKey
    by: Literal["area", "sector"]


class HighlightParameters(BaseModel):
    """One line: an activity, or a text."""

    model_config = ConfigDict(extra="forbid")

    activity: str | None = None
    text: TextsField | None = None
    mechanism: MechanismCode | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.activity is None) == (self.text is None):
            raise refusal(
                "activity_or_text",
                "donnez une activité ou un texte, l'un des deux.",
                "give either an activity or a text.",
            )
        return self


class HighlightGroupParameters(BaseModel):
    """The highlights of one place."""

    model_config = ConfigDict(extra="forbid")

    place: str
    entries: Annotated[list[HighlightParameters], Field(min_length=1)]


class HighlightsParameters(Parameters):
    """Highlights by place."""

    groups: Annotated[list[HighlightGroupParameters], Field(min_length=1)]


class ComputedListParameters(Parameters):
    """A list that the facts make, and what is said after it."""

    list: Literal["tf.newly_approved", "activities.unplaced"]
    after: TextsField | None = None


class LinkParameters(BaseModel):
    """A labelled address."""

    model_config = ConfigDict(extra="forbid")

    label: LineTextsField
    url: Annotated[str, Field(pattern=r"^https?://", max_length=4000)]


class LinksParameters(Parameters):
    """Useful addresses."""

    links: Annotated[list[LinkParameters], Field(min_length=1)]


_PARAMETERS: Mapping[ItemKind, type[Parameters]] = {
    ItemKind.FIGURE_BOX: FigureBoxParameters,
    ItemKind.MAP: MechanismsParameters,
    ItemKind.SECTOR_LISTS: MechanismsParameters,
    ItemKind.CHART: ChartParameters,
    ItemKind.HIGHLIGHTS: HighlightsParameters,
    ItemKind.COMPUTED_LIST: ComputedListParameters,
    ItemKind.LINKS: LinksParameters,
}

_NEEDS: Mapping[ItemKind, tuple[str, ...]] = {
    ItemKind.TEXT: ("text",),
    ItemKind.STANDING_TEXT: ("standing_text",),
    ItemKind.ACTIVITY: ("activity",),
    ItemKind.CONTACT: ("text", "standing_text"),
}
"""Of which members an item of a kind needs one."""


def check_content(kind: ItemKind, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    """Return if an item holds what its kind prints.

    Raises:
        PydanticCustomError: something is missing, unknown or of another kind; the sentence names each fault.
    """
    needed = _NEEDS.get(kind, ())
    if needed and all(given.get(name) is None for name in needed):
        names = " / ".join(needed)
        raise refusal(
            "item_incomplete", f"Un élément « {kind} » demande : {names}.", f"An item of kind '{kind}' needs: {names}."
        )
    try:
        _PARAMETERS.get(kind, Parameters).model_validate(parameters)
    except ValidationError as error:
        faults = [
            (f"parameters/{'/'.join(map(str, one['loc']))}", sentence(one)) for one in error.errors(include_url=False)
        ]
        french = " ".join(f"{place} : {said['fr']}" for place, said in faults)
        english = " ".join(f"{place}: {said['en']}" for place, said in faults)
        raise refusal(
            "item_parameters",
            f"Les paramètres d'un élément « {kind} » ne conviennent pas. {french}",
            f"The parameters of an item of kind '{kind}' are not right. {english}",
        ) from error
