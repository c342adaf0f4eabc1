"""How large an edition may be: enough for any bulletin, and little enough to be set in seconds."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from services.reporting_worker.controls.control import Control, Rule, Said
from services.reporting_worker.rendering.printed_text import PrintedText
from shared.sentences import refusal

MOST_ITEMS = 200
MOST_ENTRIES = 400
"""Highlights of all items together."""
MOST_LINKS = 200
MOST_CHARACTERS = 200_000
"""Typed in all items and languages together; the reference bulletin has 10,000."""
MOST_PRINTED = 200_000
"""Characters that one language prints, what activities and standing texts say included; the reference has 30,000."""
LENGTH = "texts.length"
"""The control of the printed length: what is longer cannot be printed, whoever accepts it."""

LONGEST_TITLE = 500
"""Characters in one language: what a cover holds."""

Items = TypeVar("Items", bound=Sequence[Any])


def within_extent(items: Items) -> Items:
    """The items of an edition, as they are.

    Raises:
        PydanticCustomError: there are too many of them, of their entries, links or characters.
    """
    parameters = [item.parameters for item in items]
    groups = [group for one in parameters for group in one.get("groups", ())]
    texts = [(item.heading, item.text, item.parameters) for item in items]
    counted = (
        ("éléments", "items", len(items), MOST_ITEMS),
        ("faits saillants", "highlights", sum(len(group["entries"]) for group in groups), MOST_ENTRIES),
        ("liens", "links", sum(len(one.get("links", ())) for one in parameters), MOST_LINKS),
        ("caractères", "characters", _characters(texts), MOST_CHARACTERS),
    )
    for french, english, count, most in counted:
        if count > most:
            raise refusal(
                "edition_too_large",
                f"L'édition a {{count}} {french}, {{most}} au plus ; partagez-la ou abrégez.",
                f"The edition has {{count}} {english}, {{most}} at most; divide or shorten it.",
                count=count,
                most=most,
            )
    return items


def on_a_cover(title: dict[str, str]) -> dict[str, str]:
    """The title of an edition, as it is.

    Raises:
        PydanticCustomError: it is too long for a cover.
    """
    if max(map(len, title.values())) > LONGEST_TITLE:
        raise refusal(
            "title_too_long",
            "Le titre doit tenir sur la couverture : {most} caractères au plus.",
            "The title has to fit the cover: {most} characters at most.",
            most=LONGEST_TITLE,
        )
    return title


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        return sum(map(_characters, value.values()))
    return sum(map(_characters, value)) if isinstance(value, list | tuple) else 0


def printed_length(texts: Iterable[PrintedText]) -> int:
    """Characters in print."""
    return sum(len(one.text) for one in texts)


TOO_LONG: Said = (
    "L'édition imprime {length} caractères, {most} au plus ; abrégez ses textes ou partagez-la.",
    "The edition prints {length} characters, {most} at most; shorten its texts or divide it.",
)
"""What is told of an edition that prints more than it may in one language."""
_FITS = Rule(
    LENGTH,
    ("Longueur de l'édition", "Length of the edition"),
    TOO_LONG,
    ("L'édition tient dans un bulletin.", "The edition fits a bulletin."),
)


def length_control(lengths: Mapping[str, int]) -> Control:
    """Whether the print of each language can hold what the edition says, its activities and standing texts included."""
    excess = {language: length for language, length in lengths.items() if length > MOST_PRINTED}
    found = ({"length": length, "most": MOST_PRINTED} for length in excess.values())
    return _FITS.judged(found, lengths=dict(excess))
