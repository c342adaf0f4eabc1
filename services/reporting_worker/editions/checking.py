"""Runs the controls of a draft on its figures and texts, and keeps what they found beside earlier acceptances."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from services.reporting_worker.controls.service import Control, run_controls
from services.reporting_worker.editions.collecting import Collector, collect_material
from services.reporting_worker.editions.material import Material, Texts
from services.reporting_worker.editions.previewing import NO_SNAPSHOT
from services.reporting_worker.editions.schemas import ControlRead, ControlsRun
from services.reporting_worker.editions.service import TOKENS, edition_for_change
from services.reporting_worker.editions.snapshot import language_snapshot
from services.reporting_worker.editions.token_values import UnresolvedToken
from shared.models import EditionControl
from shared.models.edition import ControlOutcome
from shared.unit_of_work import UnitOfWork


async def run_edition_controls(unit: UnitOfWork, reads: Any, edition_id: UUID) -> ControlsRun:
    """Run every control; a failed one keeps its acceptance while it says the same.

    Raises:
        NotFound: there is no such edition.
    """
    edition = await edition_for_change(unit, edition_id)
    async with (
        reads.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        material = await collect_material(connection, edition_id, None)
        view = Collector(connection, material.edition, None).view("internal")
        found = [
            *await run_controls(connection, view, edition_texts(material), material.figures),
            *text_controls(material),
        ]
    kept = await _keep(unit, edition_id, found)
    unit.changed(edition)
    unit.record("edition.controls_run", "edition", edition_id, after={one.key: one.outcome for one in found})
    outcomes = Counter(one.outcome for one in kept)
    items = [_read(one) for one in sorted(kept, key=lambda one: one.key)]
    return ControlsRun(
        passed=outcomes[ControlOutcome.PASSED],
        failed=outcomes[ControlOutcome.FAILED],
        notes=outcomes[ControlOutcome.NOTE],
        items=items,
    )


def edition_texts(material: Material) -> Mapping[str, dict[str, str]]:
    """Every text that the edition prints, by where it stands: for the controls of typed digits and translations."""
    texts: dict[str, dict[str, str]] = {}

    def keep(key: str, text: Texts | None) -> None:
        if text:
            texts[key] = dict(text)

    shown = set()
    for item in material.items:
        place = f"{item.section}/{item.position}"
        keep(f"{place}/heading", item.heading)
        keep(f"{place}/text", item.text or item.standing_text)
        keep(f"{place}/after", item.parameters.get("after"))
        shown |= {item.activity} if item.activity else set()
    for reference in sorted(shown | set(material.activities)):
        activity = material.activities.get(reference)
        if activity is None:
            continue  # the control of tokens names it
        keep(f"{reference}/title", activity.title)
        keep(f"{reference}/short", activity.short)
        keep(f"{reference}/long", activity.long)
    return texts


def text_controls(material: Material) -> Iterable[Control]:
    """Whether every token and link of the edition names something known, in each language."""
    found: dict[str, list[UnresolvedToken]] = {language: [] for language in material.edition.languages}
    for language, faults in found.items():
        language_snapshot(
            material, language, figures_sha256=NO_SNAPSHOT, public_url="http://localhost", faults=faults
        )
    every = [(language, fault) for language, faults in found.items() for fault in faults]
    shown = {
        read: "; ".join(dict.fromkeys(f"{language}: {fault.said[read]}" for language, fault in every))
        for read in ("fr", "en")
    }
    yield Control(
        key=TOKENS,
        outcome=ControlOutcome.FAILED if every else ControlOutcome.PASSED,
        title={"fr": "Jetons et liens des textes", "en": "Tokens and links of the texts"},
        message={
            "fr": f"Sans valeur : {shown['fr']}."
            if every
            else "Chaque jeton et chaque lien désigne un fait connu.",
            "en": f"Without a value: {shown['en']}." if every else "Every token and link names a known fact.",
        },
        subjects={"faults": [f"{language}: {fault}" for language, fault in every]},
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


def _read(row: EditionControl) -> ControlRead:
    return ControlRead.model_validate({name: getattr(row, name) for name in ControlRead.model_fields})
