"""Every sentence that a test makes a service say is proofread in both languages: numbers, dates and states as people write them.

It holds for the directories of tests whose `conftest.py` imports both fixtures.
"""

import re
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest

from services.reporting_worker.controls.control import Control
from shared.domain.delivery import DeliveryState
from shared.domain.lifecycle import State
from shared.errors import Fault, Problem, Texts
from shared.models.edition import EditionState
from shared.models.proposal import ProposalState

_TAKEN_OUT = re.compile(
    r"«[^»]*»|`[^`]*`|\"[^\"]*\"|(?<!\w)'.*?'(?!\w)"  # what is quoted: a reader's words, or what is to be typed
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
_ENGLISH_SLIPS = {
    "a decimal comma": re.compile(r"(?<![\d,])\d+,(?:\d{1,2}|\d{4,})(?!\d)"),
}


def slips(said: Texts) -> list[str]:
    """What in a sentence is not written as its language writes it; quoted words, references and addresses are let pass."""
    return [
        f"{language}: {name} ({found.group()}) in {said[language]!r}"
        for language, rules in (("fr", _SLIPS | _FRENCH_SLIPS), ("en", _SLIPS | _ENGLISH_SLIPS))
        for name, rule in rules.items()
        if (found := rule.search(_TAKEN_OUT.sub(" ", said.get(language, ""))))
    ]


@pytest.fixture(scope="session")
def sentences_said() -> Iterator[list[Texts]]:
    """The sentences of every problem, fault, warning and control made in this process since somebody last looked."""
    said: list[Texts] = []

    def noting(made: Callable[..., None], *members: str) -> Callable[..., None]:
        @wraps(made)
        def init(self: Any, *arguments: Any, **named: Any) -> None:
            made(self, *arguments, **named)
            said.extend(getattr(self, member) for member in members)

        return init

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Fault, "__init__", noting(Fault.__init__, "detail"))
        patch.setattr(Problem, "__init__", noting(Problem.__init__, "detail"))
        patch.setattr(Control, "__init__", noting(Control.__init__, "title", "message"))
        yield said


@pytest.fixture(autouse=True)
def proofread(sentences_said: list[Texts]) -> Iterator[None]:
    """Fail a test in which a service said something that its reader would not write so."""
    sentences_said.clear()
    yield
    found = {slip for said in sentences_said for slip in slips(said)}
    assert not found, "\n".join(sorted(found))
