"""What a control reports, and to how many decimals its messages write sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.errors import Texts
from shared.models.edition import ControlOutcome


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


def shown(amount: Decimal) -> Decimal:
    """An amount to the cent, as messages write it; totals keep ten decimals."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
