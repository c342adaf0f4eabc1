"""Reads of public pages; they run under the role that sees `public_*` views only."""

from collections.abc import Sequence
from typing import Any

from shared.database import Reader

_SUCCESSOR = (
    "(SELECT newest.slug FROM public_edition_artefact AS newest WHERE newest.series = this.series "
    "AND newest.number = this.number AND newest.revision > this.revision AND newest.state = 'frozen' "
    "ORDER BY newest.revision DESC LIMIT 1) AS superseded_by"
)
"""The revision in force, however many lie between."""
_COLUMNS = (
    "slug, series, number, revision, title::text AS title, period_start, period_end, as_of, known_at, state, "
    f"{_SUCCESSOR}, language, format, sha256, media_type, size"
)
_LIST = f"SELECT {_COLUMNS} FROM public_edition_artefact AS this WHERE format IN ('html', 'pdf') ORDER BY period_end DESC, revision DESC, language DESC, format"  # noqa: S608
_ONE = f"SELECT {_COLUMNS} FROM public_edition_artefact AS this WHERE slug = $1 AND language = $2 AND format = $3"  # noqa: S608


async def published(reads: Reader) -> Sequence[Any]:
    """The pages and documents of all frozen editions, newest first."""
    rows: Sequence[Any] = await reads.fetch(_LIST)
    return rows


async def published_artefact(reads: Reader, slug: str, language: str, format_: str) -> Any:
    """One public file of a frozen edition, or None."""
    return await reads.fetchrow(_ONE, slug, language, format_)
