"""What the WordPress adapter promises on a site: run against the sandbox here, against a real WordPress in `accept/`."""

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
async def adapter(site, role="author", password=None, seconds=30, url=None):
    account = site.accounts[role]
    made = WordPress(
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


def rest(site, method, path, **request):
    """The partner's own editor at work, or an onlooker with every right."""
    account = site.accounts["editor"]
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


class WordPressContract:
    async def test_a_document_goes_up_and_is_proved_by_the_bytes_fetched_back(self, site):
        document = publication()
        async with adapter(site) as wordpress:
            assert await wordpress.find("media", document) == Absent()
            assert await wordpress.find("post", document) == Absent()
            media, post = await deliver(wordpress, document)
        assert media.sha256 == post.sha256 == document.file_sha256
        assert anonymous(media.url).content == document.file
        page = anonymous(post.url)
        assert (page.status_code, post.is_visible) == (200, True)
        assert media.url in page.text
        assert f"dj-{document.document_key}-v1" in page.text
        assert document.document_key in post.url

    async def test_what_was_sent_is_found_again_by_its_key(self, site):
        document = publication()
        async with adapter(site) as wordpress:
            sent = await deliver(wordpress, document)
            assert await deliver(wordpress, document) == sent
        assert (len(held(site, "media", document)), len(held(site, "posts", document))) == (1, 1)

    async def test_a_second_create_is_noticed_by_its_slug_and_taken_back(self, site):
        document = publication()
        async with adapter(site) as wordpress:
            media, post = await deliver(wordpress, document)
            again = await wordpress.send("media", document, media=None, outdated=None)
            assert again.external_id == media.external_id
            again = await wordpress.send("post", document, media=media, outdated=None)
            assert again.external_id == post.external_id
        assert (len(held(site, "media", document)), len(held(site, "posts", document))) == (1, 1)

    async def test_copies_made_behind_our_back_are_reported_as_surplus(self, site):
        document = publication()
        async with adapter(site) as wordpress:
            _, post = await deliver(wordpress, document)
            body = rest(site, "GET", f"/posts/{post.external_id}", params={"context": "edit"})["content"]["raw"]
            fields = {"title": "x", "slug": f"dj-{document.document_key}", "content": body, "status": "draft"}
            async with adapter(site, "author") as other:
                answer = await other._rest.write("POST", "/wp/v2/posts", json=fields)
            found = await wordpress.find("post", document)
        assert found.external_id == post.external_id
        assert found.surplus == (str(answer.json()["id"]),)

    async def test_a_correction_uploads_a_new_file_and_updates_the_same_post(self, site):
        first = publication()
        second = publication(first.document_key, 2)
        async with adapter(site) as wordpress:
            _, before = await deliver(wordpress, first)
            rest(site, "POST", f"/posts/{before.external_id}", json={"title": "Titre de la rédaction"})
            text = rest(site, "GET", f"/posts/{before.external_id}", params={"context": "edit"})["content"]["raw"]
            mine = f"<p>Chapeau du partenaire.</p>\n{text}\n<p>Pied du partenaire.</p>"
            rest(site, "POST", f"/posts/{before.external_id}", json={"content": mine})
            assert await wordpress.find("post", second) == Outdated(before.external_id)
            media, after = await deliver(wordpress, second)
            page = anonymous(after.url).text
            with pytest.raises(PlatformFailure, match="already shows revision 2") as refused:
                await wordpress.find("post", first)
        assert (after.external_id, after.url, after.sha256) == (before.external_id, before.url, second.file_sha256)
        assert refused.value.outcome is Outcome.REJECTED
        assert media.url in page
        assert f"dj-{first.document_key}-v1" not in page
        for kept in ("Titre de la rédaction", "Chapeau du partenaire.", "Pied du partenaire."):
            assert kept in page

    async def test_a_post_is_found_by_its_reference_line_when_the_partner_renamed_it(self, site):
        document = publication()
        async with adapter(site) as wordpress:
            _, post = await deliver(wordpress, document)
            rest(site, "POST", f"/posts/{post.external_id}", json={"slug": f"renomme-{document.document_key[9:19]}"})
            found = await wordpress.find("post", document)
        assert found.external_id == post.external_id

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

    async def test_a_category_that_the_partner_does_not_have_is_named_and_nothing_is_posted(self, site):
        document = publication(categories=("bulletins", "inconnue"))
        async with adapter(site) as wordpress:
            with pytest.raises(PlatformFailure, match="no category inconnue") as refused:
                await deliver(wordpress, document)
        assert refused.value.outcome is Outcome.REJECTED
        assert held(site, "posts", document) == []

    async def test_a_wrong_password_is_the_platforms_refusal_not_the_documents(self, site):
        document = publication()
        async with adapter(site, password="wrong wrong wrong wrong") as wordpress:
            with pytest.raises(PlatformFailure) as probed:
                await wordpress.find("post", document)
            with pytest.raises(PlatformFailure) as sent:
                await wordpress.send("media", document, media=None, outdated=None)
        assert (probed.value.outcome, sent.value.outcome) == (Outcome.UNAUTHORISED, Outcome.UNAUTHORISED)
        assert held(site, "media", document) == []

    async def test_an_account_that_may_not_upload_is_the_platforms_refusal(self, site):
        async with adapter(site, "contributor") as wordpress:
            with pytest.raises(PlatformFailure, match="rest_cannot_create") as refused:
                await wordpress.send("media", publication(), media=None, outdated=None)
        assert refused.value.outcome is Outcome.UNAUTHORISED

    async def test_retracting_removes_and_is_no_failure_when_nothing_is_left(self, site):
        document = publication()
        async with adapter(site) as wordpress:
            media, post = await deliver(wordpress, document)
            for _ in range(2):
                await wordpress.retract("post", post.external_id)
                await wordpress.retract("media", media.external_id)
            assert await wordpress.find("post", document) == Absent()
            assert await wordpress.find("media", document) == Absent()
        assert anonymous(media.url).status_code == 404

    async def test_the_platform_test_says_what_is_well_and_writes_nothing(self, site):
        before = [len(rest(site, "GET", f"/{kind}", params={"per_page": 100})) for kind in ("media", "posts")]
        async with adapter(site) as wordpress:
            assert [finding.is_well for finding in await wordpress.check(("bulletins",), "publish")] == [True] * 3
            (*_, categories) = await wordpress.check(("inconnue",), "publish")
            assert (categories.question, categories.is_well) == ("categories", False)
        async with adapter(site, "contributor") as wordpress:
            account = (await wordpress.check((), "publish"))[1]
            assert account.detail["en"] == "lacks upload_files, publish_posts"
        async with adapter(site, password="wrong") as wordpress:
            assert (await wordpress.check((), "draft"))[1].question == "account"
        assert before == [len(rest(site, "GET", f"/{kind}", params={"per_page": 100})) for kind in ("media", "posts")]
