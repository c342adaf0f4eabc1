"""Runs the controls of a draft on its figures and texts, and keeps what they found beside earlier acceptances."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from services.reporting_worker.composition.collecting import Collector, collect_material
from services.reporting_worker.composition.snapshot import composer_of, every_part
from services.reporting_worker.controls.control import Rule
from services.reporting_worker.controls.portfolio import wordless_activities
from services.reporting_worker.controls.printable import Placed, long_words_control, printable_control
from services.reporting_worker.controls.prose import prose_control
from services.reporting_worker.controls.service import Control, run_controls
from services.reporting_worker.desk.acceptance import TOKENS, carry_acceptances
from services.reporting_worker.desk.opened import edition_for_change
from services.reporting_worker.desk.schemas import ControlsRun, control_read
from services.reporting_worker.prose.extent import length_control, printed_length
from services.reporting_worker.prose.material import ItemFact, Material
from services.reporting_worker.prose.neighbours import offer_neighbours
from services.reporting_worker.prose.unresolved import UnresolvedToken
from services.reporting_worker.rendering.printed_text import printed_texts
from shared.database import Pool, Reader, at_one_instant
from shared.errors import Texts
from shared.models import EditionControl
from shared.models.edition import ControlOutcome
from shared.unit_of_work import UnitOfWork


async def run_edition_controls(unit: UnitOfWork, reads: Pool, edition_id: UUID) -> ControlsRun:
    """Run every control; a failed one keeps its acceptance, and takes an earlier edition's, while it says the same.

    Raises:
        NotFound: there is no such edition.
    """
    edition = await edition_for_change(unit, edition_id)
    async with at_one_instant(reads) as connection:
        material = await collect_material(connection, edition_id, None)
        view = Collector(connection, material.edition, None).view("public")
        found = [
            *await run_controls(connection, view, edition_texts(material), material.figures),
            *await text_controls(connection, material),
        ]
    kept = await _keep(unit, edition_id, found)
    carried = await carry_acceptances(unit, edition_id, kept)
    unit.changed(edition)
    outcomes_found = {one.key: one.outcome for one in found}
    unit.record("edition.controls_run", "edition", edition_id, after={**outcomes_found, "accepted_as_before": carried})
    outcomes = Counter(one.outcome for one in kept)
    items = [control_read(one) for one in sorted(kept, key=lambda one: one.key)]
    return ControlsRun(
        passed=outcomes[ControlOutcome.PASSED],
        failed=outcomes[ControlOutcome.FAILED],
        notes=outcomes[ControlOutcome.NOTE],
        items=items,
    )


def edition_texts(material: Material) -> Mapping[str, dict[str, str]]:
    """Every text that the edition prints, by where it stands: for the control of translations."""
    texts: dict[str, dict[str, str]] = {}

    def keep(key: str, text: Texts | None) -> None:
        if text:
            texts[key] = dict(text)

    keep("title", material.edition.title)
    keep("errata", material.edition.errata)
    shown = set()
    for item in material.items:
        place = f"{item.section}/{item.position}"
        keep(f"{place}/heading", item.heading)
        keep(f"{place}/text", item.text or item.standing_text)
        keep(f"{place}/after", item.parameters.get("after"))
        for number, link in enumerate(item.parameters.get("links", ())):
            keep(f"{place}/links/{number}", link["label"])
        for number, entry in enumerate(_highlights(item)):
            keep(f"{place}/entries/{number}", entry.get("text"))
        shown |= {item.activity} if item.activity else set()
    for reference in sorted(shown | set(material.activities)):
        activity = material.activities.get(reference)
        if activity is None:
            continue  # the control of tokens names it
        keep(f"{reference}/title", activity.title)
        keep(f"{reference}/short", activity.short)
        keep(f"{reference}/long", activity.long)
        for number, link in enumerate(activity.links):
            keep(f"{reference}/links/{number}", link.label)
    return texts


def _highlights(item: ItemFact) -> Iterable[Mapping[str, Any]]:
    return (entry for group in item.parameters.get("groups", ()) for entry in group["entries"])


async def text_controls(reads: Reader, material: Material) -> list[Control]:
    """What the edition prints, read as the print reads it: tokens and links, digits, characters, words, activities."""
    faults: list[tuple[str, UnresolvedToken]] = []
    """Each with its item, field and language."""
    texts: list[Placed] = []
    wordless: set[str] = set()
    lengths: dict[str, int] = {}
    for language in material.edition.languages:
        found: list[UnresolvedToken] = []
        composer = composer_of(material, language, faults=found)
        for place, part in every_part(composer, "http://localhost"):
            printed = [Placed(place, language, one) for one in printed_texts(part)]
            faults += [(_place_of(fault, printed) or f"{place} ({language})", fault) for fault in found]
            found.clear()
            texts += printed
        faults += [(language, fault) for fault in found]
        wordless |= composer.wordless
        lengths[language] = printed_length(one.printed for one in texts if one.language == language)
    await offer_neighbours(reads, material, [fault for _, fault in faults])
    return [
        _token_control(faults),
        prose_control(texts),
        printable_control(texts),
        long_words_control(texts),
        length_control(lengths),
        wordless_activities(wordless),
    ]


def _place_of(fault: UnresolvedToken, printed: Iterable[Placed]) -> str | None:
    """Where a token stands that was printed as it is; None for one that is not, as the target of a link."""
    return next((one.name for one in printed if str(fault.token) in one.printed.text), None)


def _token_control(faults: Sequence[tuple[str, UnresolvedToken]]) -> Control:
    """Whether every token and link of the edition names something known, each with its item, field and language."""
    listed = {
        read: "; ".join(dict.fromkeys(f"{place}: {fault.said[read]}" for place, fault in faults))
        for read in ("fr", "en")
    }
    found = [f"{place}: {fault}" for place, fault in faults]
    return replace(_KNOWN.judged([{"listed": listed}] if faults else []), subjects={"faults": found})


_KNOWN = Rule(
    TOKENS,
    ("Jetons et liens des textes", "Tokens and links of the texts"),
    ("Sans valeur : {listed}.", "Without a value: {listed}."),
    ("Chaque jeton et chaque lien désigne un fait connu.", "Every token and link names a known fact."),
)


async def _keep(unit: UnitOfWork, edition_id: UUID, found: Iterable[Control]) -> list[EditionControl]:
    rows = await unit.session.scalars(select(EditionControl).where(EditionControl.edition_id == edition_id))
    earlier = {row.key: row for row in rows}
    kept = []
    for one in found:
        values = {
            "outcome": one.outcome,
            "title": dict(one.title),
            "message": dict(one.message),
            "subjects": dict(one.subjects),
            "run_at": unit.recorded_at,
        }
        row = earlier.pop(one.key, None)
        if row is None:
            row = EditionControl(id=uuid7(), edition_id=edition_id, key=one.key)
            unit.session.add(row)
        elif row.message != values["message"]:
            row.accepted_by = row.acceptance = None
        for name, value in values.items():
            setattr(row, name, value)
        kept.append(row)
    for gone in earlier.values():
        await unit.session.delete(gone)
    return kept
