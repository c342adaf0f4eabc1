"""What the sandbox platform holds: posts and files, rebuilt from an append-only journal of every effect.

The journal (`effects.jsonl`) is the only judge of what was lost or doubled: nothing of Djoliba reads or writes it.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Entry = dict[str, Any]
CATEGORIES = {
    1: ("uncategorized", "Non classé"),
    2: ("bulletins", "Bulletins"),
    3: ("gt1-developpement-economique", "GT1 Développement économique"),
    4: ("gt2-secteurs-sociaux", "GT2 Secteurs sociaux"),
    5: ("gt3-decentralisation", "GT3 Décentralisation"),
    6: ("gt4-justice-paix-securite", "GT4 Justice, paix, sécurité"),
    7: ("gt5-environnement", "GT5 Environnement"),
}
"""The partner's own categories, by id: nobody creates terms here."""

_NOT_IN_SLUGS, _GAPS = re.compile(r"[^a-z0-9_\s-]"), re.compile(r"[\s-]+")
_FOLDERS, _SPACES = re.compile(r"[/\\]"), re.compile(r"\s+")
_NOT_IN_NAMES, _HYPHENS = re.compile(r"[^A-Za-z0-9._-]"), re.compile(r"-+")


def slug_of(text: str) -> str:
    """WordPress' `sanitize_title` for Latin text: no accents, lower case, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _GAPS.sub("-", _NOT_IN_SLUGS.sub("", plain)).strip("-")[:200]


def file_name_of(name: str) -> str:
    """WordPress' `sanitize_file_name`: no folders, no spaces, nothing special."""
    last = _FOLDERS.split(name)[-1]
    return _HYPHENS.sub("-", _NOT_IN_NAMES.sub("", _SPACES.sub("-", last))).strip(".-_")


class Archive:
    """Posts and media by id; each change is one line of the journal, written before it is answered."""

    def __init__(self, folder: Path) -> None:
        self.uploads = folder / "uploads"
        self.uploads.mkdir(parents=True, exist_ok=True)
        self.posts: dict[int, Entry] = {}
        self.media: dict[int, Entry] = {}
        self._last_id = 3
        self._journal = folder / "effects.jsonl"
        if self._journal.exists():
            for line in self._journal.read_text(encoding="utf-8").splitlines():
                self._apply(json.loads(line))

    def create_post(self, author: int, fields: Entry) -> Entry:
        """A new post, whatever exists already: a repeated slug silently gets `-2`, as in WordPress."""
        blank: Entry = {"title": "", "content": "", "excerpt": "", "status": "draft", "slug": "", "categories": []}
        post = blank | fields
        now = datetime.now(UTC)
        post |= {"id": self._last_id + 1, "author": author, "date": _stamp(now), "modified": _stamp(now)}
        if not post["categories"] and post["status"] != "auto-draft":
            post["categories"] = [1]
        self._name(post)
        return self._record("post.created", post)

    def update_post(self, post: Entry, fields: Entry) -> Entry:
        """The same post with other fields."""
        changed = post | fields | {"modified": _stamp(datetime.now(UTC))}
        self._name(changed)
        return self._record("post.updated", changed)

    def trash_post(self, post: Entry) -> Entry:
        """Into the bin: the slug becomes free, and no query of ours finds the post any more."""
        return self._record("post.trashed", post | {"status": "trash", "slug": f"{post['slug']}__trashed"})

    def delete_post(self, post: Entry) -> Entry:
        """Gone for good."""
        return self._record("post.deleted", post)

    def create_media(self, author: int, name: str, data: bytes) -> Entry:
        """A new file, whatever exists already: a repeated name silently gets `-1`, as in WordPress."""
        now = datetime.now(UTC)
        folder = self.uploads / f"{now:%Y/%m}"
        folder.mkdir(parents=True, exist_ok=True)
        stem, dot, extension = name.rpartition(".")
        unique, number = name, 0
        while (folder / unique).exists():
            number += 1
            unique = f"{stem}-{number}{dot}{extension}"
        (folder / unique).write_bytes(data)
        title = unique.rpartition(".")[0]
        media = {
            "id": self._last_id + 1,
            "author": author,
            "date": _stamp(now),
            "modified": _stamp(now),
            "title": title,
            "slug": self._unique_slug(slug_of(title), [*self.posts.values(), *self.media.values()]),
            "file": f"{now:%Y/%m}/{unique}",
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
        }
        return self._record("media.created", media)

    def delete_media(self, media: Entry) -> Entry:
        """Gone for good, with its file."""
        (self.uploads / media["file"]).unlink(missing_ok=True)
        return self._record("media.deleted", media)

    def published(self) -> Iterator[Entry]:
        """The posts that everybody sees, newest first."""
        shown = (post for post in self.posts.values() if post["status"] == "publish")
        return iter(sorted(shown, key=lambda post: (post["date"], post["id"]), reverse=True))

    def _name(self, post: Entry) -> None:
        """Give a post its slug; a draft without one gets it when it is published."""
        wanted = slug_of(post["slug"])
        if not wanted and post["status"] in ("publish", "private", "future"):
            wanted = slug_of(post["title"]) or str(post["id"])
        others = [other for other in self.posts.values() if other["id"] != post["id"]]
        post["slug"] = self._unique_slug(wanted, others) if wanted else ""

    @staticmethod
    def _unique_slug(wanted: str, others: list[Entry]) -> str:
        taken = {other["slug"] for other in others}
        unique, number = wanted, 1
        while unique in taken:
            number += 1
            unique = f"{wanted}-{number}"
        return unique

    def _record(self, effect: str, entry: Entry) -> Entry:
        digest = entry.get("sha256") or hashlib.sha256(entry["content"].encode()).hexdigest()
        line = {"at": datetime.now(UTC).isoformat(), "effect": effect, "id": entry["id"], "sha256": digest}
        line["entry"] = entry
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._apply(line)
        return entry

    def _apply(self, line: Entry) -> None:
        entry, (kind, _, verb) = line["entry"], line["effect"].partition(".")
        shelf = self.posts if kind == "post" else self.media
        if verb == "deleted":
            shelf.pop(entry["id"], None)
        else:
            shelf[entry["id"]] = entry
        self._last_id = max(self._last_id, entry["id"])


def _stamp(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S}"
