"""Digits typed in prose: every number of a text is a token, a date, a reference or a quoted figure (DESIGN 8)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from services.reporting_worker.controls.control import Control, Rule
from services.reporting_worker.controls.printable import Placed
from services.reporting_worker.rendering.printed_text import COMPUTED_PART
from shared.domain.notation import MONTHS
from shared.errors import Texts

_ENGLISH_MONTHS = "|".join(MONTHS["en"])
_MONTHS = "|".join(MONTHS["fr"] + MONTHS["en"])
_DAY = r"(?<![\d.,])\d{1,2}(?:er|st|nd|rd|th)?"
_SEVERAL_DAYS = rf"{_DAY}(?:\s{{0,3}}(?:,|-|–|au|et|to|and)\s{{0,3}}\d{{1,2}}(?:er|st|nd|rd|th)?){{0,9}}"
_YEAR = r"(?:19|20)\d{2}"
_ENDS = (
    r"(?=\s{0,3}(?:$|[.,;:!?)\]»”\"–—/-]|"
    r"(?:et|ou|à|au|aux|le|la|les|l|l’|un|une|des|du|de|d’|en|dans|par|pour|sur|qui|que|est|a|ont|sont|ne|n’|avec|se|s’|"
    r"and|or|to|the|an|of|in|on|at|by|for|with|that|which|who|is|are|was|were|has|have|had|it|its)\b))"
)
"""What may follow a date; a noun may not: "in 2022 schools" counts schools."""
_BEFORE_YEAR = (
    r"\b(?:en|depuis|dès|avant|après|fin|début|mi-?|année|années|exercice|exercices|of|de|d’ici|jusqu’en|"
    r"in|since|until|by|from|before|after|during|late|early|mid-?|year|years)\s{0,3}"
)

_TITLED = r"résolution|resolution|décret|decree|loi|law|article|n°|no\."

_ALLOWED = (
    r"https?://\S+",
    r"\b[A-Z]{2,}-\d{4}-(?:[A-Z]{3}-)?\d{3,}\b",  # references: QIP-2022-MNK-014
    rf"{_SEVERAL_DAYS}\s+(?:{_MONTHS})\b(?:\s+{_YEAR}\b)?",
    rf"\b(?:{_ENGLISH_MONTHS})\s+{_SEVERAL_DAYS}\b(?:,?\s+{_YEAR}\b)?{_ENDS}",
    rf"\b{_YEAR}\s*[-–/]\s*(?:{_YEAR}|\d{{2}})\b",  # a span of years, a fiscal year
    rf"\b(?:{_MONTHS})\s+{_YEAR}\b",
    rf"{COMPUTED_PART}\s+{_YEAR}\b{_ENDS}",  # the year of a day that a token prints
    rf"(?i:{_BEFORE_YEAR}){_YEAR}\b(?:[-–/]\d{{2}}(?:\d{{2}})?\b)?{_ENDS}",
    rf"\({_YEAR}\)",
    rf"(?i:\b(?:{_TITLED})s?\s{{0,3}}(?:n°\s{{0,3}}|no\.\s{{0,3}})?\d[\d/.\-]*(?:/[A-Z-]+)?(?:\s\(\d{{4}}\))?)",
)
_SKIPPED = re.compile("|".join(_ALLOWED))
_DIGITS = re.compile(r"\d[\d\s.,\u00a0\u202f]*\d|\d")


def typed_digits(text: str) -> Iterator[str]:
    """Each group of digits of any kind (`²`, `Ⅻ`, `½` too) that is no date, year, reference or address.

    >>> list(typed_digits("12 écoles, le 3 mars 2022, 250 m², résolution 2584, 2022 écoles, en 2022, Ⅻ"))
    ['12', '250', '²', '2022', 'Ⅻ']
    """
    plain = "".join("0" if _is_other_number(one) else one for one in text)
    let_through = _SKIPPED.sub(lambda match: "_" * len(match.group()), plain)
    for match in _DIGITS.finditer(let_through):
        yield text[match.start() : match.end()].strip()


def _is_other_number(character: str) -> bool:
    """Numbers that are no decimal digits: superscripts, fractions, circled and Roman ones."""
    return unicodedata.category(character) in {"Nl", "No"}


def prose_control(texts: Iterable[Placed]) -> Control:
    """Whether anything that the edition prints holds typed digits; each is named with its place and language."""
    found = {one.name: digits for one in texts if (digits := list(typed_digits(one.printed.typed)))}
    broken = [{"place": place, "digits": " ; ".join(digits)} for place, digits in found.items()]
    return _NO_DIGITS.judged(broken, places=found)


_NO_DIGITS = Rule(
    "texts.digits",
    ("Chiffres tapés dans la prose", "Digits typed in prose"),
    ("{place} : « {digits} ».", "{place}: '{digits}'."),
    (
        "Chaque nombre imprimé est un jeton, une date, une référence ou un chiffre cité.",
        "Every printed number is a token, a date, a reference or a quoted figure.",
    ),
)
_TRANSLATED = Rule(
    "texts.untranslated",
    ("Textes non traduits", "Untranslated texts"),
    ("{place} n'existe pas en : {languages}.", "{place} does not exist in: {languages}."),
    ("Tous les textes existent dans les deux langues.", "All texts exist in both languages."),
)


def untranslated_control(texts: Mapping[str, Texts], languages: tuple[str, ...] = ("fr", "en")) -> Control:
    """Whether every text of the edition exists in every language."""
    missing = {
        place: absent
        for place, text in texts.items()
        if (absent := [language for language in languages if not text.get(language, "").strip()])
    }
    broken = [{"place": place, "languages": absent} for place, absent in missing.items()]
    return _TRANSLATED.judged(broken, places=missing)
