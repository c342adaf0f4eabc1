"""The README's tour as data: its blocks of commands, and what each is said to answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(bash|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"


@dataclass(frozen=True)
class Step:
    """A block to paste, and the answer printed below it (none where the README shows none)."""

    commands: str
    answer: str | None

    def is_answered_by(self, printed: str) -> bool:
        """Whether this is the answer shown, `…` standing for anything."""
        parts = map(re.escape, _lines(self.answer or "").split(LEFT_OUT))
        return re.fullmatch(".*?".join(parts), _lines(printed), re.DOTALL) is not None


def tour(readme: str) -> list[Step]:
    """The blocks of the section on curl, in order."""
    section = readme.partition("## Ten minutes with curl")[2].partition("\n## ")[0]
    return steps_of(section)


def steps_of(text: str) -> list[Step]:
    """The blocks of a page, in order."""
    return list(_steps(FENCE.findall(text)))


def _steps(blocks: list[tuple[str, str]]) -> Iterator[Step]:
    for (language, commands), (following, answer) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        if language == "bash":
            yield Step(commands, answer if following == "text" else None)


def _lines(text: str) -> str:
    """The text without what a terminal does not show: carriage returns, blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.replace("\r", "").splitlines()).strip()
