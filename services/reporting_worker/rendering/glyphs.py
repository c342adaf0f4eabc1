"""Which characters our fonts hold: what else stands in an edition would stop its print."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from services.reporting_worker.rendering.resources import FONTS

IGNORED = frozenset("\t\n\r\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufe0e\ufe0f")
"""Ends of lines, and signs that only say how their neighbours are set: they are never drawn."""


@cache
def printable() -> frozenset[str]:
    """Every character that each style of our own family holds, and those of the other scripts."""
    own = [frozenset(_characters(path)) for path in FONTS.glob("djoliba-sans-*.ttf")]
    others = [frozenset(_characters(path)) for path in FONTS.glob("noto-sans-*.ttf")]
    drawn = frozenset.intersection(*own).union(*others)
    return frozenset(one for one in drawn if unicodedata.category(one) != "Cc") | IGNORED


def unprintable(text: str) -> tuple[str, ...]:
    """The characters of a text that cannot be printed, each once, in order."""
    # an accent apart from its letter is printed as the letter that holds it
    composed = unicodedata.normalize("NFC", text)
    return tuple(dict.fromkeys(one for one in composed if one not in printable()))


def named(character: str) -> str:
    """A character for a sentence: `🎉 (U+1F389 PARTY POPPER)`, without itself where it would not be seen."""
    point = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    told = f"{point} {name}".strip()
    return f"{character} ({told})" if character.isprintable() else told


def _characters(path: Path) -> Iterator[str]:
    """What the character map of a TrueType file names (OpenType specification, `cmap`, formats 4 and 12)."""
    content = path.read_bytes()
    (count,) = struct.unpack_from(">H", content, 4)
    tables = {
        content[at : at + 4]: struct.unpack_from(">I", content, at + 8)[0] for at in range(12, 12 + 16 * count, 16)
    }
    start = tables[b"cmap"]
    (subtables,) = struct.unpack_from(">H", content, start + 2)
    for number in range(subtables):
        platform, _, offset = struct.unpack_from(">HHI", content, start + 4 + 8 * number)
        (form,) = struct.unpack_from(">H", content, start + offset)
        if platform in {0, 3} and form == 4:
            yield from _of_segments(content, start + offset)
        elif platform in {0, 3} and form == 12:
            yield from _of_groups(content, start + offset)


def _of_segments(content: bytes, at: int) -> Iterator[str]:
    (doubled,) = struct.unpack_from(">H", content, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", content, at + 14)
    starts, deltas, ranges = (
        struct.unpack_from(f">{count}H", content, at + 16 + doubled * column) for column in (1, 2, 3)
    )
    ranges_at = at + 16 + doubled * 3
    for segment in range(count):
        for point in range(starts[segment], min(ends[segment], 0xFFFE) + 1):
            glyph = point + deltas[segment]
            if ranges[segment]:
                place = ranges_at + 2 * segment + ranges[segment] + 2 * (point - starts[segment])
                (found,) = struct.unpack_from(">H", content, place)
                glyph = found + deltas[segment] if found else 0
            if glyph % 0x10000:
                yield chr(point)


def _of_groups(content: bytes, at: int) -> Iterator[str]:
    (count,) = struct.unpack_from(">I", content, at + 12)
    for number in range(count):
        first, last, _ = struct.unpack_from(">III", content, at + 16 + 12 * number)
        yield from map(chr, range(first, last + 1))
