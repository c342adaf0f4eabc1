"""Reads an edition's material at one moment: first its items and activities, then all that their texts name."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter

from services.reporting_worker.composition.queries import material_statements
from services.reporting_worker.figures.definitions import Definition
from services.reporting_worker.figures.schemas import FigureValue
from services.reporting_worker.figures.service import View, by_population, figures_among, known_keys, values_of
from services.reporting_worker.prose.material import ActivityFact, ControlFact, EditionFact, ItemFact, Material
from services.reporting_worker.prose.tokens import LINK, TOKEN, tokens_of
from services.reporting_worker.prose.wording import PROTECTED_CONTROL, PROTECTED_MESSAGE
from shared.errors import NotFound
from shared.facts import NOW
from shared.refusal import Refusal

PUBLIC_RANK = 1
APPROVALS = "TF"
"""The mechanism whose new approvals the bulletin lists."""

_REFERENCE = re.compile(r"\b[A-Z]{2,}(?:-[A-Z0-9]+)+\b")

_SHAPES: Mapping[str, TypeAdapter[Any]] = {
    name: TypeAdapter(kind) for name, kind in get_type_hints(Material).items() if name not in {"known_at", "figures"}
}
"""How each part of the material that a statement reads is checked."""


class EditionNotFound(Refusal, NotFound):
    """No edition has this id."""

    fr = "Aucune édition {edition_id}."
    en = "There is no edition {edition_id}."
    edition_id: UUID


@dataclass(frozen=True)
class Collected:
    """An edition's material, and its figures for the mission with the rows behind them, for it and for the public."""

    material: Material
    figures: Mapping[str, FigureValue]
    rows: Mapping[str, Any]
    public_rows: Mapping[str, Any]


@dataclass
class Collector:
    """Reads the parts of one edition on one connection, in whatever transaction the caller opened."""

    connection: Any
    edition: EditionFact
    known_at: datetime | None
    figures: Sequence[Definition | str] = field(default_factory=known_keys)
    """The bulletin's own, and those that its texts, boxes and charts name beside them."""

    async def part(self, name: str, **values: Any) -> Any:
        """One part of the material."""
        text = await self._read(name, **values)
        return _SHAPES[name].validate_json(text)

    async def _read(self, name: str, **values: Any) -> str:
        statement = material_statements()[name]
        given = {
            "edition_id": UUID(self.edition.id),
            "as_of": self.edition.as_of,
            "known_at": self.known_at or NOW,
            "period_start": self.edition.period_start,
            "approved_mechanism": APPROVALS,
            **values,
        }
        return cast(str, await self.connection.fetchval(*statement.asked(**given)))

    def view(self, audience: str) -> View:
        """How figures are read for this edition."""
        return View(self.edition.as_of, self.known_at, audience, self.edition.period_start)  # type: ignore[arg-type]

    async def rows(self, audience: str) -> Mapping[str, Any]:
        """The rows of every figure that the audience sees, and the titles of their subjects."""
        found: dict[str, dict[str, Any]] = {"rows": {}, "subjects": {}}
        for view, wanted in by_population(self.view(audience), self.figures):
            part = json.loads(await self._read("rows", **view.bound(wanted)))
            for name, held in found.items():
                held.update(part[name])
        return found


async def read_edition(connection: Any, edition_id: UUID) -> EditionFact:
    """The edition itself.

    Raises:
        EditionNotFound: there is none of that id.
    """
    statement = material_statements()["edition"]
    text = await connection.fetchval(*statement.asked(edition_id=edition_id))
    if text is None:
        raise EditionNotFound(edition_id)
    edition: EditionFact = _SHAPES["edition"].validate_json(text)
    return edition


async def collect_material(connection: Any, edition_id: UUID, known_at: datetime | None) -> Material:
    """Everything the edition's pages are written from; with `known_at` None, what is known now."""
    edition = await read_edition(connection, edition_id)
    collector = Collector(connection, edition, known_at)
    items: Sequence[ItemFact] = await collector.part("items")
    held = _references_of_items(items)
    activities = await collector.part("activities", references=sorted(held))
    named = held | _references_in(_all_texts(items, activities.values()))
    if named - held:
        activities = await collector.part("activities", references=sorted(named))
    meant = await collector.part("meant", references=sorted(named))
    references = sorted(named.union(meant.values()))
    printed = sorted(_names_in(_all_texts(items, activities.values())).union(meant.values()))
    parts = {
        name: await collector.part(name, references=references, names=printed)
        for name in _SHAPES
        if name not in {"edition", "items", "activities", "meant"}
    }
    collector.figures = await _figures(connection, items, activities.values())
    parts["controls"] = tuple(told_to_everybody(one, parts["protected"]) for one in parts["controls"])
    return Material(
        edition=edition,
        known_at=known_at or NOW,
        items=items,
        activities=activities,
        meant=meant,
        figures=await values_of(connection, collector.view("public"), collector.figures),
        **parts,
    )


async def collect(connection: Any, edition_id: UUID, known_at: datetime) -> Collected:
    """The material together with the rows behind its figures, as a snapshot keeps them."""
    material = await collect_material(connection, edition_id, known_at)
    collector = Collector(
        connection, material.edition, known_at, await _figures(connection, material.items, material.activities.values())
    )
    rows = await collector.rows("internal")
    return Collected(
        material=material,
        figures=await values_of(connection, collector.view("internal"), collector.figures),
        rows=rows,
        public_rows=rows_for_everybody(rows),
    )


async def _figures(
    connection: Any, items: Iterable[ItemFact], activities: Iterable[ActivityFact]
) -> Sequence[Definition | str]:
    """The bulletin's own figures, and those beside them that the edition names, as far as they are figures."""
    named = {key for item in items for key in _keys_of(item.parameters)}
    for text in _all_texts(items, activities):
        named |= {
            one.argument.partition("@")[0].partition("|")[0]
            for one in tokens_of(text)
            if one.kind in {"figure", "list"}
        }
    own = known_keys()
    return [*own, *await figures_among(connection, sorted(named.difference(own)))]


def _keys_of(parameters: Mapping[str, Any]) -> Iterable[str]:
    yield from parameters.get("figures", ())
    if "figure" in parameters:
        yield parameters["figure"]


def told_to_everybody(control: ControlFact, protected: Collection[str]) -> ControlFact:
    """The control as the annex prints it: what it says of protected rows is left to the mission."""
    named = set(_REFERENCE.findall(f"{control.key} {' '.join(control.message.values())}"))
    if named.isdisjoint(protected):
        return control
    return replace(control, key=control.key.partition(".")[0], title=PROTECTED_CONTROL, message=PROTECTED_MESSAGE)


def rows_for_everybody(rows: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of the rows behind the figures those that are public, and the titles of what these name."""
    shown = {key: [line for line in lines if line["protection"] == PUBLIC_RANK] for key, lines in rows["rows"].items()}
    named = {line["reference"] for lines in shown.values() for line in lines}
    titles = {reference: title for reference, title in rows["subjects"].items() if reference in named}
    return {"rows": {key: lines for key, lines in shown.items() if lines}, "subjects": titles}


def _references_of_items(items: Iterable[ItemFact]) -> set[str]:
    found: set[str] = set()
    for item in items:
        if item.activity:
            found.add(item.activity)
        found.update(item.parameters.get("also", ()))
        for group in item.parameters.get("groups", ()):
            found.add(group["place"])
            found.update(entry["activity"] for entry in group["entries"] if "activity" in entry)
    return found


def _all_texts(items: Iterable[ItemFact], activities: Iterable[ActivityFact]) -> Iterable[str]:
    for item in items:
        for texts in (item.heading, item.text, item.standing_text, item.parameters.get("after")):
            yield from (texts or {}).values()
        for group in item.parameters.get("groups", ()):
            for entry in group["entries"]:
                yield from entry.get("text", {}).values()
    for activity in activities:
        for texts in (activity.title, activity.short, activity.long):
            yield from (texts or {}).values()


def _references_in(texts: Iterable[str]) -> set[str]:
    found = set()
    for text in texts:
        for token in TOKEN.finditer(text):
            found.add(token["argument"].partition("|")[0].partition(".")[0].partition("#")[0])
        for link in LINK.finditer(text):
            found.add(link["target"].partition("#")[0])
    return found


def _names_in(texts: Iterable[str]) -> set[str]:
    return {one.argument for text in texts for one in tokens_of(text) if one.kind == "ref"}
