"""A refusal of one row of a chunk, with the row's place, type and key, so that the loader can name its line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from shared.errors import Fault, Problem


@contextmanager
def at_row(place: int, kind: str, key: str) -> Iterator[None]:
    """Complete a refusal raised inside: pointers start with the row's index in the chunk, `extra` names the row."""
    try:
        yield
    except Problem as problem:
        faults = problem.faults or [Fault("", problem.detail, problem.kind)]
        problem.faults = [replace(fault, pointer=f"/{place}{fault.pointer}") for fault in faults]
        problem.detail = {language: f"{key} : {text}" for language, text in problem.detail.items()}
        problem.extra |= {"row": place, "row_type": kind, "row_key": key}
        raise
