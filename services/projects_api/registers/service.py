"""A register taken in: every cell read, every row held to the content of a project, all brought by the import or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from uuid_utils.compat import uuid7

from services.projects_api.content.filed import ProjectRow
from services.projects_api.imports.projects import import_projects
from services.projects_api.registers.mapping import (
    NEEDED,
    Exported,
    Mapped,
    NotMapped,
    RegisterRefused,
    at_cell,
    mapped,
    missing_value,
)
from services.projects_api.registers.names import Names, names
from services.projects_api.registers.schemas import ColumnRead, RegisterTaken
from shared.clock import today
from shared.errors import Fault, Problem
from shared.models.base import Protection
from shared.unit_of_work import UnitOfWork
from shared.web.problems import faults_of
from shared.workbooks import cells
from shared.workbooks.cells import Unread
from shared.workbooks.opening import UnreadableFile, opened

FAULTS_SHOWN = 200
USUAL_MECHANISM = "QIP"
USUAL_CURRENCY = "XOF"
BEGINNING = "identified"
ROLES = {"sponsor": "sponsor", "implementer": "implementer"}
PLACES = {
    "/title/fr": "title_fr", "/title/en": "title_en", "/title": "title_fr", "/reference": "reference", "/mechanism": "mechanism",
    "/transitions": "status", "/places": "place", "/sectors": "sector", "/roles": "sponsor", "/amounts": "amount",
    "/beneficiaries": "people", "/protection": "protection",
}  # fmt: skip
"""Which column a fault of the content is shown at."""
REFUSES = (UnreadableFile, Exported, NotMapped, RegisterRefused)


@dataclass(frozen=True)
class _Line:
    """A row of the sheet as content, with the cells that it came from."""

    number: int
    raw: Mapping[str, Any]
    said: Mapping[str, tuple[int, Any]]

    def fault(self, one: Fault) -> Fault:
        """A fault of the content at the cell that says it."""
        name = next((field for begin, field in PLACES.items() if one.pointer.startswith(begin)), "")
        column = self.said[name][0] if name in self.said else None
        return at_cell(one.detail, self.number, column, f"/{name}".rstrip("/"), one.code)


async def take_register(
    unit: UnitOfWork, content: bytes, *, told: Sequence[str] | None, document: str | None
) -> RegisterTaken:
    """Take in the projects of a register; the same file again changes nothing.

    Raises:
        UnreadableFile: see there.
        NotMapped: see there.
        Exported: see there.
        RegisterRefused: with every cell that cannot be read and every row that breaks a rule.
    """
    rows = opened(content)
    mapping = mapped(rows, told)
    known = await names(unit.session)
    faults: list[Fault] = []
    lines: list[_Line] = []
    for number, row in enumerate(rows[mapping.header_row + 1 :], mapping.header_row + 2):
        said = mapping.named(row)
        if said:
            raw, unread = _content(said, number, known, document)
            faults += unread
            lines.append(_Line(number, raw, said))
    projects, wrong = _checked(lines, {fault.line for fault in faults})
    faults += wrong
    counts: Mapping[str, int] = {}
    if not faults:
        try:
            async with unit.session.begin_nested():
                counts = await import_projects(unit, projects)
        except Problem:
            faults += await _refused(unit, lines, projects)
    if faults:
        ordered = sorted(faults, key=lambda one: (one.line or 0, one.column or 0))
        raise RegisterRefused(len(faults), ordered[:FAULTS_SHOWN])
    if not unit.has_recorded:
        unit.record("register.unchanged", "register", uuid7(), after=dict(counts))
    return RegisterTaken(
        created=counts.get("created", 0), changed=counts.get("changed", 0), unchanged=counts.get("unchanged", 0),
        columns=_columns(mapping),
    )  # fmt: skip


def _columns(mapping: Mapped) -> list[ColumnRead]:
    return [
        ColumnRead(heading=heading, says=says) for heading, says in zip(mapping.headings, mapping.fields, strict=False)
    ]


def _checked(lines: Sequence[_Line], unread: set[int | None]) -> tuple[list[ProjectRow], list[Fault]]:
    """The rows as content, and the faults of those whose cells were all read."""
    projects, faults = [], []
    first: dict[str, int] = {}
    for line in lines:
        reference = line.raw.get("reference")
        if isinstance(reference, str) and first.setdefault(reference, line.number) != line.number:
            twice = {
                "fr": f"« {reference} » est déjà donné à la ligne {first[reference]}.",
                "en": f"'{reference}' is already given on line {first[reference]}.",
            }
            faults.append(line.fault(Fault("/reference", twice, "duplicate")))
        if line.number in unread:
            continue
        try:
            projects.append(ProjectRow.model_validate(line.raw))
        except ValidationError as error:
            faults += [line.fault(one) for one in faults_of(error.errors())]
    return projects, faults


async def _refused(unit: UnitOfWork, lines: Sequence[_Line], projects: Sequence[ProjectRow]) -> list[Fault]:
    """What each row alone is refused for: the import stops at the first, and people mend all at once."""
    faults = []
    for line, project in zip(lines, projects, strict=True):
        try:
            async with unit.session.begin_nested():
                await import_projects(unit, [project])
        except Problem as problem:
            found = problem.faults or [Fault("", problem.detail, problem.kind)]
            faults += [line.fault(Fault(one.pointer.removeprefix("/0"), one.detail, one.code)) for one in found]
    return faults


def _content(
    said: Mapping[str, tuple[int, Any]], number: int, known: Names, document: str | None
) -> tuple[dict[str, Any], list[Fault]]:
    """A row as the content of a project, and the cells that have no reading."""
    faults: list[Fault] = []

    def read(name: str, reader: Any) -> Any:
        if name not in said:
            return None
        column, cell = said[name]
        try:
            return reader(cell)
        except Unread as unread:
            faults.append(at_cell(unread.detail, number, column, f"/{name}", "unread_cell"))
            return None

    missing = (name for name in NEEDED if name not in said)
    faults.extend(at_cell(missing_value(name), number, None, f"/{name}", "empty_cell") for name in missing)
    on = read("on", cells.day) or today().isoformat()
    fact = {"on": on, "source": document}
    state = read("status", cells.state) or BEGINNING
    raw: dict[str, Any] = {
        "type": "project",
        "reference": read("reference", str),
        "mechanism": read("mechanism", lambda cell: known.key("mechanism", cell)) or USUAL_MECHANISM,
        "title": {language: title for language in ("fr", "en") if (title := read(f"title_{language}", str))},
        "protection": read("protection", lambda cell: cells.word(Protection, cell)) or Protection.INTERNAL.value,
        "transitions": [{"to": state, **fact}],
    }
    if place := read("place", lambda cell: known.key("place", cell)):
        raw["places"] = {"shares": [{"place": place, "percentage": "100"}], **fact}
    if sector := read("sector", lambda cell: known.key("sector", cell)):
        raw["sectors"] = {"shares": [{"sector": sector, "percentage": "100"}], **fact}
    raw["roles"] = list(_roles(read, known))
    if (amount := read("amount", cells.money)) is not None:
        currency = read(
            "currency", lambda cell: cells.CURRENCIES.get(str(cell).strip().lower(), str(cell).strip().upper())
        )
        kind = "requested" if state in {"identified", "submitted", "under_review", "deferred"} else "approved"
        raw["amounts"] = [
            {"kind": kind, "amount": amount[0], "currency": amount[1] or currency or USUAL_CURRENCY, **fact}
        ]
    if (people := read("people", cells.whole_number)) is not None:
        sexes = {name: read(name, cells.whole_number) for name in ("female", "male")}
        raw["beneficiaries"] = [{"kind": "planned", "unit": "persons", "total": people, **sexes, **fact}]
    return raw, faults


def _roles(read: Any, known: Names) -> Iterator[dict[str, Any]]:
    for name, kind in ROLES.items():
        organisation = read(name, lambda cell: known.key("organisation", cell))
        if organisation:
            yield {"kind": kind, "organisation": organisation, "is_lead": True}
