"""What the how-to pages say to write: each code block with the file that stands before it."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^`(?P<path>[^`\n]+)`\n\n```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Written:
    """A file that a page gives whole."""

    path: str
    code: str

    @property
    def is_table(self) -> bool:
        """Whether it is a table or its revision, beside which prices are counted."""
        return self.path.startswith(("shared/models/", "migrations/"))


def page_text(page: str) -> str:
    """The page as it stands."""
    return (ROOT / "docs" / page).read_text(encoding="utf-8")


def written_by(page: str) -> list[Written]:
    """The files of a page."""
    return [Written(one["path"], one["code"]) for one in _BLOCK.finditer(page_text(page))]


def block_of(page: str, beginning: str) -> str:
    """The one code block of a page that begins so."""
    block = rf"^ *```(?:python|toml)\n *({re.escape(beginning)}.*?)^ *```$"
    [found] = re.findall(block, page_text(page), re.MULTILINE | re.DOTALL)
    return str(found)
