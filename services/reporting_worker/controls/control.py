"""What a control reports, and to how many decimals its messages write sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.errors import Texts
from shared.models.edition import ControlOutcome
from shared.sentences import sentence


@dataclass(frozen=True)
class Control:
    """One finding: passed, failed (mend it or say why it stands), or a note for the annex."""

    key: str
    outcome: ControlOutcome
    title: Texts
    message: Texts
    subjects: Mapping[str, Any] = field(default_factory=dict)
    """What the message speaks of, as data."""


Said = tuple[str, str]
"""The same in French and in English, `{names}` of members in it."""


@dataclass(frozen=True)
class Rule:
    """What rows have to keep to: its control tells of each that does not, in one sentence made of its members."""

    key: str
    title: Said
    fault: Said
    kept: Said
    """Told where every row does."""
    outcome: ControlOutcome = ControlOutcome.FAILED

    def judged(self, broken: Iterable[Mapping[str, Any]], **subjects: Any) -> Control:
        """The control, from the rows that break the rule; `subjects` are their references, unless others are given."""
        rows = list(broken)
        faults = [sentence(*self.fault, **row) for row in rows]
        subjects = subjects or {"references": [row.get("reference") for row in rows]}
        return verdict(self.key, sentence(*self.title), faults, sentence(*self.kept), self.outcome, **subjects)


def passed(key: str, title: Texts, message: Texts) -> Control:
    """A control that found nothing."""
    return Control(key, ControlOutcome.PASSED, title, message)


def verdict(
    key: str,
    title: Texts,
    faults: Sequence[Texts],
    message: Texts,
    outcome: ControlOutcome = ControlOutcome.FAILED,
    **subjects: Any,
) -> Control:
    """Failed, or a note, with every fault in its message; passed with `message` when there is none."""
    if not faults:
        return passed(key, title, message)
    return Control(key, outcome, title, joined(faults), subjects)


def named(texts: Texts | None, key: str) -> Texts:
    """What a key is called; the key itself where a language has no name for it."""
    return {language: (texts or {}).get(language, key) for language in ("fr", "en")}


def joined(texts: Iterable[Texts]) -> Texts:
    """Sentences one after another, in each language."""
    listed = list(texts)
    return {language: " ".join(text[language] for text in listed) for language in ("fr", "en")}


def shown(amount: Decimal) -> Decimal:
    """An amount to the cent, as messages write it; totals keep ten decimals."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
