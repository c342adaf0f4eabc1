"""What each figure is: mechanism, what it measures, over which bucket, and its formula in words.

No number stands here: which states a bucket holds, and which projects they find, are rows of the database.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.reporting_worker.figures.population import EVERYTHING, Population
from shared.errors import Texts


class Measure(StrEnum):
    """What a figure adds up."""

    PROJECTS = "projects"
    """One for each project in the bucket, less those in the buckets of `minus`."""
    AMOUNTS = "amounts"
    """The amounts in force, in USD, of the bucket's projects and of their groups."""
    RECEIPTS = "receipts"
    """The USD functional amounts of what was received."""
    ALLOCATIONS = "allocations"
    """The USD functional amounts of what was allocated."""
    DONORS = "donors"
    """One for each organisation of which something was received."""
    RATIO = "ratio"
    """The first of `operands` in percent of the second."""
    APPROVALS = "approvals"
    """One for each project approved from `:since` to `:as_of`."""


class Unit(StrEnum):
    """What a figure counts."""

    PROJECTS = "projects"
    USD = "USD"
    PERCENT = "percent"
    DONORS = "donors"


@dataclass(frozen=True)
class Definition:
    """A figure's definition; everything else about it is computed."""

    key: str
    mechanism: str | None
    """None for all that stand in totals."""
    measure: Measure
    unit: Unit
    title: Texts
    formula: Texts
    bucket: str | None = None
    minus: tuple[str, ...] = ()
    operands: tuple[str, ...] = ()
    same_as: str | None = None
    """The figure of which this one shows the breakdown."""
    population: Population = EVERYTHING
    """Of which projects."""


def _mechanism(key: str) -> str:
    return key.partition(".")[0].upper()


def _projects(
    key: str,
    bucket: str,
    title: Texts,
    formula: Texts,
    *,
    minus: tuple[str, ...] = (),
    same_as: str | None = None,
) -> Definition:
    mechanism, unit = _mechanism(key), Unit.PROJECTS
    return Definition(key, mechanism, Measure.PROJECTS, unit, title, formula, bucket, minus, same_as=same_as)


def _of(
    key: str, measure: Measure, unit: Unit, title: Texts, formula: Texts, *, bucket: str | None = None
) -> Definition:
    return Definition(key, _mechanism(key), measure, unit, title, formula, bucket)


_AMOUNT_IN_FORCE: Texts = {
    "fr": "du dernier montant approuvé, révisé ou final, au taux de change inscrit avec lui ; un montant annoncé pour "
    "un groupe compte une fois, au groupe",
    "en": "the latest approved, revised or final amount, at the exchange rate recorded with it; an amount announced "
    "for a group counts once, at the group",
}

FIGURES: tuple[Definition, ...] = (
    _projects(
        "qip.completed",
        "completed",
        {"fr": "QIP achevés", "en": "QIPs completed"},
        {
            "fr": "Nombre de projets à effet rapide achevés, remis ou clos à la date de référence.",
            "en": "Number of quick impact projects completed, handed over or closed at the reference date.",
        },
    ),
    _projects(
        "qip.ongoing",
        "ongoing",
        {"fr": "QIP en cours", "en": "QIPs under way"},
        {
            "fr": "Nombre de projets à effet rapide approuvés et pas encore achevés, y compris suspendus.",
            "en": "Number of quick impact projects approved and not yet completed, suspended ones included.",
        },
    ),
    _projects(
        "qip.total",
        "total",
        {"fr": "Total des QIP", "en": "QIPs in all"},
        {
            "fr": "Nombre de projets à effet rapide en cours ou achevés ; les projets annulés ou rejetés n'y sont pas.",
            "en": "Number of quick impact projects under way or completed; cancelled and rejected ones are not counted.",
        },
    ),
    _of(
        "qip.budget",
        Measure.AMOUNTS,
        Unit.USD,
        {"fr": "Budget des QIP", "en": "Budget of the QIPs"},
        {
            "fr": f"Somme, pour les projets du total des QIP, {_AMOUNT_IN_FORCE['fr']}.",
            "en": f"Sum over the projects of the QIP total of {_AMOUNT_IN_FORCE['en']}.",
        },
        bucket="total",
    ),
    _projects(
        "qip.projects",
        "total",
        {"fr": "QIP par zone", "en": "QIPs by area"},
        {
            "fr": "Les projets du total des QIP, comptés une fois par zone où ils se trouvent.",
            "en": "The projects of the QIP total, counted once in each area in which they lie.",
        },
        same_as="qip.total",
    ),
    _of(
        "qip.newly_approved",
        Measure.APPROVALS,
        Unit.PROJECTS,
        {"fr": "QIP nouvellement approuvés", "en": "QIPs newly approved"},
        {
            "fr": "Projets à effet rapide dont l'approbation est datée de la période.",
            "en": "Quick impact projects whose approval is dated in the period.",
        },
    ),
    _projects(
        "tf.completed",
        "completed",
        {"fr": "Projets du Fonds fiduciaire achevés", "en": "Trust Fund projects completed"},
        {
            "fr": "Nombre de projets du Fonds fiduciaire achevés, remis ou clos à la date de référence.",
            "en": "Number of Trust Fund projects completed, handed over or closed at the reference date.",
        },
    ),
    _projects(
        "tf.ongoing",
        "ongoing",
        {"fr": "Projets du Fonds fiduciaire en cours", "en": "Trust Fund projects under way"},
        {
            "fr": "Nombre de projets du Fonds fiduciaire en cours d'exécution ou suspendus.",
            "en": "Number of Trust Fund projects in progress or suspended.",
        },
    ),
    _projects(
        "tf.planned",
        "planned",
        {"fr": "Projets du Fonds fiduciaire planifiés", "en": "Trust Fund projects planned"},
        {
            "fr": "Nombre de projets du Fonds fiduciaire approuvés dont l'exécution n'a pas commencé.",
            "en": "Number of Trust Fund projects approved whose implementation has not begun.",
        },
    ),
    _projects(
        "tf.approved",
        "approved",
        {"fr": "Projets du Fonds fiduciaire approuvés", "en": "Trust Fund projects approved"},
        {
            "fr": "Nombre de projets du Fonds fiduciaire approuvés un jour, y compris ceux annulés ensuite.",
            "en": "Number of Trust Fund projects ever approved, those cancelled afterwards included.",
        },
    ),
    _projects(
        "tf.remainder",
        "approved",
        {"fr": "Autres projets approuvés du Fonds fiduciaire", "en": "Other approved Trust Fund projects"},
        {
            "fr": "Projets approuvés du Fonds fiduciaire qui ne sont ni planifiés, ni en cours, ni achevés, par motif.",
            "en": "Approved Trust Fund projects that are neither planned, under way nor completed, by reason.",
        },
        minus=("planned", "ongoing", "completed"),
    ),
    _of(
        "tf.project_cost",
        Measure.AMOUNTS,
        Unit.USD,
        {"fr": "Coût des projets du Fonds fiduciaire", "en": "Cost of the Trust Fund projects"},
        {
            "fr": f"Somme, pour tous les projets approuvés un jour, {_AMOUNT_IN_FORCE['fr']} ; un projet "
            "annulé compte pour son montant final, sinon pour zéro. Coûts d'appui au programme non ajoutés.",
            "en": f"Sum over all projects ever approved of {_AMOUNT_IN_FORCE['en']}; a cancelled project counts with "
            "its final amount, else as zero. Programme support costs are not added.",
        },
        bucket="approved",
    ),
    _of(
        "tf.budget",
        Measure.RECEIPTS,
        Unit.USD,
        {"fr": "Budget du Fonds fiduciaire", "en": "Budget of the Trust Fund"},
        {
            "fr": "Somme des contributions reçues, en dollars au taux de chaque encaissement (comptes « disponible »), "
            "coûts d'appui au programme compris.",
            "en": "Sum of the contributions received, in dollars at the rate of each receipt (accounts 'available'), "
            "programme support costs included.",
        },
    ),
    _of(
        "tf.allocated",
        Measure.ALLOCATIONS,
        Unit.USD,
        {"fr": "Montant alloué du Fonds fiduciaire", "en": "Amount allocated by the Trust Fund"},
        {
            "fr": "Somme des montants alloués aux projets, en dollars (comptes « alloué »), sans coûts d'appui au programme.",
            "en": "Sum of the amounts allocated to projects, in dollars (accounts 'allocated'), without programme "
            "support costs.",
        },
    ),
    Definition(
        "tf.allocated_share",
        "TF",
        Measure.RATIO,
        Unit.PERCENT,
        {"fr": "Part allouée du budget", "en": "Share of the budget allocated"},
        {
            "fr": "Montant alloué en pour cent du budget du Fonds fiduciaire.",
            "en": "Amount allocated in per cent of the budget of the Trust Fund.",
        },
        operands=("tf.allocated", "tf.budget"),
    ),
    _of(
        "tf.donors",
        Measure.DONORS,
        Unit.DONORS,
        {"fr": "Bailleurs du Fonds fiduciaire", "en": "Donors of the Trust Fund"},
        {
            "fr": "Organisations dont une contribution a été reçue à la date de référence, par ordre alphabétique.",
            "en": "Organisations of which a contribution was received by the reference date, in alphabetical order.",
        },
    ),
    _projects(
        "tf.projects",
        "approved",
        {"fr": "Projets du Fonds fiduciaire par zone", "en": "Trust Fund projects by area"},
        {
            "fr": "Les projets approuvés du Fonds fiduciaire, comptés une fois par zone, niveau national compris.",
            "en": "The approved Trust Fund projects, counted once in each area, the national level included.",
        },
        same_as="tf.approved",
    ),
    _of(
        "tf.newly_approved",
        Measure.APPROVALS,
        Unit.PROJECTS,
        {
            "fr": "Projets du Fonds fiduciaire nouvellement approuvés",
            "en": "Trust Fund projects newly approved",
        },
        {
            "fr": "Projets du Fonds fiduciaire dont l'approbation est datée de la période.",
            "en": "Trust Fund projects whose approval is dated in the period.",
        },
    ),
    _projects(
        "fp.total",
        "total",
        {"fr": "Projets des fonds programmatiques", "en": "Projects of the programmatic funds"},
        {
            "fr": "Nombre de projets des fonds programmatiques approuvés un jour et non annulés.",
            "en": "Number of projects of the programmatic funds ever approved and not cancelled.",
        },
    ),
    _of(
        "fp.budget",
        Measure.AMOUNTS,
        Unit.USD,
        {"fr": "Budget des fonds programmatiques", "en": "Budget of the programmatic funds"},
        {
            "fr": f"Somme, pour les projets des fonds programmatiques, {_AMOUNT_IN_FORCE['fr']}.",
            "en": f"Sum over the projects of the programmatic funds of {_AMOUNT_IN_FORCE['en']}.",
        },
        bucket="total",
    ),
    _projects(
        "fp.projects",
        "total",
        {
            "fr": "Projets des fonds programmatiques par zone",
            "en": "Projects of the programmatic funds by area",
        },
        {
            "fr": "Les projets des fonds programmatiques, comptés une fois dans chaque zone qu'ils couvrent.",
            "en": "The projects of the programmatic funds, counted once in each area that they cover.",
        },
        same_as="fp.total",
    ),
)

BY_KEY: dict[str, Definition] = {definition.key: definition for definition in FIGURES}
NAMED: dict[str, list[str]] = {key: list(definition.title.values()) for key, definition in BY_KEY.items()}
"""What each figure is called, for those who do not know its key."""


def _needed(one: Definition) -> set[str]:
    return {*one.operands} | ({one.same_as} if one.same_as else set())


def as_parameter(wanted: Iterable[Definition | str]) -> str:
    """The wanted definitions, and those of the figures that they are made of, as the statement's JSON parameter."""
    given = [BY_KEY[one] if isinstance(one, str) else one for one in wanted]
    shown = {one.key: one for one in given}
    made_of = set[str]().union(*map(_needed, shown.values())) - shown.keys()
    listed = [one for one in FIGURES if one.key in shown or one.key in made_of]
    listed += [one for one in shown.values() if one.key not in BY_KEY]
    return json.dumps(
        [
            {
                **{name: getattr(one, name) for name in _COLUMNS},
                "base": one.same_as or one.key,
                "position": position,
                "is_shown": one.key in shown,
            }
            for position, one in enumerate(listed)
        ]
    )


_COLUMNS = ("key", "mechanism", "measure", "unit", "title", "formula", "bucket", "minus", "operands")
