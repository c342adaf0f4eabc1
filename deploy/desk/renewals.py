"""One renewal for all who ask at once: providers that change the refresh token take a second use for a theft."""

import asyncio
import hashlib
import time
from collections.abc import Callable

from deploy.desk.provider import Grant, Provider, ProviderDown

REMEMBERED_SECONDS = 60.0
"""How long what a refresh token brought is known: for requests that were under way, and answers that got lost."""


class Renewals:
    """The renewals of this process."""

    def __init__(self, provider: Provider, seconds: Callable[[], float] = time.monotonic) -> None:
        self._provider, self._seconds = provider, seconds
        self._begun: dict[bytes, tuple[float, asyncio.Task[Grant]]] = {}

    async def of(self, grant: Grant) -> Grant:
        """The grant with a new access token; raises as `Provider.renewed` does."""
        now = self._seconds()
        self._begun = {key: one for key, one in self._begun.items() if now - one[0] <= REMEMBERED_SECONDS}
        key = hashlib.sha256((grant.refresh or "").encode()).digest()
        if key not in self._begun:
            self._begun[key] = now, asyncio.create_task(self._provider.renewed(grant))
        task = self._begun[key][1]
        try:
            # whoever began it may go away; the others wait on
            return await asyncio.shield(task)
        except ProviderDown:
            self._begun.pop(key, None)
            raise
