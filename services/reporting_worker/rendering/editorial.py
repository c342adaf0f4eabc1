"""House rules of page and print that need the whole section: what is said twice is said once."""

from services.reporting_worker.rendering.blocks import Block, Item, Paragraph
from services.reporting_worker.rendering.schemas import LanguageSnapshot, Section


def edited(snapshot: LanguageSnapshot) -> LanguageSnapshot:
    """The snapshot as page and print set it: a heading that repeats its section's title is left out."""
    return snapshot.model_copy(update={"sections": tuple(edited_section(part) for part in snapshot.sections)})


def edited_section(section: Section) -> Section:
    """One section by the same rule."""
    kept = (without_repeat(block, section.title) for block in section.blocks)
    return section.model_copy(update={"blocks": tuple(block for block in kept if block is not None)})


def without_repeat(block: Block, title: str) -> Block | None:
    """The block without a heading that says the title again; nothing when it says nothing else."""
    if isinstance(block, Item) and block.heading is not None and repeats(block.heading, title):
        return block.model_copy(update={"heading": None})
    if isinstance(block, Paragraph) and repeats("".join(span.text for span in block.text), title):
        return None
    return block


def repeats(text: str, title: str) -> bool:
    """True when the text is the title."""
    return text.strip().casefold() == title.strip().casefold()
