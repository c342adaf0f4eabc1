"""Which types of problem each operation can answer: part of the contract, held by every test that meets one.

A route names what its rules refuse (`@permission(..., refuses=(AboveCeiling,))`); what the shell refuses everywhere
stands here. In tests a refusal that is neither is a programming error (`Route`), so that no list falls behind the code.
"""

from collections.abc import Iterable, Iterator, Mapping

from shared.errors import Problem
from shared.refusal import Refusal

EVERYWHERE = frozenset({
    "bad-request", "body-too-large", "cut-off-blocked", "database-busy", "database-read-only", "database-unavailable",
    "forbidden", "idempotency-key-required", "idempotency-key-reused", "invalid-input", "json-too-deep", "merged",
    "not-acceptable", "not-found", "precondition-failed", "precondition-required", "request-in-flight",
    "request-timeout", "taken-meanwhile", "unauthenticated", "unavailable", "unknown-parameter", "unknown-reference",
    "unstorable-character", "unsupported-media-type", "value-out-of-range", "value-taken",
})  # fmt: skip
"""What permission, key, version, body and parameters may be refused for, whatever the operation."""


def is_declared(refuses: Iterable[type[Problem]], problem: Problem) -> bool:
    """Whether the contract of an operation with these refusals says that it may refuse so."""
    return problem.kind in EVERYWHERE or problem.kind in {one.kind for one in refuses}


def by_status(refuses: Iterable[type[Problem]]) -> Mapping[int, list[str]]:
    """The types of problem by their status."""
    found: dict[int, list[str]] = {}
    for one in sorted(refuses, key=lambda refusal: refusal.kind):
        if one.kind not in found.setdefault(one.status, []):
            found[one.status].append(one.kind)
    return found


def kinds(base: type[Problem]) -> Iterator[type[Problem]]:
    """Every type of problem that is loaded; the general one of a kind comes after its special ones."""
    for one in sorted(base.__subclasses__(), key=lambda found: found is not Refusal):
        yield from kinds(one)
        yield one
