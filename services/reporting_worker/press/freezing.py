"""The freezing of an edition (DESIGN 8): cut-off, repeatable read, bytes, then one commit that names them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.reporting_worker.composition.collecting import Collected, collect
from services.reporting_worker.composition.snapshot import (
    canonical,
    figures_snapshot,
    language_snapshot,
    public_figures_snapshot,
)
from services.reporting_worker.press.artefacts import sha256_of
from services.reporting_worker.press.context import ReportingContext
from services.reporting_worker.prose.unresolved import UnresolvedToken
from services.reporting_worker.rendering.renderer import Renderer, RenderingFailed, RenderingInterrupted
from shared.auth import Principal
from shared.crash_points import reach
from shared.cutoff import cut_off
from shared.database import Pool
from shared.domain.publication import EditionAct, EditionState, after
from shared.errors import Problem, Texts
from shared.identity import Role
from shared.jobs import MAX_ATTEMPTS, Claim, Dead, Done, JobOutcome, LostLease, long_job
from shared.models import Artefact, Edition, EditionArtefact
from shared.unit_of_work import UnitOfWork, unit_of_work
from shared.worker import WorkerContext

FREEZE = "editions.freeze"
"""The job's kind; its key is the edition with its version, so that asking twice freezes once."""

INTERRUPTED_TRIES = 3
"""How often a freezing is tried whose renderer ends or takes too long: it may have died for another's fault."""

log = structlog.get_logger()

MEDIA_TYPES = {
    "snapshot": "application/json",
    "figures": "application/json",
    "texts": "application/json",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Made:
    """One artefact of an edition, before anything names it."""

    language: str
    format: str
    audience: str
    content: bytes
    fingerprint: Mapping[str, Any] | None = None


async def collect_frozen(reads: Pool, edition_id: UUID, known_at: datetime) -> Collected:
    """Everything at the cut-off, read in one REPEATABLE READ transaction that has ended when this returns."""
    async with reads.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return await collect(connection, edition_id, known_at)


async def make_artefacts(collected: Collected, renderer: Renderer, public_url: str) -> list[Made]:
    """The snapshots, and each language's page and document; no transaction is open while they are made.

    Raises:
        UnresolvedToken: a text names something that is not known.
        RenderingFailed: the renderer refuses a language.
    """
    figures = canonical(public_figures_snapshot(collected))
    texts = {
        language: _without_floats(
            language_snapshot(
                collected.material, language, figures_sha256=sha256_of(figures), public_url=public_url
            ).model_dump(mode="json", exclude_none=True)
        )
        for language in collected.material.edition.languages
    }
    printing = asyncio.gather(*(renderer.render(snapshot) for snapshot in texts.values()))
    await asyncio.sleep(0)  # the renderer is a process of its own: it works while the snapshots are written here
    made = [
        Made("mul", "snapshot", "internal", canonical(figures_snapshot(collected))),
        Made("mul", "figures", "public", figures),
        *(Made(language, "texts", "public", canonical(snapshot)) for language, snapshot in texts.items()),
    ]
    for language, rendered in zip(texts, await printing, strict=True):
        made += [
            Made(language, "html", "public", rendered.html, rendered.fingerprint),
            Made(language, "pdf", "public", rendered.pdf, rendered.fingerprint),
        ]
    return made


def _without_floats(value: Any) -> Any:
    """Coordinates of the map's symbols as texts: canonical JSON holds no floats."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict):
        return {key: _without_floats(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_floats(one) for one in value]
    return value


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
    principal = Principal(claim.actor, claim.actor, frozenset({Role.ADMIN}))
    async with unit_of_work(
        context.engine, principal, service="reporting", request_id=claim.request_id, wake=context.wake
    ) as unit:
        await claim.guard(unit.session)
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
    principal = Principal(claim.actor, claim.actor, frozenset({Role.ADMIN}))
    async with unit_of_work(
        context.engine, principal, service="reporting", request_id=claim.request_id, wake=context.wake
    ) as unit:
        await claim.guard(unit.session)
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
