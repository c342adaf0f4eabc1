"""Copies of one thing under suffixed slugs: the oldest counts, the others are surplus."""

from dataclasses import replace

from services.reporting_worker.platforms.adapter import Absent, RemoteCopy

VARIANTS = 9
"""How many suffixed copies of a slug a probe asks for in one request."""


def one_copy(copies: list[RemoteCopy]) -> RemoteCopy | Absent:
    """The oldest copy, with the others noted as surplus."""
    if not copies:
        return Absent()
    first, *others = copies
    surplus = tuple(copy.external_id for copy in others)
    return replace(first, surplus=surplus)
