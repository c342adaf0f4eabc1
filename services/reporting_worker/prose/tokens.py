"""Texts with tokens, cut into pieces: `{figure:tf.allocated_share}`, `[label](ACT-2022-KDL-001#0)`, plain words.

Pure: what a token prints is decided by `printers`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

Held = TypeVar("Held")

TOKEN = re.compile(r"\{(?P<kind>[a-z_]+):(?P<argument>[^{}]+)\}")
# no bracket in a label, nothing given back in a target: each character of a hostile text is looked at once
LINK = re.compile(r"\[(?P<label>[^\[\]]++)\]\((?P<target>[^()\s]++(?:\([^()]*+\)[^()\s]*+)?)\)")
STRONG = re.compile(r"\*\*(?P<strong>[^*]+)\*\*")
_PIECE = re.compile(f"{TOKEN.pattern}|{LINK.pattern}|{STRONG.pattern}")
STRAY_BRACE = re.compile(r"[{}]")
"""A brace that belongs to no token: a token that was badly written would else be printed as it stands."""
BULLET = "- "


@dataclass(frozen=True)
class Words:
    """Plain text."""

    text: str
    is_strong: bool = False


@dataclass(frozen=True)
class Token:
    """Something to be printed from the facts: `kind` and its argument."""

    kind: str
    argument: str

    def __str__(self) -> str:
        return f"{{{self.kind}:{self.argument}}}"


@dataclass(frozen=True)
class LinkTo:
    """A label that leads somewhere: an address, or the n-th link of an activity (`ACT-...#0`)."""

    label: str
    target: str


Piece = Words | Token | LinkTo


@dataclass(frozen=True)
class Block:
    """A paragraph, or the items of a bullet list."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    is_list: bool


def pieces(text: str) -> tuple[Piece, ...]:
    """One line of text, cut at its tokens and links."""
    found: list[Piece] = []
    last = 0
    for match in _PIECE.finditer(text):
        if match.start() > last:
            found.append(Words(text[last : match.start()]))
        if match["kind"] is not None:
            found.append(Token(match["kind"], match["argument"]))
        elif match["label"] is not None:
            found.append(LinkTo(match["label"], match["target"]))
        else:
            found.append(Words(match["strong"], is_strong=True))
        last = match.end()
    if last < len(text):
        found.append(Words(text[last:]))
    return tuple(found)


_EMPTY_LINES = re.compile(r"\n\s*\n")


def blocks(text: str) -> tuple[Block, ...]:
    """The paragraphs and bullet lists of a text: an empty line parts them, `- ` starts a bullet."""
    result = []
    for part in _EMPTY_LINES.split(text.strip()):
        lines = [line.strip() for line in part.strip().splitlines() if line.strip()]
        if lines and all(line.startswith(BULLET) for line in lines):
            result.append(Block(tuple(pieces(line.removeprefix(BULLET)) for line in lines), is_list=True))
        elif lines:
            result.append(Block((pieces(" ".join(lines)),), is_list=False))
    return tuple(result)


def tokens_of(text: str) -> tuple[Token, ...]:
    """All tokens of a text, in order."""
    return tuple(Token(match["kind"], match["argument"]) for match in TOKEN.finditer(text))


_POSITION = re.compile(r"[0-9]{1,4}")


def at_position(held: Sequence[Held], written: str) -> Held | None:
    """What stands at a position that a token or link gives, from 0; None where nothing does."""
    if not _POSITION.fullmatch(written) or int(written) >= len(held):
        return None
    return held[int(written)]
