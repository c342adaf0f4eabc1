"""What a worklist declares: which rows wait, what is to be done about them, and the act that does it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression

from services.reporting_worker.controls.control import Said
from services.reporting_worker.figures.columns import Rows
from shared.errors import Texts
from shared.models.naming import NAMES, Naming
from shared.reading.resource import Resource

FILTERS = ("mechanism__in", "place__in", "sponsor__in")
"""By what worklists are filtered: the filters of that name of the lists in which their rows stand."""


@dataclass(frozen=True)
class Act:
    """The operation that mends a row, as the contract names it; it takes the permission that the operation asks."""

    method: str
    path: str
    """`/v1/projects/{project}/amounts`; the row's key takes the noun's place."""
    permission: str


@dataclass(frozen=True, eq=False)
class Worklist:
    """Rows that wait for somebody."""

    key: str
    """`projects.without_amount`: the noun of its rows, and what is the matter."""
    title: Said
    todo: Said
    """What to do about its rows."""
    row: Said
    """The same of one row, with its figures: `{amount}` is the column of that name."""
    act: Act
    of: Resource
    """The list in which its rows stand: their address, filters, sections, and which of them lists show."""
    rows: Rows
    """`id` of the row in that list, `since` (a date or an instant) from which it waits, and the figures of the
    sentence; `line`, where one row may stand in it several times. A figure with `..._currency` is an amount of money."""
    unless: ColumnElement[bool] | None = None
    """Which of them the bearer may not mend although permitted: the rule of two persons."""
    reads: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """How a figure is read before it is said: the value of an enumeration, JSON."""
    act_by: tuple[str, Mapping[Any, Act]] | None = None
    """Of rows that lack several things: the figure that lists them, and what mends each; the first one is asked for."""
    segment: str | None = None
    """The path of its list, where that is not the list's name."""

    @property
    def naming(self) -> Naming:
        """How its rows are named."""
        return NAMES[self.of.noun]

    @property
    def heading(self) -> SQLColumnExpression[Any] | None:
        """The title of a row, where rows of its kind have one."""
        model = self.naming.target.class_
        return getattr(model, "title", None) if not hasattr(model, "name") else model.name

    @property
    def figures(self) -> tuple[str, ...]:
        """The columns of the figures of its sentence."""
        return tuple(one.name for one in self.rows.selected_columns if one.name not in {"id", "since", "line"})

    @property
    def filters(self) -> tuple[str, ...]:
        """Those of `FILTERS` that its rows know."""
        known = {one.name for one in self.of.filters}
        return tuple(name for name in FILTERS if name in known)

    def address(self, key: str) -> str:
        """Where the API reads a row."""
        return f"/v1/{self.segment or self.of.name}/{key}"

    def act_for(self, figures: Mapping[str, Any]) -> Act:
        """What mends a row with these figures."""
        if self.act_by is None:
            return self.act
        name, acts = self.act_by
        return acts[figures[name][0]]

    def asked_at(self, act: Act, key: str) -> str:
        """Where the act on a row is asked for."""
        return act.path.replace(f"{{{self.of.noun}}}", key)


def words(kind: Callable[[str], Any]) -> Callable[[str | None], Any]:
    """A reader of an array of an enumeration's values, as JSON text."""
    return lambda text: [kind(one) for one in json.loads(text or "[]")]


def in_both(text: str) -> Texts:
    """A title, from JSON text, for sentences in both languages: in a language that it lacks, what there is."""
    held = json.loads(text)
    return {language: held.get(language) or next(iter(held.values())) for language in ("fr", "en")}
