"""The files of the reference portfolio, in the order in which they read best, and the whole of it as lines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.reference.generator import complete

FOLDER = Path(__file__).parent
FILES = ("framework", "places", "parties", "projects", "announcements", "activities", "funds", "edition")


def named_lines() -> Iterator[tuple[str, int, str]]:
    """Every line of the hand-written files: file name, line number, text."""
    for name in FILES:
        path = FOLDER / f"{name}.jsonl"
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            if line:
                yield path.name, number, line


def named_rows() -> list[dict[str, Any]]:
    """The rows that the bulletin names."""
    return [json.loads(line) for _, _, line in named_lines()]


def reference_lines() -> Iterator[tuple[str, int, str]]:
    """The whole reference portfolio: the hand-written lines, then the made-up ones."""
    yield from named_lines()
    for number, row in enumerate(complete(named_rows()), 1):
        yield "generated", number, json.dumps(row, ensure_ascii=False)
