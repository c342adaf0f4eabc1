"""Configuring platforms, holding their queues, and trying whether one would take a document."""

from sqlalchemy import select

from services.reporting_worker.platforms.adapter import Finding
from services.reporting_worker.platforms.kinds import open_adapter
from services.reporting_worker.platforms.schemas import PlatformCreate
from services.reporting_worker.platforms.secrets import SecretMissing
from shared.errors import Conflict, NotFound
from shared.models import Platform
from shared.models.base import Protection
from shared.settings import Settings
from shared.unit_of_work import UnitOfWork


class PlatformKnown(Conflict):
    """A platform of that slug is configured otherwise."""

    kind = "platform-known"


async def platform_named(unit: UnitOfWork, slug: str) -> Platform:
    """The platform of that slug, locked.

    Raises:
        NotFound: there is none.
    """
    found = (
        await unit.session.execute(select(Platform).where(Platform.slug == slug).with_for_update())
    ).scalar_one_or_none()
    if found is None:
        raise NotFound({"fr": f"Aucune plateforme « {slug} ».", "en": f"There is no platform '{slug}'."})
    return found


async def register_platform(unit: UnitOfWork, command: PlatformCreate) -> Platform:
    """Configure a platform; the same configuration again changes nothing.

    Raises:
        PlatformKnown: the slug is taken by another configuration.
    """
    given = command.model_dump()
    found = (
        await unit.session.execute(select(Platform).where(Platform.slug == command.slug).with_for_update())
    ).scalar_one_or_none()
    if found is not None:
        different = [name for name, value in given.items() if getattr(found, name) != value]
        if different:
            raise PlatformKnown(
                {
                    "fr": f"La plateforme « {command.slug} » existe avec d'autres valeurs : {', '.join(different)}.",
                    "en": f"Platform '{command.slug}' exists with other values of: {', '.join(different)}.",
                }
            )
        unit.record("platform.confirmed", "platform", found.id, after={"slug": found.slug})
        return found
    platform = Platform(
        **given,
        version=1,
        recorded_at=unit.recorded_at,
        protection=Protection.INTERNAL,
        is_synthetic=False,
        is_paused=False,
        audience="public",
    )
    unit.session.add(platform)
    await unit.session.flush()
    unit.record("platform.created", "platform", platform.id, after={**given, "secret_reference": "..."})
    unit.etag = f'"{platform.version}"'
    return platform


async def change_platform(unit: UnitOfWork, slug: str, changed: dict[str, object]) -> Platform:
    """Change a platform's configuration or address.

    Raises:
        NotFound: there is no such platform.
    """
    platform = await platform_named(unit, slug)
    unit.expect_version(platform)
    before = {name: getattr(platform, name) for name in changed}
    for name, value in changed.items():
        setattr(platform, name, value)
    unit.changed(platform)
    unit.record("platform.changed", "platform", platform.id, before=before, after=dict(changed))
    return platform


async def pause_platform(unit: UnitOfWork, slug: str, *, is_paused: bool, reason: str) -> Platform:
    """Hold a platform's queue, or let it go on: waiting deliveries are taken up within their next look.

    Raises:
        NotFound: there is no such platform.
    """
    platform = await platform_named(unit, slug)
    unit.expect_version(platform)
    platform.is_paused, platform.paused_reason = is_paused, reason if is_paused else None
    unit.changed(platform)
    action = "platform.paused" if is_paused else "platform.resumed"
    unit.record(action, "platform", platform.id, after={"slug": slug}, reason=reason)
    return platform


async def try_platform(platform: Platform, settings: Settings) -> list[Finding]:
    """Whether the platform would take a document from us; writes nothing there."""
    try:
        adapter = open_adapter(platform, settings)
    except SecretMissing as error:
        return [Finding("secret", is_well=False, detail=str(error))]
    try:
        categories = sorted({slug for slugs in platform.categories.values() for slug in slugs})
        return await adapter.check(tuple(categories), platform.publish_status)
    finally:
        await adapter.aclose()
