"""The API as an officer uses it: with their own token, in their language."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

LATER = 503
NOT_MODIFIED = 304


@dataclass
class Refused(Exception):
    """What the API refused, as its problem document says it (RFC 9457)."""

    status: int
    problem: Mapping[str, Any]

    @property
    def detail(self) -> str:
        """The sentence."""
        return str(self.problem.get("detail") or self.problem.get("title") or self.status)

    @property
    def faults(self) -> Sequence[Mapping[str, Any]]:
        """Each fault with its pointer, where it has one."""
        found: Sequence[Mapping[str, Any]] = self.problem.get("errors", ())
        return found


@dataclass(frozen=True)
class Answer:
    """What the API answered: the document, and the version of the row."""

    body: Any
    etag: str | None
    location: str | None
    status: int = 200


class Api:
    """The API for one request of one officer."""

    def __init__(self, client: httpx.AsyncClient, token: str | None, language: str) -> None:
        self._client = client
        self._headers = {"Accept-Language": language}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    async def get(self, path: str, parameters: Mapping[str, str] | None = None, *, etag: str | None = None) -> Answer:
        """A document; none, with the status 304, if it still is the one that `etag` names.

        Raises:
            Refused: with what the API says, or that it does not answer.
        """
        headers = {"If-None-Match": etag} if etag else {}
        return await self._ask("GET", path, parameters=parameters, headers=headers)

    async def send(
        self, method: str, path: str, body: Any, *, key: str, etag: str | None, reason: str | None = None
    ) -> Answer:
        """A write, once whatever happens to the line: `key` is the form's.

        Raises:
            Refused: with what the API says, or that it does not answer.
        """
        headers = {"Idempotency-Key": key} if method == "post" else {}
        if etag:
            headers["If-Match"] = etag
        if reason:
            headers["X-Reason"] = json.dumps(reason).strip('"')
        return await self._ask(method.upper(), path, body=body, headers=headers)

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        given = {**self._headers, **(headers or {})}
        try:
            answer = await self._client.request(method, path, params=parameters, json=body, headers=given)
        except httpx.HTTPError as error:
            raise Refused(LATER, {"title": type(error).__name__}) from error
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise Refused(answer.status_code, _problem(answer))
        found = answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else None
        return Answer(found, answer.headers.get("etag"), answer.headers.get("location"), answer.status_code)


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": answer.reason_phrase}
