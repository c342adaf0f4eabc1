"""A delivery in doubt whose probes all fail: held in the end, shown to a person, and never sent unseen."""

import pytest

from services.reporting_worker.platforms.routes import routes as platforms
from services.reporting_worker.publications.routes import routes as deliveries
from shared.domain.delivery import MAX_ATTEMPTS, MAX_PROBES, DeliveryState
from shared.metrics import exposition, readings
from shared.web.app import create_app
from tests.reporting_worker.publications.test_command import djoliba
from tests.reporting_worker.publications.test_execution import MEDIA, fault
from tests.reporting_worker.publications.test_order import replay


@pytest.fixture
async def client(settings, serve, token_for):
    started = await serve(create_app("reporting", settings, [deliveries, platforms]))
    started.headers["Authorization"] = f"Bearer {token_for('admin', 'awa')}"
    return started


async def in_doubt(desk, *, probes=MAX_PROBES):
    """A delivery whose reply was lost and whose probes fail since, one short of being held, or held."""
    desk.site.faults(fault("lose_reply", method="POST", path=MEDIA, count=1))
    delivery = await desk.publish()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "unknown"
    desk.site.faults(fault("unavailable", method="GET", count=10_000))
    await desk.execute(
        "INSERT INTO attempt (delivery_id, fence, step, phase, started_at, ended_at, outcome)"
        " SELECT id, n + 1, 'media', 'probe', clock_timestamp(), clock_timestamp(), 'refused'"
        f" FROM delivery, generate_series(1, {probes - 2}) AS n"
    )
    await desk.execute(f"UPDATE job SET fence = {probes - 1}")
    await desk.age()
    await desk.turn()
    return delivery


async def test_a_doubt_whose_probes_are_spent_is_held_with_its_reason_and_probed_again_when_a_person_says_so(desk):
    delivery = await in_doubt(desk)
    row, job = await desk.look(delivery), await desk.job(delivery)
    assert (row["state"], job["state"]) == ("unknown", "dead")
    assert "503" in row["held_reason"]
    await desk.age()
    assert not await desk.turn()
    desk.site.faults()
    await replay(desk, delivery.id)
    assert (await desk.look(delivery))["held_reason"] is None
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"
    assert len(desk.site.effects("media.created")) == 1  # the probe found what the lost reply had not told
    assert (await desk.receipts(delivery))["media"]["found_by"] == "probe"


async def test_a_replay_whose_probe_fails_again_stays_in_doubt_with_a_fresh_schedule(desk):
    delivery = await in_doubt(desk)
    await replay(desk, delivery.id)
    await desk.turn()
    row = await desk.look(delivery)
    assert (row["state"], row["held_reason"]) == ("unknown", None)
    assert (await desk.job(delivery))["state"] == "pending"


async def test_what_is_held_is_seen_in_the_api_the_platform_the_metrics_and_the_console(
    desk, client, pools, settings, origin, tmp_path
):
    delivery = await in_doubt(desk)
    item = (await client.get("/v1/deliveries?is_held=true")).json()["items"][0]
    assert (item["state"], item["next_try_at"], item["can"]) == ("unknown", None, ["replay"])
    assert "503" in item["held_reason"]["en"]
    assert item["last_error"] == item["held_reason"]
    assert (await client.get("/v1/platforms/ptf")).json()["held_deliveries"] == 1
    said = exposition(await readings(await pools("djoliba_reporting"))).decode()
    assert 'djoliba_deliveries_held{platform="ptf"} 1.0' in said
    code, told = await djoliba(settings, origin, "status", home=tmp_path)
    assert code == 0
    assert f"djoliba publish replay {delivery.id}" in told
    replayed = await client.post(f"/v1/deliveries/{delivery.id}/replays", headers={"Idempotency-Key": "probe-again"})
    assert (replayed.status_code, replayed.json()["state"]) == (202, "unknown")
    assert (await client.get("/v1/deliveries?is_held=true")).json()["items"] == []


async def test_a_newer_revision_waits_for_what_is_held_and_goes_on_once_it_is_decided(desk):
    delivery = await in_doubt(desk)
    newer = await desk.publish(revision=2)
    await desk.turn()
    job = await desk.job(newer)
    assert "held in doubt" in job["error"]
    assert job["attempt"] == 0
    desk.site.faults()
    await replay(desk, delivery.id)
    assert (await desk.job(newer))["due_at"] < job["due_at"]
    await desk.turn(delivery)
    await desk.turn(newer)
    for each in (delivery, newer):
        assert (await desk.look(each))["state"] == "delivered"


async def test_a_job_that_took_all_its_workers_along_in_doubt_is_held_not_dead(desk):
    desk.site.faults(fault("lose_reply", method="POST", path=MEDIA, count=1))
    delivery = await desk.publish()
    await desk.turn()
    await desk.execute(f"UPDATE job SET attempt = {MAX_ATTEMPTS}")
    await desk.age()
    await desk.turn()
    row = await desk.look(delivery)
    assert row["state"] == DeliveryState.UNKNOWN
    assert "without telling" in row["held_reason"]
    assert (await desk.job(delivery))["state"] == "dead"
