"""Revisions of one document: none overtakes another, what was never sent gives way, what is in doubt comes first."""

import pytest

from services.reporting_worker.publications.service import (
    NotPublishable,
    NotReplayable,
    UnknownPlatform,
    replay_delivery,
)
from shared.auth import system
from shared.errors import NotFound
from shared.models import Audit, Delivery
from shared.models.kept import texts_of
from shared.unit_of_work import unit_of_work
from tests.reporting_worker.publications.builder import add_platform, promise

MEDIA = "/wp-json/wp/v2/media"


async def replay(desk, delivery_id):
    async with unit_of_work(desk.engine, system("test"), service="reporting") as unit:
        return await replay_delivery(unit, delivery_id)


async def test_a_correction_uploads_its_file_and_updates_the_same_post(desk):
    first = await desk.publish()
    await desk.turn()
    second = await desk.publish(revision=2)
    await desk.turn()
    assert second.op == "replace"
    assert (await desk.look(second))["state"] == "delivered"
    effects = [line["effect"] for line in desk.site.effects()]
    assert effects == ["media.created", "post.created", "media.created", "post.updated"]
    before, after = await desk.receipts(first), await desk.receipts(second)
    assert before["post"]["external_id"] == after["post"]["external_id"]
    assert after["post"]["found_by"] == "updated"


async def test_a_correction_frozen_while_the_first_is_in_backoff_cancels_it(desk):
    desk.site.stop()
    first = await desk.publish()
    await desk.turn(first)
    second = await desk.publish(revision=2)
    assert (await desk.look(first))["state"] == "cancelled"
    desk.site.start()
    while await desk.turn():
        pass
    assert (await desk.look(second))["state"] == "delivered"
    assert (await desk.job(first))["state"] == "done"
    assert [line["effect"] for line in desk.site.effects()] == ["media.created", "post.created"]


async def test_a_correction_waits_until_the_doubt_about_the_first_has_ended(desk):
    desk.site.faults({"id": "lost", "method": "POST", "path": MEDIA, "action": "lose_reply", "count": 1})
    first = await desk.publish()
    await desk.turn(first)
    second = await desk.publish(revision=2)
    assert (await desk.look(first))["state"] == "unknown"
    await desk.turn(second)
    assert (await desk.look(second))["state"] == "pending"
    assert texts_of((await desk.job(second))["error"])["en"] == "revision 1 comes first"
    await desk.age()
    await desk.turn(first)
    await desk.turn(second)
    states = [(await desk.look(each))["state"] for each in (first, second)]
    assert states == ["delivered", "delivered"]
    shown = [line["entry"]["content"] for line in desk.site.effects("post.created", "post.updated")]
    assert ["-v1" in text for text in shown] == [True, False]


async def test_a_revision_refused_before_the_first_byte_gives_way_when_a_newer_one_is_claimed(desk):
    first = await desk.publish()
    second = await desk.publish(revision=2)
    assert (await desk.look(first))["state"] == "cancelled"
    await desk.execute("UPDATE job SET due_at = due_at - interval '1 hour' WHERE id = :id", id=second.job_id)
    while await desk.turn():
        pass
    assert len(desk.site.effects("post.created")) == 1


async def test_publishing_again_promises_nothing_new(desk):
    edition = await desk.freeze()
    first = await promise(desk.engine, edition)
    again = await promise(desk.engine, edition, platforms=["ptf"], languages=["en"])
    assert [each.id for each in again] == [first[1].id]
    assert len(await desk.rows(Delivery)) == 2


async def test_each_platform_gets_each_language_once(desk):
    secrets = desk.settings.secrets_folder
    await add_platform(desk.engine, desk.site.url, desk.site.accounts["author"], secrets, slug="ptf-2")
    deliveries = await promise(desk.engine, await desk.freeze())
    assert [(each.idem_key, each.sequence) for each in deliveries] == [
        ("dj-bulletin-2022-02-fr-pdf-1-ptf-publish", 1),
        ("dj-bulletin-2022-02-en-pdf-1-ptf-publish", 1),
        ("dj-bulletin-2022-02-fr-pdf-1-ptf-2-publish", 1),
        ("dj-bulletin-2022-02-en-pdf-1-ptf-2-publish", 1),
    ]


async def test_refuses_what_is_not_public_not_frozen_or_nowhere(desk):
    internal = await desk.freeze(number="2022-04", audience="internal")
    with pytest.raises(NotPublishable, match="has no public PDF in: fr, en"):
        await promise(desk.engine, internal)
    edition = await desk.freeze()
    with pytest.raises(UnknownPlatform, match="nowhere"):
        await promise(desk.engine, edition, platforms=["ptf", "nowhere"])
    newer = await desk.freeze(revision=2)
    await desk.execute("UPDATE edition SET state = 'frozen' WHERE id = :id", id=edition.id)
    await promise(desk.engine, newer)
    with pytest.raises(NotPublishable, match="Revision 2 of bulletin-2022-02-fr-pdf is already promised"):
        await promise(desk.engine, edition)
    await desk.execute("UPDATE edition SET state = 'superseded' WHERE id = :id", id=edition.id)
    edition.state = "superseded"
    with pytest.raises(NotPublishable, match="is superseded"):
        await promise(desk.engine, edition)
    assert {row["sequence"] for row in await desk.rows(Delivery)} == {2}


async def test_a_dead_delivery_is_replayed_with_a_fresh_schedule(desk):
    desk.site.stop()
    delivery = await desk.publish()
    while (await desk.look(delivery))["state"] == "pending":
        await desk.turn()
    assert (await desk.look(delivery))["state"] == "dead"
    await replay(desk, delivery.id)
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "pending"
    desk.site.start()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"
    actions = {row["action"] for row in await desk.rows(Audit, subject_id=delivery.id)}
    assert {"delivery.requested", "delivery.dead", "delivery.pending", "delivery.delivered"} <= actions


async def test_only_what_is_dead_and_not_overtaken_is_replayed(desk, unknown_id):
    with pytest.raises(NotFound):
        await replay(desk, unknown_id)
    delivery = await desk.publish()
    with pytest.raises(NotReplayable, match="it is pending"):
        await replay(desk, delivery.id)
    await desk.execute('UPDATE platform SET categories = \'{"bulletin": ["inconnue"]}\'')
    await desk.turn()
    await desk.publish(revision=2)
    with pytest.raises(NotReplayable, match="a newer revision exists"):
        await replay(desk, delivery.id)
