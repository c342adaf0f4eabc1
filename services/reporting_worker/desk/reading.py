"""Reads of frozen editions that no declaration covers: their files and cut-off."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from services.reporting_worker.composition.collecting import EditionNotFound
from shared.database import Reader
from shared.errors import Conflict, NotFound
from shared.refusal import Refusal

_ARTEFACT = """
SELECT edition_artefact.sha256, artefact.media_type
FROM edition_artefact JOIN artefact USING (sha256)
WHERE edition_id = $1 AND language = $2 AND format = $3
ORDER BY audience DESC LIMIT 1
"""

_FROZEN = "SELECT slug, as_of, period_start, known_at FROM edition WHERE id = $1"


class NotFrozen(Refusal, Conflict):
    """The edition has no cut-off yet."""

    kind = "edition-not-frozen"
    fr = "L'édition {slug} n'est pas figée ; rien n'est encore à comparer."
    en = "Edition {slug} is not frozen; there is nothing to compare yet."
    slug: str


class FileNotFound(Refusal, NotFound):
    """The edition has no such file."""

    fr = "L'édition {edition_id} n'a pas de fichier {format_} en « {language} » ; elle n'est peut-être pas figée."
    en = "Edition {edition_id} has no {format_} file in '{language}'; perhaps it is not frozen."
    edition_id: UUID
    format_: str
    language: str


class FrozenEdition(NamedTuple):
    """When an edition's figures were frozen, and for which date."""

    slug: str
    as_of: date
    period_start: date
    known_at: datetime


async def artefact_of(reads: Reader, edition_id: UUID, language: str, format_: str) -> tuple[str, str]:
    """SHA-256 and media type of one file of a frozen edition.

    Raises:
        FileNotFound: the edition has no such file.
    """
    row = await reads.fetchrow(_ARTEFACT, edition_id, language, format_)
    if row is None:
        raise FileNotFound(edition_id, format_, language)
    return row["sha256"], row["media_type"]


async def frozen_edition(reads: Reader, edition_id: UUID) -> FrozenEdition:
    """The cut-off of a frozen edition.

    Raises:
        EditionNotFound: there is no such edition.
        NotFrozen: it is not frozen yet.
    """
    row = await reads.fetchrow(_FROZEN, edition_id)
    if row is None:
        raise EditionNotFound(edition_id)
    if row["known_at"] is None:
        raise NotFrozen(row["slug"])
    return FrozenEdition(*row.values())
