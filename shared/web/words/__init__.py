"""The contract in words: what a member means where its model is silent, and its sentences in French.

`fields.toml` gives meanings by name, `examples.toml` what can be pasted in the demo; `french.po` translates what authors write in English beside the code (gettext's
format: an entry is a sentence as it stands there). Tests refuse a member without meaning and a sentence without French.
"""

import inspect
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from babel.messages.pofile import read_po

from shared.fields import TYPES_SAY
from shared.models.noun import named
from shared.models.words import ROWS, a_row, rows
from shared.refusal import refusals


@cache
def _fields() -> Mapping[str, Sequence[str]]:
    text = files("shared.web.words").joinpath("fields.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _meanings() -> Mapping[str, tuple[str, str]]:
    own = {name: said for noun in named().values() for name, said in noun.meanings.items()}
    return {**own, **{name: (said[0], said[1]) for name, said in _fields().items()}}


@cache
def labels() -> Mapping[str, tuple[str, str]]:
    """What a column or an input is headed by, in French and English, where a meaning does not begin with it."""
    return {name: (said[2], said[3]) for name, said in _fields().items() if len(said) > 2}


@cache
def _examples() -> Mapping[str, Any]:
    text = files("shared.web.words").joinpath("examples.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def path_example(operation: str, noun: str) -> str | None:
    """A row of the reference portfolio for a path's parameter; None where a row bears no name of its own."""
    own = _examples().get(operation, {}).get("path", {})
    found: str | None = own.get(noun) or _examples()["paths"].get(noun)
    return found


def query_example(operation: str) -> Mapping[str, str]:
    """The parameters without which the operation answers nothing."""
    found: Mapping[str, str] = _examples().get(operation, {}).get("query", {})
    return found


def body_example(operation: str) -> Any:
    """A body that works on the reference portfolio; None where the model's own example does."""
    return _examples().get(operation, {}).get("body")


@cache
def _french() -> Mapping[str, str]:
    with files("shared.web.words").joinpath("french.po").open("rb") as catalogue:
        found = {str(one.id): str(one.string) for one in read_po(catalogue) if one.id and one.string}
    return {**found, **{en: fr for fr, en in (*labels().values(), *_meanings().values())}}


def meaning(schema: str, member: str) -> str | None:
    """What a schema's member means, in English; None where nothing is said."""
    found = _meanings().get(f"{schema}.{member}") or _meanings().get(member)
    return found and found[1]


def label(schema: str, member: str) -> str | None:
    """What a schema's member is headed by, in English; None where its meaning begins with that."""
    found = labels().get(f"{schema}.{member}") or labels().get(member)
    return found and found[1]


def headed(member: str) -> Mapping[str, str]:
    """What people call a member, by language: its label, else the beginning of its meaning, else its name."""
    name = member.replace("_", " ").capitalize()
    french, english = labels().get(member) or _meanings().get(member) or (name, name)
    return {
        "fr": _BEGINNING.split(french, maxsplit=1)[0].strip(),
        "en": _BEGINNING.split(english, maxsplit=1)[0].strip(),
    }


_BEGINNING = re.compile(r"[,;:(.]")

_COMPOSED = (
    ("", " Several, separated by commas.", "{} Plusieurs, séparés par des virgules."),
    (
        "A minus sorts descending; ",
        " by default, and `relevance` (the best first) with `q`, without which it means nothing.",
        (
            "Un signe moins trie en descendant ; {} par défaut, et `relevance` (le meilleur d'abord) avec `q`, sans quoi il "
            "ne veut rien dire."
        ),
    ),
    ("A minus sorts descending; ", " by default.", "Un signe moins trie en descendant ; {} par défaut."),
    ("", ", from.", "{}, à partir de."),
    ("", ", to.", "{}, jusqu'à."),
)
"""Sentences that lists put together around a part of their own: how they begin and end, and the French of the whole."""


_OF_NOUNS = (
    ("Record {a}", "Enregistrer {a}"),
    ("Replace the content of {a}", "Remplacer le contenu d'{a}"),
    ("Delete {a} that nothing refers to", "Supprimer {a} que rien ne mentionne"),
    ("List {several}", "Lister les {several}"),
    ("Count {several}", "Compter les {several}"),
    ("Export {several}", "Exporter les {several}"),
    ("Download a workbook to edit {several}", "Télécharger un classeur pour modifier les {several}"),
    ("Take in an edited workbook of {several}", "Prendre en compte un classeur modifié de {several}"),
    ("Mark what is wrong in an edited workbook of {several}", "Marquer les erreurs d'un classeur modifié de {several}"),
    ("Read {a}", "Lire {a}"),
    ("All about {several}.", "Tout sur les {several}."),
    ("Record {a}, or correct one", "Enregistrer {a}, ou en corriger"),
    ("List {several} of a project", "Lister les {several} d'un projet"),
    ("{several}", "{several}"),
    ("A new {one}.", "Nouvel enregistrement : {one}."),
)
"""What the routes of records say, of each noun."""


@cache
def _of_nouns() -> Mapping[str, str]:
    found = {}
    for table in ROWS:
        one, several = a_row(table), rows(table)
        words = {
            language: {"a": one[language], "one": one[language].partition(" ")[2], "several": several[language]}
            for language in ("fr", "en")
        }
        for en, fr in _OF_NOUNS:
            found[en.format(**words["en"])] = fr.format(**words["fr"])
    return found


def _of_refusals() -> Mapping[str, str]:
    """What refusals mean that say it in their sentences only."""
    return {inspect.getdoc(one) or "": one.fr for one in refusals() if one.fr}


def _in_french(sentence: str) -> str | None:
    for words in (_french(), _of_nouns(), _of_refusals()):
        if sentence in words:
            return words[sentence]
    for own in TYPES_SAY:  # a member's meaning, and what its type says beside it
        if sentence.endswith(f" {own}"):
            halves = [_in_french(half) for half in (sentence.removesuffix(f" {own}"), own)]
            return None if None in halves else " ".join(map(str, halves))
    for begin, end, french in _COMPOSED:
        if sentence.startswith(begin) and sentence.endswith(end):
            part = sentence[len(begin) : -len(end)]
            said = part if part.startswith("`") else _in_french(part)
            return said and french.format(said)
    return None


def translated(sentence: str, language: str) -> str:
    """A sentence of the contract in the reader's language; the English one where French has none."""
    return (language == "fr" and _in_french(sentence)) or sentence


def has_french(sentence: str) -> bool:
    """Whether a French reader is served."""
    return not sentence or _in_french(sentence) is not None
