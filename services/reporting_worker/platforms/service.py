"""Configuring platforms, holding their queues, and trying whether one would take a document."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.reporting_worker.platforms.adapter import Finding
from services.reporting_worker.platforms.addresses import origin_of
from services.reporting_worker.platforms.kinds import open_adapter
from services.reporting_worker.platforms.schemas import PlatformCreate, PlatformFields
from services.reporting_worker.platforms.secrets import SecretMissing
from shared.egress import NOWHERE, EgressRefused, Networks, Unresolved, allowed_address
from shared.errors import Conflict, Fault, InvalidInput, NotFound, Texts
from shared.jobs import hold_lane, open_lane
from shared.models import Platform, PlatformSecret
from shared.models.base import Protection
from shared.models.kept import in_both
from shared.refusal import Refusal
from shared.settings import Settings
from shared.unit_of_work import UnitOfWork

SLOTS = 2
"""Deliveries that a platform is sent at a time: a slow one keeps no others waiting, and none is overrun."""

LOOK_UP_SECONDS = 2.0
"""How long the name of a new site may take to resolve before it is only warned of."""


class PlatformKnown(Refusal, Conflict):
    """A platform of that slug is configured otherwise."""

    kind = "platform-known"
    fr = "La plateforme « {slug} » existe avec d'autres valeurs : {different}."
    en = "Platform '{slug}' exists with other values of: {different}."
    slug: str
    different: Sequence[str]


class SiteNotPublic(Refusal, InvalidInput):
    """The address may never be connected to."""

    at, code = "/base_url", "site_address_not_public"
    fr = "{base_url} ne mène pas à un site de l'internet public : {why}"
    en = "{base_url} does not lead to a site on the public internet: {why}"
    base_url: str
    why: Texts


class SecretOfAnotherSite(Refusal, InvalidInput):
    """The password was given to another site before."""

    at, code = "/secret_reference", "secret_of_another_site"
    fr = (
        "Le mot de passe « {name} » appartient à {bound} et n'est pas envoyé à {origin} ; déposez celui de ce site sous un "
        "autre nom, et donnez ce nom."
    )
    en = (
        "The password '{name}' belongs to {bound} and is not sent to {origin}; put this site's password under another "
        "name, and give that name."
    )
    name: str
    bound: str
    origin: str


async def platform_named(unit: UnitOfWork, slug: str) -> Platform:
    """The platform of that slug.

    Raises:
        NotFound: there is none.
    """
    found = (await unit.session.execute(select(Platform).where(Platform.slug == slug))).scalar_one_or_none()
    if found is None:
        raise NotFound({"fr": f"Aucune plateforme « {slug} ».", "en": f"There is no platform '{slug}'."})
    return found


async def _locked(unit: UnitOfWork, platform_id: UUID) -> Platform:
    platform = await unit.session.get_one(Platform, platform_id, with_for_update=True)
    unit.expect_version(platform)
    return platform


async def register_platform(unit: UnitOfWork, command: PlatformCreate, *, inner: Networks = NOWHERE) -> Platform:
    """Configure a platform; the same configuration again changes nothing.

    Raises:
        PlatformKnown: the slug is taken by another configuration.
        SiteNotPublic, SecretOfAnotherSite: as `insist_on_reachable` and `bind_secret`.
    """
    given = command.model_dump()
    found = (
        await unit.session.execute(select(Platform).where(Platform.slug == command.slug).with_for_update())
    ).scalar_one_or_none()
    if found is not None:
        different = [name for name, value in given.items() if getattr(found, name) != value]
        if different:
            raise PlatformKnown(command.slug, different)
        unit.record("platform.confirmed", "platform", found.id, after={"slug": found.slug})
        return found
    await insist_on_reachable(unit, command.base_url, inner)
    await bind_secret(unit, command.secret_reference, command.base_url)
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
    await open_lane(unit.session, lane_of(platform.id), slots=SLOTS)
    unit.record("platform.created", "platform", platform.id, after=given)
    unit.etag = f'"{platform.version}"'
    return platform


async def change_platform(
    unit: UnitOfWork, platform_id: UUID, command: PlatformFields, *, inner: Networks = NOWHERE
) -> Platform:
    """Change a platform's configuration or address.

    Raises:
        SiteNotPublic, SecretOfAnotherSite: as `insist_on_reachable` and `bind_secret`.
    """
    changed = command.model_dump()
    platform = await _locked(unit, platform_id)
    if command.base_url != platform.base_url:
        await insist_on_reachable(unit, command.base_url, inner)
    await bind_secret(unit, command.secret_reference, command.base_url)
    before = {name: getattr(platform, name) for name in changed}
    for name, value in changed.items():
        setattr(platform, name, value)
    unit.changed(platform)
    unit.record("platform.changed", "platform", platform.id, before=before, after=changed)
    return platform


async def insist_on_reachable(unit: UnitOfWork, base_url: str, inner: Networks) -> None:
    """Refuse an address whose name leads into an inner network now; warn of one that leads nowhere.

    Raises:
        SiteNotPublic: it may never be connected to.
    """
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            await allowed_address(httpx.URL(base_url), inner=inner)
    except (Unresolved, TimeoutError):
        sentence = {
            "fr": f"Le nom de {base_url} n'est pas connu pour l'instant ; vérifiez l'orthographe.",
            "en": f"The name in {base_url} is not known at the moment; check its spelling.",
        }
        unit.warn(Fault("/base_url", sentence, "site_unresolved"))
    except EgressRefused as refused:
        raise SiteNotPublic(base_url, refused.said) from None


async def bind_secret(unit: UnitOfWork, name: str, base_url: str) -> None:
    """Let a password go to this scheme, host and port, unless another was given it before.

    Else whoever may change an address could have the password sent to a host of their own.

    Raises:
        SecretOfAnotherSite: the name belongs to another site.
    """
    origin = origin_of(base_url)
    row = {"name": name, "origin": origin, "bound_at": unit.recorded_at}
    await unit.session.execute(insert(PlatformSecret).values(row).on_conflict_do_nothing())
    bound = (await unit.session.execute(select(PlatformSecret.origin).where(PlatformSecret.name == name))).scalar_one()
    if bound != origin:
        raise SecretOfAnotherSite(name, bound, origin)


async def pause_platform(unit: UnitOfWork, platform_id: UUID, *, is_paused: bool, reason: str) -> Platform:
    """Hold a platform's queue, or let it go on: what waits is then taken up at once."""
    platform = await _locked(unit, platform_id)
    await set_pause(unit, platform, reason, is_paused=is_paused)
    return platform


async def set_pause(unit: UnitOfWork, platform: Platform, reason: str, *, is_paused: bool = True) -> None:
    """Hold a locked platform, whose jobs nobody claims from the commit on, or let it go on.

    The reason is a person's words, or `kept` in both languages.
    """
    platform.is_paused, platform.paused_reason = is_paused, reason if is_paused else None
    await hold_lane(unit.session, lane_of(platform.id), is_held=is_paused)
    if not is_paused:
        unit.rouse("reporting")
    unit.changed(platform)
    action = "platform.paused" if is_paused else "platform.resumed"
    unit.record(action, "platform", platform.id, after={"slug": platform.slug}, reason=in_both(reason))


def lane_of(platform_id: UUID) -> str:
    """The lane of the jobs that speak to a platform: it has slots of its own, and is held with the platform."""
    return f"platform:{platform_id}"


async def try_platform(platform: Platform, settings: Settings) -> list[Finding]:
    """Whether the platform would take a document from us; writes nothing there."""
    try:
        adapter = await open_adapter(platform, settings)
    except SecretMissing as error:
        return [Finding("secret", is_well=False, detail=error.said)]
    try:
        categories = sorted({slug for slugs in platform.categories.values() for slug in slugs})
        return await adapter.check(tuple(categories), platform.publish_status)
    finally:
        await adapter.aclose()
