"""The API as an officer uses it: with their own token, in their language."""

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

    async def file(self, path: str, parameters: Mapping[str, str] | None = None) -> tuple[bytes, str]:
        """A document that is no JSON, as it is, and what it is.

        Raises:
            Refused: with what the API says, or that it does not answer.
        """
        answer = await self._answer("GET", path, parameters=parameters)
        return answer.content, answer.headers.get("content-type", "application/octet-stream")

    async def upload(
        self, path: str, content: bytes, *, key: str, parameters: Mapping[str, str], reason: str | None = None
    ) -> Answer:
        """A file as it is.

        Raises:
            Refused: with what the API says, or that it does not answer.
        """
        headers = {"Idempotency-Key": key, "Content-Type": "application/octet-stream", **_why(reason)}
        return _read(await self._answer("POST", path, parameters=parameters, content=content, headers=headers))

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
        return await self._ask(method.upper(), path, body=body, headers={**headers, **_why(reason)})

    async def _ask(self, method: str, path: str, **given: Any) -> Answer:
        return _read(await self._answer(method, path, **given))

    async def _answer(
        self,
        method: str,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        body: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        given = {**self._headers, **(headers or {})}
        try:
            answer = await self._client.request(
                method, path, params=parameters, json=body, content=content, headers=given
            )
        except httpx.InvalidURL as error:  # no address of the API has such characters
            raise Refused(httpx.codes.NOT_FOUND, {}) from error
        except httpx.HTTPError as error:
            raise Refused(LATER, {"title": type(error).__name__}) from error
        if answer.status_code >= httpx.codes.BAD_REQUEST:
            raise Refused(answer.status_code, _problem(answer))
        return answer


def _why(reason: str | None) -> dict[str, Any]:
    return {"X-Reason": " ".join(reason.split()).encode()} if reason else {}


def _read(answer: httpx.Response) -> Answer:
    found = answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else None
    return Answer(found, answer.headers.get("etag"), answer.headers.get("location"), answer.status_code)


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"title": answer.reason_phrase}
