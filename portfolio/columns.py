"""Where each value of a line of JSON stands: the column of every JSON pointer, and what a parser would not say.

The scanner keeps a stack of its own, so that a line nested 100,000 deep is measured, not recursed into.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# a string without its end matches too: else each of its quotes would be tried to the end of the line
_WORD = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}:,]|[^\s\[\]{}:,"]+')


@dataclass
class _Open:
    """An array or object that is not closed yet."""

    pointer: str
    is_object: bool
    index: int = 0
    key: str | None = None
    keys: set[str] = field(default_factory=set)

    def child(self) -> str:
        """The pointer of the value that comes next."""
        step = (self.key or "").replace("~", "~0").replace("/", "~1") if self.is_object else str(self.index)
        return f"{self.pointer}/{step}"


@dataclass(frozen=True)
class Layout:
    """Columns (from 1, in characters) by JSON pointer, and the members that stand twice in one object."""

    columns: dict[str, int]
    repeated: tuple[tuple[str, int], ...]

    def column(self, pointer: str) -> int:
        """The column of a value; of the object around it where the value is missing."""
        while pointer not in self.columns and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.columns.get(pointer, 1)


def layout(line: str) -> Layout:
    """The layout of a line that is valid JSON."""
    columns: dict[str, int] = {}
    repeated: list[tuple[str, int]] = []
    stack: list[_Open] = []
    for word, column in _words(line):
        top = stack[-1] if stack else None
        if word in "]}":
            stack.pop()
        elif word == "," and top is not None:
            top.index += 1
            top.key = None
        elif top is not None and top.is_object and top.key is None:
            top.key = str(json.loads(word))
            if top.key in top.keys:
                repeated.append((top.child(), column))
            top.keys.add(top.key)
        elif word != ":":
            pointer = top.child() if top is not None else ""
            columns.setdefault(pointer, column)
            if word in "[{":
                stack.append(_Open(pointer, word == "{"))
    return Layout(columns, tuple(repeated))


def deeper_than(line: str, depth: int) -> int | None:
    """The column where a line nests deeper than allowed, None if it does not."""
    if line.count("[") + line.count("{") <= depth:
        return None
    level = 0
    for word, column in _words(line):
        if word in "[{":
            level += 1
            if level > depth:
                return column
        elif word in "]}":
            level -= 1
    return None


def _words(line: str) -> Iterator[tuple[str, int]]:
    for match in _WORD.finditer(line):
        yield match.group(), match.start() + 1
