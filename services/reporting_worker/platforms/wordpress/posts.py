"""The post of a document on a WordPress: found by slug and reference line, written, and looked at as a reader."""

from typing import Any

from services.reporting_worker.platforms.adapter import (
    Absent,
    Found,
    Outdated,
    PlatformFailure,
    Publication,
    RemoteCopy,
)
from services.reporting_worker.platforms.post_body import compose, replace_block
from services.reporting_worker.platforms.wordpress.copies import VARIANTS, one_copy
from services.reporting_worker.platforms.wordpress.rest import Rest, has, raw
from shared.domain.delivery import Outcome
from shared.domain.document_names import post_slug, revisions_named

_FIELDS = "id,slug,status,link,content"


class Posts:
    """The posts of one site."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def find(self, publication: Publication) -> Found:
        """The post that shows this revision, or an earlier one."""
        posts = await self._posts_of(publication.document_key)
        copies = []
        for post in posts:
            shown = revisions_named(raw(post), publication.document_key)
            if shown and max(shown) > publication.sequence:
                raise PlatformFailure.told(
                    Outcome.REJECTED,
                    "L'article {post} montre déjà la révision {revision}.",
                    "Post {post} already shows revision {revision}.",
                    post=str(post["id"]),
                    revision=max(shown),
                )
            if publication.sequence in shown and publication.file_sha256 in raw(post):
                copies.append(await self._copy_of(post, publication))
        if copies:
            return one_copy(copies)
        return Outdated(str(posts[0]["id"])) if posts else Absent()

    async def write(
        self, publication: Publication, media: RemoteCopy, outdated: Outdated | None
    ) -> tuple[RemoteCopy, bool]:
        """The post as written; and whether it got the slug that was asked for."""
        block = compose(publication, media.url)
        if outdated is None:
            fields = {
                "title": publication.title,
                "slug": post_slug(publication.document_key),
                "status": publication.status,
                "content": block,
                "excerpt": publication.summary,
                "categories": await self._rest.category_ids(publication.categories),
            }
            answer = await self._rest.write("POST", "/wp/v2/posts", json=fields)
        else:
            # the partner's own title, terms and text around our block are theirs
            path = f"/wp/v2/posts/{outdated.external_id}"
            current = (await self._rest.ask(path, {"context": "edit"})).json()
            answer = await self._rest.write("POST", path, json={"content": replace_block(raw(current), block)})
        post = answer.json()
        if not has(post, id=int, link=str, slug=str) or publication.file_sha256 not in raw(post):
            raise PlatformFailure(
                Outcome.UNCLEAR,
                {"fr": "La réponse ne montre pas cet article.", "en": "The answer shows no such post."},
                http_status=answer.status,
            )
        copy = await self._copy_of(post, publication)
        is_named_so = outdated is not None or post["slug"] == post_slug(publication.document_key)
        return copy, is_named_so

    async def _posts_of(self, document_key: str) -> list[dict[str, Any]]:
        """The posts of a document in any state but the bin, oldest first: by slug, and by reference line."""
        slug = post_slug(document_key)
        slugs = [slug, *(f"{slug}-{number}" for number in range(2, VARIANTS + 2))]
        common = {"status": "any", "context": "edit", "per_page": 100, "_fields": _FIELDS}
        by_slug = await self._rest.listed("posts", {"slug": ",".join(slugs), **common})
        found = {int(post["id"]): post for post in by_slug if revisions_named(raw(post), document_key)}
        if not found:  # the partner gave it another address, or the slug is another's
            for post in await self._rest.listed("posts", {"search": f'"{slug}-v"', **common}):
                if revisions_named(raw(post), document_key):
                    found[int(post["id"])] = post
        return [found[number] for number in sorted(found)]

    async def _copy_of(self, post: dict[str, Any], publication: Publication) -> RemoteCopy:
        link = str(post["link"])
        visible = post.get("status") == "publish" and await self._is_visible(link, publication)
        return RemoteCopy(str(post["id"]), link, publication.file_sha256, is_visible=visible)

    async def _is_visible(self, link: str, publication: Publication) -> bool:
        """Whether an anonymous reader of the post's address sees this revision; not seeing it is not a failure."""
        try:
            answer = await self._rest.transfer.read(link)
        except PlatformFailure:
            return False
        text = answer.body.decode(errors="replace")
        return publication.sequence in revisions_named(text, publication.document_key)
