"""Which addresses a platform may have, judged before anything is sent there, and by whom a password may be read."""

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from services.reporting_worker.platforms.addresses import SiteAddress
from services.reporting_worker.platforms.routes import routes as platforms
from shared.egress import LOOPBACK, allowed_address
from shared.web.app import create_app
from tests.reporting_worker.platforms.hostile_addresses import HOSTILE, RIGHT

ADDRESS = TypeAdapter(SiteAddress)
FIELDS = {
    "slug": "archive",
    "name": {"fr": "Archive"},
    "base_url": "https://archive.example.org",
    "username": "djoliba",
    "secret_reference": "archive",
}


@pytest.fixture
async def client(settings, serve, token_for):
    started = await serve(create_app("reporting", settings, [platforms]))
    started.headers["Authorization"] = f"Bearer {token_for('admin', 'awa')}"
    return started


def test_the_catalogue_is_not_thinned_out():
    assert len({address for addresses in HOSTILE.values() for address in addresses}) > 180


@pytest.mark.parametrize("trick", HOSTILE)
def test_no_address_is_taken_that_tries_with(trick):
    taken = []
    for address in HOSTILE[trick]:
        try:
            taken.append((address, ADDRESS.validate_python(address)))
        except ValidationError:
            continue
    assert taken == []


@pytest.mark.parametrize(("typed", "kept"), RIGHT.items())
def test_a_right_address_is_kept_in_its_one_spelling(typed, kept):
    assert ADDRESS.validate_python(typed) == kept
    assert ADDRESS.validate_python(kept) == kept
    assert httpx.URL(kept).raw_host.decode() in kept


@pytest.mark.parametrize("address", ["http://127.0.0.1:8090", "http://localhost:8090", "https://[::1]:8443"])
async def test_this_machine_is_taken_where_development_allows_it(settings, serve, token_for, address):
    for is_allowed, status in ((True, 201), (False, 422)):
        changed = settings.model_copy(update={"allow_loopback_platforms": is_allowed})
        client = await serve(create_app("reporting", changed, [platforms]))
        client.headers["Authorization"] = f"Bearer {token_for('admin', 'awa')}"
        name = f"sandbox-{str(is_allowed).lower()}"
        body = {**FIELDS, "slug": name, "base_url": address, "secret_reference": name}
        answer = await client.post("/v1/platforms", json=body)
        assert answer.status_code == status, answer.text
        if not is_allowed:
            assert answer.json()["errors"][0]["pointer"] == "/base_url"


async def test_a_refused_address_is_named_with_every_other_fault(client):
    answer = await client.post(
        "/v1/platforms", json={**FIELDS, "base_url": "https://10.0.0.1", "secret_reference": "file:/etc/shadow"}
    )
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["/base_url", "/secret_reference"]


async def test_the_password_of_one_site_is_not_given_to_another(client):
    await client.post("/v1/platforms", json=FIELDS)
    fields = {name: value for name, value in FIELDS.items() if name != "slug"}

    async def change(**changed):
        return await client.put("/v1/platforms/archive", json={**fields, **changed}, headers={"If-Match": "*"})

    for stranger in ("https://evil.org", "https://archive.example.org.evil.org", "http://127.0.0.1:8090"):
        refused = await change(base_url=stranger)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/secret_reference"
    assert (await change(base_url="https://archive.example.org/wp")).status_code == 200
    moved = await change(base_url="https://www.archive.example.org", secret_reference="archive-www")
    assert moved.status_code == 200, moved.text
    again = {**FIELDS, "slug": "other", "base_url": "https://evil.org"}
    assert (await client.post("/v1/platforms", json=again)).status_code == 422


async def test_a_name_that_leads_inside_is_refused_wherever_it_is_spelled_from():
    with pytest.raises(httpx.ConnectError, match="not a public address"):
        await allowed_address(httpx.URL("https://localhost"))
    assert await allowed_address(httpx.URL("http://localhost:8090"), inner=LOOPBACK)
