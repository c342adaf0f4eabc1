"""The keys that resemble one which nobody bears: what a refusal offers to somebody who mistyped."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from sqlalchemy import Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.models.naming import NAMES
from shared.portfolio import Reference

MOST_ASKED = 20
"""Of a file with more unknown keys, only the first are looked into."""
MOST_COMPARED = 5000
NEIGHBOURS = 3
LENGTHS_APART = 4


async def neighbours(session: AsyncSession, missing: Iterable[Reference]) -> dict[Reference, list[str]]:
    """For each key that does not exist, up to three that do and that resemble it, the nearest first."""
    found = {}
    for one in list(missing)[:MOST_ASKED]:
        key = cast(NAMES[one.type].key, Text)
        plain = _plain(one.key)
        lengths = func.length(key).between(len(plain) - LENGTHS_APART, len(plain) + LENGTHS_APART)
        held = {
            _plain(each): each
            for each in await session.scalars(select(key).where(lengths).limit(MOST_COMPARED))
        }
        found[one] = [held[each] for each in get_close_matches(plain, held, n=NEIGHBOURS, cutoff=0.6)]
    return found


def _plain(key: str) -> str:
    """Without accents, case and blanks, as our keys are: `Sévaré` is near `sevare`."""
    letters = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    return "-".join(letters.casefold().split())
