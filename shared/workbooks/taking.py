"""A workbook taken in: every row that was edited goes through the API's own function, all of them or none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from uuid_utils.compat import uuid7

from shared.errors import Fault, Problem
from shared.permissions import require
from shared.unit_of_work import UnitOfWork
from shared.web.problems import faults_of
from shared.workbooks.book import Book
from shared.workbooks.opening import opened
from shared.workbooks.planning import Difference, Plan, Step, plan_of
from shared.workbooks.refusals import ReasonMissing, SeenOtherwise, WorkbookRefused
from shared.workbooks.schemas import CellChange, WorkbookTaken
from shared.workbooks.sheet import Sheet, digest, sheet_of
from shared.workbooks.standing import entries_by_owner, owners_named, within

TRIED = "dry run"
"""The reason of changes that are rolled back."""


@dataclass(frozen=True)
class Tried:
    """A workbook of which every step was done, as far as it was not refused; the unit of work may yet be rolled back."""

    sheet: Sheet
    plan: Plan
    faults: Sequence[Fault]
    """All of them, in the order of the cells."""


async def try_workbook(unit: UnitOfWork, book: Book, content: bytes) -> Tried:
    """Do what a workbook asks for, step by step, and gather what is refused.

    Raises:
        UnreadableFile, NotOurWorkbook: see there.
    """
    sheet = sheet_of(book, opened(content))
    edited = [line for line in sheet.lines if not line.is_as_given]
    named = await owners_named(unit.session, book, {line.key for line in edited if line.owner is None and line.key})
    owners = [line.owner or named.get(line.key or "") for line in edited]
    entries = await entries_by_owner(await within(unit.session), book, [owner for owner in owners if owner is not None])
    plan = plan_of(book, sheet, entries, named)
    versions = {owner: some[0].version for owner, some in entries.items() if some}
    faults = list(plan.faults)
    for step in plan.steps:
        if not step.line.faults:
            faults += await _done(unit, book, sheet, step, versions)
    unit.etag = None
    return Tried(sheet, plan, sorted(faults, key=lambda one: (one.line or 0, one.column or 0)))


async def take_workbook(
    unit: UnitOfWork, book: Book, content: bytes, *, seen: str | None, is_dry: bool, language: str
) -> WorkbookTaken:
    """Record what a workbook changes, if it is what was seen; one that changes nothing is fine at any time.

    Raises:
        UnreadableFile, NotOurWorkbook: see there.
        WorkbookRefused: with every cell that cannot be read, that changed meanwhile, or that a rule forbids.
        SeenOtherwise: it is no dry run, and `seen` is not the fingerprint of these changes.
        ReasonMissing: it is no dry run, and says no reason.
    """
    has_reason = unit.reason is not None
    unit.reason = unit.reason or TRIED
    tried = await try_workbook(unit, book, content)
    steps = tried.plan.steps
    changes = [one for step in steps for one in _said(tried.sheet, step, language)]
    if tried.faults:
        raise WorkbookRefused(len(tried.faults), [one.model_dump() for one in changes], tried.faults)
    fingerprint = digest([book.name, *(_what(step) for step in steps)])
    if steps and not is_dry:
        if seen != fingerprint:
            raise SeenOtherwise(fingerprint, [one.model_dump() for one in changes])
        if not has_reason:
            raise ReasonMissing
    if not unit.has_recorded:
        unit.record("workbook.unchanged", "workbook", uuid7(), after={"name": book.name})
    created = sum(step.entry is None for step in steps)
    return WorkbookTaken(
        created=created, changed=len(steps) - created, unchanged=tried.plan.unchanged, changes=changes,
        fingerprint=fingerprint,
    )  # fmt: skip


async def _done(unit: UnitOfWork, book: Book, sheet: Sheet, step: Step, versions: dict[UUID, int]) -> Sequence[Fault]:
    """Do a step; what it is refused for, at its cells. Versions are those that the rows have by now."""
    owner = step.owner
    unit.etag, unit.if_match = None, None if owner is None else f'"{versions.get(owner)}"'
    try:
        async with unit.session.begin_nested():
            if step.entry is None:
                require(unit.principal, book.may_create)
                await book.create(unit, owner, step.content)
            else:
                require(unit.principal, book.may_change)
                await book.change(unit, step.entry, step.content, step.members)
    except ValidationError as error:
        return [_at_cell(sheet, step, one) for one in faults_of(error.errors())]
    except Problem as problem:
        return [_at_cell(sheet, step, one) for one in problem.faults or [Fault("", problem.detail, problem.kind)]]
    if owner is not None and unit.etag is not None:
        versions[owner] = int(unit.etag.strip('"'))
    return ()


def _at_cell(sheet: Sheet, step: Step, fault: Fault) -> Fault:
    """A fault at the cell of its member; where that has none, at the first that differs."""
    column = sheet.place(fault.pointer) or next(
        (place for one in step.differences if (place := sheet.place(one.column.pointer))), None
    )
    return replace(fault, line=step.line.number, column=column)


def _what(step: Step) -> Mapping[str, Any]:
    """A step for the fingerprint, without where it stands in the file."""
    cells = [[one.column.pointer, one.before, one.after] for one in step.differences]
    return {"row": step.line.id, "key": step.line.key, "cells": sorted(cells, key=lambda cell: str(cell[0]))}


def _said(sheet: Sheet, step: Step, language: str) -> Iterator[CellChange]:
    key = str(step.line.key)
    for one in step.differences:
        before = None if step.entry is None else one.column.said(one.before, language)
        after = one.column.said(one.after, language)
        yield CellChange(
            line=step.line.number,
            column=sheet.place(one.column.pointer),
            key=key,
            pointer=one.column.pointer,
            before=before,
            after=after,
            said=_in_words(one, key, before, after, language),
        )


_WORDS = {
    "fr": ("{key}, {heading} : « {before} » devient « {after} ».", "{key}, nouvelle ligne, {heading} : « {after} »."),
    "en": ("{key}, {heading}: '{before}' becomes '{after}'.", "{key}, new row, {heading}: '{after}'."),
}


def _in_words(one: Difference, key: str, before: str | None, after: str, language: str) -> str:
    changed, new = _WORDS[language]
    template = new if before is None else changed
    return template.format(key=key, heading=one.column.heading[language], before=before, after=after)
