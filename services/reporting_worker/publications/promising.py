"""Promising an edition to platforms: one delivery for each language and platform, once."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.reporting_worker.platforms.service import lane_of
from services.reporting_worker.publications.queries import (
    documents_of,
    edition_named,
    lock_document,
    platforms_named,
    revisions_of,
)
from services.reporting_worker.publications.service import cancel_if_never_sent
from shared.domain.delivery import DeliveryState
from shared.domain.document_names import document_key, idempotency_key
from shared.domain.publication import EditionState
from shared.errors import Conflict, Fault, NotFound
from shared.models import Delivery, Edition, Installation, Platform
from shared.portfolio import Reference, said_unknown
from shared.reading.neighbours import neighbours
from shared.sentences import sentence
from shared.unit_of_work import UnitOfWork

JOB_KIND = "publications.deliver"


class NotPublishable(Conflict):
    """The edition has nothing that may go to a platform now."""

    kind = "edition-not-publishable"


class UnknownPlatform(NotFound):
    """No platform of that slug takes public documents."""

    kind = "platform-not-found"


async def publish_edition(
    unit: UnitOfWork, slug: str, platforms: Sequence[str] | None, languages: Sequence[str] | None
) -> list[Delivery]:
    """`request_deliveries` for the edition of that slug.

    Raises:
        NotFound: there is no such edition.
        NotPublishable, UnknownPlatform: as `request_deliveries`.
    """
    edition = await edition_named(unit.session, slug)
    if edition is None:
        raise NotFound({"fr": f"Aucune édition « {slug} ».", "en": f"There is no edition '{slug}'."})
    return await request_deliveries(unit, edition, platforms, languages)


async def request_deliveries(
    unit: UnitOfWork, edition: Edition, platforms: Sequence[str] | None = None, languages: Sequence[str] | None = None
) -> list[Delivery]:
    """Promise an edition's public PDF to platforms (all, unless named), one delivery per language and platform.

    What was promised before is left as it is. An older revision that was never sent is cancelled.

    Raises:
        NotPublishable: the edition is not frozen, lacks a public PDF in a language, or a newer revision was promised.
        UnknownPlatform: a slug names no platform.
    """
    documents = await _documents(unit, edition, languages)
    targets = await platforms_named(unit.session, platforms)
    await _insist_on_platforms(unit.session, platforms, targets)
    deliveries = []
    for platform in targets:
        for language, sha256 in sorted(documents.items(), key=lambda item: edition.languages.index(item[0])):
            deliveries.append(await _request_one(unit, edition, platform, language, sha256))
    unit.record(
        "edition.publication_requested",
        "edition",
        edition.id,
        after={
            "edition": edition.slug,
            "platforms": [platform.slug for platform in targets],
            "languages": sorted(documents),
        },
    )
    return deliveries


async def _documents(unit: UnitOfWork, edition: Edition, languages: Sequence[str] | None) -> dict[str, str]:
    if edition.state != EditionState.FROZEN:
        raise NotPublishable(
            sentence(
                "L'édition {slug} est {state} ; seule une édition figée et non remplacée est publiée.",
                "Edition {slug} is {state}; only a frozen edition that nothing supersedes is published.",
                slug=edition.slug,
                state=EditionState(edition.state),
            )
        )
    wanted = list(languages) if languages else list(edition.languages)
    documents = await documents_of(unit.session, edition.id)
    missing = [language for language in wanted if language not in documents]
    if missing:
        raise NotPublishable(
            {
                "fr": f"L'édition {edition.slug} n'a pas de PDF public en : {', '.join(missing)}.",
                "en": f"Edition {edition.slug} has no public PDF in: {', '.join(missing)}.",
            }
        )
    return {language: documents[language] for language in wanted}


async def _insist_on_platforms(session: AsyncSession, slugs: Sequence[str] | None, found: Sequence[Platform]) -> None:
    missing = sorted(set(slugs or ()) - {platform.slug for platform in found})
    if missing or not found:
        names = ", ".join(missing) or "-"
        detail = {
            "fr": f"Aucune plateforme publique ne s'appelle : {names}. Voyez GET /v1/platforms.",
            "en": f"No public platform is named: {names}. See GET /v1/platforms.",
        }
        unknown = [Reference("/platforms", "platform", slug) for slug in missing]
        near = await neighbours(session, unknown)
        faults = [Fault(one.pointer, said_unknown(one, near.get(one, ())), "unknown") for one in unknown]
        raise UnknownPlatform(detail, faults=faults or [Fault("/platforms", detail, "unknown")])


async def _request_one(unit: UnitOfWork, edition: Edition, platform: Platform, language: str, sha256: str) -> Delivery:
    key = document_key(edition.series, edition.number, language, "pdf")
    await lock_document(unit.session, platform.id, key)
    revisions = await revisions_of(unit.session, platform.id, key)
    for revision in revisions:
        if revision.sequence == edition.revision:
            return revision
        if revision.sequence > edition.revision:
            raise NotPublishable(
                {
                    "fr": f"La révision {revision.sequence} de {key} est déjà promise à {platform.slug}.",
                    "en": f"Revision {revision.sequence} of {key} is already promised to {platform.slug}.",
                }
            )
    for revision in revisions:
        await cancel_if_never_sent(unit, revision)
    return await _insert(unit, edition, platform, language, sha256)


async def _insert(unit: UnitOfWork, edition: Edition, platform: Platform, language: str, sha256: str) -> Delivery:
    key, sequence = document_key(edition.series, edition.number, language, "pdf"), edition.revision
    operation = "publish" if sequence == 1 else "replace"
    identity = uuid7()
    delivery = Delivery(
        id=identity,
        job_id=unit.enqueue(
            "reporting", JOB_KIND, f"delivery:{identity}", {"delivery_id": str(identity)}, lane=lane_of(platform.id)
        ),
        platform_id=platform.id,
        edition_id=edition.id,
        language=language,
        document_key=key,
        sequence=sequence,
        op=operation,
        artefact_sha256=sha256,
        idem_key=idempotency_key(key, sequence, platform.slug, operation),
        state=DeliveryState.PENDING,
        state_since=unit.recorded_at,
        requested_by=unit.actor,
        requested_at=unit.recorded_at,
        epoch=(await unit.session.execute(select(Installation.epoch))).scalar_one(),
        schedule_from_fence=0,
    )
    unit.session.add(delivery)
    unit.record(
        "delivery.requested",
        "delivery",
        delivery.id,
        after={"key": delivery.idem_key, "platform": platform.slug, "sha256": sha256, "state": delivery.state},
    )
    return delivery
