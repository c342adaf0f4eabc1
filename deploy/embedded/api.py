"""The API as the console's commands call it: one request at a time, as one person or another, in the reader's language.

It stands on the standard library's client: a larger one takes longer to import than most commands take to run.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from getpass import getuser
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from deploy.embedded.host import CannotStart
from deploy.embedded.language import console_language, said
from deploy.embedded.location import find_place
from deploy.embedded.tokens import issuer_of
from shared.identity import Role

PATIENCE_SECONDS = 120.0
"""How long an answer may take: printing a bulletin is the longest."""

Who = tuple[Role, str]
"""Role and subject of the caller."""


class Refused(CannotStart):
    """The API refuses; the message is the problem's sentence, with all its faults."""


@dataclass(frozen=True)
class Answer:
    """What came back, with a status below 400."""

    content: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.content)


@dataclass(frozen=True)
class Api:
    """A running Djoliba as its clients see it."""

    origin: str
    token: Callable[..., str]
    """`token(role, subject)`: an access token for that person."""
    language: str = field(default_factory=console_language)

    def ask(
        self,
        method: str,
        path: str,
        who: Who,
        *,
        json: Any = None,
        content: bytes | None = None,
        etag: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; writes bear a key of their own, and the version that was read.

        Raises:
            Refused: the answer is an error.
            CannotStart: nobody answers.
        """
        sent = {
            "Authorization": f"Bearer {self.token(*who)}",
            "Accept-Language": self.language,
            **({"If-Match": etag} if etag else {}),
            **({"Idempotency-Key": str(uuid4())} if method != "GET" else {}),
            **(headers or {}),
        }
        if json is not None:
            content, sent["Content-Type"] = _as_json(json), "application/json"
        status, body = self._exchange(method, path, content, sent)
        if status >= 400:
            raise Refused(_sentence(path, status, body))
        return Answer(body)

    def items(self, path: str, who: Who, **filters: str | None) -> list[dict[str, Any]]:
        """All that a list holds, page by page; filters without a value are left out."""
        asked = {name: value for name, value in filters.items() if value is not None}
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            page = {"limit": "500", **asked, **({"cursor": cursor} if cursor else {})}
            answer = self.ask("GET", f"{path}?{urlencode(page)}", who).json()
            found += answer["items"]
            cursor = answer["next_cursor"]
        return found

    def _exchange(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(self.origin)
        client = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = client(parts.netloc, timeout=PATIENCE_SECONDS)
        encoded = {name: value.encode() for name, value in headers.items()}
        try:
            connection.request(method, parts.path.rstrip("/") + path, content, encoded)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise CannotStart(_no_answer(self.origin, error)) from error
        finally:
            connection.close()


def find_api() -> Api:
    """The API of the Djoliba that the command works on.

    DJOLIBA_TOKEN speaks for its bearer; without it, the development issuer signs for whoever is needed.

    Raises:
        CannotStart: no Djoliba runs.
        MisconfiguredIdentity: it has no development issuer, and no token is given.
    """
    place = find_place()
    if given := os.environ.get("DJOLIBA_TOKEN"):
        return Api(place.origin, lambda *_: given)
    return Api(place.origin, issuer_of(place).token)


def administrator() -> Who:
    """The person at this console, as an administrator."""
    try:
        return Role.ADMIN, getuser()
    except (KeyError, OSError):  # a container's user without an entry in /etc/passwd
        return Role.ADMIN, "console"


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _sentence(path: str, status: int, body: bytes) -> str:
    try:
        problem = json.loads(body)
        faults = [f"  {one.get('pointer', '')}: {one.get('detail', '')}" for one in problem.get("errors", ())]
        return "\n".join([str(problem.get("detail") or problem.get("title")), *faults])
    except (ValueError, AttributeError):
        return said(f"{path} a répondu {status}.", f"{path} answered {status}.")


def _no_answer(origin: str, error: Exception) -> str:
    return said(
        f"L'API à {origin} ne répond pas ({error}). Lancez-la par `djoliba up`, ou donnez son adresse par "
        "DJOLIBA_PUBLIC_URL.",
        f"The API at {origin} does not answer ({error}). Start it with `djoliba up`, or name its address by "
        "DJOLIBA_PUBLIC_URL.",
    )
