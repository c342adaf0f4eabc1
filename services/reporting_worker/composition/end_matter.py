"""What ends a bulletin: whom to write to, where to read on, and what its controls found."""

from collections.abc import Mapping

from services.reporting_worker.prose.formats import typeset
from services.reporting_worker.prose.material import ItemFact, Material
from services.reporting_worker.prose.tokens import pieces
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.rendering.schemas import Block, Contact, ControlEntry, Controls, ListBlock, Span
from shared.errors import Texts


def contact(printer: Printer, item: ItemFact) -> Contact:
    """The lines of the address."""
    text = printer.text(item.text or item.standing_text) or ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Contact(kind="contact", lines=tuple(printer.spans(pieces(line)) for line in lines))


def links(printer: Printer, item: ItemFact) -> ListBlock:
    """Web pages under their labels."""
    lines = tuple(
        (Span(text=printer.text(link["label"]) or link["url"], href=link["url"]),) for link in item.parameters["links"]
    )
    return ListBlock(kind="list", items=lines)


def controls(material: Material, printer: Printer) -> list[Block]:
    """What each control found, with the reason for which it was accepted."""
    language = printer.language
    entries = tuple(
        ControlEntry.model_validate(
            {
                "key": one.key,
                "outcome": one.outcome,
                "title": typeset(one.title[language], language),
                "message": typeset(one.message[language], language),
                **_acceptance(printer, one.acceptance or {}),
            }
        )
        for one in material.controls
    )
    return [Controls(kind="controls", entries=entries)] if entries else []


def _acceptance(printer: Printer, texts: Texts) -> Mapping[str, str]:
    """The reason in the reader's language; in the other, which is named, where it was given in that one alone."""
    if own := printer.text(texts):
        return {"acceptance": own}
    return next(({"acceptance": text, "acceptance_language": one} for one, text in texts.items()), {})
