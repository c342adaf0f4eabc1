"""Promising and replaying deliveries; sending them is `execution`'s."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.reporting_worker.platforms.service import lane_of
from services.reporting_worker.publications.moves import cancel_if_never_sent, move
from services.reporting_worker.publications.queries import (
    documents_of,
    edition_named,
    lock_document,
    platforms_named,
    revisions_of,
)
from shared.domain.delivery import DeliveryEvent, DeliveryState
from shared.domain.document_names import document_key, idempotency_key
from shared.domain.publication import EditionState
from shared.errors import Conflict, Fault, NotFound, Texts
from shared.jobs import hasten_jobs, revive_job
from shared.models import Delivery, Edition, Installation, Platform
from shared.portfolio import Reference, said_unknown
from shared.reading.neighbours import neighbours
from shared.refusal import Refusal
from shared.unit_of_work import UnitOfWork

JOB_KIND = "publications.deliver"


class NotPublishable(Refusal, Conflict):
    """The edition has nothing that may go to a platform now."""

    kind = "edition-not-publishable"


class NotInForce(NotPublishable):
    """The edition is not frozen, or superseded."""

    fr = "L'édition {slug} est {state} ; seule une édition figée et non remplacée est publiée."
    en = "Edition {slug} is {state}; only a frozen edition that nothing supersedes is published."
    slug: str
    state: EditionState


class NoPublicDocument(NotPublishable):
    """The edition was not printed for everybody in these languages."""

    fr = "L'édition {slug} n'a pas de PDF public en : {languages}."
    en = "Edition {slug} has no public PDF in: {languages}."
    slug: str
    languages: Sequence[str]


class NewerPromised(NotPublishable):
    """A newer revision of the document is under way to the platform."""

    fr = "La révision {sequence} de {document} est déjà promise à {platform}."
    en = "Revision {sequence} of {document} is already promised to {platform}."
    sequence: int
    document: str
    platform: str


class NotReplayable(Refusal, Conflict):
    """Only what is held in doubt is replayed, or a dead delivery that no newer revision has overtaken."""

    kind = "delivery-not-replayable"
    fr = "La livraison {key} ne peut pas être reprise : {why}."
    en = "Delivery {key} cannot be replayed: {why}."
    key: str
    why: Texts


class UnknownPlatform(Refusal, NotFound):
    """No platform of that slug takes public documents."""

    kind, at, code = "platform-not-found", "/platforms", "unknown"
    fr = "Aucune plateforme publique ne s'appelle : {slugs}. Voyez GET /v1/platforms."
    en = "No public platform is named: {slugs}. See GET /v1/platforms."
    slugs: Sequence[str]
    faults: Sequence[Fault]


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
        raise NotInForce(edition.slug, EditionState(edition.state))
    wanted = list(languages) if languages else list(edition.languages)
    documents = await documents_of(unit.session, edition.id)
    missing = [language for language in wanted if language not in documents]
    if missing:
        raise NoPublicDocument(edition.slug, missing)
    return {language: documents[language] for language in wanted}


async def _insist_on_platforms(session: AsyncSession, slugs: Sequence[str] | None, found: Sequence[Platform]) -> None:
    missing = sorted(set(slugs or ()) - {platform.slug for platform in found})
    if missing or not found:
        unknown = [Reference("/platforms", "platform", slug) for slug in missing]
        near = await neighbours(session, unknown)
        faults = [Fault(one.pointer, said_unknown(one, near.get(one, ())), "unknown") for one in unknown]
        raise UnknownPlatform(missing, faults)


async def _request_one(unit: UnitOfWork, edition: Edition, platform: Platform, language: str, sha256: str) -> Delivery:
    key = document_key(edition.series, edition.number, language, "pdf")
    await lock_document(unit.session, platform.id, key)
    revisions = await revisions_of(unit.session, platform.id, key)
    for revision in revisions:
        if revision.sequence == edition.revision:
            return revision
        if revision.sequence > edition.revision:
            raise NewerPromised(revision.sequence, key, platform.slug)
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


async def replay_delivery(unit: UnitOfWork, delivery_id: UUID) -> Delivery:
    """Take up again what is dead or held in doubt, with a fresh schedule; it is probed before anything is sent.

    A newer revision goes on only when what is in doubt before it is decided, so that it does not hinder the probe.

    Raises:
        NotFound: there is no such delivery.
        NotReplayable: it is neither, or it is dead and a newer revision has been promised.
    """
    found = await unit.session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound({"fr": f"Aucune livraison {delivery_id}.", "en": f"There is no delivery {delivery_id}."})
    revisions = await revisions_of(unit.session, found.platform_id, found.document_key)
    delivery = next(each for each in revisions if each.id == delivery_id)
    newer = [each for each in revisions if each.sequence > delivery.sequence]
    if delivery.held_reason is None and (delivery.state != DeliveryState.DEAD or newer):
        raise NotReplayable(delivery.idem_key, _NEWER if newer else _is(delivery.state))
    delivery.schedule_from_fence = await revive_job(unit.session, delivery.job_id)
    move(unit, delivery, DeliveryEvent.REPLAYED)
    delivery.probe_not_before = None  # at once, if the quarantine of its last sending is over
    await hasten_jobs(unit.session, [each.job_id for each in newer])
    return delivery


_NEWER: Texts = {"fr": "une révision plus récente existe", "en": "a newer revision exists"}


def _is(state: str) -> Texts:
    words = DeliveryState(state).words
    return {"fr": f"elle est {words['fr']}", "en": f"it is {words['en']}"}
