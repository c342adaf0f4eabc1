"""Turns at a renderer: two for each principal and few in all, so that nobody's previews hold up the others."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from shared.errors import Texts
from shared.refusal import Refusal

EACH = 2
"""Previews of one principal at a time: one is rendered, one waits."""
ALL = 12
"""Previews of everybody at a time: whoever comes then would wait longer than a reader does."""


class TooManyPreviews(Refusal):
    """The caller's earlier previews, or those of many others, are still being rendered."""

    kind, status, header = "too-many-previews", 429, ("Retry-After", "5")
    title: ClassVar[Texts] = {"fr": "Trop d'aperçus à la fois", "en": "Too many previews at once"}


class OwnPreviews(TooManyPreviews):
    """The caller's earlier previews are still being rendered."""

    fr = "Deux de vos aperçus sont en cours ; attendez le premier."
    en = "Two of your previews are under way; wait for the first."


class ManyPreviews(TooManyPreviews):
    """The previews of many others are still being rendered."""

    fr = "Beaucoup d'aperçus sont en cours ; réessayez dans quelques secondes."
    en = "Many previews are under way; try again in a few seconds."


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
            raise OwnPreviews
        if self._taken.total() >= ALL:
            raise ManyPreviews
        self._taken[principal] += 1
        try:
            yield
        finally:
            self._taken[principal] -= 1
            self._taken += Counter()  # forget those who have none
