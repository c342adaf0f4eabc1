"""`Idempotency-Key`: the same request sent again has one effect, and gets the answer of its first time.

Kept with the write itself (`UnitOfWork.store_answer`): an answer is stored exactly when its effect is committed.
"""

import hashlib
from dataclasses import dataclass
from typing import Self

from fastapi import Request, Response
from sqlalchemy import select, text

from shared.auth import Principal
from shared.errors import Conflict, InvalidInput
from shared.models import StoredAnswer
from shared.refusal import Refusal
from shared.unit_of_work import StoredReply, UnitOfWork

REPLAYED = "Idempotency-Replayed"
KEY_LENGTH = 255


class KeyRequired(Refusal, InvalidInput):
    """The request moves money or publishes, or comes from a program, and names no `Idempotency-Key`."""

    kind, status = "idempotency-key-required", 400
    fr = "Envoyez l'en-tête Idempotency-Key (par exemple un UUID), le même à chaque nouvel essai de cette demande."
    en = "Send the header Idempotency-Key (a UUID, say), the same one at each retry of this request."


class _KeyOfNoLength(KeyRequired):
    fr = f"L'en-tête Idempotency-Key compte de 1 à {KEY_LENGTH} caractères."
    en = f"The header Idempotency-Key has 1 to {KEY_LENGTH} characters."


class KeyReused(Refusal, InvalidInput):
    """The key was used before for another request."""

    kind = "idempotency-key-reused"
    fr = "Cette clé a servi pour une autre demande ; prenez-en une nouvelle."
    en = "This key was used for another request; take a new one."


class InFlight(Refusal, Conflict):
    """The first request with this key is still being worked on."""

    kind, header = "request-in-flight", ("Retry-After", "1")
    fr = "Une demande avec cette clé est en cours ; réessayez dans une seconde, avec la même clé."
    en = "A request with this key is being worked on; try again in a second, with the same key."


@dataclass(frozen=True)
class Keyed:
    """A request that names an `Idempotency-Key`."""

    principal: str
    method: str
    path: str
    key: str
    request_sha256: str

    @classmethod
    async def of(cls, request: Request, principal: Principal, *, is_required: bool) -> Self | None:
        """The request with its key; None without one.

        Raises:
            KeyRequired: there is none, and this operation or this caller needs it; or it has no fitting length.
        """
        key = request.headers.get("idempotency-key")
        if key is None:
            if request.method == "POST" and (is_required or principal.is_service):
                raise KeyRequired
            return None
        if not 0 < len(key) <= KEY_LENGTH:
            raise _KeyOfNoLength
        body = await request.body()
        content = b"\0".join([request.url.query.encode(), request.headers.get("if-match", "").encode(), body])
        return cls(principal.subject, request.method, request.url.path, key, hashlib.sha256(content).hexdigest())

    async def earlier_answer(self, unit: UnitOfWork) -> Response | None:
        """What this request was answered before; None for its first time.

        Raises:
            InFlight: the first one is still in work, here or in another process.
            KeyReused: the key stands for another request.
        """
        name = f"{self.principal}\n{self.method}\n{self.path}\n{self.key}"
        if not (await unit.session.execute(_TRY_LOCK, {"name": name})).scalar_one():
            raise InFlight
        stored = (
            await unit.session.execute(
                select(StoredAnswer).where(
                    StoredAnswer.principal == self.principal,
                    StoredAnswer.method == self.method,
                    StoredAnswer.path == self.path,
                    StoredAnswer.key == self.key,
                )
            )
        ).scalar_one_or_none()
        if stored is None:
            return None
        if stored.request_sha256 != self.request_sha256:
            raise KeyReused
        return Response(stored.body, stored.status, {**stored.headers, REPLAYED: "true"})

    def reply(self, response: Response) -> StoredReply:
        """The answer as it is stored for the next time."""
        kept = {name: value for name, value in response.headers.items() if name.lower() in _KEPT_HEADERS}
        return StoredReply(
            self.method, self.path, self.key, self.request_sha256, response.status_code, kept, bytes(response.body)
        )


_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 1))")
_KEPT_HEADERS = frozenset({"content-type", "location", "etag", "retry-after"})
