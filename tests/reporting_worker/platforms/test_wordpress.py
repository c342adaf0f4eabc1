"""The adapter on the sandbox platform: the contract, then the faults that a real site would not do on command."""

import time

import pytest

from services.reporting_worker.platforms.adapter import PlatformFailure, RemoteCopy
from shared.domain.delivery import Outcome
from tests.reporting_worker.platforms.contract import WordPressContract, adapter, deliver, publication
from tests.reporting_worker.platforms.sandbox import Sandbox, free_port

POSTS, MEDIA = "/wp-json/wp/v2/posts", "/wp-json/wp/v2/media"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("platform")).start()
    yield sandbox
    sandbox.stop()


@pytest.fixture(autouse=True)
def healthy(site):
    yield
    site.faults()


class TestSandbox(WordPressContract):
    pass


async def send_media(site, document, **options):
    async with adapter(site, **options) as wordpress:
        return await wordpress.send("media", document, media=None, outdated=None)


@pytest.mark.parametrize("action", ["lose_reply", "error_after"])
async def test_an_answer_lost_after_the_effect_is_unclear_and_a_probe_finds_the_effect(site, action):
    document = publication()
    site.faults({"id": document.document_key, "method": "POST", "path": MEDIA, "action": action, "count": 1})
    with pytest.raises(PlatformFailure) as lost:
        await send_media(site, document)
    assert lost.value.outcome is Outcome.UNCLEAR
    async with adapter(site) as wordpress:
        found = await wordpress.find("media", document)
    assert isinstance(found, RemoteCopy)
    assert found.surplus == ()


@pytest.mark.parametrize("action", ["close_before", "unavailable", "throttle"])
async def test_an_unclear_answer_without_effect_leaves_nothing(site, action):
    document = publication()
    site.faults(
        {"id": document.document_key, "method": "POST", "path": MEDIA, "action": action, "count": 1, "seconds": 7}
    )
    with pytest.raises(PlatformFailure) as lost:
        await send_media(site, document)
    assert lost.value.outcome is Outcome.UNCLEAR
    assert lost.value.retry_after == (7 if action == "throttle" else None)
    assert not [line for line in site.effects("media.created") if document.document_key in line["entry"]["slug"]]


async def test_a_site_slower_than_the_deadline_is_unclear(site):
    document = publication()
    site.faults({"id": document.document_key, "path": MEDIA, "action": "slow_before", "count": 1, "seconds": 1.5})
    with pytest.raises(PlatformFailure) as late:
        await send_media(site, document, seconds=0.5)
    assert late.value.outcome is Outcome.UNCLEAR


async def test_no_byte_leaves_after_the_deadline(site):
    document = publication()
    with pytest.raises(PlatformFailure, match="before the first byte") as late:
        await send_media(site, document, seconds=-1)
    assert late.value.outcome is Outcome.LATE


async def test_a_platform_that_is_down_refused_before_the_first_byte(site):
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(PlatformFailure, match="ConnectError") as down:
        await send_media(site, publication(), url=url)
    assert down.value.outcome is Outcome.REFUSED
    async with adapter(site, url=url) as wordpress:
        (finding,) = await wordpress.check((), "publish")
    assert not finding.is_well


async def test_a_failing_probe_leaves_no_doubt_and_condemns_nothing(site):
    document = publication()
    site.faults({"id": document.document_key, "method": "GET", "action": "unavailable", "count": 1})
    async with adapter(site) as wordpress:
        with pytest.raises(PlatformFailure) as failed:
            await wordpress.find("post", document)
    assert failed.value.outcome is Outcome.REFUSED


async def test_a_file_that_cannot_be_fetched_back_is_not_delivered(site):
    document = publication()
    site.faults({"id": document.document_key, "method": "GET", "path": "/wp-content", "action": "unavailable"})
    with pytest.raises(PlatformFailure, match="cannot be fetched back") as unproved:
        await send_media(site, document)
    assert unproved.value.outcome is Outcome.UNCLEAR


async def test_a_request_still_inside_the_platform_takes_effect_after_its_caller_has_gone(site):
    document = publication()
    site.faults({"id": document.document_key, "path": MEDIA, "action": "slow_before", "count": 1, "seconds": 0.4})
    with pytest.raises(PlatformFailure):
        await send_media(site, document, seconds=0.2)
    until = time.monotonic() + 10
    async with adapter(site) as wordpress:
        while not isinstance(await wordpress.find("media", document), RemoteCopy):
            assert time.monotonic() < until


async def test_the_journal_holds_every_effect_with_the_hash_of_its_bytes(site):
    document = publication()
    async with adapter(site) as wordpress:
        media, post = await deliver(wordpress, document)
    created = {(line["effect"], str(line["id"])): line["sha256"] for line in site.effects()}
    assert created["media.created", media.external_id] == document.file_sha256
    assert ("post.created", post.external_id) in created
