"""Sentences in both languages in a column of text, beside the words of people, who write in one: what is kept, and told.

Jobs, attempts and pauses keep why they wait: a machine says it in French and in English, a person as they please.
"""

import json
from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, Text, case, cast, func, literal, literal_column

from shared.errors import Texts

_NOTHING: Texts = {"fr": "", "en": ""}


def kept(said: Texts) -> str:
    """A sentence as the column keeps it."""
    return json.dumps({"fr": said["fr"], "en": said["en"]}, ensure_ascii=False)


def texts_of(column: str) -> Texts:
    """What a column keeps; words in one language are the same in both.

    >>> texts_of(kept({"fr": "non", "en": "no"})), texts_of("non")
    ({'fr': 'non', 'en': 'no'}, {'fr': 'non', 'en': 'non'})
    """
    try:
        said = json.loads(column)
    except ValueError:
        said = None
    held = said if isinstance(said, dict) else {}
    return {language: str(held.get(language) or column) for language in ("fr", "en")}


def in_both(column: str) -> str:
    """What a column keeps, as one text: for the audit, whose reasons are people's words."""
    said = texts_of(column)
    return column if said["fr"] == said["en"] == column else f"{said['fr']} / {said['en']}"


def told(column: Any, before: Texts = _NOTHING) -> ColumnElement[Any]:
    """`texts_of` in SQL, after the same words in each language; NULL for nothing."""
    texts = _object({language: literal(before[language]) + in_language(column, language) for language in before})
    return case((column.is_not(None), texts))


def told_together(column: Any) -> ColumnElement[Any]:
    """What several rows keep, one after another, as an aggregate; NULL where none does."""
    texts = _object({language: func.string_agg(in_language(column, language), " ") for language in _NOTHING})
    return case((func.count(column) > 0, texts))


def in_language(column: Any, language: str) -> ColumnElement[str]:
    """What a column keeps, in one language."""
    is_in_both = column.op("IS JSON", return_type=Boolean())(literal_column("OBJECT"))
    said = func.coalesce(cast(column, JSON).op("->>")(literal_column(f"'{language}'")), column)
    return case((is_in_both, said), else_=cast(column, Text))


def _object(members: dict[str, Any]) -> Any:
    parts: list[Any] = []
    for name, value in members.items():
        parts += [literal_column(f"'{name}'"), value]
    return func.json_build_object(*parts)
