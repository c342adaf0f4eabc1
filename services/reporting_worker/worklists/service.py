"""Worklists as the bearer sees them: which there are, how much waits, and the rows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

from services.reporting_worker.worklists.declared import WORKLISTS
from services.reporting_worker.worklists.queries import Shape, counts_statement, page_statement, right
from services.reporting_worker.worklists.schemas import ActRead, WaitingRow, WaitingRows, WorklistRead, Worklists
from services.reporting_worker.worklists.worklist import Worklist
from shared.auth import Principal
from shared.database import Reader
from shared.domain.money import Money
from shared.errors import Fault, InvalidInput, NotFound
from shared.pagination import decode_cursor, encode_cursor
from shared.permissions import GRANTS, require, scopes_of
from shared.reading.resource import CALLER
from shared.reading.statements import SECTION
from shared.refusal import Refusal
from shared.sentences import sentence

ORDERING = "since"


class UnknownWorklist(Refusal, NotFound):
    """There is no worklist of that key."""

    kind, shown = "unknown-worklist", ("known",)
    fr = "La liste de travail « {key:.60} » n'existe pas ; il y a : {listed}."
    en = "There is no worklist '{key:.60}'; there are: {listed}."
    key: str
    listed: str
    known: list[str]


@dataclass(frozen=True)
class Asked:
    """Whose worklists, as of when, filtered how."""

    caller: Principal
    moment: Mapping[str, Any]
    filters: Mapping[str, Any] = field(default_factory=dict)
    is_mine: bool = False

    @property
    def names(self) -> frozenset[str]:
        """The filters that are given."""
        return frozenset(self.filters)

    def bound(self, worklists: Iterable[Worklist]) -> dict[str, Any]:
        """The values of a statement over these worklists."""
        rights = {
            right(one.act.permission, scope): scope in scopes_of(self.caller, one.act.permission)
            for one in worklists
            for scope in ("any", "own_section")
        }
        given = {f"f_{name}": value for name, value in self.filters.items()}
        return {**self.moment, **rights, **given, SECTION.key: self.caller.sponsor, CALLER.key: self.caller.subject}


@dataclass(frozen=True)
class PageAsked:
    """Which page of the rows."""

    limit: int
    cursor: str | None = None
    is_counted: bool = False


def worklist_named(key: str) -> Worklist:
    """The worklist of that key.

    Raises:
        UnknownWorklist: there is none; it names those that there are.
    """
    if key not in WORKLISTS:
        raise UnknownWorklist(key, ", ".join(WORKLISTS), list(WORKLISTS))
    return WORKLISTS[key]


async def read_worklists(reads: Reader, asked: Asked, query: str) -> Worklists:
    """Every worklist of which the bearer may read the rows, all counted in one statement.

    Args:
        reads: the pool.
        asked: by whom, when and with which filters.
        query: the same as it stood in the address, for the links to the rows.
    """
    readable = tuple(one for one in WORKLISTS.values() if scopes_of(asked.caller, f"{one.of.name}:read"))
    counted = tuple(one for one in readable if asked.names <= set(one.filters))
    found: dict[str, tuple[int, int]] = {}
    if counted:
        statement = counts_statement(counted, asked.names)
        rows = await reads.fetch(*statement.asked(**asked.bound(counted)))
        found = {row["key"]: (row["count"], row["mine"]) for row in rows}
    items = [_head(one, *found.get(one.key, (0, 0)), query) for one in readable]
    return Worklists(items=items, count=sum(one.count for one in items), mine=sum(one.mine for one in items))


def _head(one: Worklist, count: int, mine: int, query: str) -> WorklistRead:
    return WorklistRead(
        key=one.key,
        title=sentence(*one.title),
        todo=sentence(*one.todo),
        noun=one.of.noun,
        count=count,
        mine=mine,
        permission=one.act.permission,
        roles=sorted({grant.role for grant in GRANTS if grant.permission == one.act.permission}),
        filters=list(one.filters),
        href=f"/v1/worklists/{one.key}{f'?{query}' if query else ''}",
    )


async def read_rows(reads: Reader, one: Worklist, asked: Asked, page: PageAsked) -> WaitingRows:
    """A page of the rows of a worklist, in one statement.

    Raises:
        NotPermitted: the bearer may not read rows of that kind.
        InvalidInput: the cursor is none of this list, or a filter is not one of its rows'.
    """
    require(asked.caller, f"{one.of.name}:read")
    _refuse_filters(one, asked.names)
    values: dict[str, Any] = {"limit": page.limit, **asked.bound([one])}
    if page.cursor is not None:
        values["cursor_key"], values["cursor_id"] = decode_cursor(page.cursor, f"{one.key} {ORDERING}")
    shape = Shape(asked.names, asked.is_mine, page.cursor is not None)
    found = await reads.fetch(*page_statement(one, shape).asked(**values))
    shown = found[: page.limit]
    following = None
    if len(found) > page.limit:
        following = encode_cursor(f"{one.key} {ORDERING}", shown[-1]["order_key"], str(shown[-1]["order_line"]))
    answer = WaitingRows(items=[_row(one, row) for row in shown], next_cursor=following)
    if page.is_counted:
        counts = counts_statement((one,), asked.names)
        counted = await reads.fetchrow(*counts.asked(**asked.bound([one])))
        answer.total = counted["mine" if asked.is_mine else "count"]
    return answer


def _refuse_filters(one: Worklist, names: frozenset[str]) -> None:
    known = ", ".join(one.filters)
    faults = [
        Fault(
            name,
            sentence(
                "Les lignes de cette liste ne connaissent pas ce filtre ; retirez-le (filtres : {known}).",
                "The rows of this worklist do not know this filter; leave it out (filters: {known}).",
                known=known or "-",
            ),
            "filter_not_of_worklist",
        )
        for name in sorted(names - set(one.filters))
    ]
    if faults:
        raise InvalidInput(
            {"fr": "Ce filtre n'est pas de cette liste.", "en": "This filter is not of this worklist."}, faults
        )


def _row(one: Worklist, row: Mapping[str, Any]) -> WaitingRow:
    figures = _figures(one, row)
    act, key = one.act_for(figures), quote(row["row_key"], safe="")
    return WaitingRow(
        noun=one.of.noun,
        id=row["id"],
        reference=row["row_key"],
        title=None if row["row_title"] is None else json.loads(row["row_title"]),
        todo=sentence(*one.row, since=row["since_on"], **figures),
        figures={name: _plain(value) for name, value in figures.items()},
        since=row["since_on"],
        is_mine=row["is_mine"],
        href=one.address(key),
        act=ActRead(method=act.method, href=one.asked_at(act, key), permission=act.permission),
    )


def _figures(one: Worklist, row: Mapping[str, Any]) -> dict[str, Any]:
    """What the sentence of a row says, as values that each language writes in its own way."""
    plain = {name: row[name] for name in one.figures}
    figures = {}
    for name, value in plain.items():
        if f"{name}_currency" in plain:
            figures[name] = None if value is None else Money(value, plain[f"{name}_currency"])
        elif not name.endswith("_currency"):
            figures[name] = one.reads[name](value) if name in one.reads and value is not None else value
    return figures


def _plain(value: Any) -> Any:
    match value:
        case Money():
            return {"amount": format(value.amount, "f"), "currency": value.currency}
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
