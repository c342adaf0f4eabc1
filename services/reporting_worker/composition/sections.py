"""From items to printable blocks: each kind of item has one function; sections follow the bulletin's order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from services.reporting_worker.composition.annex import annex
from services.reporting_worker.composition.boxes import approved_line, figure_box, sector_lists
from services.reporting_worker.composition.charts import chart, map_of_areas
from services.reporting_worker.prose.formats import days, short_days
from services.reporting_worker.prose.material import ActivityFact, ItemFact, Material
from services.reporting_worker.prose.tokens import blocks, pieces
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.prose.wording import NOTHING_NEW
from services.reporting_worker.rendering.blocks import (
    Block,
    Contact,
    HighlightEntry,
    HighlightGroup,
    HighlightList,
    Item,
    ItemLink,
    ListBlock,
    Paragraph,
)
from services.reporting_worker.rendering.schemas import Section
from services.reporting_worker.rendering.spans import Span, Spans
from shared.errors import Texts

Blocks = list[Block]


@dataclass
class Composer:
    """Builds the sections of one edition in one language for one audience."""

    printer: Printer
    audiences: frozenset[str]
    """Protection levels that the reader may see."""
    wordless: set[str] = field(default_factory=set)
    """References of the activities composed so far of which only the title is printed."""

    @property
    def material(self) -> Material:
        """What is composed."""
        return self.printer.material

    @property
    def language(self) -> str:
        """The language composed."""
        return self.printer.language

    @cached_property
    def _headings(self) -> Mapping[str, str | None]:
        return {one.key: one.title.get(self.language) for one in self.material.sections}

    def sections(self) -> tuple[Section, ...]:
        """Every section that has something to say, in order."""
        by_section: dict[str, Blocks] = {one.key: [] for one in self.material.sections}
        for item, built in self.parts():
            by_section[item.section].extend(built)
        return tuple(
            Section(
                key=one.key,
                title=self.printer.said(one.title, one.key),
                blocks=tuple(_numbered(built) if one.is_numbered else built),
                page_break_before=one.begins_page,
            )
            for one in self.material.sections
            if (built := by_section[one.key])
        )

    def parts(self) -> Iterable[tuple[ItemFact, Blocks]]:
        """Each item with what it prints, in order."""
        for item in sorted(self.material.items, key=lambda one: one.position):
            yield item, self._blocks(item)

    def _blocks(self, item: ItemFact) -> Blocks:
        composers: Mapping[str, Callable[[ItemFact], Blocks]] = {
            "standing_text": lambda item: self._text(item.standing_text),
            "text": lambda item: self._text(item.text),
            "figure_box": lambda item: [figure_box(self.printer, item)],
            "map": lambda item: [map_of_areas(self.printer, item.parameters, self._title(item))],
            "sector_lists": lambda item: [sector_lists(self.printer, item)],
            "chart": lambda item: [chart(self.printer, item.parameters, self._title(item))],
            "highlights": self._highlights,
            "computed_list": self._computed_list,
            "activity": self._activity,
            "contact": self._contact,
            "links": self._links,
            "controls": lambda _: [*annex(self.printer)],
        }
        found = composers[item.kind](item)
        heading = self.printer.text(item.heading)
        is_new = heading != self._headings.get(item.section)
        if heading and is_new and found and item.kind in {"standing_text", "text"}:
            return [Paragraph(text=(Span(text=heading, strong=True),)), *found]
        return found

    def _spans(self, text: str) -> Spans:
        return self.printer.spans(pieces(text))

    def _title(self, item: ItemFact) -> str | None:
        """The item's own heading as plain text."""
        heading = self.printer.text(item.heading)
        return "".join(span.text for span in self._spans(heading)) if heading else None

    def _text(self, texts: Texts | None) -> Blocks:
        built: Blocks = []
        for one in blocks(self.printer.text(texts) or ""):
            lines = tuple(self.printer.spans(line) for line in one.paragraphs)
            if one.is_list:
                built.append(ListBlock(items=lines))
            else:
                built.extend(Paragraph(text=line) for line in lines)
        return built

    def _may_show(self, protection: str) -> bool:
        return protection in self.audiences

    def _shown_activity(self, reference: str) -> ActivityFact | None:
        activity = self.printer.activity(reference)
        return activity if activity and self._may_show(activity.protection) else None

    def _title_of(self, activity: ActivityFact) -> str:
        return self.printer.said(activity.title, activity.reference)

    def _highlights(self, item: ItemFact) -> Blocks:
        groups = []
        for group in item.parameters["groups"]:
            entries = [entry for one in group["entries"] if (entry := self._highlight(one)) is not None]
            if entries:
                name = self.printer.place(group["place"])
                groups.append(HighlightGroup(area=name, entries=tuple(entries)))
        return [HighlightList(groups=tuple(groups))] if groups else []

    def _highlight(self, entry: Mapping[str, object]) -> HighlightEntry | None:
        mechanism = entry.get("mechanism")
        if "activity" not in entry:
            texts = entry["text"]
            assert isinstance(texts, dict)
            return HighlightEntry.model_validate(
                {"text": self._spans(self.printer.text(texts) or ""), "mechanism": mechanism}
            )
        activity = self._shown_activity(str(entry["activity"]))
        if activity is None:
            return None
        known = [code for code in activity.mechanisms if code in {"QIP", "TF", "FP"}]
        return HighlightEntry.model_validate(
            {
                "date": short_days(activity.start_on, activity.end_on),
                "text": self._spans(self.printer.text(activity.short) or self._title_of(activity)),
                "mechanism": mechanism or (known[0] if len(known) == 1 else None),
            }
        )

    def _item(self, activity: ActivityFact, heading: Texts | None, text: Texts | None) -> Item:
        paragraphs, bullets = self._body(self.printer.text(text) or "")
        if not paragraphs and not bullets:
            self.wordless.add(activity.reference)
        shown = {span.href for line in (*paragraphs, *bullets) for span in line if span.href}
        return Item(
            heading=self.printer.text(heading) or self._title_of(activity),
            date=days(activity.start_on, activity.end_on, self.language),
            paragraphs=paragraphs,
            bullets=bullets,
            links=tuple(
                ItemLink(label=self.printer.said(link.label, link.url), url=link.url)
                for link in activity.links
                if link.url not in shown
            ),
        )

    def _body(self, text: str) -> tuple[tuple[Spans, ...], tuple[Spans, ...]]:
        paragraphs: list[Spans] = []
        bullets: list[Spans] = []
        for one in blocks(text):
            (bullets if one.is_list else paragraphs).extend(self.printer.spans(line) for line in one.paragraphs)
        return tuple(paragraphs), tuple(bullets)

    def _activity(self, item: ItemFact) -> Blocks:
        assert item.activity is not None
        activity = self._shown_activity(item.activity)
        return [] if activity is None else [self._item(activity, item.heading, item.text or activity.long)]

    def _computed_list(self, item: ItemFact) -> Blocks:
        if item.parameters["list"] == "activities.unplaced":
            return [
                self._item(activity, None, activity.long or activity.short)
                for activity in self._unplaced()
                if self._may_show(activity.protection)
            ]
        before = self._body(self.printer.text(item.text) or "")[0]
        after = self._body(self.printer.text(item.parameters.get("after")) or "")[0]
        lines = [approved_line(one, self.printer) for one in self.material.approved if self._may_show(one.protection)]
        return [
            Item(
                heading=self.printer.text(item.heading),
                paragraphs=before if lines else (*before, (Span(text=NOTHING_NEW[self.language]),)),
                bullets=tuple(lines),
            ),
            *(Paragraph(text=line) for line in after),
        ]

    def _unplaced(self) -> list[ActivityFact]:
        """Activities of the period that no section holds; highlights only point at what others hold."""
        held = {item.activity for item in self.material.items if item.activity}
        for item in self.material.items:
            held.update(item.parameters.get("also", ()))
        edition = self.material.edition
        found = [
            activity
            for activity in self.material.activities.values()
            if activity.reference not in held and edition.period_start <= activity.end_on <= edition.period_end
        ]
        return sorted(found, key=lambda one: (one.start_on, one.reference))

    def _contact(self, item: ItemFact) -> Blocks:
        text = self.printer.text(item.text or item.standing_text) or ""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return [Contact(lines=tuple(self._spans(line) for line in lines))]

    def _links(self, item: ItemFact) -> Blocks:
        lines = tuple(
            (Span(text=self.printer.text(link["label"]) or link["url"], href=link["url"]),)
            for link in item.parameters["links"]
        )
        return [*self._text(item.text), ListBlock(items=lines)]


def _numbered(built: Blocks) -> Blocks:
    numbers = count(1)
    return [one.model_copy(update={"number": next(numbers)}) if isinstance(one, Item) else one for one in built]
