"""Whether the print can show every character of an edition, and hold every word."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.reporting_worker.controls.control import Control, verdict
from services.reporting_worker.rendering.glyphs import named, unprintable
from services.reporting_worker.rendering.printed_text import PrintedText
from shared.sentences import sentence

PRINTABLE = "texts.printable"
"""The control of characters: what no font holds cannot be printed, whoever accepts it."""
LONGEST_WORD = 60
"""Letters; the longest word of a French dictionary has 27, an address as a label about 60."""
TOLD_CHARACTERS, TOLD_PLACES = 5, 20
"""How many a message names; `subjects` holds them all."""
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1},}}")


@dataclass(frozen=True)
class Placed:
    """A printed text with the place of its item (`trust-fund/12 (ACT-2022-003)`) and its language."""

    place: str
    language: str
    printed: PrintedText

    @property
    def name(self) -> str:
        """Place, field and language, as messages name them."""
        return f"{self.place} {self.printed.field} ({self.language})"


def printable_control(texts: Iterable[Placed]) -> Control:
    """Every character that no font holds, with its item and field."""
    found = {one.name: characters for one in texts if (characters := unprintable(one.printed.text))}
    faults = [
        sentence("{place} : {characters}.", "{place}: {characters}.", place=place, characters=_listed(characters))
        for place, characters in list(found.items())[:TOLD_PLACES]
    ]
    return verdict(
        PRINTABLE,
        {"fr": "Caractères imprimables", "en": "Printable characters"},
        faults,
        {
            "fr": "Les polices du bulletin ont tous les caractères.",
            "en": "The fonts of the bulletin hold every character.",
        },
        places={place: [f"U+{ord(one):04X}" for one in characters] for place, characters in found.items()},
    )


def _listed(characters: Sequence[str]) -> str:
    told = ", ".join(map(named, characters[:TOLD_CHARACTERS]))
    return f"{told}, … (+{len(characters) - TOLD_CHARACTERS})" if len(characters) > TOLD_CHARACTERS else told


def long_words_control(texts: Iterable[Placed]) -> Control:
    """Words so long that the print has to break them anywhere."""
    found = {one.name: match.group() for one in texts if (match := _LONG_WORD.search(one.printed.text))}
    faults = [
        sentence(
            "{place} : « {word}… » n'a pas d'espace sur {count} caractères.",
            "{place}: '{word}…' has no space in {count} characters.",
            place=place,
            word=word[:30],
            count=len(word),
        )
        for place, word in list(found.items())[:TOLD_PLACES]
    ]
    return verdict(
        "texts.words",
        {"fr": "Mots trop longs", "en": "Words too long"},
        faults,
        {"fr": "Chaque mot tient dans sa ligne.", "en": "Every word fits its line."},
        places=list(found),
    )
