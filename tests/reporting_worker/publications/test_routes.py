"""Deliveries and platforms over HTTP: promised once, told truthfully, validated against the models that document them."""

import uuid

import pytest

from services.reporting_worker.platforms.routes import routes as platforms
from services.reporting_worker.publications.routes import routes as deliveries
from shared.resources.deliveries import DeliveryDetail, DeliveryItem
from shared.resources.platforms import PlatformItem
from shared.web.app import create_app
from tests.reporting_worker.publications.builder import promise

MEDIA = "/wp-json/wp/v2/media"


@pytest.fixture
async def client(settings, serve, token_for):
    started = await serve(create_app("reporting", settings, [deliveries, platforms]))
    started.headers["Authorization"] = f"Bearer {token_for('admin', 'awa')}"
    return started


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


async def test_publishing_promises_each_language_and_the_api_follows_it_to_its_receipts(desk, client):
    await desk.freeze()
    answer = await client.post("/v1/deliveries", json={"edition": "2022-02"}, headers=key())
    assert answer.status_code == 202, answer.text
    promised = answer.json()["deliveries"]
    assert [(each["language"], each["state"]) for each in promised] == [("fr", "pending"), ("en", "pending")]
    while await desk.turn():
        pass
    listed = (await client.get("/v1/deliveries?edition=2022-02&include=total")).json()
    assert listed["total"] == 2
    for item in listed["items"]:
        DeliveryItem.model_validate(item)
        assert (item["state"], item["is_visible"], item["next_try_at"]) == ("delivered", True, None)
    detail = (await client.get(f"/v1/deliveries/{promised[0]['id']}")).json()
    read = DeliveryDetail.model_validate(detail)
    assert [(each.step, each.found_by, each.is_current) for each in read.receipts] == [
        ("media", "created", True),
        ("post", "created", True),
    ]
    assert {each.sha256 for each in read.receipts} == {read.sha256}
    # a slow machine may let a time to send pass, which is an attempt of its own
    assert [each.outcome for each in read.attempts if each.outcome != "late"] == ["absent", "succeeded"] * 2
    by_key = await client.get(f"/v1/deliveries/{read.key}")
    assert by_key.json()["id"] == str(read.id)


async def test_one_key_sent_twice_promises_once_and_replays_the_answer(desk, client):
    await desk.freeze()
    headers = key()
    first = await client.post("/v1/deliveries", json={"edition": "2022-02"}, headers=headers)
    again = await client.post("/v1/deliveries", json={"edition": "2022-02"}, headers=headers)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_the_api_says_why_a_delivery_waits_or_died(desk, client):
    desk.site.faults({"id": "lost", "method": "POST", "path": MEDIA, "action": "lose_reply", "count": 1})
    delivery = await desk.publish()
    await desk.turn()
    item = (await client.get("/v1/deliveries?state__in=unknown")).json()["items"][0]
    assert "disconnected" in item["last_error"]["en"]
    assert item["last_error"]["fr"].startswith("La connexion s'est rompue")
    assert item["next_try_at"] > item["state_since"]
    await desk.execute('UPDATE platform SET categories = \'{"bulletin": ["inconnue"]}\'')
    await desk.age()
    await desk.turn()
    item = (await client.get(f"/v1/deliveries/{delivery.id}")).json()
    assert (item["state"], item["dead_reason"]["en"]) == ("dead", "The platform has no category inconnue.")
    assert item["dead_reason"]["fr"] == "La plateforme n'a pas la catégorie inconnue."
    await desk.execute('UPDATE platform SET categories = \'{"bulletin": ["bulletins"]}\'')
    replayed = await client.post(f"/v1/deliveries/{delivery.id}/replays", headers=key())
    assert (replayed.status_code, replayed.json()["state"]) == (202, "pending")
    await desk.turn()
    assert (await client.get(f"/v1/deliveries/{delivery.id}")).json()["state"] == "delivered"
    refused = await client.post(f"/v1/deliveries/{delivery.id}/replays", headers=key())
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"edition": "1999-01"}, 404),
        ({"edition": "2022-02", "platforms": ["nowhere"]}, 404),
        ({"edition": "2022-02", "platforms": []}, 422),
        ({"edition": "2022-02", "languages": ["de"]}, 422),
        ({"edition": "2022-02", "surplus": 1}, 422),
        ({}, 422),
    ],
)
async def test_a_bad_request_to_publish_gets_a_problem_and_promises_nothing(desk, client, body, status):
    await desk.freeze()
    answer = await client.post("/v1/deliveries", json=body, headers=key())
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (await client.get("/v1/deliveries?include=total")).json()["total"] == 0


async def test_publishing_needs_a_key_and_the_right_role(desk, client, token_for):
    edition = await desk.freeze()
    without = await client.post("/v1/deliveries", json={"edition": edition.slug})
    assert without.status_code == 400
    client.headers["Authorization"] = f"Bearer {token_for('viewer', 'awa')}"
    assert (await client.post("/v1/deliveries", json={"edition": edition.slug}, headers=key())).status_code == 403
    await promise(desk.engine, edition)
    assert (await client.get("/v1/deliveries")).status_code == 200


async def test_a_platform_is_configured_once_held_and_let_go_on(desk, client):
    fields = {
        "slug": "archive",
        "name": {"fr": "Archive"},
        "base_url": "https://archive.example.org",
        "username": "djoliba",
        "secret_reference": "archive",
        "categories": {"bulletin": ["bulletins"]},
    }
    made = await client.post("/v1/platforms", json=fields)
    assert made.status_code == 201, made.text
    again = await client.post("/v1/platforms", json=fields)
    assert again.json()["id"] == made.json()["id"]
    other = await client.post("/v1/platforms", json={**fields, "username": "other"})
    assert other.status_code == 409
    read = await client.get("/v1/platforms/archive")
    item = PlatformItem.model_validate(read.json())
    assert not item.is_paused
    command = {"is_paused": True, "reason": "The partner moves house."}
    assert (await client.post("/v1/platforms/archive/pauses", json=command)).status_code == 428
    version = {"If-Match": read.headers["ETag"]}
    lax = await client.post("/v1/platforms/archive/pauses", json={**command, "is_paused": "yes"}, headers=version)
    assert lax.status_code == 422
    held = await client.post("/v1/platforms/archive/pauses", json=command, headers=version)
    assert held.json()["paused_reason"] == dict.fromkeys(("fr", "en"), "The partner moves house.")
    stale = await client.put(
        "/v1/platforms/archive",
        json={name: value for name, value in fields.items() if name != "slug"},
        headers={"If-Match": read.headers["ETag"]},
    )
    assert stale.status_code == 412
    assert (await client.get("/v1/platforms?is_paused=true")).json()["items"][0]["slug"] == "archive"


async def test_a_platform_and_a_delivery_are_named_by_id_or_by_name_on_every_route(desk, client):
    platform = (await client.get("/v1/platforms/ptf")).json()
    assert (await client.get(f"/v1/platforms/{platform['id']}")).json() == platform
    fields = {name: platform[name] for name in ("name", "base_url", "username", "secret_reference", "categories")}
    command = {"is_paused": False, "reason": "It goes on."}
    for name in ("ptf", platform["id"]):
        changed = await client.put(f"/v1/platforms/{name}", json=fields, headers={"If-Match": "*"})
        assert changed.json()["id"] == platform["id"], changed.text
        path = f"/v1/platforms/{name}/pauses"
        held = await client.post(path, json=command, headers={"If-Match": "*"})
        assert held.json()["id"] == platform["id"]
    assert (await client.put("/v1/platforms/nowhere", json=fields, headers={"If-Match": "*"})).status_code == 404
    delivery = await desk.publish()
    for name in (delivery.idem_key, str(delivery.id)):
        assert (await client.get(f"/v1/deliveries/{name}")).json()["id"] == str(delivery.id)
        assert (await client.post(f"/v1/deliveries/{name}/replays", headers=key())).status_code == 409


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_url", "file:///etc/passwd"),
        ("base_url", "https://user:password@archive.example.org"),
        ("secret_reference", "file:/etc/passwd"),
        ("publish_status", "trash"),
        ("slug", "Archive Nord"),
        ("slug", "totals"),
        ("slug", "01a214cf-1d93-7488-8fd4-854d4886ebbb"),
    ],
)
async def test_a_platform_with_a_bad_field_is_refused(client, name, value):
    fields = {
        "slug": "archive",
        "name": {"fr": "Archive"},
        "base_url": "https://archive.example.org",
        "username": "djoliba",
        "secret_reference": "archive",
    }
    answer = await client.post("/v1/platforms", json={**fields, name: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/{name}"
