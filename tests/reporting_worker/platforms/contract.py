"""What an adapter promises on a site, whatever its kind; and what the WordPress adapter promises beyond.

The latter is run against the sandbox here, against a real WordPress in `accept/`.
"""

import hashlib
import time
import uuid
from contextlib import asynccontextmanager

import httpx
import pytest

from services.reporting_worker.platforms.adapter import Absent, Outdated, PlatformFailure, Publication, RemoteCopy
from services.reporting_worker.platforms.wordpress.adapter import WordPress
from shared.domain.delivery import Outcome
from shared.egress import LOOPBACK


def publication(key=None, sequence=1, **changed):
    """A small revision of a document; its own key unless one is given."""
    key = key or f"bulletin-{uuid.uuid4().hex[:10]}-fr-pdf"
    file = changed.pop("file", b"%PDF-1.7\n" + f"{key} {sequence}\n".encode() * 40)
    fields = {
        "document_key": key,
        "sequence": sequence,
        "language": "fr",
        "title": "Bulletin bimestriel, février – mars",
        "summary": "Appui à la stabilisation & au relèvement : « faits » et chiffres.",
        "file": file,
        "file_sha256": hashlib.sha256(file).hexdigest(),
        "categories": ("bulletins",),
    }
    return Publication(**{**fields, **changed})


@asynccontextmanager
async def adapter(site, role="author", password=None, seconds=30, url=None, opens=WordPress):
    account = site.accounts[role]
    made = opens(
        url or site.url,
        account["user"],
        password or account["password"],
        deadline=time.monotonic() + seconds,
        inner=LOOPBACK,
    )
    try:
        yield made
    finally:
        await made.aclose()


async def deliver(wordpress, document):
    """Both steps, each found first, as the executor takes them."""
    media = await wordpress.find("media", document)
    if not isinstance(media, RemoteCopy):
        media = await wordpress.send("media", document, media=None, outdated=None)
    post = await wordpress.find("post", document)
    if not isinstance(post, RemoteCopy):
        outdated = post if isinstance(post, Outdated) else None
        post = await wordpress.send("post", document, media=media, outdated=outdated)
    return media, post


def anonymous(url):
    return httpx.get(url, trust_env=False, timeout=30)


def rest(site, method, path, role="editor", **request):
    """The partner's own editor at work, or an onlooker with every right; or another account."""
    account = site.accounts[role]
    answer = httpx.request(
        method,
        f"{site.url}/wp-json/wp/v2{path}",
        auth=(account["user"], account["password"]),
        trust_env=False,
        timeout=30,
        **request,
    )
    assert answer.status_code < 400, answer.text
    return answer.json()


def held(site, kind, document):
    """The ids of what the site holds for a document."""
    status = {"status": "any"} if kind == "posts" else {}
    found = rest(site, "GET", f"/{kind}", params={"search": f"dj-{document.document_key}", "per_page": 100} | status)
    return [entry["id"] for entry in found]


class PlatformContract:
    """What `PlatformAdapter` promises of every kind; a kind says how its adapter is opened and its site is looked at."""

    opens: type
    no_right: str
    """What the platform says to an account that may not upload."""

    def adapter(self, site, role="author", **options):
        return adapter(site, role, opens=self.opens, **options)

    def held(self, site, step, document) -> list[str]:
        """The ids of what the site holds of a step."""
        raise NotImplementedError

    def everything(self, site):
        """What the site holds, to compare."""
        raise NotImplementedError

    def copy_post(self, site, post, document) -> str:
        """Another copy of the post, made behind our back; its id."""
        raise NotImplementedError

    def edit_post(self, site, post) -> tuple[str, ...]:
        """The partner's words in and around the post, which are to stay."""
        raise NotImplementedError

    def move_post(self, site, post, document) -> str:
        """The partner gives the post another address; its id then."""
        raise NotImplementedError

    async def test_a_document_goes_up_and_is_proved_by_the_bytes_fetched_back(self, site):
        document = publication()
        async with self.adapter(site) as platform:
            assert await platform.find("media", document) == Absent()
            assert await platform.find("post", document) == Absent()
            media, post = await deliver(platform, document)
        assert media.sha256 == post.sha256 == document.file_sha256
        assert anonymous(media.url).content == document.file
        page = anonymous(post.url)
        assert (page.status_code, post.is_visible) == (200, True)
        assert media.url in page.text
        assert f"dj-{document.document_key}-v1" in page.text
        assert document.document_key in post.url

    async def test_what_was_sent_is_found_again_by_its_key(self, site):
        document = publication()
        async with self.adapter(site) as platform:
            sent = await deliver(platform, document)
            assert await deliver(platform, document) == sent
        assert (len(self.held(site, "media", document)), len(self.held(site, "post", document))) == (1, 1)

    async def test_a_second_create_is_noticed_by_its_slug_and_taken_back(self, site):
        document = publication()
        async with self.adapter(site) as platform:
            media, post = await deliver(platform, document)
            again = await platform.send("media", document, media=None, outdated=None)
            assert again.external_id == media.external_id
            again = await platform.send("post", document, media=media, outdated=None)
            assert again.external_id == post.external_id
        assert (len(self.held(site, "media", document)), len(self.held(site, "post", document))) == (1, 1)

    async def test_copies_made_behind_our_back_are_reported_as_surplus(self, site):
        document = publication()
        async with self.adapter(site) as platform:
            _, post = await deliver(platform, document)
            copied = self.copy_post(site, post, document)
            found = await platform.find("post", document)
        assert found.external_id == post.external_id
        assert found.surplus == (copied,)

    async def test_a_correction_uploads_a_new_file_and_updates_the_same_post(self, site):
        first = publication()
        second = publication(first.document_key, 2)
        async with self.adapter(site) as platform:
            _, before = await deliver(platform, first)
            kept = self.edit_post(site, before)
            assert await platform.find("post", second) == Outdated(before.external_id)
            media, after = await deliver(platform, second)
            page = anonymous(after.url).text
            with pytest.raises(PlatformFailure, match="already shows revision 2") as refused:
                await platform.find("post", first)
        assert (after.external_id, after.url, after.sha256) == (before.external_id, before.url, second.file_sha256)
        assert refused.value.outcome is Outcome.REJECTED
        assert media.url in page
        assert f"dj-{first.document_key}-v1" not in page
        assert not [words for words in kept if words not in page]

    async def test_a_post_is_found_by_its_reference_line_when_the_partner_renamed_it(self, site):
        document = publication()
        async with self.adapter(site) as platform:
            _, post = await deliver(platform, document)
            moved = self.move_post(site, post, document)
            found = await platform.find("post", document)
        assert found.external_id == moved

    async def test_a_category_that_the_partner_does_not_have_is_named_and_nothing_is_posted(self, site):
        document = publication(categories=("bulletins", "inconnue"))
        async with self.adapter(site) as platform:
            with pytest.raises(PlatformFailure, match="no category inconnue") as refused:
                await deliver(platform, document)
        assert refused.value.outcome is Outcome.REJECTED
        assert self.held(site, "post", document) == []

    async def test_a_wrong_password_is_the_platforms_refusal_not_the_documents(self, site):
        document = publication()
        async with self.adapter(site, password="wrong wrong wrong wrong") as platform:
            with pytest.raises(PlatformFailure) as probed:
                await platform.find("post", document)
            with pytest.raises(PlatformFailure) as sent:
                await platform.send("media", document, media=None, outdated=None)
        assert (probed.value.outcome, sent.value.outcome) == (Outcome.UNAUTHORISED, Outcome.UNAUTHORISED)
        assert self.held(site, "media", document) == []

    async def test_an_account_that_may_not_upload_is_the_platforms_refusal(self, site):
        async with self.adapter(site, "contributor") as platform:
            with pytest.raises(PlatformFailure, match=self.no_right) as refused:
                await platform.send("media", publication(), media=None, outdated=None)
        assert refused.value.outcome is Outcome.UNAUTHORISED

    async def test_retracting_removes_and_is_no_failure_when_nothing_is_left(self, site):
        document = publication()
        async with self.adapter(site) as platform:
            media, post = await deliver(platform, document)
            for _ in range(2):
                await platform.retract("post", post.external_id)
                await platform.retract("media", media.external_id)
            assert await platform.find("post", document) == Absent()
            assert await platform.find("media", document) == Absent()
        assert anonymous(media.url).status_code == 404

    async def test_the_platform_test_says_what_is_well_and_writes_nothing(self, site):
        before = self.everything(site)
        async with self.adapter(site) as platform:
            assert all(finding.is_well for finding in await platform.check(("bulletins",), "publish"))
            (*_, categories) = await platform.check(("inconnue",), "publish")
            assert (categories.question, categories.is_well) == ("categories", False)
        async with self.adapter(site, password="wrong") as platform:
            assert (await platform.check((), "publish"))[1].question == "account"
        assert self.everything(site) == before


class WordPressContract(PlatformContract):
    opens = WordPress
    no_right = "rest_cannot_create"

    def held(self, site, step, document):
        return held(site, {"media": "media", "post": "posts"}[step], document)

    def everything(self, site):
        return [len(rest(site, "GET", f"/{kind}", params={"per_page": 100})) for kind in ("media", "posts")]

    def copy_post(self, site, post, document):
        fields = {"title": "x", "slug": f"dj-{document.document_key}", "status": "draft"}
        fields["content"] = self.text(site, post)
        return str(rest(site, "POST", "/posts", role="author", json=fields)["id"])

    def edit_post(self, site, post):
        words = ("Titre de la rédaction", "Chapeau du partenaire.", "Pied du partenaire.")
        title, before, after = words
        text = f"<p>{before}</p>\n{self.text(site, post)}\n<p>{after}</p>"
        rest(site, "POST", f"/posts/{post.external_id}", json={"title": title, "content": text})
        return words

    def move_post(self, site, post, document):
        slug = f"renomme-{document.document_key[9:19]}"
        rest(site, "POST", f"/posts/{post.external_id}", json={"slug": slug})
        return post.external_id

    def text(self, site, post):
        """The text of a post as it is edited."""
        return rest(site, "GET", f"/posts/{post.external_id}", params={"context": "edit"})["content"]["raw"]

    @pytest.mark.parametrize("status", ["draft", "pending"])
    async def test_a_post_that_awaits_the_partner_is_accepted_but_not_visible(self, site, status):
        document = publication(status=status)
        async with adapter(site) as wordpress:
            media, post = await deliver(wordpress, document)
            assert (await deliver(wordpress, document)) == (media, post)
        assert not post.is_visible
        assert rest(site, "GET", f"/posts/{post.external_id}", params={"context": "edit"})["status"] == status

    async def test_a_file_that_is_no_pdf_by_content_is_refused_for_good(self, site):
        document = publication(file=b"plain words, whatever their name")
        async with adapter(site) as wordpress:
            with pytest.raises(PlatformFailure, match="rest_upload_sideload_error") as refused:
                await wordpress.send("media", document, media=None, outdated=None)
        assert (refused.value.outcome, refused.value.http_status) == (Outcome.REJECTED, 500)
        assert held(site, "media", document) == []

    async def test_the_platform_test_says_what_each_account_lacks(self, site):
        async with adapter(site, "author") as wordpress:
            assert len(await wordpress.check(("bulletins",), "publish")) == 3
        async with adapter(site, "contributor") as wordpress:
            account = (await wordpress.check((), "publish"))[1]
            assert account.detail["en"] == "lacks upload_files, publish_posts"
        async with adapter(site, password="wrong") as wordpress:
            assert (await wordpress.check((), "draft"))[1].question == "account"
