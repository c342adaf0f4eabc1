"""What an edition would print from what is known now; nothing is stored, and nobody's previews hold up the others."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.reporting_worker.composition.collecting import collect_material
from services.reporting_worker.composition.snapshot import language_snapshot
from services.reporting_worker.prose.extent import MOST_PRINTED, TOO_LONG, printed_length
from services.reporting_worker.prose.neighbours import offer_neighbours
from services.reporting_worker.prose.unresolved import UnresolvedToken
from services.reporting_worker.rendering.printed_text import printed_texts
from shared import clock
from shared.database import Pool, at_one_instant
from shared.errors import Fault, RuleBroken
from shared.refusal import Refusal

NO_SNAPSHOT = "0" * 64
"""Stands for the hash of figures that are not frozen yet."""


class TextUnresolved(Refusal, RuleBroken):
    """A text of the edition names something that is not known at its date."""

    kind = "text-unresolved"
    fr = (
        "{count} {count:jeton ou lien ne désigne|jetons ou liens ne désignent} rien\u202f; corrigez les textes ou enregistrez "
        "les faits."
    )
    en = "{count} {count:token or link names|tokens or links name} nothing; correct the texts or record the facts."
    count: int
    faults: Sequence[Fault]


class EditionTooLong(Refusal, RuleBroken):
    """The edition prints more than a bulletin may."""

    kind, (fr, en) = "edition-too-long", TOO_LONG
    length: int
    most: int = MOST_PRINTED


async def preview_edition(
    state: Any, reads: Pool, edition_id: UUID, *, principal: str, language: str, format_: str
) -> tuple[bytes, str]:
    """The page or document of an edition as known now, and its media type.

    Raises:
        TooManyPreviews: the principal's earlier ones, or those of many others, are under way.
        NotFound: there is no such edition.
        TextUnresolved: a token names nothing known.
        EditionTooLong: it prints more than it may.
    """
    with state.previews.taken(principal):
        return await _rendered(state, reads, edition_id, language, format_)


async def _rendered(state: Any, reads: Pool, edition_id: UUID, language: str, format_: str) -> tuple[bytes, str]:
    async with at_one_instant(reads) as connection:
        material = await collect_material(connection, edition_id, None)
    faults: list[UnresolvedToken] = []
    snapshot = language_snapshot(
        material, language, figures_sha256=NO_SNAPSHOT, public_url=state.settings.public_url, faults=faults
    )
    if faults:
        await offer_neighbours(reads, material, faults)
        raise unresolved(faults)
    if (length := printed_length(printed_texts(snapshot))) > MOST_PRINTED:
        raise EditionTooLong(length)
    document = snapshot.model_dump(mode="json", exclude_none=True)
    document["edition"]["known_at"] = clock.now().isoformat()
    rendered = await state.renderer.render(document)
    return (rendered.html, "text/html; charset=utf-8") if format_ == "html" else (rendered.pdf, "application/pdf")


def unresolved(faults: list[UnresolvedToken]) -> TextUnresolved:
    """The problem that tells an editor every token that names nothing."""
    return TextUnresolved(len(faults), [Fault("/items", fault.said, "token") for fault in faults])
