"""The names under which a document is known: its key, its slug at a platform, the line that names its revision."""

import re

_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*-[a-z]+")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_KEY_LENGTH = 150
"""WordPress cuts a slug at 200 bytes; prefix, revision and its own suffix must fit."""


def document_key(series: str, number: str, language: str, file_format: str) -> str:
    """The same for every revision of a document: `bulletin-2022-02-fr-pdf`.

    It ends in letters, so that a suffix which the platform adds (`-2`) can never make it another document's key.
    """
    key = _NO_WORD.sub("-", f"{series}-{number}-{language}-{file_format}".lower()).strip("-")
    if not _KEY.fullmatch(key) or len(key) > _KEY_LENGTH:
        raise ValueError(f"{key!r} is not a document key: words of a-z and 0-9, ending in letters, {_KEY_LENGTH} long.")
    return key


def idempotency_key(key: str, sequence: int, platform: str, operation: str) -> str:
    """Constant across the attempts of one delivery (RELIABILITY 2a, rule 8)."""
    return f"dj-{key}-{sequence}-{platform}-{operation}"


def post_slug(key: str) -> str:
    """The slug of the document's one post on a platform, for all its revisions."""
    return f"dj-{key}"


def revision_reference(key: str, sequence: int) -> str:
    """The slug of the revision's file, and the word of the post's visible reference line."""
    return f"dj-{key}-v{sequence}"


_REVISION = re.compile(r"(?<![a-z0-9-])dj-(?P<key>[a-z0-9-]+)-v(?P<sequence>[0-9]{1,9})(?![a-z0-9-])")


def revisions_named(text: str, key: str) -> frozenset[int]:
    """The revisions of this document whose reference stands in a text."""
    return frozenset(int(named["sequence"]) for named in _REVISION.finditer(text) if named["key"] == key)
