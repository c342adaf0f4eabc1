"""Which adapter speaks to which kind of platform."""

import time

from services.reporting_worker.platforms.adapter import PlatformAdapter
from services.reporting_worker.platforms.secrets import read_secret
from services.reporting_worker.platforms.wordpress import WordPress
from shared.models import Platform
from shared.settings import Settings


def open_adapter(platform: Platform, settings: Settings, *, deadline: float | None = None) -> PlatformAdapter:
    """An adapter for one claim, until `deadline` (local monotonic clock; else the settings' time to send).

    Raises:
        SecretMissing: the platform's password is not where its reference says.
    """
    if deadline is None:
        deadline = time.monotonic() + settings.send_deadline_seconds
    return WordPress(
        platform.base_url,
        platform.username,
        read_secret(platform.secret_reference).get_secret_value(),
        deadline=deadline,
        allow_loopback=settings.environment != "production",
    )
