"""The REST interface of a WordPress: where it lies, what is read and written there, and what a refusal means."""

from typing import Any, Literal

import httpx

from services.reporting_worker.platforms.adapter import Finding, PlatformFailure
from services.reporting_worker.platforms.transfer import Answer, Transfer
from services.reporting_worker.platforms.wordpress.site import ApiRoot, announced_root, as_nobody, lacks_api, refusal_of
from shared.domain.delivery import Outcome
from shared.egress import Networks, guarded_client
from shared.errors import Texts

_FINAL_CODES = frozenset({"rest_upload_sideload_error", "rest_cannot_edit"})
"""Errors that WordPress answers before it stores anything, whatever their status."""


class Rest:
    """The interface of one site, asked as one of its users with an application password."""

    def __init__(self, base_url: str, username: str, password: str, *, deadline: float, inner: Networks) -> None:
        self.base_url = base_url.rstrip("/")
        self.root = ApiRoot(f"{self.base_url}/wp-json")
        client = guarded_client(inner=inner, timeout_seconds=60)
        self.transfer = Transfer(client, deadline, httpx.BasicAuth(username, password))

    async def ask(self, path: str, parameters: dict[str, Any] | None = None, *, anonymous: bool = False) -> Answer:
        """Read from the API, wherever the site announces it; on another origin than ours nothing is ever asked."""
        url = self.root.url(path, parameters)
        answer = await self.transfer.get(url, anonymous=anonymous)
        if lacks_api(answer) and not self.root.is_announced:
            home = await self.transfer.get(f"{self.base_url}/", anonymous=True)
            found = announced_root(home, self.base_url)
            if found is not None and found.address.rstrip("/") != self.root.address:
                self.root = found
                url = self.root.url(path, parameters)
                answer = await self.transfer.get(url, anonymous=anonymous)
        if 200 <= answer.status < 300 and not _is_page(answer):
            return answer
        raise refusal_of(answer, url, self.base_url, answer.read_outcome)

    async def write(self, method: Literal["POST"], path: str, **request: Any) -> Answer:
        """Create or change something. Raises `PlatformFailure`."""
        url = self.root.url(path)
        answer = await self.transfer.exchange(method, url, **request)
        if answer.code in _FINAL_CODES:
            raise answer.failure(Outcome.REJECTED)
        if answer.code == "rest_post_invalid_id":  # deleted since the probe: nothing was done, look again
            raise answer.failure(Outcome.REFUSED)
        if not 200 <= answer.status < 300 or _is_page(answer):
            raise refusal_of(answer, url, self.base_url)
        return answer

    async def listed(self, kind: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        """One page of a collection. A wrong password reads as an anonymous caller, to whom `status=any` is forbidden."""
        try:
            answer = await self.ask(f"/wp/v2/{kind}", parameters)
        except PlatformFailure as failure:
            if failure.http_status == httpx.codes.BAD_REQUEST and "status" in str(failure):
                raise as_nobody(failure) from failure
            raise
        entries = answer.json()
        if not isinstance(entries, list) or not all(has(entry, id=int) for entry in entries):
            raise PlatformFailure(
                Outcome.REFUSED,
                {"fr": f"{kind} n'est pas une liste de WordPress.", "en": f"{kind} is not a WordPress list."},
                http_status=answer.status,
            )
        return entries

    async def category_ids(self, slugs: tuple[str, ...]) -> list[int]:
        """The numbers of the site's own categories; a missing one is a final no."""
        if not slugs:
            return []
        listed = await self.listed("categories", {"slug": ",".join(slugs), "per_page": 100, "_fields": "id,slug"})
        known = {str(entry["slug"]): int(entry["id"]) for entry in listed}
        missing = [slug for slug in slugs if slug not in known]
        if missing:
            raise PlatformFailure.told(
                Outcome.REJECTED,
                "La plateforme n'a pas {count:la catégorie|les catégories} {listed}.",
                "The platform has no category {listed}.",
                count=len(missing),
                listed=", ".join(missing),
            )
        return [known[slug] for slug in slugs]

    async def delete(self, kind: Literal["media", "posts"], external_id: str) -> None:
        """Delete something for good; what is gone already is no failure."""
        url = self.root.url(f"/wp/v2/{kind}/{external_id}", {"force": "true"})
        answer = await self.transfer.exchange("DELETE", url)
        if answer.status not in (200, 404, 410):
            raise refusal_of(answer, url, self.base_url)

    async def check(self, categories: tuple[str, ...], status: str) -> list[Finding]:
        """Whether the site would take a document from this account; writes nothing."""
        try:
            index = (await self.ask("/", anonymous=True)).json()
        except PlatformFailure as failure:
            return [Finding("reachable", is_well=False, detail=failure.detail)]
        names = index.get("namespaces", []) if isinstance(index, dict) else []
        findings = [Finding("reachable", "wp/v2" in names, _same(index.get("name")) if names else _NO_WORDPRESS)]
        try:
            me = (await self.ask("/wp/v2/users/me", {"context": "edit"})).json()
            can = me.get("capabilities", {}) if isinstance(me, dict) else {}
            needed = ["edit_posts", "upload_files", *(["publish_posts"] if status == "publish" else [])]
            lacking = [capability for capability in needed if not can.get(capability)]
            listed = ", ".join(lacking)
            lacks = {"fr": f"il lui manque {listed}", "en": f"lacks {listed}"}
            name = me.get("name") if isinstance(me, dict) else None
            findings.append(Finding("account", not lacking, lacks if lacking else _same(name)))
            await self.category_ids(categories)
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


def raw(post: Any) -> str:
    """The text of a post as it is edited."""
    content = post.get("content") if isinstance(post, dict) else None
    return str(content.get("raw", content.get("rendered", ""))) if isinstance(content, dict) else ""


def has(body: Any, **types: type) -> bool:
    """Whether an answer is an object with these members."""
    return isinstance(body, dict) and all(isinstance(body.get(name), kind) for name, kind in types.items())
