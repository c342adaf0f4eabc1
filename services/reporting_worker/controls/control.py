"""What a control reports, and how its messages write numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.errors import Texts
from shared.models.edition import ControlOutcome

NARROW_SPACE = "\u202f"


@dataclass(frozen=True)
class Control:
    """One finding: passed, failed (mend it or say why it stands), or a note for the annex."""

    key: str
    outcome: ControlOutcome
    title: Texts
    message: Texts
    subjects: Mapping[str, Any] = field(default_factory=dict)
    """What the message speaks of, as data."""


def passed(key: str, title: Texts, message: Texts) -> Control:
    """A control that found nothing."""
    return Control(key, ControlOutcome.PASSED, title, message)


def verdict(key: str, title: Texts, faults: Sequence[Texts], message: Texts, **subjects: Any) -> Control:
    """Failed with every fault in its message; passed with `message` when there is none."""
    if not faults:
        return passed(key, title, message)
    return Control(key, ControlOutcome.FAILED, title, joined(faults), subjects)


def noted(key: str, title: Texts, notes: Sequence[Texts], message: Texts, **subjects: Any) -> Control:
    """A note with every sentence; passed with `message` when there is none."""
    if not notes:
        return passed(key, title, message)
    return Control(key, ControlOutcome.NOTE, title, joined(notes), subjects)


def joined(texts: Iterable[Texts]) -> Texts:
    """Sentences one after another, in each language."""
    listed = list(texts)
    return {language: " ".join(text[language] for text in listed) for language in ("fr", "en")}


def number(value: Decimal, language: str) -> str:
    """A number as the language writes it, with all its decimals.

    >>> number(Decimal("1234567.5"), "en"), number(Decimal("12"), "fr")
    ('1,234,567.5', '12')
    """
    exact = value.normalize()
    written = f"{exact:,f}" if exact == exact.to_integral() else f"{value:,f}".rstrip("0")
    if language == "en":
        return written
    return written.replace(",", NARROW_SPACE).replace(".", ",")


def sentence(fr: str, en: str, **values: Any) -> Texts:
    """A sentence in both languages whose `{names}` are replaced, numbers as each language writes them."""

    def told(template: str, language: str) -> str:
        return template.format(
            **{
                name: number(value, language) if isinstance(value, Decimal) else value
                for name, value in values.items()
            }
        )

    return {"fr": told(fr, "fr"), "en": told(en, "en")}


def shown(amount: Decimal) -> Decimal:
    """An amount to the cent, as messages write it; totals keep ten decimals."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
