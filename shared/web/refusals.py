"""Which types of problem each operation can answer: part of the contract, held by every test that meets one.

`words/refusals.toml` lists by operation what its rules refuse; what the shell refuses everywhere stands here. In tests a
refusal that is in neither is a programming error (`Route`), so that the list cannot fall behind the code.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from shared.errors import Problem

EVERYWHERE = frozenset({
    "bad-request", "body-too-large", "cut-off-blocked", "database-busy", "database-read-only", "database-unavailable",
    "forbidden", "idempotency-key-required", "idempotency-key-reused", "invalid-input", "json-too-deep", "merged",
    "not-acceptable", "not-found", "precondition-failed", "precondition-required", "request-in-flight",
    "request-timeout", "taken-meanwhile", "unauthenticated", "unavailable", "unknown-parameter", "unknown-reference",
    "unstorable-character", "unsupported-media-type", "value-out-of-range",
})  # fmt: skip
"""What permission, key, version, body and parameters may be refused for, whatever the operation."""


@cache
def _declared() -> Mapping[str, frozenset[str]]:
    text = files("shared.web.words").joinpath("refusals.toml").read_text(encoding="utf-8")
    return {operation: frozenset(kinds) for operation, kinds in tomllib.loads(text).items()}


def is_declared(operation: str, problem: Problem) -> bool:
    """Whether the contract says that the operation may refuse so."""
    return problem.kind in EVERYWHERE or problem.kind in _declared().get(operation, ())


def refusals_of(operation: str) -> Mapping[int, list[str]]:
    """The operation's own types of problem by status, as far as their service is loaded."""
    statuses = {one.kind: one.status for one in kinds(Problem)}
    found: dict[int, list[str]] = {}
    for kind in sorted(_declared().get(operation, ())):
        if kind in statuses:
            found.setdefault(statuses[kind], []).append(kind)
    return found


def kinds(base: type[Problem]) -> Iterator[type[Problem]]:
    """Every type of problem that is loaded; the general one of a kind comes after its special ones."""
    for one in base.__subclasses__():
        yield from kinds(one)
        yield one
