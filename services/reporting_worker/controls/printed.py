"""What an earlier document printed, against our figures: the print is never changed, the difference is told."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.reporting_worker.controls.control import Control, named, passed, shown
from services.reporting_worker.figures.announcements import AnnouncementSum
from services.reporting_worker.figures.schemas import FigureValue
from shared.errors import Texts
from shared.models.edition import ControlOutcome
from shared.sentences import sentence


@dataclass(frozen=True)
class Ours:
    """What our figures and sums are compared by."""

    figures: Mapping[str, FigureValue]
    sums: Mapping[str, AnnouncementSum]

    def value(self, key: str, scope: Mapping[str, Any], unit: str) -> Decimal | None:
        """Our value of what was printed; None when we compute nothing of that name."""
        if "announcement" in scope:
            found = self.sums.get(scope["announcement"])
            return None if found is None else found.parts.get(unit) or found.stated.get(unit)
        figure = self.figures.get(key)
        if figure is None:
            return None
        for cut in ("area", "sector"):
            if cut in scope:
                return figure.line(cut, scope[cut])
            if str(scope.get("chart", "")).endswith(f"by-{cut}"):
                return sum((line.number for line in getattr(figure.breakdowns, cut)), Decimal(0))
        return figure.number


def printed_controls(printed: Iterable[Mapping[str, Any]], ours: Ours) -> Iterator[Control]:
    """One failed control for each printed figure that differs, and one that counts those that agree."""
    agreeing = 0
    for one in printed:
        scope = json.loads(one["scope"])
        if "order" in scope:
            yield _order(one, scope["order"].split(","), ours)
            continue
        value = ours.value(one["key"], scope, one["unit"])
        if value is None:
            yield _unknown(one, scope)
            continue
        rounded = rounded_as_printed(value, one["decimals"], one["magnitude"])
        if rounded == rounded_as_printed(one["value"], one["decimals"], one["magnitude"]):
            agreeing += 1
            continue
        yield _differs(one, scope, value, rounded)
    yield passed(
        "printed.agreeing",
        {"fr": "Chiffres imprimés qui concordent", "en": "Printed figures that agree"},
        sentence(
            "{count} {count:chiffre imprimé concorde avec le nôtre|chiffres imprimés concordent avec les nôtres}.",
            "{count} printed {count:figure agrees|figures agree} with ours.",
            count=Decimal(agreeing),
        ),
    )


def rounded_as_printed(value: Decimal, decimals: int, magnitude: int) -> Decimal:
    """The value in units of 10^magnitude with the decimals that the print shows.

    >>> rounded_as_printed(Decimal(28_200_000), 1, 6)
    Decimal('28.2')
    """
    return value.scaleb(-magnitude).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _key(one: Mapping[str, Any], scope: Mapping[str, Any]) -> str:
    return ".".join(["printed", one["key"], *(str(part) for part in scope.values())])


def _name(one: Mapping[str, Any], scope: Mapping[str, Any]) -> str:
    cut = ", ".join(str(part) for part in scope.values())
    return f"{one['key']} ({cut})" if cut else str(one["key"])


def _title(one: Mapping[str, Any], scope: Mapping[str, Any]) -> Texts:
    name = _name(one, scope)
    return {"fr": f"Chiffre imprimé : {name}", "en": f"Printed figure: {name}"}


_UNITS: Mapping[str, Texts] = {
    "projects": {"fr": "{value:projet|projets}", "en": "{value:project|projects}"},
    "donors": {"fr": "{value:bailleur|bailleurs}", "en": "{value:donor|donors}"},
    "percent": {"fr": "pour cent", "en": "percent"},
}
"""Words of the units; others, the currencies, stand as they are."""


def _differs(one: Mapping[str, Any], scope: Mapping[str, Any], value: Decimal, rounded: Decimal) -> Control:
    is_exact = rounded == value  # a count, say: repeating it would only read badly
    unit = _UNITS.get(one["unit"], {"fr": one["unit"], "en": one["unit"]})
    message = sentence(
        "{document} imprimait « {printed} » ; les lignes donnent {rounded}"
        + ("." if is_exact else f" (exactement {{value}} {unit['fr']})."),
        "{document} printed '{printed}'; the rows give {rounded}"
        + ("." if is_exact else f" (exactly {{value}} {unit['en']})."),
        document=one["document"],
        printed=one["printed"],
        rounded=rounded,
        value=shown(value),
    )
    subjects = {"printed": str(one["value"]), "ours": str(value), "scope": dict(scope)}
    return Control(_key(one, scope), ControlOutcome.FAILED, _title(one, scope), message, subjects)


def _unknown(one: Mapping[str, Any], scope: Mapping[str, Any]) -> Control:
    message = sentence(
        "{document} imprimait « {printed} » ; aucun chiffre ne porte ce nom.",
        "{document} printed '{printed}'; no figure bears this name.",
        document=one["document"],
        printed=one["printed"],
    )
    return Control(_key(one, scope), ControlOutcome.NOTE, _title(one, scope), message)


def _order(one: Mapping[str, Any], order: list[str], ours: Ours) -> Control:
    """Whether a list was printed in our order; names the first place at which the two part."""
    called = {part.key: part.label for part in ours.figures[one["key"]].parts}
    mine = list(called)
    key = f"printed.{one['key']}.order"
    title = {"fr": f"Ordre imprimé : {one['key']}", "en": f"Printed order: {one['key']}"}
    parted = next((place for place, pair in enumerate(zip(order, mine, strict=False)) if pair[0] != pair[1]), None)
    if parted is None and len(order) == len(mine):
        return passed(key, title, {"fr": "L'ordre est le nôtre.", "en": "The order is ours."})
    place = min(len(order), len(mine)) - 1 if parted is None else parted
    message = sentence(
        "{document} imprimait {theirs} à la place {place} ; l'ordre alphabétique y met {mine}.",
        "{document} printed {theirs} at place {place}; the alphabetical order has {mine} there.",
        document=one["document"],
        theirs=named(called.get(order[place]), order[place]),
        mine=named(called.get(mine[place]), mine[place]),
        place=place + 1,
    )
    return Control(key, ControlOutcome.FAILED, title, message, {"printed": order, "ours": mine})
