"""Figures that nobody wrote down: a measure, a bucket, and of which projects; their keys say it, and so do their words.

`projects(mechanism=PBF,bucket=ongoing)`, `amounts(bucket=total,place=tombouctou,sector=qip-water+tf-water)`. Such a key
stands wherever a figure's key does: in an address, a token, a box, a chart. Its title and formula are made from its
parts, under the names that places, sectors and mechanisms bear.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from services.reporting_worker.figures.definitions import Definition, Measure, Unit
from services.reporting_worker.figures.population import Population
from shared.errors import InvalidInput, Texts
from shared.models.project import BeneficiaryUnit
from shared.portfolio import Reference, UnknownKeys
from shared.refusal import Refusal

AskedMeasure = Literal["projects", "amounts", "approvals", "receipts", "allocations", "donors"]
"""The measures that can be asked for."""
BucketName = Literal["planned", "ongoing", "completed", "approved", "total"]

_KEY = re.compile(r"(?P<measure>[a-z]+)\((?P<parts>[^()]*)\)")
_VALUE = re.compile(r"[A-Za-z0-9_-]{1,80}")
_NAMES: Mapping[str, str] = {"place": "places", "sector": "sectors", "sponsor": "sponsors", "people": "people"}
"""Members of the key, and of the population."""
NOUNS = {"place": "place", "sector": "sector", "sponsor": "organisation"}
"""What the values of a part name."""
_OF_PROJECTS = frozenset({Measure.PROJECTS, Measure.AMOUNTS, Measure.APPROVALS})
_IN_BUCKETS = frozenset({Measure.PROJECTS, Measure.AMOUNTS})
MOST_VALUES = 50

_MEASURES: Mapping[Measure, tuple[str, str]] = {
    Measure.PROJECTS: ("Projets", "Projects"),
    Measure.AMOUNTS: ("Coût des projets", "Cost of projects"),
    Measure.APPROVALS: ("Projets nouvellement approuvés", "Projects newly approved"),
    Measure.RECEIPTS: ("Contributions reçues", "Contributions received"),
    Measure.ALLOCATIONS: ("Montant alloué", "Amount allocated"),
    Measure.DONORS: ("Bailleurs", "Donors"),
}
_BUCKETS: Mapping[str, tuple[str, str]] = {
    "planned": ("planifiés", "planned"),
    "ongoing": ("en cours", "under way"),
    "completed": ("achevés", "completed"),
    "approved": ("approuvés un jour", "ever approved"),
    "total": ("au total", "in all"),
}
_PARTS: Mapping[str, tuple[str, str]] = {
    "place": ("lieu", "place"),
    "sector": ("secteur", "sector"),
    "sponsor": ("section", "section"),
    "people": ("bénéficiaires", "beneficiaries"),
}
_FORMULAS: Mapping[Measure, tuple[str, str]] = {
    Measure.PROJECTS: (
        "Nombre de projets du groupe d'états « {bucket} »{of}.",
        "Number of projects of the group of states '{bucket}'{of}.",
    ),
    Measure.AMOUNTS: (
        (
            "Somme, pour les projets du groupe d'états « {bucket} »{of}, du dernier montant approuvé, révisé ou final, au taux "
            "inscrit avec lui, selon les parts connues ; un montant annoncé pour un groupe compte une fois, au groupe."
        ),
        (
            "Sum over the projects of the group of states '{bucket}'{of} of the latest approved, revised or final amount at the "
            "rate recorded with it, by the known shares; an amount announced for a group counts once, at the group."
        ),
    ),
    Measure.APPROVALS: (
        "Nombre de projets{of} dont l'approbation est datée de la période.",
        "Number of projects{of} whose approval is dated in the period.",
    ),
    Measure.RECEIPTS: (
        "Somme des contributions reçues{of}, en dollars au taux de chaque encaissement.",
        "Sum of the contributions received{of}, in dollars at the rate of each receipt.",
    ),
    Measure.ALLOCATIONS: (
        "Somme des montants alloués aux projets{of}, en dollars.",
        "Sum of the amounts allocated to projects{of}, in dollars.",
    ),
    Measure.DONORS: (
        "Nombre d'organisations dont une contribution a été reçue{of}.",
        "Number of organisations of which a contribution was received{of}.",
    ),
}
_UNITS: Mapping[Measure, Unit] = {
    Measure.PROJECTS: Unit.PROJECTS,
    Measure.APPROVALS: Unit.PROJECTS,
    Measure.AMOUNTS: Unit.USD,
    Measure.RECEIPTS: Unit.USD,
    Measure.ALLOCATIONS: Unit.USD,
    Measure.DONORS: Unit.DONORS,
}


class FigureNotAsked(Refusal, InvalidInput):
    """What is asked of a figure makes none: a measure that has no such part, or a word that is no part."""

    kind = "figure-impossible"
    fr = "« {key} » ne fait pas un chiffre : {why}"
    en = "'{key}' makes no figure: {why}"
    key: str
    why: Texts


class NothingCalledSo(UnknownKeys):
    """A figure is asked of a mechanism, place, sector or section that there is not: an error, and no zero."""

    def __init__(self, missing: Sequence[Reference], near: Mapping[Reference, Sequence[str]]) -> None:
        super().__init__(missing, near)
        self.detail = self.faults[0].detail


@dataclass(frozen=True)
class Composed:
    """The parts of such a figure."""

    measure: Measure
    mechanism: str | None = None
    bucket: str | None = None
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By the name of the part: place, sector, sponsor, people."""

    @property
    def key(self) -> str:
        """The one way to write it."""
        parts = [] if self.mechanism is None else [f"mechanism={self.mechanism}"]
        parts += [] if self.bucket is None else [f"bucket={self.bucket}"]
        parts += [f"{name}={'+'.join(sorted(set(self.values[name])))}" for name in _NAMES if self.values.get(name)]
        return f"{self.measure}({','.join(parts)})"

    @property
    def unit(self) -> Unit:
        """What it counts."""
        return _UNITS[self.measure]

    @property
    def population(self) -> Population:
        """Of which projects."""
        return Population(**{own: tuple(self.values.get(name, ())) for name, own in _NAMES.items()})

    def definition(self, names: Mapping[str, Mapping[str, Texts]], mechanisms: Sequence[str] = ()) -> Definition:
        """It as a definition, in words made from the names of its parts, and of the only mechanisms that it counts."""
        described = {language: self._described(language, names, mechanisms) for language in ("fr", "en")}
        bucket = _BUCKETS.get(self.bucket or "", ("", ""))
        title, formula = {}, {}
        for place, language in enumerate(("fr", "en")):
            words = " ".join(one for one in (_MEASURES[self.measure][place], bucket[place]) if one)
            told = described[language]
            title[language] = words + (f" ({told})" if told else "")
            formula[language] = _FORMULAS[self.measure][place].format(
                bucket=bucket[place], of=f" ({told})" if told else ""
            )
        return Definition(
            self.key, self.mechanism, self.measure, self.unit, title, formula, self.bucket, population=self.population
        )

    def _described(self, language: str, names: Mapping[str, Mapping[str, Texts]], mechanisms: Sequence[str]) -> str:
        def named(noun: str, key: str) -> str:
            known = names.get(noun, {}).get(key, {})
            return known.get(language) or next(iter(known.values()), key)

        told = [] if self.mechanism is None else [named("mechanism", self.mechanism)]
        told += [", ".join(mechanisms)] if mechanisms else []
        for name, words in _PARTS.items():
            if self.values.get(name):
                listed = ", ".join(named(name, one) for one in self.values[name])
                told.append(f"{words[language == 'en']}{' ' if language == 'fr' else ''}: {listed}")
        return " ; ".join(told) if language == "fr" else "; ".join(told)


def composed(measure: str, bucket: str | None, mechanism: str | None, **values: Iterable[str]) -> Composed:
    """The figure that is asked for.

    Raises:
        FigureNotAsked: no measure is called so, or it has no such part.
    """
    told = {name: tuple(given) for name, given in values.items() if given}
    if measure not in get_args(AskedMeasure):
        raise unknown(measure, get_args(AskedMeasure))
    of = Measure(measure)
    if of in _IN_BUCKETS:
        bucket = bucket or "total"
    elif bucket is not None:
        raise _impossible(measure, "bucket")
    if bucket is not None and bucket not in get_args(BucketName):
        raise unknown(f"bucket={bucket}", get_args(BucketName))
    if told and of not in _OF_PROJECTS:
        raise _impossible(measure, ", ".join(told))
    for unit in told.get("people", ()):
        if unit not in set(BeneficiaryUnit):
            raise unknown(f"people={unit}", tuple(BeneficiaryUnit))
    return Composed(of, mechanism, bucket, told)


def _impossible(key: str, part: str) -> FigureNotAsked:
    return FigureNotAsked(key, {"fr": f"cette mesure n'a pas de {part}.", "en": f"this measure has no {part}."})


def unknown(key: str, known: Iterable[str]) -> FigureNotAsked:
    """The refusal of a figure whose part is none of those that there are."""
    listed = list(known)
    return FigureNotAsked(
        key,
        {
            "fr": f"il y a {', '.join(f'« {one} »' for one in listed)}.",
            "en": f"there are {', '.join(repr(str(one)) for one in listed)}.",
        },
    )


def parsed(key: str) -> Composed | None:
    """The figure that a key says; None for a key of another form.

    Raises:
        FigureNotAsked: it has the form and says what makes no figure.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    given: dict[str, list[str]] = {}
    for part in filter(None, found["parts"].split(",")):
        name, _, value = part.partition("=")
        values = value.split("+")
        if name not in {"mechanism", "bucket", *_NAMES} or name in given or not all(map(_VALUE.fullmatch, values)):
            raise FigureNotAsked(key, {"fr": f"« {part} » n'en est pas une partie.", "en": f"'{part}' is no part."})
        if len(values) > (1 if name in {"mechanism", "bucket"} else MOST_VALUES):
            raise FigureNotAsked(key, {"fr": f"trop de valeurs : {name}.", "en": f"too many values: {name}."})
        given[name] = values
    bucket, mechanism = (next(iter(given.pop(name, [])), None) for name in ("bucket", "mechanism"))
    return composed(found["measure"], bucket, mechanism, **given)
