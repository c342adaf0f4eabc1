"""Run as a test in a copy of the project to which the page on platforms has added a WebDAV folder as a kind."""

import json

import httpx
import pytest

from services.reporting_worker.enumerations.routes import routes as enumerations
from services.reporting_worker.platforms.adapter import Absent, Outdated, PlatformFailure, RemoteCopy
from services.reporting_worker.platforms.kinds import ADAPTERS
from services.reporting_worker.platforms.routes import routes as platforms
from services.reporting_worker.platforms.service import platform_named, try_platform
from services.reporting_worker.publications.routes import routes as deliveries
from shared.auth import system
from shared.domain.delivery import Outcome
from shared.models.delivery import PlatformKind
from shared.unit_of_work import unit_of_work
from shared.web.app import create_app
from tests.house.added.webdav_server import WebDAVServer
from tests.house.pages import block_of
from tests.reporting_worker.platforms.contract import PlatformContract, anonymous, deliver, publication
from tests.reporting_worker.publications.builder import keep_secret, promise

WebDAV = ADAPTERS[PlatformKind("webdav")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    server = WebDAVServer(tmp_path_factory.mktemp("webdav") / "share").start()
    yield server
    server.stop()


@pytest.fixture
def site(folder):
    """The partner's folder, with two of their own in it."""
    account = folder.accounts["author"]
    auth = (account["user"], account["password"])
    for name in ("bulletins", "autres notes"):
        httpx.request("MKCOL", f"{folder.url}/{name}", auth=auth, trust_env=False)
    yield folder
    folder.locked.clear()
    folder.loses.clear()
    folder.meddled.clear()
    folder.is_shut, folder.is_weak, folder.lists = False, False, None


class TestWebDAV(PlatformContract):
    opens = staticmethod(WebDAV)
    no_right = "HTTP 403"

    def held(self, site, step, document):
        ending = {"media": "-v*.pdf", "post": ".html"}[step]
        return sorted(str(path) for path in site.folder.rglob(f"dj-{document.document_key}{ending}"))

    def everything(self, site):
        return {path: path.is_file() and path.read_bytes() for path in site.folder.rglob("*")}

    def copy_post(self, site, post, document):
        page = site.folder / post.external_id
        (site.folder / "autres notes" / page.name).write_bytes(page.read_bytes())
        return f"autres%20notes/{page.name}"

    def edit_post(self, site, post):
        page = site.folder / post.external_id
        written = page.read_bytes()
        page.write_bytes(b"<p>Chapeau du partenaire.</p>\n" + written + "<p>Pied à part.</p>".encode("latin-1"))
        return ("Chapeau du partenaire.", " part.</p>")

    def move_post(self, site, post, document):
        page = site.folder / post.external_id
        page.rename(site.folder / "autres notes" / page.name)
        return f"autres%20notes/{page.name}"

    async def test_an_answer_lost_after_the_effect_is_unclear_and_a_probe_finds_the_effect(self, site):
        document = publication()
        async with self.adapter(site) as platform:
            site.loses.append("PUT")
            with pytest.raises(PlatformFailure) as lost:
                await platform.send("media", document, media=None, outdated=None)
            assert lost.value.outcome is Outcome.UNCLEAR
            assert isinstance(await platform.find("media", document), RemoteCopy)

    async def test_half_a_file_is_no_file_and_is_mended(self, site):
        document = publication()
        (site.folder / "bulletins" / f"dj-{document.document_key}-v1.pdf").write_bytes(document.file[:50])
        async with self.adapter(site) as platform:
            assert await platform.find("media", document) == Absent()
            media, _ = await deliver(platform, document)
        assert anonymous(media.url).content == document.file

    async def test_a_page_that_somebody_edits_meanwhile_is_left_and_renewed_at_the_next_look(self, site):
        first = publication()
        second = publication(first.document_key, 2)
        async with self.adapter(site) as platform:
            _, page = await deliver(platform, first)
            media = await platform.send("media", second, media=None, outdated=None)
            site.meddled.add(page.external_id.rpartition("/")[2])
            with pytest.raises(PlatformFailure) as meddled:
                await platform.send("post", second, media=media, outdated=Outdated(page.external_id))
            assert meddled.value.outcome is Outcome.REFUSED
            assert first.file_sha256 in anonymous(page.url).text
            _, renewed = await deliver(platform, second)
        said = anonymous(renewed.url).text
        assert ("Entre-temps." in said, second.file_sha256 in said) == (True, True)

    async def test_a_page_is_renewed_where_tags_are_weak(self, site):
        site.is_weak = True
        first = publication()
        async with self.adapter(site) as platform:
            _, page = await deliver(platform, first)
            _, renewed = await deliver(platform, publication(first.document_key, 2))
        assert renewed.external_id == page.external_id

    async def test_a_page_that_is_locked_or_there_already_is_left_and_looked_at_again(self, site):
        first = publication()
        second = publication(first.document_key, 2)
        async with self.adapter(site) as platform:
            _, page = await deliver(platform, first)
            media = await platform.send("media", second, media=None, outdated=None)
            outdated = Outdated(page.external_id)
            site.locked.add(page.external_id.rpartition("/")[2])
            with pytest.raises(PlatformFailure, match="HTTP 423") as locked:
                await platform.send("post", second, media=media, outdated=outdated)
            site.locked.clear()
            with pytest.raises(PlatformFailure, match="Not found after") as changed:
                await platform.send("post", second, media=media, outdated=None)
        assert locked.value.outcome is changed.value.outcome is Outcome.REFUSED
        assert first.file_sha256 in anonymous(page.url).text

    async def test_what_readers_do_not_get_is_held_but_not_visible(self, site):
        document = publication()
        site.is_shut = True
        async with self.adapter(site) as platform:
            copies = await deliver(platform, document)
        assert [(copy.is_visible, copy.note["en"]) for copy in copies] == [(False, "Readers do not get it.")] * 2

    async def test_what_awaits_the_partner_cannot_lie_in_a_folder(self, site):
        document = publication(status="draft")
        async with self.adapter(site) as platform:
            with pytest.raises(PlatformFailure, match="choose publish_status") as refused:
                await platform.send("media", document, media=None, outdated=None)
            assert not all(one.is_well for one in await platform.check(("bulletins",), "draft"))
        assert refused.value.outcome is Outcome.REJECTED
        assert self.held(site, "media", document) == []

    async def test_no_failure_says_the_password(self, site):
        async with self.adapter(site, password="swordfish") as platform:
            with pytest.raises(PlatformFailure) as refused:
                await platform.find("media", publication())
            said = [one.detail for one in await platform.check((), "publish")]
        assert "swordfish" not in str((refused.value.detail, str(refused.value), said))

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"<html><p>Sign in",
            b"<multistatus xmlns='DAV:'><response>",
            b"<multistatus xmlns='DAV:'><response><href>http://[</href><collection/></response></multistatus>",
        ],
    )
    async def test_a_list_that_is_none_is_refused(self, site, answer):
        site.lists = answer
        async with self.adapter(site) as platform:
            with pytest.raises(PlatformFailure, match="cannot be read") as refused:
                await platform.find("media", publication())
        assert refused.value.outcome is Outcome.REFUSED

    @pytest.mark.parametrize(
        "href", ["/etc/", "/share/..", "/share/a/b/", "/share/%2e%2e/", "/share/a%2Fb/", "/share/&file;/"]
    )
    async def test_what_a_list_says_of_elsewhere_is_not_followed(self, site, href):
        site.lists = (
            "<!DOCTYPE a [<!ENTITY file SYSTEM 'file:///etc/hostname'>]><multistatus xmlns='DAV:'><response>"
            f"<href>{href}</href><propstat><collection/></propstat></response></multistatus>"
        ).encode()
        async with self.adapter(site) as platform:
            (*_, categories) = await platform.check(("etc", "a"), "publish")
        assert categories.detail["en"] == "The platform has no category a, etc."


@pytest.fixture
async def client(settings, serve, token_for):
    started = await serve(create_app("reporting", settings, [deliveries, platforms, enumerations]))
    started.headers["Authorization"] = f"Bearer {token_for('admin', 'awa')}"
    return started


async def test_it_is_configured_tried_delivered_to_and_listed_as_the_other_kinds_are(desk, site, client):
    account = site.accounts["author"]
    command = json.loads(block_of("how-to-add-a-platform.md", '{"slug"'))
    keep_secret(desk.settings.secrets_folder, command["secret_reference"], account["password"])
    command |= {"base_url": site.url, "username": account["user"]}
    made = await client.post("/v1/platforms", json=command)
    assert made.status_code == 201, made.text
    async with unit_of_work(desk.engine, system("test"), service="reporting") as unit:
        platform = await platform_named(unit, "dossier")
    assert all(one.is_well for one in await try_platform(platform, desk.settings))
    for revision in (1, 2):
        edition = await desk.freeze(languages=("fr",), revision=revision)
        (delivery,) = await promise(desk.engine, edition, platforms=["dossier"])
        assert await desk.turn()
        assert (await desk.look(delivery))["state"] == "delivered"
        receipts = await desk.receipts(delivery)
        assert {one["remote_sha256"] for one in receipts.values()} == {delivery.artefact_sha256}
        assert receipts["media"]["url"] in anonymous(receipts["post"]["url"]).text
    assert receipts["post"]["found_by"] == "updated"
    listed = (await client.get("/v1/platforms?kind__in=webdav")).json()["items"]
    assert [one["slug"] for one in listed] == ["dossier"]
    kinds = (await client.get("/v1/enumerations/platform_kind")).json()["values"]
    assert {"fr": "dossier WebDAV", "en": "WebDAV folder"} in [one["label"] for one in kinds]
