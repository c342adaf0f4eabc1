"""What each token prints, from the material, in one language; an unknown one is a fault, never an empty string."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.reporting_worker.prose.formats import (
    BILLION,
    MILLION,
    amount,
    day,
    days,
    decimals_of,
    in_magnitude,
    listed,
    number,
    percentage,
    rounded,
)
from services.reporting_worker.prose.material import ActivityFact, Material, StatedAmount, Texts
from services.reporting_worker.prose.tokens import STRAY_BRACE, LinkTo, Piece, Token, Words
from services.reporting_worker.rendering.schemas import Span
from shared.domain.conversion import PEG
from shared.domain.money import SCALES

FigureAddress = Callable[[str], str]
"""Where a reader opens the rows of a figure."""

_NO_SUCH_KIND: Texts = {"fr": "il n’y a pas de jeton de ce genre", "en": "no such kind of token"}
_NOTHING_KNOWN: Texts = {"fr": "rien de connu sous ce nom", "en": "nothing is known by that name"}
_STRAY_BRACE: Texts = {
    "fr": "une accolade sans l’autre, ou un jeton mal écrit",
    "en": "a brace without its other, or a token badly written",
}
_NO_SUCH_LINK: Texts = {"fr": "l’activité n’a pas ce lien", "en": "the activity has no such link"}
_NO_VALUE: Texts = {"fr": "le chiffre n’a pas de valeur", "en": "the figure has no value"}
_NO_SUM: Texts = {
    "fr": "ses parties n’ont pas de montants dans une même monnaie",
    "en": "its parts have no amounts in one currency",
}
_NO_CONVERSION: Texts = {"fr": "cette conversion n’existe pas", "en": "no such conversion"}
_NO_QUANTITY: Texts = {"fr": "la réalisation n’a pas de quantité", "en": "the output has no quantity"}
_NO_ATTENDANCE: Texts = {
    "fr": "l’activité n’a pas de nombre de présents",
    "en": "the activity has no attendance",
}
_UNTRANSLATED: Texts = {
    "fr": "le texte manque dans cette langue",
    "en": "the text is missing in this language",
}
_NO_NOUN: Texts = {
    "fr": "un nombre et son nom s’écrivent {count:REF|singulier|pluriel}, sans chiffre",
    "en": "a number and its noun are written {count:REF|singular|plural}, without digits",
}
_REFERENCE = re.compile(r"[^.|#]+")
"""With what the argument of a token begins that names a row."""
_COUNTED = frozenset({"figure", "count", "attendance", "beneficiaries"})
"""Tokens that may print a noun which agrees with them."""
_SINGULAR = {"fr": {"0", "1"}, "en": {"1"}}
_PROTECTED: Texts = {
    "fr": "n’est pas public\u202f; l’imprimer le révélerait",
    "en": "is not public; printing it would tell it to everybody",
}
_NO_SUCH_NAME: Texts = {
    "fr": "aucun fait public ne porte ce nom, et la liste « names » de l’édition ne l’a pas",
    "en": "no public fact bears this name, and the edition's list 'names' does not hold it",
}
_NO_FIRST_YEAR: Texts = {
    "fr": "le mécanisme n’a pas de première année",
    "en": "the mechanism has no first year",
}


class UnresolvedToken(LookupError):
    """A token that names nothing known at the edition's date; `said` tells it in both languages."""

    def __init__(self, token: Token, why: Texts) -> None:
        self.token = token
        self.why = why
        self.is_unknown = why in (_NOTHING_KNOWN, _NO_SUCH_LINK)
        self.said: dict[str, str] = {
            "fr": f"{token}\u00a0: {why['fr']}",
            "en": f"{token}: {why['en']}",
        }
        super().__init__(self.said["en"])


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
            self._note(UnresolvedToken(token, _UNTRANSLATED))
            return str(token)
        return text

    def activity(self, reference: str) -> ActivityFact | None:
        """An activity that the edition names; None, with a fault, where there is none."""
        found = self.material.activities.get(reference)
        if found is None:
            self._note(UnresolvedToken(Token("activity", reference), _NOTHING_KNOWN))
        return found

    def place(self, slug: str) -> str:
        """The name of a place that the edition names."""
        found = self.material.places.get(self.material.meant.get(slug, slug))
        if found is None:
            token = Token("place", slug)
            self._note(UnresolvedToken(token, _NOTHING_KNOWN))
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
        printers: Mapping[str, Callable[[Token], Span]] = {
            "figure": self._figure,
            "policy": self._policy,
            "list": self._list,
            "amount": self._amount,
            "usd": self._usd,
            "sum": self._sum,
            "beneficiaries": self._beneficiaries,
            "count": self._count,
            "quoted": self._quoted,
            "date": self._date,
            "contribution": self._contribution,
            "output": self._output,
            "attendance": self._attendance,
            "since": self._since,
            "ref": self._ref,
        }
        printer = printers.get(token.kind)
        if printer is None:
            raise UnresolvedToken(token, _NO_SUCH_KIND)
        if token.argument.partition(".")[0] in self.material.protected:
            raise UnresolvedToken(token, _PROTECTED)
        if "|" in token.argument:
            return self._with_noun(token)
        try:
            return printer(token)
        except UnresolvedToken:
            raise
        except (LookupError, ValueError, StopIteration) as error:
            raise UnresolvedToken(token, _NOTHING_KNOWN) from error

    def _with_noun(self, token: Token) -> Span:
        """A count with its noun: `{figure:qip.total|projet|projets}`."""
        argument, *forms = token.argument.split("|")
        if token.kind not in _COUNTED or len(forms) != 2 or any(map(str.isnumeric, "".join(forms))):
            raise UnresolvedToken(token, _NO_NOUN)
        counted = self._printed(Token(token.kind, argument))
        one, several = map(str.strip, forms)
        noun = one if counted.text in _SINGULAR[self.language] else several
        return counted.model_copy(update={"text": f"{counted.text}\u00a0{noun}"})

    def _span(self, piece: Piece) -> Span:
        if isinstance(piece, Words):
            if STRAY_BRACE.search(piece.text):
                self._note(UnresolvedToken(Token("text", piece.text.strip()[:80]), _STRAY_BRACE))
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
            self._note(UnresolvedToken(Token("link", target), _PROTECTED))
            return "#"
        try:
            return self.material.activities[reference].links[int(position or 0)].url
        except (KeyError, IndexError, ValueError):
            self._note(UnresolvedToken(Token("link", target), _NO_SUCH_LINK))
            return "#"

    def value(self, value: Decimal, unit: str) -> str:
        """A figure's value as printed in its unit."""
        if unit == "percent":
            return percentage(value, self.language)
        if unit == "USD" and value >= MILLION:
            return in_magnitude(value, self.language)
        if unit == "USD":
            return number(value, self.language, 0 if value == rounded(value, 0) else 2)
        return number(value, self.language)

    def _figure(self, token: Token) -> Span:
        key, _, cut = token.argument.partition("@")
        figure = self.material.figures[key]
        if cut:
            dimension, _, line = cut.partition("=")
            value: Decimal | None = figure.line("sector" if dimension == "sector" else "area", line)
        else:
            value = figure.number
        if value is None:
            raise UnresolvedToken(token, _NO_VALUE)
        return Span(text=self.value(value, figure.unit), figure=key, href=self.figure_address(key))

    def _policy(self, token: Token) -> Span:
        value, currency = self.material.policies[token.argument]
        shown = amount(value, currency, self.language) if currency else number(value, self.language)
        return Span(text=shown)

    def _list(self, token: Token) -> Span:
        figure = self.material.figures[token.argument]
        parts = [part for part in figure.parts if part.label]
        parts.sort(key=lambda part: getattr(part.order, self.language) if part.order else 0)
        names = [self.said(part.label, part.key) for part in parts if part.label]
        return Span(
            text=listed(names, self.language), figure=figure.key, href=self.figure_address(figure.key)
        )

    def stated(self, one: StatedAmount) -> str:
        """An amount and its currency as stated."""
        return amount(one.amount, one.currency, self.language)

    def _amount(self, token: Token) -> Span:
        one = self.material.amounts[token.argument]
        return Span(text=self.stated(one), synthetic=one.is_synthetic)

    def in_usd(self, one: StatedAmount) -> str:
        """The USD value of an amount, with the decimals that its document prints."""
        if one.usd is None:
            raise KeyError("usd")
        return amount(one.usd, "USD", self.language, 2 if one.usd_decimals is None else one.usd_decimals)

    def _usd(self, token: Token) -> Span:
        one = self.material.amounts[token.argument]
        return Span(text=self.in_usd(one), synthetic=one.is_synthetic)

    def _sum(self, token: Token) -> Span:
        parts = self.material.part_amounts[token.argument]
        currencies = {part.currency for part in parts}
        if len(currencies) != 1:
            raise UnresolvedToken(token, _NO_SUM)
        total = sum((part.amount for part in parts), Decimal(0))
        return Span(text=amount(total, currencies.pop(), self.language))

    def _beneficiaries(self, token: Token) -> Span:
        reference, _, what = token.argument.partition(".")
        counts = self.material.beneficiaries[reference]
        if what == "female":
            women = next(one.female for one in counts if one.female is not None)
            return Span(text=number(Decimal(women), self.language))
        if what == "female_share":
            share = next(one.female_share for one in counts if one.female_share is not None)
            return Span(text=percentage(share, self.language, decimals_of(share)))
        count = next(one for one in counts if not what or one.unit == what)
        return Span(text=number(Decimal(count.total), self.language))

    def _count(self, token: Token) -> Span:
        return Span(text=number(Decimal(self.material.project_counts[token.argument]), self.language))

    def _quoted(self, token: Token) -> Span:
        one = self.material.quoted[token.argument]
        if one.unit in SCALES:
            return Span(text=amount(one.value, one.unit, self.language))
        if one.unit == "percent":
            return Span(text=percentage(one.value, self.language, decimals_of(one.value)))
        shown = number(one.value, self.language, decimals_of(one.value))
        if one.value >= BILLION:
            shown = in_magnitude(one.value, self.language)
        return Span(text=f"{shown}\u00a0km" if one.unit in {"km", "kilometres"} else shown)

    def _date(self, token: Token) -> Span:
        reference, _, part = token.argument.partition(".")
        if reference == "edition":
            moments: Mapping[str, date] = {
                "as_of": self.material.edition.as_of,
                "period_start": self.material.edition.period_start,
                "period_end": self.material.edition.period_end,
            }
            return Span(text=day(moments[part], self.language, with_year=True))
        one = self.material.activities[reference]
        return Span(text=days(one.start_on, one.end_on, self.language, with_year=part == "year"))

    def _contribution(self, token: Token) -> Span:
        reference, _, currency = token.argument.partition(".")
        one = self.material.contributions[reference]
        if not currency:
            return Span(text=amount(one.amount, one.currency, self.language))
        if currency == "xof" and one.currency == "EUR":
            return Span(text=amount(rounded(one.amount * PEG, 0), "XOF", self.language, 0))
        if currency == "usd" and one.usd is not None:
            return Span(text=amount(one.usd, "USD", self.language, 2))
        raise UnresolvedToken(token, _NO_CONVERSION)

    def _output(self, token: Token) -> Span:
        reference, _, position = token.argument.rpartition(".")
        one = self.material.outputs[reference][int(position)]
        if one.quantity is None:
            raise UnresolvedToken(token, _NO_QUANTITY)
        shown = number(one.quantity, self.language, decimals_of(one.quantity))
        unit = self.text(one.unit)
        return Span(text=f"{shown}\u00a0{unit}" if unit else shown)

    def _attendance(self, token: Token) -> Span:
        attendance = self.material.activities[token.argument].attendance
        if attendance is None:
            raise UnresolvedToken(token, _NO_ATTENDANCE)
        return Span(text=number(Decimal(attendance), self.language))

    def _ref(self, token: Token) -> Span:
        if token.argument in self.material.edition.names:
            return Span(text=token.argument)
        name = self.material.renamed.get(token.argument, token.argument)
        if name == token.argument and name not in self.material.names:
            raise UnresolvedToken(token, _NO_SUCH_NAME)
        return Span(text=name)

    def _since(self, token: Token) -> Span:
        since = self.material.mechanisms[token.argument].since
        if since is None:
            raise UnresolvedToken(token, _NO_FIRST_YEAR)
        return Span(text=str(since))
