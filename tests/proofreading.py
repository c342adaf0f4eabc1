"""Every sentence that a test makes a service say is proofread in both languages: numbers, dates and states as people write them.

A word that is the same in both, such as a reference, is let pass; a sentence that is the same has not been translated.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache, wraps
from itertools import islice
from typing import Any

import pytest

from services.reporting_worker.controls.control import Control
from services.reporting_worker.platforms.secrets import SecretMissing
from shared.domain.delivery import DeliveryState
from shared.domain.lifecycle import State
from shared.domain.publication import EditionState
from shared.egress import EgressRefused
from shared.errors import Fault, Problem, Texts
from shared.models.proposal import ProposalState

_TAKEN_OUT = re.compile(
    r"«[^»]*»|`[^`]*`|\"[^\"]*\"|(?<!\w)'.*?'(?!\w)"  # what is quoted: a reader's words, or what is to be typed
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\S*[A-Za-z/:_]\S*[-/:_.]\S*\d\S*|\S*\d\S*[-/:_]\S*[A-Za-z]\S*"  # references, addresses, ids
)
_STATES = {
    state.value
    for states in (State, EditionState, DeliveryState, ProposalState)
    for state in states  # type: ignore[attr-defined]
}
_SLIPS = {
    "an ISO date": re.compile(r"(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])"),
    "a long number whose digits are not grouped": re.compile(r"(?<![\w.,\u202f])\d{5,}"),
    "the value of an enumeration": re.compile("|".join(rf"\b{s}\b" for s in sorted(_STATES) if "_" in s)),
}
_FRENCH_SLIPS = {
    "a decimal point": re.compile(r"(?<![\w.])\d+\.\d+(?!\w|\.\d)"),
    "digits grouped by commas": re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+\.\d"),
    "an English state": re.compile("|".join(rf"\b{s}\b" for s in sorted(_STATES))),
}
_WORDS = re.compile(r"[^\W\d_]{2,}")
PROOFREAD_MAX = 500
"""Sentences that are read after one test: where it has thousands, they differ by a number."""
_TELLING = 3
"""Words that are the same in both languages say that one of them was forgotten; fewer may be a name."""
_ENGLISH_SLIPS = {"a decimal comma": re.compile(r"(?<![\d,])\d+,(?:\d{1,2}|\d{4,})(?!\d)")}


def slips(said: Texts) -> list[str]:
    """What in a sentence is not written as its language writes it; quoted words, references and addresses are let pass."""
    if said.get("fr") == said.get("en") and len(_WORDS.findall(_TAKEN_OUT.sub(" ", said["fr"]))) >= _TELLING:
        return [f"the same in both languages: {said['fr']!r}"]
    return [
        f"{language}: {name} ({found.group()}) in {said[language]!r}"
        for language, rules in (("fr", _SLIPS | _FRENCH_SLIPS), ("en", _SLIPS | _ENGLISH_SLIPS))
        for name, rule in rules.items()
        if (found := rule.search(_TAKEN_OUT.sub(" ", said.get(language, ""))))
    ]


@cache
def _slips(french: str, english: str) -> list[str]:
    return slips({"fr": french, "en": english})


@pytest.fixture(scope="session")
def sentences_said() -> Iterator[set[tuple[str, str]]]:
    """The sentences of every problem, fault, warning and control made in this process since somebody last looked."""
    said: set[tuple[str, str]] = set()

    def noting(made: Callable[..., None], *members: str) -> Callable[..., None]:
        @wraps(made)
        def init(self: Any, *arguments: Any, **named: Any) -> None:
            made(self, *arguments, **named)
            for texts in (getattr(self, member) for member in members):
                said.add((texts.get("fr", ""), texts.get("en", "")))

        return init

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fault, "__init__", noting(Fault.__init__, "detail"))
        patch.setattr(Problem, "__init__", noting(Problem.__init__, "detail"))
        patch.setattr(EgressRefused, "__init__", noting(EgressRefused.__init__, "said"))
        patch.setattr(SecretMissing, "__init__", noting(SecretMissing.__init__, "said"))
        patch.setattr(Control, "__init__", noting(Control.__init__, "title", "message"))
        yield said


@pytest.fixture(autouse=True)
def proofread(sentences_said: set[tuple[str, str]]) -> Iterator[None]:
    """Fail a test in which a service said something that its reader would not write so."""
    sentences_said.clear()
    yield
    found = {slip for said in islice(sentences_said, PROOFREAD_MAX) for slip in _slips(*said)}
    assert not found, "\n".join(sorted(found))
