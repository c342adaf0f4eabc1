"""The annex of controls: what each found, and why the editors let a failed one stand."""

from collections.abc import Mapping

from services.reporting_worker.prose.formats import typeset
from services.reporting_worker.prose.values import Printer
from services.reporting_worker.rendering.blocks import ControlEntry, Controls
from shared.errors import Texts


def annex(printer: Printer) -> list[Controls]:
    """The controls as run on the draft; nothing where none was."""
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
        for one in printer.material.controls
    )
    return [Controls(entries=entries)] if entries else []


def _acceptance(printer: Printer, texts: Texts) -> Mapping[str, str]:
    """The reason in the reader's language; in the other, which is named, where it was given in that one alone."""
    if own := printer.text(texts):
        return {"acceptance": own}
    return next(({"acceptance": text, "acceptance_language": one} for one, text in texts.items()), {})
