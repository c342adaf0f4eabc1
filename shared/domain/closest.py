"""Which of a few names that are code, not rows, resembles one that is not among them; rows are compared by the database."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

NEAR = 0.6
_MARKS = re.compile(r"[\W_]+")


def closest(asked: str, named: Mapping[str, Iterable[str]], count: int = 3, near: float = NEAR) -> list[str]:
    """The keys that resemble what was asked for by themselves or by one of their names, the nearest first.

    >>> closest("Budget des QIP", {"qip.budget": ["Budget QIP"], "tf.total": ["Projets"]})
    ['qip.budget']
    """
    plain = _plain(asked[:80])
    scored = [(max(_likeness(plain, _plain(one)) for one in (key, *names)), key) for key, names in named.items()]
    return [key for score, key in sorted(scored, key=lambda one: (-one[0], one[1])) if score >= near][:count]


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _MARKS.sub(" ", letters).strip().casefold()
