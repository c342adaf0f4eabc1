"""The contract of each language: read before anybody asks, and again when the API's has changed."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from deploy.desk.api import LATER, NOT_MODIFIED, Api, Refused
from deploy.desk.contract import Contract

FRESH_SECONDS = 60.0
"""How old a contract may be before the next request has it read again, without waiting for that."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Held:
    document: Mapping[str, Any]
    etag: str | None
    enumerations: Any = None
    contract: Contract | None = None
    """Of this document or, until the enumerations are read again, of the one before."""
    read_at: float = 0.0


class Contracts:
    """The contracts that pages are drawn by."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._held: dict[str, _Held] = {}
        self._reading = asyncio.Lock()
        self.renewal: asyncio.Task[None] | None = None
        """What reads again in the background, while the pages are drawn by what is held."""

    async def warm(self, api: Api, language: str) -> None:
        """Read the document, which the API takes seconds to make when it has just started; ask whether it changed.

        Raises:
            Refused: the API does not answer.
        """
        held = self._held.get(language)
        found = await api.get("/openapi.json", etag=held.etag if held is not None else None)
        if found.status != NOT_MODIFIED and not isinstance(found.body, dict):
            raise Refused(LATER, {"title": "What answers is not the API: its contract is no JSON document."})
        if held is None or found.status != NOT_MODIFIED:
            before = held or _Held({}, None)
            self._held[language] = replace(before, document=found.body, etag=found.etag, enumerations=None)

    async def of(self, api: Api, language: str) -> Contract:
        """The contract of a language, by an officer's token: what its enumerations hold is for who signed in.

        Raises:
            Refused: it was never read, and the API does not answer.
        """
        held = self._held.get(language)
        if held is None or held.contract is None:
            async with self._reading:
                held = self._held.get(language)
                if held is None or held.contract is None:
                    return await self._read(api, language)
        if self._seconds() - held.read_at > FRESH_SECONDS and (self.renewal is None or self.renewal.done()):
            self.renewal = asyncio.create_task(self._renew(api, language))
        assert held.contract is not None
        return held.contract

    async def close(self) -> None:
        """Read nothing any more."""
        if self.renewal is not None:
            self.renewal.cancel()
            await asyncio.wait([self.renewal])

    async def _read(self, api: Api, language: str) -> Contract:
        await self.warm(api, language)
        held, enumerations = self._held[language], (await api.get("/v1/enumerations")).body["items"]
        contract = held.contract
        if contract is None or held.enumerations != enumerations:
            contract = Contract(held.document, enumerations, language)
        self._held[language] = replace(
            held, enumerations=enumerations, contract=contract, read_at=self._seconds()
        )  # fmt: skip
        return contract

    async def _renew(self, api: Api, language: str) -> None:
        try:
            await self._read(api, language)
        except Refused as refusal:
            # what is held goes on serving; whoever comes next tries again
            log.warning("contract not read again", status=refusal.status, reason=refusal.detail[:200])
