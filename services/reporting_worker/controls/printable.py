"""Whether the print can show every character of an edition, and hold every word."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from services.reporting_worker.controls.control import Control, Rule
from services.reporting_worker.rendering.glyphs import named, unprintable
from services.reporting_worker.rendering.printed_text import PrintedText

Found = TypeVar("Found")
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
    return _PRINTABLE.judged(
        ({"place": place, "characters": _listed(characters)} for place, characters in _first(found)),
        places={place: [f"U+{ord(one):04X}" for one in characters] for place, characters in found.items()},
    )


_PRINTABLE = Rule(
    PRINTABLE,
    ("Caractères imprimables", "Printable characters"),
    ("{place} : {characters}.", "{place}: {characters}."),
    ("Les polices du bulletin ont tous les caractères.", "The fonts of the bulletin hold every character."),
)
_SHORT_WORDS = Rule(
    "texts.words",
    ("Mots trop longs", "Words too long"),
    (
        "{place} : « {word}… » n'a pas d'espace sur {count} caractères.",
        "{place}: '{word}…' has no space in {count} characters.",
    ),
    ("Chaque mot tient dans sa ligne.", "Every word fits its line."),
)


def _first(found: Mapping[str, Found]) -> Iterable[tuple[str, Found]]:
    return islice(found.items(), TOLD_PLACES)


def _listed(characters: Sequence[str]) -> str:
    told = ", ".join(map(named, characters[:TOLD_CHARACTERS]))
    return f"{told}, … (+{len(characters) - TOLD_CHARACTERS})" if len(characters) > TOLD_CHARACTERS else told


def long_words_control(texts: Iterable[Placed]) -> Control:
    """Words so long that the print has to break them anywhere."""
    found = {one.name: match.group() for one in texts if (match := _LONG_WORD.search(one.printed.text))}
    broken = ({"place": place, "word": word[:30], "count": len(word)} for place, word in _first(found))
    return _SHORT_WORDS.judged(broken, places=list(found))
