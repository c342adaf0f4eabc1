"""The job that freezes an edition (DESIGN 8): cut-off, repeatable read, bytes, then one commit that names them."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.reporting_worker.press.context import ReportingContext
from services.reporting_worker.press.printing import MEDIA_TYPES, Made, collect_frozen, make_artefacts
from services.reporting_worker.prose.unresolved import UnresolvedToken
from services.reporting_worker.rendering.renderer import RenderingFailed, RenderingInterrupted
from shared.crash_points import reach
from shared.cutoff import cut_off
from shared.domain.publication import EditionAct, EditionState, after
from shared.errors import Problem, Texts
from shared.jobs import MAX_ATTEMPTS, Claim, Dead, Done, JobOutcome, LostLease, long_job
from shared.models import Artefact, Edition, EditionArtefact
from shared.unit_of_work import UnitOfWork
from shared.worker import WorkerContext

FREEZE = "editions.freeze"
"""The job's kind; its key is the edition with its version, so that asking twice freezes once."""

INTERRUPTED_TRIES = 3
"""How often a freezing is tried whose renderer ends or takes too long: it may have died for another's fault."""

log = structlog.get_logger()


async def _lost(unit: UnitOfWork, claim: Claim, error: str) -> None:
    """Give the edition back whose freezing took its workers along, again and again."""
    await _to_draft(unit, claim, {"fr": f"Le travail n'a pas abouti : {error}.", "en": f"The job failed: {error}."})


async def _to_draft(unit: UnitOfWork, claim: Claim, reason: Texts) -> None:
    wanted = select(Edition).where(Edition.id == UUID(claim.arguments["edition_id"])).with_for_update()
    edition = (await unit.session.execute(wanted)).scalar_one()
    if edition.state != EditionState.APPROVED or edition.version != claim.arguments["version"]:
        return
    edition.state, edition.approved_by, edition.approved_at = (after(edition.state, EditionAct.FAIL), None, None)
    edition.freeze_failure, edition.freeze_failed_at = dict(reason), unit.recorded_at
    unit.changed(edition)
    unit.record(
        "edition.freezing_failed",
        "edition",
        edition.id,
        before={"state": EditionState.APPROVED},
        after={"state": edition.state, "reason": dict(reason)},
    )


@long_job("reporting", FREEZE, on_death=_lost)
async def freeze_edition(claim: Claim, context: WorkerContext) -> JobOutcome:
    """Freeze an approved edition, unless it has changed since it was asked for.

    What cannot be printed, or was tried too often, goes back to its editors with the reason.
    """
    try:
        return await _freeze(claim, context)
    except LostLease:
        raise
    except Exception as error:
        if claim.attempt < _tries(error):
            raise
        log.exception("edition.freezing_failed")
        return await give_back(claim, context, _reason(error))


def _tries(error: Exception) -> int:
    """How often a freezing that fails so is tried: what the edition says does not change by itself."""
    match error:
        case RenderingInterrupted():
            return INTERRUPTED_TRIES
        case RenderingFailed() | UnresolvedToken() | ValidationError() | LookupError():
            return 1
    return MAX_ATTEMPTS


def _reason(error: Exception) -> Texts:
    match error:
        case Problem():
            return error.detail
        case UnresolvedToken():
            return {
                "fr": f"Un texte nomme ce qui n'est pas connu à la date de l'édition. {error.said['fr']}",
                "en": f"A text names something unknown at the edition's date. {error.said['en']}",
            }
    return {
        "fr": f"Une erreur interne ({type(error).__name__}) ; le journal du processus de fond la décrit.",
        "en": f"An internal error ({type(error).__name__}); the worker's log describes it.",
    }


async def give_back(claim: Claim, context: WorkerContext, reason: Texts) -> JobOutcome:
    """Make the edition a draft again, with the reason, if it is still the one that was to be frozen."""
    async with context.unit(claim, "reporting") as unit:
        await _to_draft(unit, claim, reason)
    return Dead(reason["en"])


async def _freeze(claim: Claim, context: WorkerContext) -> JobOutcome:
    edition_id, version = UUID(claim.arguments["edition_id"]), claim.arguments["version"]
    assert isinstance(context, ReportingContext)
    reads, store, renderer = context.reads, context.artefacts, context.renderer
    await renderer.prepare()
    known_at = await cut_off(reads, context.settings.cutoff_wait_seconds)
    reach("freeze.cut_off")
    collected = await collect_frozen(reads, edition_id, known_at)
    if collected.material.edition.version != version:
        return Dead("the edition has changed since its freezing was asked for; ask again")
    reach("freeze.collected")
    made = await make_artefacts(collected, renderer, context.settings.public_url)
    named = [(one, await store.put(one.content)) for one in made]
    reach("freeze.stored")
    async with context.unit(claim, "reporting") as unit:
        await name_artefacts(unit, edition_id, version, known_at, named)
    reach("freeze.committed")
    return Done()


async def name_artefacts(
    unit: UnitOfWork, edition_id: UUID, version: int, known_at: datetime, named: list[tuple[Made, str]]
) -> None:
    """Commit what names the artefacts, if the edition is still approved and of that version."""
    edition = (
        await unit.session.execute(select(Edition).where(Edition.id == edition_id).with_for_update())
    ).scalar_one()
    if edition.state == EditionState.FROZEN and edition.known_at is not None:
        return
    if edition.state != EditionState.APPROVED or edition.version != version:
        raise EditionChanged(f"Edition {edition.slug} is {edition.state}, version {edition.version}.")
    for one, sha256 in named:
        await unit.session.execute(
            insert(Artefact)
            .values(
                sha256=sha256, media_type=MEDIA_TYPES[one.format], size=len(one.content), recorded_at=unit.recorded_at
            )
            .on_conflict_do_nothing()
        )
        unit.session.add(
            EditionArtefact(
                edition_id=edition_id,
                language=one.language,
                format=one.format,
                audience=one.audience,
                sha256=sha256,
                fingerprint=cast("dict[str, Any] | None", one.fingerprint),
                recorded_at=unit.recorded_at,
            )
        )
    edition.state, edition.known_at, edition.frozen_at = (
        after(edition.state, EditionAct.FREEZE),
        known_at,
        unit.recorded_at,
    )
    unit.changed(edition)
    if edition.supersedes_id is not None:
        await unit.session.execute(
            update(Edition)
            .where(Edition.id == edition.supersedes_id)
            .values(state=after(EditionState.FROZEN, EditionAct.SUPERSEDE), version=Edition.version + 1)
        )
    unit.record(
        "edition.frozen",
        "edition",
        edition_id,
        after={
            "slug": edition.slug,
            "known_at": known_at,
            "artefacts": {f"{one.format}.{one.language}.{one.audience}": sha for one, sha in named},
        },
    )


class EditionChanged(RuntimeError):
    """Somebody changed the edition while it was being printed: nothing is named, the bytes stay unused."""
