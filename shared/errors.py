"""What may go wrong, as RFC 9457 problems: one base class, a status on each kind, sentences in both languages.

Feature errors subclass `Problem` beside the code that raises them; nothing here knows of HTTP frameworks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

Texts = dict[str, str]
"""A sentence by language: {"fr": ..., "en": ...}."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the input: where (an RFC 6901 JSON pointer, or a parameter's name) and what to do."""

    pointer: str
    detail: Texts
    code: str = "invalid"
    line: int | None = None
    column: int | None = None


class Problem(Exception):
    """An expected refusal: a stable `kind`, an HTTP status, a sentence saying what to do, and every fault at once."""

    kind: ClassVar[str] = "problem"
    status: ClassVar[int] = 409
    title: ClassVar[Texts] = {"fr": "Demande refusée", "en": "Request refused"}

    def __init__(
        self,
        detail: Texts,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        """`extra` holds further members of the problem document (RFC 9457 section 3.2), such as the current
        representation on 428.
        """
        super().__init__(detail)
        self.detail, self.faults = detail, faults
        self.headers: dict[str, str] = dict(headers or {})
        self.extra: dict[str, object] = dict(extra or {})

    def __str__(self) -> str:
        sentence = self.detail.get("en", "")
        return " ".join([sentence, *(f"[{fault.pointer}] {fault.detail.get('en', '')}" for fault in self.faults)])


class InvalidInput(Problem):
    """The request's syntax or values are wrong; each fault names its place."""

    kind = "invalid-input"
    status = 422
    title: ClassVar[Texts] = {"fr": "Données invalides", "en": "Invalid input"}


class NotFound(Problem):
    """Nothing of that name is visible to the caller."""

    kind = "not-found"
    status = 404
    title: ClassVar[Texts] = {"fr": "Introuvable", "en": "Not found"}


class Unauthenticated(Problem):
    """The request carries no valid token."""

    kind = "unauthenticated"
    status = 401
    title: ClassVar[Texts] = {"fr": "Authentification requise", "en": "Authentication required"}


class Forbidden(Problem):
    """The caller's roles or scopes do not permit this action."""

    kind = "forbidden"
    status = 403
    title: ClassVar[Texts] = {"fr": "Action non permise", "en": "Action not permitted"}


class Conflict(Problem):
    """The resource's state or a rule forbids this now."""

    kind = "conflict"
    status = 409
    title: ClassVar[Texts] = {"fr": "Conflit", "en": "Conflict"}


class RuleBroken(Problem):
    """The input is well formed, but a rule of the field forbids it (a ceiling, a transition, an earmark)."""

    kind = "rule-broken"
    status = 422
    title: ClassVar[Texts] = {"fr": "Règle non respectée", "en": "Rule not met"}


class RateMissing(Problem):
    """No exchange rate within the policy is held for the value date: an error, never a guess."""

    kind = "rate-missing"
    status = 422
    title: ClassVar[Texts] = {"fr": "Taux de change manquant", "en": "Exchange rate missing"}


class PreconditionRequired(Problem):
    """A change without If-Match; the answer carries the current ETag and representation."""

    kind = "precondition-required"
    status = 428
    title: ClassVar[Texts] = {"fr": "En-tête If-Match requis", "en": "If-Match header required"}


class PreconditionFailed(Problem):
    """If-Match names another version than the current one."""

    kind = "precondition-failed"
    status = 412
    title: ClassVar[Texts] = {"fr": "La ressource a changé", "en": "The resource has changed"}


class Unavailable(Problem):
    """Something the service depends on does not answer in time; try again later."""

    kind = "unavailable"
    status = 503
    title: ClassVar[Texts] = {"fr": "Service momentanément indisponible", "en": "Service temporarily unavailable"}
