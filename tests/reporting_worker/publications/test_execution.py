"""One delivery on a real database and the sandbox platform: each way that a claim can end, and what follows from it."""

import asyncio

import pytest

from shared.jobs import claim_job
from shared.models import Receipt
from shared.models.kept import texts_of
from tests.reporting_worker.platforms.contract import anonymous
from tests.reporting_worker.publications.builder import promise
from tests.reporting_worker.publications.conftest import effect

MEDIA, POSTS = "/wp-json/wp/v2/media", "/wp-json/wp/v2/posts"


def fault(action, method="POST", path=MEDIA, count=1, seconds=0):
    rule = {"method": method, "path": path, "action": action, "count": count, "seconds": seconds}
    return {"id": f"{action} {method} {path}", **rule}


async def test_a_delivery_is_proved_step_by_step(desk):
    delivery = await desk.publish()
    assert await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"
    assert (await desk.job(delivery))["state"] == "done"
    assert await desk.attempts(delivery) == [
        (1, "media", "probe", "absent"),
        (1, "media", "send", "succeeded"),
        (1, "post", "probe", "absent"),
        (1, "post", "send", "succeeded"),
    ]
    receipts = await desk.receipts(delivery)
    assert {row["remote_sha256"] for row in receipts.values()} == {delivery.artefact_sha256}
    page = anonymous(receipts["post"]["url"])
    assert receipts["media"]["url"] in page.text
    said = page.text.replace("\u00a0", " ")
    assert "Période du 1er février 2022 au 31 mars 2022 ; chiffres arrêtés au 31 mars 2022." in said
    assert [line["effect"] for line in desk.site.effects()] == ["media.created", "post.created"]


async def test_one_post_per_language_each_with_its_own_file(desk):
    await desk.publish(languages=("fr", "en"))
    while await desk.turn():
        pass
    posts = [line["entry"] for line in desk.site.effects("post.created")]
    assert {post["slug"] for post in posts} == {"dj-bulletin-2022-02-fr-pdf", "dj-bulletin-2022-02-en-pdf"}
    files = {line["sha256"] for line in desk.site.effects("media.created")}
    assert len(files) == 2
    assert all(any(sha256 in post["content"] for sha256 in files) for post in posts)


@pytest.mark.parametrize("path", [MEDIA, POSTS])
@pytest.mark.parametrize("action", ["lose_reply", "error_after"])
async def test_a_reply_lost_after_the_effect_is_unknown_then_found_and_never_sent_again(desk, action, path):
    desk.site.faults(fault(action, path=path))
    delivery = await desk.publish()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "unknown"
    await desk.turn()  # the quarantine is not over: nothing is asked of the platform
    assert (await desk.look(delivery))["state"] == "unknown"
    probes = len(await desk.attempts(delivery))
    await desk.age()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"
    assert len(await desk.attempts(delivery)) > probes
    assert sorted(line["effect"] for line in desk.site.effects()) == ["media.created", "post.created"]
    step = "media" if path == MEDIA else "post"
    assert (await desk.receipts(delivery))[step]["found_by"] == "probe"


async def test_an_unclear_sending_without_effect_is_sent_again_after_a_probe(desk):
    desk.site.faults(fault("close_before", path=POSTS))
    delivery = await desk.publish()
    await desk.turn()
    await desk.age()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"
    tried = await desk.attempts(delivery)
    assert tried[3:] == [
        (1, "post", "send", "unclear"),
        (3, "post", "probe", "absent"),
        (3, "post", "send", "succeeded"),
    ] or tried[3:] == [(1, "post", "send", "unclear"), (2, "post", "probe", "absent"), (2, "post", "send", "succeeded")]
    assert len(desk.site.effects()) == 2


async def test_a_failing_probe_keeps_the_doubt_and_never_falls_through_to_sending(desk):
    desk.site.faults(fault("lose_reply"))
    delivery = await desk.publish()
    await desk.turn()
    desk.site.faults(fault("unavailable", method="GET", path=MEDIA, count=99))
    for _ in range(3):
        await desk.age()
        await desk.turn()
        assert (await desk.look(delivery))["state"] == "unknown"
    desk.site.faults()
    await desk.age()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"
    assert len(desk.site.effects("media.created")) == 1


async def test_a_platform_that_is_down_leaves_it_pending_and_it_goes_out_when_the_platform_is_back(desk):
    desk.site.stop()
    delivery = await desk.publish()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "pending"
    job = await desk.job(delivery)
    assert job["state"] == "pending"
    assert "ConnectError" in job["error"]
    desk.site.start()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"


async def test_after_the_last_attempt_it_is_dead_with_its_reason_and_a_replay_starts_anew(desk):
    desk.site.stop()
    delivery = await desk.publish()
    for _ in range(12):
        assert (await desk.look(delivery))["state"] == "pending"
        await desk.turn()
    row = await desk.look(delivery)
    assert row["state"] == "dead"
    assert "ConnectError" in row["dead_reason"]
    assert (await desk.job(delivery))["state"] == "dead"


async def test_asked_to_wait_it_waits_that_long(desk):
    desk.site.faults(fault("throttle", seconds=900))
    delivery = await desk.publish()
    await desk.turn()
    row = await desk.look(delivery)
    assert row["state"] == "unknown"
    assert (row["probe_not_before"] - row["state_since"]).total_seconds() == pytest.approx(900)


async def test_what_the_platform_refuses_for_good_is_dead(desk):
    await desk.execute('UPDATE platform SET categories = \'{"bulletin": ["inconnue"]}\'')
    delivery = await desk.publish()
    await desk.turn()
    row = await desk.look(delivery)
    assert row["state"] == "dead"
    assert texts_of(row["dead_reason"]) == {
        "fr": "La plateforme n'a pas la catégorie inconnue.",
        "en": "The platform has no category inconnue.",
    }
    assert [line["effect"] for line in desk.site.effects()] == ["media.created"]


async def test_a_platform_that_refuses_us_is_paused_and_its_documents_keep_their_place(desk):
    secret = desk.settings.secrets_folder / "ptf"
    secret.write_text("wrong wrong wrong")
    delivery = await desk.publish()
    await desk.turn()
    platform = await desk.platform_now()
    assert platform["is_paused"]
    assert "rest_cannot_create" in platform["paused_reason"]
    assert (await desk.look(delivery))["state"] == "pending"
    await desk.turn()  # held: nothing is tried
    assert {fence for fence, *_ in await desk.attempts(delivery)} == {1}
    secret.write_text(desk.site.accounts["author"]["password"])
    await desk.resume()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"


async def test_a_password_that_is_nowhere_pauses_the_platform(desk):
    (desk.settings.secrets_folder / "ptf").unlink()
    delivery = await desk.publish()
    await desk.turn()
    assert "no password in the file ptf" in (await desk.platform_now())["paused_reason"]
    assert (await desk.look(delivery))["state"] == "pending"


async def test_a_document_that_is_no_longer_public_is_not_sent(desk):
    edition = await desk.freeze(languages=("fr",))
    (delivery,) = await promise(desk.engine, edition)
    other = await desk.freeze(number="2022-04", languages=("fr",), audience="internal")
    await desk.execute(f"UPDATE delivery SET edition_id = '{other.id}' WHERE id = '{delivery.id}'", owner=True)
    await desk.turn()
    row = await desk.look(delivery)
    assert row["state"] == "dead"
    assert "no longer public" in row["dead_reason"]
    assert desk.site.effects() == []


async def test_the_claim_of_a_dead_worker_is_taken_over_and_its_open_intent_is_a_doubt(desk):
    desk.site.faults(fault("slow_after", seconds=30))
    delivery = await desk.publish()
    running = asyncio.create_task(desk.turn())
    await effect(desk.site, "media.created")
    running.cancel()  # the process is gone: nobody writes anything back
    await asyncio.gather(running, return_exceptions=True)
    assert (await desk.look(delivery))["state"] == "sending"
    await desk.execute("UPDATE job SET state = 'pending', lease_owner = NULL, lease_until = NULL")
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "unknown"
    assert (await desk.attempts(delivery))[-1] == (1, "media", "send", "abandoned")
    desk.site.faults()
    await desk.age()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"
    assert len(desk.site.effects("media.created")) == 1


async def test_a_worker_that_lost_its_lease_keeps_its_proof_as_evidence_and_changes_nothing_else(desk):
    desk.site.faults(fault("slow_after", path=POSTS, seconds=0.3))
    delivery = await desk.publish()
    running = asyncio.create_task(desk.turn())
    await effect(desk.site, "post.created")
    await desk.execute("UPDATE job SET state = 'pending', lease_owner = NULL, lease_until = NULL")
    claim = await claim_job(desk.engine, "reporting", owner="other", lease_seconds=60, send_deadline=0)
    assert claim.fence == 2
    await running
    row = await desk.look(delivery)
    assert row["state"] == "sending"
    assert set(await desk.receipts(delivery)) == {"media"}
    (evidence,) = await desk.rows(Receipt, delivery_id=delivery.id, step="post")
    assert (evidence["fence"], evidence["is_current"], evidence["found_by"]) == (1, False, "created")
