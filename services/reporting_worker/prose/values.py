"""What a text prints, in one language; a token that names nothing is a fault, never an empty string."""

import re
from dataclasses import dataclass

from services.reporting_worker.prose.material import ActivityFact, Material
from services.reporting_worker.prose.printers import PRINTERS, Asked, FigureAddress
from services.reporting_worker.prose.tokens import STRAY_BRACE, LinkTo, Piece, Token, Words, at_position
from services.reporting_worker.prose.unresolved import (
    LONE_BRACE,
    NO_NOUN,
    NO_SUCH_KIND,
    NO_SUCH_LINK,
    NOTHING_KNOWN,
    PROTECTED,
    UNTRANSLATED,
    UnresolvedToken,
)
from services.reporting_worker.rendering.spans import Span
from shared.errors import Texts

_REFERENCE = re.compile(r"[^.|#]+")
"""With what the argument of a token begins that names a row."""
_COUNTED = frozenset({"figure", "count", "attendance", "beneficiaries"})
"""Tokens that may print a noun which agrees with them."""
_SINGULAR = {"fr": {"0", "1"}, "en": {"1"}}


@dataclass(frozen=True)
class Printer:
    """Turns tokens into spans for one language of one edition."""

    material: Material
    language: str
    figure_address: FigureAddress
    faults: list[UnresolvedToken] | None = None
    """Where it is given, faults are collected there and the token is printed as it stands."""

    def spans(self, pieces: tuple[Piece, ...]) -> tuple[Span, ...]:
        """The pieces of a line as the renderers take them.

        Raises:
            UnresolvedToken: a token or link names nothing known.
        """
        return tuple(self._span(piece) for piece in pieces)

    def text(self, texts: Texts | None) -> str | None:
        """The text in this language; None (and a control says so) where it is missing."""
        return texts.get(self.language) if texts else None

    def said(self, texts: Texts, what: str) -> str:
        """A text that must exist in this language; a missing one is a fault and visible, never another's words."""
        text = texts.get(self.language)
        if text is None:
            token = Token(self.language, what)
            self._note(UnresolvedToken(token, UNTRANSLATED))
            return str(token)
        return text

    def activity(self, reference: str) -> ActivityFact | None:
        """An activity that the edition names; None, with a fault, where there is none."""
        found = self.material.activities.get(reference)
        if found is None:
            self._note(UnresolvedToken(Token("activity", reference), NOTHING_KNOWN))
        return found

    def place(self, slug: str) -> str:
        """The name of a place that the edition names."""
        found = self.material.places.get(self.material.meant.get(slug, slug))
        if found is None:
            token = Token("place", slug)
            self._note(UnresolvedToken(token, NOTHING_KNOWN))
            return str(token)
        return self.said(found, slug)

    def span_of_figure(self, key: str) -> Span:
        """A figure as printed: counts in full, USD in millions, shares in whole percent."""
        return self.span_of(Token("figure", key))

    def span_of(self, token: Token) -> Span:
        """One token as a span."""
        try:
            return self._printed(self._meant(token)).model_copy(update={"computed": True})
        except UnresolvedToken as fault:
            self._note(UnresolvedToken(token, fault.why))
            return Span(text=str(token))

    def _meant(self, token: Token) -> Token:
        """The token with the reference of the row that is kept, where it names a double."""
        reference = _REFERENCE.match(token.argument)
        kept = reference and self.material.meant.get(reference[0])
        if not reference or kept is None:
            return token
        return Token(token.kind, kept + token.argument[reference.end() :])

    def _note(self, fault: UnresolvedToken) -> None:
        """Collect a fault, or raise it where nobody collects."""
        if self.faults is None:
            raise fault
        self.faults.append(fault)

    def _printed(self, token: Token) -> Span:
        printer = PRINTERS.get(token.kind)
        if printer is None:
            raise UnresolvedToken(token, NO_SUCH_KIND)
        if token.argument.partition(".")[0] in self.material.protected:
            raise UnresolvedToken(token, PROTECTED)
        if "|" in token.argument:
            return self._with_noun(token)
        return printer(Asked(token, self.material, self.language, self.figure_address, self.said))

    def _with_noun(self, token: Token) -> Span:
        """A count with its noun: `{figure:qip.total|projet|projets}`."""
        argument, *forms = token.argument.split("|")
        if token.kind not in _COUNTED or len(forms) != 2 or any(map(str.isnumeric, "".join(forms))):
            raise UnresolvedToken(token, NO_NOUN)
        counted = self._printed(Token(token.kind, argument))
        one, several = map(str.strip, forms)
        noun = one if counted.text in _SINGULAR[self.language] else several
        return counted.model_copy(update={"text": f"{counted.text}\u00a0{noun}"})

    def _span(self, piece: Piece) -> Span:
        if isinstance(piece, Words):
            if STRAY_BRACE.search(piece.text):
                self._note(UnresolvedToken(Token("text", piece.text.strip()[:80]), LONE_BRACE))
            return Span(text=piece.text, strong=piece.is_strong)
        if isinstance(piece, LinkTo):
            return Span(text=piece.label, href=self.address(piece.target))
        return self.span_of(piece)

    def address(self, target: str) -> str:
        """The address of a link: as it stands, or the n-th link of an activity."""
        if target.startswith(("http://", "https://", "mailto:", "/", "#")):
            return target
        reference, _, position = target.partition("#")
        if reference in self.material.protected:
            self._note(UnresolvedToken(Token("link", target), PROTECTED))
            return "#"
        activity = self.material.activities.get(reference)
        link = at_position(activity.links if activity else (), position or "0")
        if link is None:
            self._note(UnresolvedToken(Token("link", target), NO_SUCH_LINK))
        return link.url if link else "#"
