"""Which column of a register says what: told by the caller, or found by what the columns are headed by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import Fault, InvalidInput
from shared.refusal import Refusal
from shared.sentences import sentence
from shared.workbooks.cells import folded

FIELDS: Mapping[str, str] = {
    "reference": "reference|ref|numero|n|no|numero du projet|code projet|code du projet|project number|project code|reference du projet",
    "mechanism": "mecanisme|mechanism|fonds|type de projet|instrument",
    "title_fr": "titre|titre du projet|intitule|intitule du projet|nom du projet|projet|titre fr|title fr|designation",
    "title_en": "title|title en|titre en|project title|project name",
    "status": "etat|statut|status|avancement",
    "on": "date|date de debut|date d approbation|approuve le|approved on|depuis|since|date de l etat|start date|debut",
    "place": "lieu|lieux|localite|commune|cercle|region|places|place|zone|region cercle|localisation|location",
    "sector": "secteur|secteurs|sector|sectors|domaine|thematique",
    "sponsor": "section|section porteuse|sponsor|sponsors|section parrain|composante",
    "implementer": "partenaire|partenaire d execution|implementer|implementing partner|ong|executant",
    "amount": "montant|cout|cout total|budget|amount|cost|montant approuve",
    "currency": "devise|monnaie|currency",
    "people": "beneficiaires|nombre de beneficiaires|beneficiaries|population|personnes",
    "female": "femmes|women|dont femmes|female",
    "male": "hommes|men|dont hommes|male",
    "protection": "visibilite|visibility|protection",
}  # fmt: skip
"""What a register may say of a project, with what its column may be headed by: without accents, in small letters."""
IGNORED = "-"
NEEDED = ("reference", "title_fr")
HEADER_WITHIN = 15
"""In how many of the first rows the header is looked for: registers begin with titles and merged cells."""


_BY_HEADING = {heading: name for name, headings in FIELDS.items() for heading in headings.split("|")}


@dataclass(frozen=True)
class Mapped:
    """Where the rows begin, and which field each column says (`-` for none)."""

    header_row: int
    """Counted from 0."""
    fields: Sequence[str]
    headings: Sequence[str]

    def named(self, row: Sequence[Any]) -> Mapping[str, tuple[int, Any]]:
        """The cells of a row that say something, by field, each with its column (from 1)."""
        return {
            name: (at + 1, cell)
            for at, (name, cell) in enumerate(zip(self.fields, row, strict=False))
            if name != IGNORED and cell is not None
        }


class NotMapped(Refusal, InvalidInput):
    """What the columns say cannot be told from what they are headed by, or a field is missing or said twice."""

    kind, at = "not-mapped", "/columns"
    fr = "{why_fr} Dites ce que dit chaque colonne, dans l'ordre (columns) : {known}, ou « - » pour celles à laisser."
    en = "{why_en} Say what each column says, in order (columns): {known}, or '-' for those to leave out."
    why_fr: str
    why_en: str
    known: str = ", ".join(FIELDS)


EXPORTED = frozenset({"etat code", "status code"})
"""Headings of our own exports, which no office's register has."""


class Exported(Refusal, InvalidInput):
    """The file is an export of ours: it says when a state began, not from when each fact holds, and would make new facts."""

    kind = "exported-list"
    fr = "Ce fichier est un export de Djoliba : il ne dit pas depuis quand vaut chaque fait. Corrigez les projets sur leurs pages."
    en = "This file is an export of Djoliba: it does not say from when each fact holds. Correct the projects on their pages."


def mapped(rows: Sequence[Sequence[Any]], told: Sequence[str] | None) -> Mapped:
    """The mapping of a sheet.

    Raises:
        NotMapped: it names unknown fields, or no row is a header, or a field is missing or stands twice.
        Exported: see there.
    """
    if any(folded(str(cell)) in EXPORTED for row in rows[:1] for cell in row if cell is not None):
        raise Exported
    found = [_recognised(row) for row in rows[:HEADER_WITHIN]]
    best = max(range(len(found)), key=lambda at: sum(name != IGNORED for name in found[at]), default=0)
    if not rows:
        raise NotMapped("Le fichier est vide.", "The file is empty.")
    fields = list(told) if told is not None else list(found[best])
    unknown = [name for name in fields if name not in FIELDS and name != IGNORED]
    if unknown:
        listed = ", ".join(unknown)[:200]
        raise NotMapped(f"Champs inconnus : {listed}.", f"Unknown fields: {listed}.")
    twice = sorted({name for name in fields if name != IGNORED and fields.count(name) > 1})
    if twice:
        raise NotMapped(f"Dits deux fois : {', '.join(twice)}.", f"Said twice: {', '.join(twice)}.")
    missing = [name for name in NEEDED if name not in fields]
    if missing:
        raise NotMapped(f"Aucune colonne pour : {', '.join(missing)}.", f"No column for: {', '.join(missing)}.")
    return Mapped(best, fields, [str(cell or "") for cell in rows[best]])


def _recognised(row: Sequence[Any]) -> list[str]:
    names = [_BY_HEADING.get(folded(str(cell)), IGNORED) if cell is not None else IGNORED for cell in row]
    return [name if name not in names[:at] else IGNORED for at, name in enumerate(names)]


class RegisterRefused(Refusal, InvalidInput):
    """Cells cannot be read, or rows break rules; each fault names its row and column, and nothing was recorded."""

    kind = "register-refused"
    fr = "Le fichier a {count} {count:erreur|erreurs} ; rien n'a été enregistré."
    en = "The file has {count} {count:error|errors}; nothing was recorded."
    count: int
    faults: Sequence[Fault] = ()


def at_cell(detail: Any, line: int, column: int | None, pointer: str, code: str) -> Fault:
    """A fault with the cell that it lies in."""
    return Fault(pointer, detail, code, line, column)


def missing_value(name: str) -> Any:
    """That a row says nothing where it must."""
    return sentence("La colonne {name} est vide.", "The column {name} is empty.", name=name)
