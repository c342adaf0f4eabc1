"""Reads of deliveries for the rules that decide about them; what clients read stands in `shared.resources`."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.domain.delivery import Outcome, Step, Tried
from shared.models import Attempt, Delivery, Edition, EditionArtefact, Platform, Receipt
from shared.models.among import among

PUBLIC = "public"
"""The only audience whose artefacts leave for a platform."""


async def lock_document(session: AsyncSession, platform_id: UUID, document_key: str) -> None:
    """Hold every other request to publish this document on this platform until the transaction ends."""
    name = f"publication:{platform_id}:{document_key}"
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


async def revisions_of(session: AsyncSession, platform_id: UUID, document_key: str) -> list[Delivery]:
    """All revisions of a document on a platform, oldest first, locked (always in this order: no deadlock)."""
    statement = (
        select(Delivery)
        .where(Delivery.platform_id == platform_id, Delivery.document_key == document_key)
        .order_by(Delivery.sequence)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list((await session.execute(statement)).scalars())


async def delivery_of_job(session: AsyncSession, job_id: UUID, *, locked: bool = False) -> Delivery:
    """The delivery that a job carries out."""
    statement = select(Delivery).where(Delivery.job_id == job_id)
    if locked:
        statement = statement.with_for_update()
    return (await session.execute(statement)).scalar_one()


async def attempts_of(session: AsyncSession, delivery_id: UUID) -> list[Tried]:
    """What was tried, in the words of the state machine."""
    statement = select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.started_at)
    return [
        Tried(row.fence, row.step, row.phase, Outcome(row.outcome) if row.outcome else None, row.started_at)
        for row in (await session.execute(statement)).scalars()
    ]


async def current_receipts(session: AsyncSession, delivery_id: UUID) -> dict[Step, Receipt]:
    """The proof held for each step."""
    statement = select(Receipt).where(Receipt.delivery_id == delivery_id, Receipt.is_current)
    rows = (await session.execute(statement)).scalars()
    return {cast(Step, row.step): row for row in rows}


async def is_public(session: AsyncSession, delivery: Delivery) -> bool:
    """Whether the bytes to send are, now, an artefact of the edition for the public."""
    statement = select(func.count()).where(
        EditionArtefact.edition_id == delivery.edition_id,
        EditionArtefact.language == delivery.language,
        EditionArtefact.sha256 == delivery.artefact_sha256,
        EditionArtefact.audience == PUBLIC,
    )
    return bool((await session.execute(statement)).scalar_one())


async def documents_of(session: AsyncSession, edition_id: UUID) -> dict[str, str]:
    """The SHA-256 of an edition's public PDF by language."""
    statement = select(EditionArtefact.language, EditionArtefact.sha256).where(
        EditionArtefact.edition_id == edition_id, EditionArtefact.format == "pdf", EditionArtefact.audience == PUBLIC
    )
    return {row.language: row.sha256 for row in await session.execute(statement)}


async def edition_named(session: AsyncSession, slug: str) -> Edition | None:
    """An edition by its slug, locked against a change of its state."""
    statement = select(Edition).where(Edition.slug == slug).with_for_update(read=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def platforms_named(session: AsyncSession, slugs: Sequence[str] | None) -> list[Platform]:
    """The platforms of these slugs that take public documents; all of them without slugs."""
    statement = select(Platform).where(Platform.audience == PUBLIC).order_by(Platform.slug)
    if slugs is not None:
        statement = statement.where(among(Platform.slug, slugs))
    return list((await session.execute(statement)).scalars())
