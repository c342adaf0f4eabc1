"""What each figure is: mechanism, what it measures, over which bucket, and its formula in words (`bulletin.toml`)."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

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
    minus: Sequence[str] = ()
    operands: Sequence[str] = ()
    same_as: str | None = None
    """The figure of which this one shows the breakdown."""
    population: Population = EVERYTHING
    """Of which projects."""


_AMOUNT_IN_FORCE: Texts = {
    "fr": "du dernier montant approuvé, révisé ou final, au taux de change inscrit avec lui ; un montant annoncé pour "
    "un groupe compte une fois, au groupe",
    "en": "the latest approved, revised or final amount, at the exchange rate recorded with it; an amount announced "
    "for a group counts once, at the group",
}

UNITS = {
    Measure.AMOUNTS: Unit.USD,
    Measure.RECEIPTS: Unit.USD,
    Measure.ALLOCATIONS: Unit.USD,
    Measure.DONORS: Unit.DONORS,
    Measure.RATIO: Unit.PERCENT,
}
"""What each measure counts; projects, unless it stands here."""


def _definition(key: str, title: Texts, formula: Texts, measure: str = Measure.PROJECTS, **parts: Any) -> Definition:
    of = Measure(measure)
    said = {
        language: text.replace("{amount_in_force}", _AMOUNT_IN_FORCE[language]) for language, text in formula.items()
    }
    mechanism = key.partition(".")[0].upper()
    return Definition(key, mechanism, of, UNITS.get(of, Unit.PROJECTS), title, said, **parts)


def _defined() -> Iterator[Definition]:
    """The bulletin's own figures, as their file says them."""
    text = files("services.reporting_worker.figures").joinpath("bulletin.toml").read_text(encoding="utf-8")
    for mechanism, figures in tomllib.loads(text).items():
        for name, said in figures.items():
            yield _definition(f"{mechanism}.{name}", **said)


FIGURES = tuple(_defined())
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
