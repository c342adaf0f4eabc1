"""Which adapter speaks to which kind of platform."""

import time
from collections.abc import Mapping
from typing import Protocol

from services.reporting_worker.platforms.adapter import PlatformAdapter
from services.reporting_worker.platforms.secrets import read_secret
from services.reporting_worker.platforms.wordpress.adapter import WordPress
from shared.egress import LOOPBACK, NOWHERE, Networks
from shared.models import Platform
from shared.models.delivery import PlatformKind
from shared.settings import Settings


class Opens(Protocol):
    """An adapter's class: it is told where the platform is, as whom to ask, until when, and where it may be."""

    def __call__(
        self, base_url: str, username: str, password: str, *, deadline: float, inner: Networks
    ) -> PlatformAdapter:
        """An adapter for one claim."""


ADAPTERS: Mapping[PlatformKind, Opens] = {PlatformKind.WORDPRESS: WordPress}
"""The adapter of each kind."""


def sandbox_networks(settings: Settings) -> Networks:
    """Where, beside the public internet, a platform may be: this machine, if a setting of development says so."""
    return LOOPBACK if settings.allow_loopback_platforms else NOWHERE


async def open_adapter(platform: Platform, settings: Settings, *, deadline: float | None = None) -> PlatformAdapter:
    """An adapter for one claim, until `deadline` (local monotonic clock; else the settings' time to send).

    Raises:
        SecretMissing: there is no password of the name that the platform's reference gives.
    """
    if deadline is None:
        deadline = time.monotonic() + settings.send_deadline_seconds
    return ADAPTERS[PlatformKind(platform.kind)](
        platform.base_url,
        platform.username,
        (await read_secret(platform.secret_reference, settings)).get_secret_value(),
        deadline=deadline,
        inner=sandbox_networks(settings),
    )
