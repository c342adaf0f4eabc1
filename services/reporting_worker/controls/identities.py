"""Identities between figures: what must add up, and what must have a reason."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

from services.reporting_worker.controls.control import Control, Rule, named, shown, verdict
from services.reporting_worker.figures.schemas import FigureValue
from shared.domain.lifecycle import State
from shared.errors import Texts
from shared.models.edition import ControlOutcome
from shared.sentences import sentence

Figures = Mapping[str, FigureValue]


def identity_controls(figures: Figures) -> Iterable[Control]:
    """All identities of the figures."""
    yield _completed_and_ongoing(figures)
    yield _remainder(figures)
    yield _allocated(figures)
    for key in ("qip.projects", "tf.projects"):
        yield _cut(figures, key, "area")
    for key in ("qip.budget", "tf.project_cost", "fp.budget"):
        yield _cut(figures, key, "area")
        yield _cut(figures, key, "sector")
    yield _unconverted(figures)
    yield _synthetic(figures)


def _value(figures: Figures, key: str) -> Decimal:
    return figures[key].number or Decimal(0)


def _completed_and_ongoing(figures: Figures) -> Control:
    completed, ongoing, total = (_value(figures, f"qip.{name}") for name in ("completed", "ongoing", "total"))
    values = {"completed": completed, "ongoing": ongoing, "sum": completed + ongoing, "total": total}
    faults = [] if completed + ongoing == total else [
        sentence(
            "{completed} achevés et {ongoing} en cours font {sum}, et non {total}.",
            "{completed} completed and {ongoing} under way make {sum}, not {total}.",
            **values,
        )
    ]  # fmt: skip
    return verdict(
        "identity.qip",
        {"fr": "QIP achevés + en cours = total", "en": "QIPs completed + under way = total"},
        faults,
        sentence("{completed} + {ongoing} = {total}.", "{completed} + {ongoing} = {total}.", **values),
    )


def _remainder(figures: Figures) -> Control:
    remainder = figures["tf.remainder"]
    unknown = [part for part in remainder.parts if part.key == "unknown"]
    count = Decimal(len(unknown) and sum(Decimal(part.value or 0) for part in unknown))
    faults = [
        sentence(
            "{count} {count:projet approuvé n'est ni planifié, ni en cours, ni achevé|projets approuvés ne sont ni planifiés, "
            "ni en cours, ni achevés}, sans motif connu (états : {states}).",
            "{count} approved {count:project is|projects are} neither planned, under way nor completed, without a known reason "
            "(states: {states}).",
            count=count,
            states=[State(state) for state in sorted(part.state for part in unknown if part.state)],
        )
    ] if unknown else []  # fmt: skip
    listed = {
        language: ", ".join(f"{named(part.label, part.key)[language]}{colon} {part.value}" for part in remainder.parts)
        or none
        for language, colon, none in (("fr", " :", "aucun"), ("en", ":", "none"))
    }
    return verdict(
        "identity.tf_remainder",
        {"fr": "Autres projets approuvés du Fonds, par motif", "en": "Other approved projects of the Fund, by reason"},
        faults,
        sentence(
            "{count} {count:projet|projets} : {listed}.",
            "{count} {count:project|projects}: {listed}.",
            count=Decimal(remainder.value or 0),
            listed=listed,
        ),
    )


def _allocated(figures: Figures) -> Control:
    allocated, received = _value(figures, "tf.allocated"), _value(figures, "tf.budget")
    cost = _value(figures, "tf.project_cost")
    values = {"allocated": shown(allocated), "received": shown(received), "cost": shown(cost)}
    faults = []
    if allocated > received:
        faults.append(
            sentence(
                "{allocated} USD sont alloués, mais {received} USD seulement sont reçus.",
                "{allocated} USD are allocated, but only {received} USD received.",
                **values,
            )
        )
    return verdict(
        "identity.tf_allocated",
        {"fr": "Alloué ≤ reçu", "en": "Allocated ≤ received"},
        faults,
        sentence(
            "{allocated} USD alloués sur {received} USD reçus ; coût des projets {cost} USD.",
            "{allocated} USD allocated of {received} USD received; cost of the projects {cost} USD.",
            **values,
        ),
    )


_CUTS: dict[str, Texts] = {"area": {"fr": "zones", "en": "areas"}, "sector": {"fr": "secteurs", "en": "sectors"}}


def _cut(figures: Figures, key: str, cut: Literal["area", "sector"]) -> Control:
    """The lines of a cut add up to the figure; an undivided line is named."""
    figure = figures[key]
    lines = getattr(figure.breakdowns, cut)
    total = sum((line.number for line in lines), Decimal(0))
    undivided = figure.line(cut, "undivided")
    values = {"total": shown(total), "figure": shown(_value(figures, key)), "undivided": shown(undivided)}
    faults = [] if total == figure.number else [
        sentence("La somme est {total}, et non {figure}.", "The sum is {total}, not {figure}.", **values)
    ]  # fmt: skip
    told = sentence("La somme est {total}.", "The sum is {total}.", **values)
    if undivided:
        told = sentence(
            "La somme est {total}, dont {undivided} sans répartition.",
            "The sum is {total}, of which {undivided} that nobody has divided.",
            **values,
        )
    title = {
        language: f"{figure.title[language]} : {_CUTS[cut][language]} = total".replace(
            " :", " :" if language == "fr" else ":"
        )
        for language in ("fr", "en")
    }
    return verdict(f"sum.{key}.{cut}", title, faults, told)


def _unconverted(figures: Figures) -> Control:
    found = {line.reference: line for figure in figures.values() for line in figure.unconverted}
    lines = (line for _, line in sorted(found.items()))
    return _CONVERTED.judged({**line.model_dump(), "amount": Decimal(line.amount)} for line in lines)


_CONVERTED = Rule(
    "money.unconverted",
    ("Montants convertis", "Amounts converted"),
    (
        "{reference} : {amount} {currency} sans taux de change.",
        "{reference}: {amount} {currency} without an exchange rate.",
    ),
    ("Tous les montants comptés sont en dollars.", "All amounts counted are in dollars."),
)
_REAL = Rule(
    "facts.synthetic",
    ("Faits inventés pour la démonstration", "Facts made up for the demonstration"),
    (
        "{title} : {synthetic} {synthetic:ligne|lignes} sur {count}.",
        "{title}: {synthetic} {synthetic:row|rows} of {count}.",
    ),
    ("Aucune ligne n'est inventée.", "No row is made up."),
    ControlOutcome.NOTE,
)


def _synthetic(figures: Figures) -> Control:
    found = {key: figure for key, figure in figures.items() if figure.synthetic}
    return _REAL.judged(
        (
            {"title": one.title, "synthetic": Decimal(one.synthetic), "count": Decimal(one.count)}
            for one in found.values()
        ),
        counts={key: one.synthetic for key, one in found.items()},
    )
