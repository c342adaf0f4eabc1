"""The console's language: French or English, as the environment of the terminal says."""

import os
from collections.abc import Mapping
from typing import Literal

Language = Literal["fr", "en"]


def console_language() -> Language:
    """French where the locale is, English everywhere else; LC_ALL wins over LC_MESSAGES, and that over LANG (POSIX)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if chosen := os.environ.get(name):
            return "fr" if chosen.lower().startswith("fr") else "en"
    return "en"


def said(french: str, english: str) -> str:
    """The sentence in the console's language."""
    return french if console_language() == "fr" else english


def in_language(texts: Mapping[str, str]) -> str:
    """The text in the console's language; in the other where it is missing."""
    return texts.get(console_language()) or texts.get("en") or texts.get("fr") or ""
