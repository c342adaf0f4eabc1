"""One HTTP exchange with a platform: capped in bytes and time, with the outcome that its end allows to conclude."""

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from services.reporting_worker.platforms.adapter import PlatformFailure
from shared.crash_points import reach
from shared.database import storable
from shared.domain.delivery import Outcome, outcome_of_status
from shared.egress import EgressRefused, read_capped
from shared.errors import Texts
from shared.sentences import sentence

MAX_ANSWER_BYTES = 4 * 1024 * 1024
_ENDINGS: Mapping[type[Exception], tuple[str, str]] = {
    TimeoutError: ("Le site n'a pas répondu à temps.", "The site did not answer in time."),
    httpx.TimeoutException: ("Le site n'a pas répondu à temps.", "The site did not answer in time."),
    httpx.ConnectError: ("La connexion au site a échoué.", "The connection to the site failed."),
    httpx.DecodingError: ("La réponse du site est illisible.", "The site's answer cannot be read."),
    httpx.TransportError: (
        "La connexion s'est rompue avant la fin de la réponse.",
        "The connection broke before the answer was whole.",
    ),
}
_FAILED = ("L'échange avec le site a échoué.", "The exchange with the site failed.")

_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)
_FIRST_BYTE = ".send_request_headers.started"
"""httpcore's trace event just before a request's first byte is written, over HTTP/1.1 and HTTP/2."""


@dataclass(frozen=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """The body as JSON, or None when it is none: a lying or broken platform must not raise here.

        Its texts are such as we can keep (JSON may hold NUL, and halves of surrogate pairs).
        """
        try:
            return _storable(json.loads(self.body))
        except (ValueError, RecursionError):
            return None

    @property
    def code(self) -> str:
        """WordPress' error code, or an empty string."""
        body = self.json()
        return str(body.get("code", "")) if isinstance(body, dict) else ""

    @property
    def read_outcome(self) -> Outcome:
        """What a read may conclude from a status that is no success: it condemns no document."""
        is_unauthorised = outcome_of_status(self.status) is Outcome.UNAUTHORISED
        return Outcome.UNAUTHORISED if is_unauthorised else Outcome.REFUSED

    @property
    def retry_after(self) -> float | None:
        """Seconds that the platform asks us to wait (RFC 9110 section 10.2.3: seconds or a date)."""
        value = self.headers.get("retry-after", "").strip()
        if _SECONDS.fullmatch(value):
            return float(value)
        try:
            instant = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):  # the parser trips over some of what is no date
            return None
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        return max(0.0, (instant - datetime.now(UTC)).total_seconds())

    def failure(self, outcome: Outcome | None = None) -> PlatformFailure:
        """The failure that this answer is."""
        body = self.json()
        message = body.get("message") if isinstance(body, dict) else None
        detail = f"HTTP {self.status} {self.code} {message or ''}".strip()
        return PlatformFailure(
            outcome or outcome_of_status(self.status),
            {"fr": detail, "en": detail},  # the platform's own words
            http_status=self.status,
            retry_after=self.retry_after,
        )


@dataclass
class Transfer:
    """Exchanges with one platform until `deadline` (local monotonic clock)."""

    client: httpx.AsyncClient
    deadline: float
    auth: httpx.BasicAuth | None = None

    def __post_init__(self) -> None:
        self._fair = self.remaining() / 3
        """Seconds that an exchange must have had for its silence to be the platform's."""

    def remaining(self) -> float:
        """Seconds left."""
        return self.deadline - time.monotonic()

    async def exchange(
        self, method: str, url: str, *, anonymous: bool = False, limit: int = MAX_ANSWER_BYTES, **request: Any
    ) -> Answer:
        """Send one request and read its answer, whatever its status.

        Raises:
            PlatformFailure: refused when it ended before the first byte left, else unclear.
        """
        started = False

        async def trace(event: str, _: Any) -> None:
            nonlocal started
            if event.endswith(_FIRST_BYTE):
                started = True
                if method != "GET":
                    reach("delivery.first_byte")

        given = self.remaining()
        if given <= 0:
            raise PlatformFailure(
                Outcome.LATE,
                {
                    "fr": "Le temps d'envoi était écoulé avant le premier octet.",
                    "en": "The time to send was over before the first byte.",
                },
            )
        auth = None if anonymous else self.auth
        try:
            async with (
                asyncio.timeout(given),
                self.client.stream(method, url, auth=auth, extensions={"trace": trace}, **request) as response,
            ):
                return Answer(response.status_code, response.headers, await read_capped(response, limit))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            changes_nothing = method == "GET" or not started
            if isinstance(error, TimeoutError) and changes_nothing and given < self._fair:
                said = sentence(
                    "Il ne restait que {given} {given:seconde|secondes} pour cela.",
                    "Only {given} {given:second|seconds} were left for it.",
                    given=Decimal(f"{given:.1f}"),
                )
                raise PlatformFailure(Outcome.LATE, said) from error
            outcome = Outcome.UNCLEAR if started else Outcome.REFUSED
            raise PlatformFailure(outcome, _said(error)) from error

    async def get(self, url: str, *, anonymous: bool = False, limit: int = MAX_ANSWER_BYTES, **request: Any) -> Answer:
        """GET, whatever the status. A read changes nothing, so no failure of it leaves a doubt.

        Raises:
            PlatformFailure: refused, or late.
        """
        try:
            return await self.exchange("GET", url, anonymous=anonymous, limit=limit, **request)
        except PlatformFailure as failure:
            if failure.outcome is Outcome.LATE:
                raise
            raise PlatformFailure(Outcome.REFUSED, failure.detail) from failure

    async def read(self, url: str, *, limit: int = MAX_ANSWER_BYTES) -> Answer:
        """GET as an anonymous reader, with a 2xx answer.

        Raises:
            PlatformFailure: unauthorised, or refused.
        """
        answer = await self.get(url, anonymous=True, limit=limit)
        if 200 <= answer.status < 300:
            return answer
        raise answer.failure(answer.read_outcome)


def _said(error: Exception) -> Texts:
    """How an exchange ended without a whole answer; what the library says of it stands behind, for those who can help."""
    if isinstance(error, EgressRefused):
        return error.said
    french, english = next((told for kind, told in _ENDINGS.items() if isinstance(error, kind)), _FAILED)
    technical = f"{type(error).__name__}: {error}"
    return {"fr": f"{french} « {technical} »", "en": f"{english} '{technical}'"}


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(each) for each in value]
    if isinstance(value, dict):
        return {storable(name): _storable(each) for name, each in value.items()}
    return value
