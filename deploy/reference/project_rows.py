"""How a made-up project becomes a row of the portfolio: reference, title and facts, each marked as synthetic."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from deploy.reference.totals import Portfolio
from services.projects_api.entry.frame import REGION_LETTERS

CANCELLED_FINAL = Decimal("18250.000")
"""USD spent on the project that was cancelled after its start."""


@dataclass(frozen=True)
class Draft:
    """A made-up project before it has a reference and an amount."""

    key: str
    mechanism: str
    transitions: tuple[tuple[str, date, str | None], ...]
    """State, date, reason."""
    places: tuple[str, ...]
    region: str
    sectors: tuple[tuple[str, str], ...]

    @property
    def opened(self) -> date:
        """The date of its first fact."""
        return self.transitions[0][1]

    @property
    def state(self) -> str:
        """Its latest state."""
        return self.transitions[-1][0]


def region_letters(named: Portfolio) -> dict[str, str]:
    """The letters that references bear for a region, by its slug."""
    return {
        row["slug"]: code["code"]
        for row in named.of("place")
        for code in row.get("codes", ())
        if code["scheme"] == REGION_LETTERS
    }


def project_rows(
    named: Portfolio, priced: Iterable[tuple[Draft, Decimal]], numbers: Counter[str]
) -> list[dict[str, Any]]:
    """The drafts as rows of a portfolio, numbered in the order of their opening after the numbers already given."""
    names = {row["slug"]: row["name"] for kind in ("sector", "place") for row in named.of(kind)}
    letters = region_letters(named)
    rows = []
    for draft, usd in sorted(priced, key=lambda one: (one[0].opened, one[0].key)):
        prefix = f"{draft.mechanism}-{draft.opened.year}-{letters[draft.region]}"
        numbers[prefix] += 1
        rows.append(_project_row(draft, usd, f"{prefix}-{numbers[prefix]:03d}", names))
    return rows


def _project_row(draft: Draft, usd: Decimal, reference: str, names: dict[str, dict[str, str]]) -> dict[str, Any]:
    made_up = {"is_synthetic": True}
    on = draft.opened.isoformat()
    sector, place = names[draft.sectors[0][0]], names[draft.places[0] if draft.region != "mali" else "mali"]
    whole = len(draft.places) == 1
    return {
        "type": "project",
        "reference": reference,
        "mechanism": draft.mechanism,
        "title": {
            "fr": f"Projet fictif – {sector['fr']}, {place['fr']} ({draft.opened.year})",
            "en": f"Made-up project – {sector['en']}, {place['en']} ({draft.opened.year})",
        },
        "protection": "public",
        "is_synthetic": True,
        "transitions": _transitions(draft),
        "amounts": [*_amounts(draft, usd)],
        "sectors": {
            "shares": [{"sector": slug, "percentage": share} for slug, share in draft.sectors],
            "on": on,
            **made_up,
        },
        "places": {
            "shares": [{"place": slug, **({"percentage": "100"} if whole else {})} for slug in draft.places],
            "on": on,
            **made_up,
        },
    }


def _transitions(draft: Draft) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for state, on, reason in draft.transitions:
        before = {"from": rows[-1]["to"]} if rows else {}
        why = {"reason": reason} if reason else {}
        rows.append({**before, "to": state, "on": on.isoformat(), **why, "is_synthetic": True})
    return rows


def _amounts(draft: Draft, usd: Decimal) -> Iterable[dict[str, Any]]:
    scale = Decimal("0.001") if draft.mechanism == "TF" else Decimal("0.01")
    yield _amount("approved", usd.quantize(scale), draft.opened)
    if draft.state == "cancelled" and len(draft.transitions) > 2:
        yield _amount("final", CANCELLED_FINAL, draft.transitions[-1][1])


def _amount(kind: str, usd: Decimal, on: date) -> dict[str, Any]:
    return {"kind": kind, "amount": str(usd), "currency": "USD", "on": on.isoformat(), "is_synthetic": True}
