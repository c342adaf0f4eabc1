"""What a workbook asks for: its rows compared with what stands, each cell that differs, and what forbids it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.errors import Fault, Texts
from shared.sentences import sentence
from shared.workbooks.book import Book, Entry
from shared.workbooks.columns import Column
from shared.workbooks.sheet import Line, Sheet


@dataclass(frozen=True)
class Difference:
    """A cell that says something else than what stands."""

    column: Column
    before: Any
    after: Any


@dataclass(frozen=True)
class Step:
    """A row to change, or to create where nothing stands."""

    line: Line
    entry: Entry | None
    owner: UUID | None
    differences: Sequence[Difference]

    @property
    def content(self) -> dict[str, Any]:
        """What the row is to say: what it says, with the cells that differ."""
        content = {} if self.entry is None else deepcopy(dict(self.entry.content))
        for one in self.differences:
            _put(content, one.column.path, one.after)
        return content

    @property
    def members(self) -> frozenset[str]:
        """The members that differ."""
        return frozenset(one.column.path[0] for one in self.differences)


def _put(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    member, *rest = path
    if not rest:
        content[member] = value
        return
    inner = {**(content.get(member) or {}), rest[0]: value}
    content[member] = {name: one for name, one in inner.items() if one is not None} or None


@dataclass
class Plan:
    """What is to be done, what is wrong, and how many rows stay as they are."""

    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged: int = 0


def plan_of(book: Book, sheet: Sheet, entries: Mapping[UUID, Sequence[Entry]], named: Mapping[str, UUID]) -> Plan:
    """The plan of a sheet: rows that nobody edited are left, however they have changed since."""
    plan = Plan()
    by_id = {one: entry for some in entries.values() for entry in some for one in entry.ids}
    first: dict[Any, int] = {}
    for line in sheet.lines:
        plan.faults += line.faults
        if line.is_as_given:
            plan.unchanged += 1
            continue
        owner = line.owner or named.get(line.key or "")
        identity = line.id or (line.key, *(_said(line, name) for name in book.same))
        if (earlier := first.setdefault(identity, line.number)) != line.number:
            plan.faults.append(_fault(book, sheet, line, "duplicate", sentence(
                "Cette ligne est déjà à la ligne {earlier} ; pour une nouvelle, prenez une ligne vide en bas.",
                "This row stands already in row {earlier}; for a new one take an empty row at the end.",
                earlier=earlier,
            )))  # fmt: skip
        elif line.id is None:
            standing = entries.get(owner, ()) if owner is not None else ()
            _plan_new(plan, book, sheet, line, owner=owner, standing=standing)
        elif (entry := by_id.get(line.id)) is None:
            plan.faults.append(_fault(book, sheet, line, "gone", _GONE))
        else:
            _plan_change(plan, book, sheet, line, entry=entry)
    return plan


def _plan_change(plan: Plan, book: Book, sheet: Sheet, line: Line, *, entry: Entry) -> None:
    found = list(_differences(line, entry))
    if line.key != entry.key:
        plan.faults.append(_fault(book, sheet, line, "key_fixed", _KEY_FIXED))
    elif not found and not line.faults:
        plan.unchanged += 1
    elif line.version != entry.version:
        plan.faults += [_conflict(sheet, line, one) for one in found]
    else:
        plan.faults += [
            Fault(one.column.pointer, _FIXED, "fixed", line.number, sheet.place(one.column.pointer))
            for one in found
            if one.column.is_fixed
        ]
        if found and not any(one.column.is_fixed for one in found):
            plan.steps.append(Step(line, entry, entry.owner, found))


def _plan_new(
    plan: Plan, book: Book, sheet: Sheet, line: Line, *, owner: UUID | None, standing: Iterable[Entry]
) -> None:
    """A row without an id: a new one, unless it is known again by its key and says what stands."""
    if line.key is None:
        plan.faults.append(_fault(book, sheet, line, "key_missing", _KEY_MISSING))
        return
    if owner is None and book.same:
        plan.faults.append(_fault(book, sheet, line, "unknown_key", sentence(
            "« {key} » n'existe pas.", "'{key}' does not exist.", key=line.key
        )))  # fmt: skip
        return
    known = {column.path[0]: value for column, value in line.values.items()}
    entry = next((one for one in standing if all(one.content.get(name) == known.get(name) for name in book.same)), None)
    if entry is None:
        said = [Difference(column, None, value) for column, value in line.values.items() if value is not None]
        key = Difference(book.key, None, line.key)
        plan.steps.append(Step(line, None, owner, [key, *said]))
    elif any(one.after is not None and one.column.path[0] in entry.content for one in _differences(line, entry)):
        plan.faults.append(_fault(book, sheet, line, "exists", _EXISTS))
    elif not line.faults:
        plan.unchanged += 1


def _differences(line: Line, entry: Entry) -> Iterator[Difference]:
    for column, value in line.values.items():
        before = column.value(entry.content)
        if before != value:
            yield Difference(column, before, value)


def _said(line: Line, member: str) -> Any:
    return next((value for column, value in line.values.items() if column.path[0] == member), None)


def _fault(book: Book, sheet: Sheet, line: Line, code: str, detail: Texts) -> Fault:
    return Fault(book.key.pointer, detail, code, line.number, sheet.place(book.key.pointer))


def _conflict(sheet: Sheet, line: Line, one: Difference) -> Fault:
    said = {
        language: template.format(now=one.column.said(one.before, language), file=one.column.said(one.after, language))
        for language, template in _CHANGED_SINCE.items()
    }
    return Fault(one.column.pointer, said, "changed_meanwhile", line.number, sheet.place(one.column.pointer))


_CHANGED_SINCE: Texts = {
    "fr": "La ligne a changé depuis le téléchargement : elle dit maintenant « {now} », le fichier « {file} ». Téléchargez-la de nouveau et décidez.",
    "en": "The row has changed since it was downloaded: it says '{now}' now, the file '{file}'. Download it again and decide.",
}
_GONE: Texts = {
    "fr": "Cette ligne n'est plus là : supprimée, fusionnée, ou son identifiant masqué a été modifié.",
    "en": "This row is no longer there: deleted, merged, or its hidden id was changed.",
}
_FIXED: Texts = {
    "fr": "Cette cellule se dit une fois, d'une nouvelle ligne ; remettez ce qui y était.",
    "en": "This cell is said once, of a new row; put back what it said.",
}
_KEY_FIXED: Texts = {
    "fr": "La référence d'une ligne ne change pas ; remettez celle qui y était.",
    "en": "The reference of a row does not change; put back what it was.",
}
_KEY_MISSING: Texts = {
    "fr": "Une nouvelle ligne donne sa référence : ainsi le même fichier, une seconde fois, ne crée rien.",
    "en": "A new row gives its reference: so the same file creates nothing a second time.",
}
_EXISTS: Texts = {
    "fr": "Cette ligne existe déjà et dit autre chose : téléchargez-la et modifiez-la à sa place.",
    "en": "This row exists already and says something else: download it and change it in its place.",
}
