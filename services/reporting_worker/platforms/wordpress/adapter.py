"""A stock WordPress over its REST interface: the file as media, then one post per document that shows it.

Neither create call is idempotent, and unregistered meta is neither kept nor searchable: the key lives in a
deterministic slug (WordPress appends `-2` to a post's and `-1` to a file's when it is taken) and in a visible
reference line. Behaviour observed on 6.1.9 (accept/).
"""

import hashlib
from dataclasses import replace
from typing import Any, Literal

import httpx

from services.reporting_worker.platforms.adapter import (
    Absent,
    Finding,
    Found,
    Outdated,
    PlatformFailure,
    Publication,
    RemoteCopy,
)
from services.reporting_worker.platforms.addresses import origin_of
from services.reporting_worker.platforms.transfer import Answer, Transfer
from services.reporting_worker.platforms.wordpress.post_body import compose, replace_block
from services.reporting_worker.platforms.wordpress.site import (
    ApiRoot,
    announced_root,
    as_nobody,
    lacks_api,
    refusal_of,
)
from shared.domain.delivery import Outcome, Step, post_slug, revision_reference, revisions_named
from shared.egress import NOWHERE, Networks, guarded_client
from shared.errors import Texts
from shared.sentences import sentence

VARIANTS = 9
"""How many suffixed copies of a slug a probe asks for in one request."""
_POST_FIELDS = "id,slug,status,link,content"
_FINAL_CODES = frozenset({"rest_upload_sideload_error", "rest_cannot_edit"})
"""Errors that WordPress answers before it stores anything, whatever their status."""


class WordPress:
    """One site, reached as one of its users with an application password."""

    def __init__(
        self, base_url: str, username: str, password: str, *, deadline: float, inner: Networks = NOWHERE
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._root = ApiRoot(f"{self._base_url}/wp-json")
        client = guarded_client(inner=inner, timeout_seconds=60)
        self._transfer = Transfer(client, deadline, httpx.BasicAuth(username, password))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._transfer.client.aclose()

    async def find(self, step: Step, publication: Publication) -> Found:
        """What the site holds of this step."""
        return await (self._find_media(publication) if step == "media" else self._find_post(publication))

    async def send(
        self, step: Step, publication: Publication, *, media: RemoteCopy | None, outdated: Outdated | None
    ) -> RemoteCopy:
        """Upload the file, or create or update the post that shows it."""
        if step == "media":
            return await self._upload(publication)
        if media is None:
            raise ValueError("A post shows a file: send the media step first.")
        return await self._write_post(publication, media, outdated)

    async def retract(self, step: Step, external_id: str) -> None:
        """Delete one of our copies for good."""
        kind = "media" if step == "media" else "posts"
        url = self._root.url(f"/wp/v2/{kind}/{external_id}", {"force": "true"})
        answer = await self._transfer.exchange("DELETE", url)
        if answer.status not in (200, 404, 410):
            raise refusal_of(answer, url, self._base_url)

    async def _find_media(self, publication: Publication) -> Found:
        name = revision_reference(publication.document_key, publication.sequence)
        slugs = [name, *(f"{name}-{number}" for number in range(1, VARIANTS + 1))]
        parameters = {"slug": ",".join(slugs), "per_page": 100, "_fields": "id,slug,source_url"}
        listed = await self._list("media", parameters)
        copies = []
        for entry in sorted(listed, key=lambda entry: int(entry["id"])):
            copy = await self._copy_of_file(str(entry["id"]), str(entry["source_url"]), publication)
            if copy is not None and copy.sha256 in ("", publication.file_sha256):
                copies.append(copy)
        return _one(copies)

    async def _copy_of_file(self, external_id: str, url: str, publication: Publication) -> RemoteCopy | None:
        """A file as an anonymous reader gets it; None when it is gone.

        Where readers are shut out, or files are served from a host that we do not reach, it is what the API says of
        it: accepted, not visible.
        """
        size = len(publication.file)
        try:
            answer = await self._transfer.read(url, limit=size + 1)
        except PlatformFailure as failure:
            is_elsewhere = origin_of(url) != origin_of(self._base_url)
            if failure.http_status in (401, 403) or (is_elsewhere and failure.outcome is not Outcome.LATE):
                return await self._said_of_file(external_id, url, size, failure.detail)
            if failure.http_status in (404, 410):
                return None
            raise
        return RemoteCopy(external_id, url, hashlib.sha256(answer.body).hexdigest(), is_visible=True)

    async def _said_of_file(self, external_id: str, url: str, size: int, why: Texts) -> RemoteCopy:
        media = (await self._ask(f"/wp/v2/media/{external_id}", {"context": "edit"})).json()
        details = media.get("media_details") if isinstance(media, dict) else None
        held = details.get("filesize") if isinstance(details, dict) else None
        if held != size or media.get("mime_type") != "application/pdf":
            raise PlatformFailure(
                Outcome.REFUSED,
                sentence(
                    "Les lecteurs n'obtiennent pas le fichier ({why}), et le site en annonce {held} octets sur {size}.",
                    "Readers do not get the file ({why}), and the site says {held} bytes of {size}.",
                    why=why,
                    held=held if isinstance(held, int) else "?",
                    size=size,
                ),
            )
        note = sentence(
            "Le site a le fichier, mais les lecteurs ne l'obtiennent pas : {why}",
            "The site holds the file, but readers do not get it: {why}",
            why=why,
        )
        return RemoteCopy(external_id, url, "", is_visible=False, note=note)

    async def _find_post(self, publication: Publication) -> Found:
        posts = await self._posts_of(publication.document_key)
        copies = []
        for post in posts:
            shown = revisions_named(_raw(post), publication.document_key)
            if shown and max(shown) > publication.sequence:
                raise PlatformFailure(
                    Outcome.REJECTED,
                    sentence(
                        "L'article {post} montre déjà la révision {revision}.",
                        "Post {post} already shows revision {revision}.",
                        post=str(post["id"]),
                        revision=max(shown),
                    ),
                )
            if publication.sequence in shown and publication.file_sha256 in _raw(post):
                copies.append(await self._copy_of(post, publication))
        if copies:
            return _one(copies)
        return Outdated(str(posts[0]["id"])) if posts else Absent()

    async def _posts_of(self, document_key: str) -> list[dict[str, Any]]:
        """The posts of a document in any state but the bin, oldest first: by slug, and by reference line."""
        slug = post_slug(document_key)
        slugs = [slug, *(f"{slug}-{number}" for number in range(2, VARIANTS + 2))]
        common = {"status": "any", "context": "edit", "per_page": 100, "_fields": _POST_FIELDS}
        by_slug = await self._list("posts", {"slug": ",".join(slugs), **common})
        found = {int(post["id"]): post for post in by_slug if revisions_named(_raw(post), document_key)}
        if not found:  # the partner gave it another address, or the slug is another's
            for post in await self._list("posts", {"search": f'"{slug}-v"', **common}):
                if revisions_named(_raw(post), document_key):
                    found[int(post["id"])] = post
        return [found[number] for number in sorted(found)]

    async def _copy_of(self, post: dict[str, Any], publication: Publication) -> RemoteCopy:
        link = str(post["link"])
        visible = post.get("status") == "publish" and await self._is_visible(link, publication)
        return RemoteCopy(str(post["id"]), link, publication.file_sha256, is_visible=visible)

    async def _is_visible(self, link: str, publication: Publication) -> bool:
        """Whether an anonymous reader of the post's address sees this revision; not seeing it is not a failure."""
        try:
            answer = await self._transfer.read(link)
        except PlatformFailure:
            return False
        text = answer.body.decode(errors="replace")
        return publication.sequence in revisions_named(text, publication.document_key)

    async def _upload(self, publication: Publication) -> RemoteCopy:
        name = revision_reference(publication.document_key, publication.sequence)
        answer = await self._write(
            "POST",
            "/wp/v2/media",
            content=publication.file,
            headers={
                "Content-Type": "application/pdf",
                "Content-Disposition": f'attachment; filename="{name}.pdf"',
            },
        )
        media = answer.json()
        if not _has(media, id=int, source_url=str, slug=str):
            raise PlatformFailure(
                Outcome.UNCLEAR,
                {
                    "fr": "La réponse à l'envoi ne nomme aucun fichier.",
                    "en": "The answer to the upload names no file.",
                },
                http_status=answer.status,
            )
        copy = await self._proved_file(str(media["id"]), media["source_url"], publication)
        if media["slug"] == name:
            return copy
        return await self._without_surplus("media", copy, publication)

    async def _proved_file(self, external_id: str, url: str, publication: Publication) -> RemoteCopy:
        try:
            copy = await self._copy_of_file(external_id, url, publication)
        except PlatformFailure as failure:
            raise PlatformFailure(
                Outcome.UNCLEAR,
                sentence(
                    "Le fichier ne peut pas être relu : {why}",
                    "The file cannot be fetched back: {why}",
                    why=failure.detail,
                ),
            ) from failure
        if copy is None or copy.sha256 not in ("", publication.file_sha256):
            raise PlatformFailure(
                Outcome.UNCLEAR,
                sentence(
                    "Le fichier relu n'est pas celui qui a été envoyé (SHA-256 {sha256}).",
                    "The file fetched back has the SHA-256 {sha256}.",
                    sha256=copy.sha256 if copy else "-",
                ),
            )
        return copy

    async def _write_post(
        self, publication: Publication, media: RemoteCopy, outdated: Outdated | None
    ) -> RemoteCopy:
        block = compose(publication, media.url)
        if outdated is None:
            fields = {
                "title": publication.title,
                "slug": post_slug(publication.document_key),
                "status": publication.status,
                "content": block,
                "excerpt": publication.summary,
                "categories": await self._category_ids(publication.categories),
            }
            answer = await self._write("POST", "/wp/v2/posts", json=fields)
        else:
            # the partner's own title, terms and text around our block are theirs
            path = f"/wp/v2/posts/{outdated.external_id}"
            current = (await self._ask(path, {"context": "edit"})).json()
            answer = await self._write("POST", path, json={"content": replace_block(_raw(current), block)})
        post = answer.json()
        if not _has(post, id=int, link=str, slug=str) or publication.file_sha256 not in _raw(post):
            raise PlatformFailure(
                Outcome.UNCLEAR,
                {"fr": "La réponse ne montre pas cet article.", "en": "The answer shows no such post."},
                http_status=answer.status,
            )
        copy = await self._copy_of(post, publication)
        if outdated is not None or post["slug"] == post_slug(publication.document_key):
            return copy
        return await self._without_surplus("post", copy, publication)

    async def _without_surplus(self, step: Step, made: RemoteCopy, publication: Publication) -> RemoteCopy:
        """Another slug than asked for: was there a copy already? Then ours is the surplus, and is taken back."""
        try:
            found = await self.find(step, publication)
            if isinstance(found, RemoteCopy) and found.external_id != made.external_id:
                await self.retract(step, made.external_id)
                return found
        except PlatformFailure as failure:
            raise PlatformFailure(
                Outcome.UNCLEAR,
                sentence(
                    "Une seconde copie s'y trouve peut-être : {why}",
                    "A second copy may stand there: {why}",
                    why=failure.detail,
                ),
            ) from failure
        return made

    async def _category_ids(self, slugs: tuple[str, ...]) -> list[int]:
        if not slugs:
            return []
        listed = await self._list(
            "categories", {"slug": ",".join(slugs), "per_page": 100, "_fields": "id,slug"}
        )
        known = {str(entry["slug"]): int(entry["id"]) for entry in listed}
        missing = [slug for slug in slugs if slug not in known]
        if missing:
            raise PlatformFailure(
                Outcome.REJECTED,
                sentence(
                    "La plateforme n'a pas {count:la catégorie|les catégories} {listed}.",
                    "The platform has no category {listed}.",
                    count=len(missing),
                    listed=", ".join(missing),
                ),
            )
        return [known[slug] for slug in slugs]

    async def _list(self, kind: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """One page of a collection. A wrong password reads as an anonymous caller, to whom `status=any` is forbidden."""
        try:
            answer = await self._ask(f"/wp/v2/{kind}", parameters)
        except PlatformFailure as failure:
            if failure.http_status == httpx.codes.BAD_REQUEST and "status" in str(failure):
                raise as_nobody(failure) from failure
            raise
        entries = answer.json()
        if not isinstance(entries, list) or not all(_has(entry, id=int) for entry in entries):
            raise PlatformFailure(
                Outcome.REFUSED,
                {
                    "fr": f"{kind} n'est pas une liste de WordPress.",
                    "en": f"{kind} is not a WordPress list.",
                },
                http_status=answer.status,
            )
        return entries

    async def _write(self, method: Literal["POST"], path: str, **request: Any) -> Answer:
        url = self._root.url(path)
        answer = await self._transfer.exchange(method, url, **request)
        if answer.code in _FINAL_CODES:
            raise answer.failure(Outcome.REJECTED)
        if answer.code == "rest_post_invalid_id":  # deleted since the probe: nothing was done, look again
            raise answer.failure(Outcome.REFUSED)
        if not 200 <= answer.status < 300 or _is_page(answer):
            raise refusal_of(answer, url, self._base_url)
        return answer

    async def _ask(
        self, path: str, parameters: dict[str, Any] | None = None, *, anonymous: bool = False
    ) -> Answer:
        """Read from the API, wherever the site announces it; on another origin than ours nothing is ever asked."""
        url = self._root.url(path, parameters)
        answer = await self._transfer.get(url, anonymous=anonymous)
        if lacks_api(answer) and not self._root.is_announced:
            home = await self._transfer.get(f"{self._base_url}/", anonymous=True)
            found = announced_root(home, self._base_url)
            if found is not None and found.address.rstrip("/") != self._root.address:
                self._root = found
                url = self._root.url(path, parameters)
                answer = await self._transfer.get(url, anonymous=anonymous)
        if 200 <= answer.status < 300 and not _is_page(answer):
            return answer
        raise refusal_of(answer, url, self._base_url, answer.read_outcome)

    async def check(self, categories: tuple[str, ...], status: str) -> list[Finding]:
        """Whether the site would take a document from this account; writes nothing."""
        try:
            index = (await self._ask("/", anonymous=True)).json()
        except PlatformFailure as failure:
            return [Finding("reachable", is_well=False, detail=failure.detail)]
        names = index.get("namespaces", []) if isinstance(index, dict) else []
        findings = [
            Finding("reachable", "wp/v2" in names, _same(index.get("name")) if names else _NO_WORDPRESS)
        ]
        try:
            me = (await self._ask("/wp/v2/users/me", {"context": "edit"})).json()
            can = me.get("capabilities", {}) if isinstance(me, dict) else {}
            needed = ["edit_posts", "upload_files", *(["publish_posts"] if status == "publish" else [])]
            lacking = [capability for capability in needed if not can.get(capability)]
            listed = ", ".join(lacking)
            lacks = {"fr": f"il lui manque {listed}", "en": f"lacks {listed}"}
            name = me.get("name") if isinstance(me, dict) else None
            findings.append(Finding("account", not lacking, lacks if lacking else _same(name)))
            await self._category_ids(categories)
            asked = _same(", ".join(categories)) if categories else _NO_CATEGORY
            findings.append(Finding("categories", is_well=True, detail=asked))
        except PlatformFailure as failure:
            question = "categories" if failure.outcome is Outcome.REJECTED else "account"
            findings.append(Finding(question, is_well=False, detail=failure.detail))
        return findings


_NO_WORDPRESS: Texts = {"fr": "ce n'est pas un WordPress", "en": "not a WordPress"}
_NO_CATEGORY: Texts = {"fr": "aucune n'est demandée", "en": "none asked for"}


def _same(name: object) -> Texts:
    """A name, which is the same in both languages."""
    return {"fr": str(name), "en": str(name)}


def _is_page(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "") and answer.json() is None


def _raw(post: Any) -> str:
    content = post.get("content") if isinstance(post, dict) else None
    return str(content.get("raw", content.get("rendered", ""))) if isinstance(content, dict) else ""


def _has(body: Any, **types: type) -> bool:
    return isinstance(body, dict) and all(isinstance(body.get(name), kind) for name, kind in types.items())


def _one(copies: list[RemoteCopy]) -> RemoteCopy | Absent:
    """The oldest copy, with the others noted as surplus."""
    if not copies:
        return Absent()
    first, *others = copies
    surplus = tuple(copy.external_id for copy in others)
    return replace(first, surplus=surplus)
