"""Digits typed in prose: every number of a text is a token, a date, a reference or a quoted figure (DESIGN 8)."""

import re
from collections.abc import Iterator, Mapping

from services.reporting_worker.controls.control import Control, verdict
from shared.errors import Texts
from shared.sentences import sentence

_MONTHS = (
    "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre|"
    "January|February|March|April|May|June|July|August|September|October|November|December"
)
_DAY = r"\d{1,2}(?:er|st|nd|rd|th)?"
_SEVERAL_DAYS = rf"{_DAY}(?:\s*(?:,|-|–|au|et|to|and)\s*{_DAY})*"

_ALLOWED = (
    r"\{[^{}]*\}",  # tokens
    r"\]\([^()]*\)",  # what a link points at
    r"https?://\S+",
    r"\b[A-Z]{2,}(?:-[A-Z0-9]+)+\b",  # references: QIP-2022-MNK-014
    rf"\b{_SEVERAL_DAYS}\s+(?:{_MONTHS})\b(?:\s+\d{{4}})?",
    rf"\b(?:{_MONTHS})\s+{_SEVERAL_DAYS}\b(?:,?\s+\d{{4}})?",
    r"\b(?:19|20)\d{2}(?:\s*[-–/]\s*(?:19|20)?\d{2})?\b",  # years
    r"(?i:\b(?:résolution|resolution|décret|decree|loi|law|article|n°|no\.?)s?\s*(?:n°\s*)?\d[\d/.\-]*(?:\s*\(\d{4}\))?)",
)
_SKIPPED = re.compile("|".join(_ALLOWED))
_DIGITS = re.compile(r"\d[\d\s.,\u00a0\u202f]*\d|\d")


def typed_digits(text: str) -> Iterator[str]:
    """Each group of digits that is no token, date, year, reference or link.

    >>> list(typed_digits("{figure:qip.total} projets, 12 écoles, le 3 mars 2022, résolution 2584"))
    ['12']
    """
    for match in _DIGITS.finditer(_SKIPPED.sub(" ", text)):
        yield match.group().strip()


def prose_control(texts: Mapping[str, Texts]) -> Control:
    """Whether any text of the edition holds typed digits; each is named with its place and language."""
    found = {
        f"{place} ({language})": digits
        for place, text in texts.items()
        for language, words in text.items()
        if (digits := list(typed_digits(words)))
    }
    faults = [
        sentence("{place} : « {digits} ».", "{place}: '{digits}'.", place=place, digits=" ; ".join(digits))
        for place, digits in found.items()
    ]
    return verdict(
        "texts.digits",
        {"fr": "Chiffres tapés dans la prose", "en": "Digits typed in prose"},
        faults,
        {
            "fr": "Chaque nombre de la prose est un jeton, une date, une référence ou un chiffre cité.",
            "en": "Every number of the prose is a token, a date, a reference or a quoted figure.",
        },
        places=found,
    )


def untranslated_control(texts: Mapping[str, Texts], languages: tuple[str, ...] = ("fr", "en")) -> Control:
    """Whether every text of the edition exists in every language."""
    missing = {
        place: absent
        for place, text in texts.items()
        if (absent := [language for language in languages if not text.get(language, "").strip()])
    }
    faults = [
        sentence(
            "{place} n'existe pas en : {languages}.",
            "{place} does not exist in: {languages}.",
            place=place,
            languages=", ".join(absent),
        )
        for place, absent in missing.items()
    ]
    return verdict(
        "texts.untranslated",
        {"fr": "Textes non traduits", "en": "Untranslated texts"},
        faults,
        {"fr": "Tous les textes existent dans les deux langues.", "en": "All texts exist in both languages."},
        places=missing,
    )
