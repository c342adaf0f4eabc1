"""Servers of partners that are not as WordPress ships them: what is delivered all the same, and what a person is told."""

import pytest

from services.reporting_worker.platforms.adapter import PlatformFailure
from shared.domain.delivery import Outcome
from tests.reporting_worker.platforms.contract import adapter, anonymous, deliver, publication
from tests.reporting_worker.platforms.sandbox import ThreadedSandbox, free_port

ELSEWHERE = "https://www.archive.example.org"


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory):
    with ThreadedSandbox(tmp_path_factory.mktemp("platform")) as sandbox:
        yield sandbox


@pytest.fixture
def site(shared_site):
    yield shared_site
    shared_site.faults()


def behaves(site, action, path="/", **rule):
    site.faults({"id": f"{action} {path}", "action": action, "path": path, **rule})


async def refused(site, step="post"):
    async with adapter(site) as wordpress:
        with pytest.raises(PlatformFailure) as failed:
            await wordpress.find(step, publication())
        findings = await wordpress.check((), "publish")
    return failed.value, findings


@pytest.mark.parametrize(
    ("action", "rule"), [("compress", {}), ("plain_permalinks", {}), ("plain_permalinks", {"in_page": True})]
)
async def test_a_document_is_delivered_once_and_proved_whatever_the_server_does_with(site, action, rule):
    behaves(site, action, **rule)
    document = publication()
    async with adapter(site) as wordpress:
        media, post = await deliver(wordpress, document)
        assert await deliver(wordpress, document) == (media, post)
        assert all(finding.is_well for finding in await wordpress.check(("bulletins",), "publish"))
    assert media.sha256 == post.sha256 == document.file_sha256
    made = [line["effect"] for line in site.effects() if document.document_key in line["entry"]["slug"]]
    assert made == ["media.created", "post.created"]


async def test_an_address_that_has_moved_is_told_and_nothing_is_sent_there(site):
    behaves(site, "move", to=ELSEWHERE)
    failure, (finding,) = await refused(site)
    assert failure.outcome is Outcome.UNAUTHORISED
    for said in (failure.detail["en"], finding.detail["en"]):
        assert f"has moved to {ELSEWHERE}" in said
    async with adapter(site) as wordpress:
        with pytest.raises(PlatformFailure, match="has moved to") as sent:
            await wordpress.send("media", publication(), media=None, outdated=None)
    assert sent.value.outcome is Outcome.UNAUTHORISED


async def test_an_api_announced_on_another_origin_is_told_and_never_asked(site):
    behaves(site, "plain_permalinks", to=ELSEWHERE)
    failure, (finding,) = await refused(site)
    assert failure.outcome is Outcome.UNAUTHORISED
    assert ELSEWHERE in failure.detail["en"]
    assert ELSEWHERE in finding.detail["en"]


async def test_a_slash_that_the_server_insists_on_is_told(site):
    behaves(site, "move", path="/wp-json", slash=True)
    failure, (finding,) = await refused(site)
    assert failure.outcome is Outcome.UNAUTHORISED
    assert "exempt the API" in failure.detail["en"]
    assert "exempt the API" in finding.detail["en"]


async def test_a_page_instead_of_wordpress_is_called_so_and_condemns_no_document(site):
    html = {"status": 200, "body": "<html>Checking your browser</html>", "headers": {"Content-Type": "text/html"}}
    behaves(site, "say", **html)
    failure, (finding,) = await refused(site)
    assert failure.outcome is Outcome.REFUSED
    assert "security check" in failure.detail["en"]
    assert "security check" in finding.detail["en"]
    behaves(site, "say", method="POST", **html)
    async with adapter(site) as wordpress:
        with pytest.raises(PlatformFailure, match="security check") as sent:
            await wordpress.send("media", publication(), media=None, outdated=None)
    assert sent.value.outcome is Outcome.UNCLEAR


async def test_a_server_that_drops_the_authorization_header_is_likely_and_what_to_change_is_said(site):
    behaves(site, "drop_authorization")
    failure, findings = await refused(site)
    assert failure.outcome is Outcome.UNAUTHORISED
    assert not findings[1].is_well
    for said in (failure.detail["en"], findings[1].detail["en"]):
        assert "drops the Authorization header" in said
        assert "SetEnvIf Authorization" in said


@pytest.mark.parametrize("status", [401, 403])
async def test_files_that_readers_may_not_have_are_accepted_by_what_the_api_says_and_not_visible(site, status):
    behaves(site, "say", path="/wp-content", status=status, body="no")
    document = publication()
    async with adapter(site) as wordpress:
        media, post = await deliver(wordpress, document)
        assert (await deliver(wordpress, document))[0] == media
    assert (media.is_visible, media.sha256) == (False, "")
    assert "readers do not get it" in media.note["en"]
    assert anonymous(post.url).status_code == 200


async def test_files_served_from_a_host_that_cannot_be_reached_are_accepted_and_not_visible(site):
    behaves(site, "uploads_elsewhere", path="/wp-json", to=f"http://127.0.0.1:{free_port()}")
    async with adapter(site) as wordpress:
        media, _ = await deliver(wordpress, publication())
    assert not media.is_visible


async def test_files_served_from_another_host_are_proved_by_their_bytes_there(site, tmp_path):
    behaves(site, "uploads_elsewhere", path="/wp-json", to=site.url.replace("127.0.0.1", "localhost"))
    document = publication()
    async with adapter(site) as wordpress:
        media, _ = await deliver(wordpress, document)
    assert (media.is_visible, media.sha256) == (True, document.file_sha256)


async def test_a_file_of_another_size_is_no_proof(site):
    behaves(site, "say", path="/wp-content", status=403, body="no")
    document = publication()
    async with adapter(site) as wordpress:
        media = await wordpress.send("media", document, media=None, outdated=None)
        with pytest.raises(PlatformFailure, match="the site says"):
            await wordpress._files._copy_of_file(media.external_id, media.url, publication(file=document.file + b"x"))
