"""Whatever happens while a delivery is tried is recorded, bounded and visible, and a pause is a pause."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InterfaceError

from services.reporting_worker.platforms.adapter import PlatformFailure
from services.reporting_worker.platforms.service import pause_platform
from services.reporting_worker.platforms.wordpress.adapter import WordPress
from services.reporting_worker.publications import execution, jobs
from shared.auth import system
from shared.domain.delivery import Outcome
from shared.jobs import MAX_ATTEMPTS, Claim, Retry, bounded
from shared.metrics import exposition, readings
from shared.models import Attempt
from shared.models.kept import texts_of
from shared.unit_of_work import unit_of_work
from tests.reporting_worker.publications.test_execution import MEDIA, fault


def answers(monkeypatch, method, error):
    async def fail(*_, **__):
        raise error

    monkeypatch.setattr(WordPress, method, fail)


async def pause(desk, *, is_paused):
    async with unit_of_work(desk.engine, system("test"), service="reporting") as unit:
        await pause_platform(unit, desk.platform.id, is_paused=is_paused, reason="They move house.")


async def test_an_unforeseen_failure_of_a_probe_is_an_attempt_and_the_last_one_ends_it(desk, monkeypatch):
    answers(monkeypatch, "find", KeyError("source_url"))
    delivery = await desk.publish()
    for _ in range(MAX_ATTEMPTS):
        assert (await desk.look(delivery))["state"] == "pending"
        await desk.turn()
    row = await desk.look(delivery)
    assert (row["state"], texts_of(row["dead_reason"])["en"]) == ("dead", "unforeseen KeyError: 'source_url'")
    assert len(await desk.attempts(delivery)) == MAX_ATTEMPTS


async def test_an_unforeseen_failure_of_a_sending_is_a_doubt(desk, monkeypatch):
    answers(monkeypatch, "send", ValueError("x\x00"))
    delivery = await desk.publish()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "unknown"
    assert (await desk.attempts(delivery))[-1] == (1, "media", "send", "unclear")


@pytest.mark.parametrize(
    "said",
    [
        json.dumps({"code": "x\x00", "message": "half a pair \ud800 and NUL \x00"}),
        '{"code": 1e999, "message": ["\\u0000"]}',
        "[" * 100_000,
    ],
)
async def test_words_that_no_database_keeps_are_kept_as_far_as_they_can_be(desk, said):
    desk.site.faults(fault("say", method="GET", count=99) | {"status": 418, "body": said})
    delivery = await desk.publish()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "pending"
    assert [each[-1] for each in await desk.attempts(delivery)] == ["refused"]


@pytest.mark.parametrize("wish", ["²", "٣", "1e9", "-1", "9" * 400, "Wed, 21 Oct 99999 07:28:00 GMT"])
async def test_a_wish_to_wait_that_is_none_is_overlooked(desk, wish):
    headers = {"Retry-After": wish.encode().decode("latin-1")}
    desk.site.faults(fault("say", path=MEDIA) | {"status": 429, "headers": headers})
    delivery = await desk.publish()
    await desk.turn()
    row = await desk.look(delivery)
    assert row["state"] == "unknown"
    assert (await desk.attempts(delivery))[-1] == (1, "media", "send", "unclear")


async def test_what_fails_before_any_attempt_is_counted_by_the_job_and_ends_the_delivery_too(desk, monkeypatch):
    def broken(*_):
        raise RuntimeError("no words for this")

    monkeypatch.setattr(execution, "_publication", broken)
    delivery = await desk.publish()
    for tried in range(1, MAX_ATTEMPTS + 1):
        await desk.turn()
        assert (await desk.job(delivery))["attempt"] == tried
    row = await desk.look(delivery)
    assert (row["state"], (await desk.job(delivery))["state"]) == ("dead", "dead")
    assert row["dead_reason"] == "RuntimeError: no words for this (after 12 attempts)"


async def test_a_probe_is_never_dated_before_its_claim_however_long_its_note_waits(desk, monkeypatch):
    async def find(*_):
        async def hold():
            async with desk.engine.begin() as connection:
                await connection.execute(text("SELECT id FROM job FOR UPDATE"))
                held.set()
                await asyncio.sleep(0.5)

        held = asyncio.Event()
        holding.append(asyncio.create_task(hold()))
        await held.wait()
        raise PlatformFailure(Outcome.REFUSED, {"fr": "absent", "en": "away"})

    holding = []
    monkeypatch.setattr(WordPress, "find", find)
    delivery = await desk.publish()
    await desk.execute("UPDATE job SET due_at = clock_timestamp()")
    due_at = (await desk.job(delivery))["due_at"]
    await desk.worker.run_due()
    await asyncio.gather(*holding)
    (probe,) = await desk.rows(Attempt, delivery_id=delivery.id)
    assert probe["started_at"] > due_at


async def test_a_claim_that_hangs_is_given_up_counted_and_probed_by_the_next(desk, monkeypatch):
    monkeypatch.setattr(jobs, "HANGS_AFTER_SECONDS", -59.9)  # of 60 to send

    async def hangs(*_, **__):
        await asyncio.Event().wait()

    delivery = await desk.publish()
    with monkeypatch.context() as patch:
        patch.setattr(execution, "open_adapter", hangs)
        await desk.turn()
    job = await desk.job(delivery)
    assert (job["state"], job["attempt"]) == ("pending", 1)
    assert "told nothing" in job["error"]
    last = bounded(
        Claim(job["id"], job["kind"], job["key"], {}, 1, MAX_ATTEMPTS, "awa", None, 0.0),
        Retry(timedelta(), job["error"]),
    )
    assert texts_of(last.error)["fr"].endswith("après son temps d'envoi (après 12 essais)")
    monkeypatch.undo()
    await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"


async def test_a_database_that_went_away_uses_up_no_attempt(desk, monkeypatch):
    def away(*_):
        raise InterfaceError("", {}, Exception("connection is closed"))

    monkeypatch.setattr(execution, "_publication", away)
    delivery = await desk.publish()
    for _ in range(MAX_ATTEMPTS + 1):
        await desk.turn()
    assert (await desk.job(delivery))["attempt"] == 0
    assert (await desk.look(delivery))["state"] != "dead"


async def test_a_pause_claims_nothing_says_so_and_ends_at_once(desk):
    delivery = await desk.publish()
    await pause(desk, is_paused=True)
    for _ in range(3):
        assert not await desk.turn()
    assert (await desk.job(delivery))["fence"] == 0
    await pause(desk, is_paused=False)
    assert await desk.turn()
    assert (await desk.look(delivery))["state"] == "delivered"


async def test_the_metrics_tell_tries_slots_and_pauses(desk, pools):
    desk.site.faults(fault("unavailable", method="GET", count=1))
    await desk.publish()
    await desk.turn()
    await pause(desk, is_paused=True)
    said = exposition(await readings(await pools("djoliba_reporting"))).decode()
    for line in (
        'djoliba_delivery_attempts{outcome="refused",phase="probe",platform="ptf"} 1.0',
        'djoliba_platform_paused{platform="ptf"} 1.0',
        'djoliba_platform_slots{platform="ptf"} 2.0',
        'djoliba_platform_slots_used{platform="ptf"} 0.0',
        'djoliba_jobs_failing{kind="publications.deliver",queue="reporting"} 1.0',
    ):
        assert line in said
    assert "djoliba_oldest_due_seconds{" not in said
