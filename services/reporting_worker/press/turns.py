"""Turns at a renderer: two for each principal and few in all, so that nobody's previews hold up the others."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from shared.errors import Problem, Texts

EACH = 2
"""Previews of one principal at a time: one is rendered, one waits."""
ALL = 12
"""Previews of everybody at a time: whoever comes then would wait longer than a reader does."""
RETRY_SECONDS = 5


class TooManyPreviews(Problem):
    """The caller's earlier previews, or those of many others, are still being rendered."""

    kind = "too-many-previews"
    status = 429
    title: ClassVar[Texts] = {"fr": "Trop d'aperçus à la fois", "en": "Too many previews at once"}


class Turns:
    """Who renders or waits; a freezing takes no turn here, since the worker has a renderer of its own."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, principal: str) -> Iterator[None]:
        """A turn of the principal's, given back when the block ends.

        Raises:
            TooManyPreviews: the principal, or all together, have as many as they may.
        """
        if self._taken[principal] >= EACH:
            raise _refused(
                "Deux de vos aperçus sont en cours ; attendez le premier.",
                "Two of your previews are under way; wait for the first.",
            )
        if self._taken.total() >= ALL:
            raise _refused(
                "Beaucoup d'aperçus sont en cours ; réessayez dans quelques secondes.",
                "Many previews are under way; try again in a few seconds.",
            )
        self._taken[principal] += 1
        try:
            yield
        finally:
            self._taken[principal] -= 1
            self._taken += Counter()  # forget those who have none


def _refused(french: str, english: str) -> TooManyPreviews:
    return TooManyPreviews({"fr": french, "en": english}, headers={"Retry-After": str(RETRY_SECONDS)})
